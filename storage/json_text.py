"""JSON as every database takes it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from storage.tables import clean


def to_json(value: object) -> str:
    """Write `value` as JSON text without null bytes and lone surrogates, which PostgreSQL refuses."""
    text = _dump(value)
    # Only a hostile value, or one that speaks of null bytes, takes the slow path.
    return clean(_dump(_without_nulls(value)) if "\\u0000" in text else text)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _without_nulls(value: object) -> object:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        pairs = cast("Mapping[str, Any]", value)
        return {clean(key): _without_nulls(item) for key, item in pairs.items()}
    if isinstance(value, list | tuple):
        return [_without_nulls(item) for item in cast("Sequence[Any]", value)]
    return value
