"""Reads single fields of a hub record: a value of the wrong type, or one out of bounds, is "not said" (`None`)."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import cast

from bot.domain.plain_text import plain

Record = Mapping[str, object]
"""A JSON object as it came: nothing is known about its values."""

NOTHING: Record = {}

LARGEST_COUNT = 2**31 - 1
"""Likes and downloads are stored as 32-bit integers; the largest real 30-day count is a tenth of this."""

LARGEST_SIZE = 2**53
"""Parameters, tokens and bytes: what JSON carries exactly, and far beyond anything real."""

UNKNOWN_SINCE = datetime(2022, 3, 2, 23, 29, 4, tzinfo=UTC)
"""The day the Hub began to keep creation dates: it stands in for every earlier one (HUB.md)."""

_NAME = re.compile(r"(?!\.{1,2}(?:/|$))[\w.-]{1,96}(?:/(?!\.{1,2}$)[\w.-]{1,96})?", re.ASCII)
"""`Org/Name` or one of the Hub's few root names; a part is at most 96 characters and no path step (`..`)."""

_LONGEST_DATE = 40
_HUB_URL = re.compile(r"https?://(?:www\.)?huggingface\.co/(?:models/)?", re.IGNORECASE)


def object_of(value: object) -> Record:
    """Return a JSON object as it is, and an empty one for anything else."""
    return cast("Record", value) if isinstance(value, dict) else NOTHING


def items_of(value: object, limit: int) -> tuple[object, ...]:
    """Return at most `limit` items of a JSON list; nothing for anything else."""
    return tuple(cast("list[object]", value)[:limit]) if isinstance(value, list) else ()


def text_of(value: object, limit: int) -> str | None:
    """Return a string made plain and cut to `limit` characters; `None` where nothing readable is left."""
    return (plain(value, limit) or None) if isinstance(value, str) else None


def texts_of(value: object, *, limit: int, length: int) -> tuple[str, ...]:
    """Return at most `limit` readable strings of a list, in order and without duplicates."""
    texts = (text_of(item, length) for item in items_of(value, limit))
    return tuple(dict.fromkeys(text for text in texts if text))


def count_of(value: object, largest: int = LARGEST_COUNT) -> int | None:
    """Return a whole number of zero or more, cut at `largest`."""
    number = number_of(value)
    return None if number is None or number < 0 else int(min(number, largest))


def size_of(value: object) -> int | None:
    """Return a whole number above zero, cut at `LARGEST_SIZE`."""
    return count_of(value, LARGEST_SIZE) or None


def number_of(value: object) -> float | int | None:
    """Return a finite number; booleans are none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if isinstance(value, int) or math.isfinite(value) else None


def flag_of(value: object) -> bool:
    """Return True for JSON `true` alone."""
    return value is True


def moment_of(value: object) -> datetime | None:
    """Return an ISO 8601 date in UTC (without an offset it is taken as UTC); `None` for the Hub's placeholder."""
    if not isinstance(value, str) or len(value) > _LONGEST_DATE:
        return None
    try:
        moment = datetime.fromisoformat(value.strip())
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return None if moment.replace(microsecond=0) == UNKNOWN_SINCE else moment


def repo_id_of(value: object) -> str | None:
    """Return a repository id, taken out of a link to the Hub where somebody pasted one; `None` if it is none."""
    if not isinstance(value, str) or len(value) > 2 * LONGEST_REPO_ID:
        return None
    name = _HUB_URL.sub("", value.strip(), count=1).rstrip("/")
    return name if _NAME.fullmatch(name) else None


LONGEST_REPO_ID = 200


def first(values: Iterable[str | None]) -> str | None:
    """Return the first value that was said."""
    return next((value for value in values if value), None)


def objects_in(value: object, limit: int) -> Iterator[Record]:
    """Yield the JSON objects of a list (or the one object that stands in for a list)."""
    if isinstance(value, dict):
        yield object_of(cast("object", value))
        return
    for item in items_of(value, limit):
        if isinstance(item, dict):
            yield object_of(cast("object", item))
