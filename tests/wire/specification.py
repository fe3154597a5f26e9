"""Checks request bodies against Discord's own OpenAPI description, where it is at hand.

The description is turned into closed JSON schemas: an object takes no property that it does not name, and a union
of objects is chosen by their `type`, so that an error names the exact place.
See `DISCORD_OPENAPI` in README.md.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.wire.world import Json

if TYPE_CHECKING:
    from collections.abc import Iterator

BASE = "urn:discord"
PROJECT = Path(__file__).parents[2]

GAPS: dict[str, Json] = {
    "RichEmbed": {"flags": {"type": "integer"}},
    "ApplicationCommandUpdateRequest": {"nsfw": {"type": "boolean"}},
    "ApplicationCommandCreateRequest": {"nsfw": {"type": "boolean"}},
    "MessageAttachmentRequest": {"id": {"type": ["integer", "string"]}},
    "CreateForumThreadRequest": {"type": {"type": "integer"}},
    "CreatePrivateChannelRequest": {"recipient_id": {"type": ["integer", "string"]}},
    "MessageEditRequestPartial": {"tts": {"type": "boolean"}},
    "BaseCreateMessageCreateRequest": {"tts": {"type": "boolean"}},
    "IncomingWebhookUpdateRequestPartial": {"tts": {"type": "boolean"}},
    "IncomingWebhookUpdateForInteractionCallbackRequestPartial": {"tts": {"type": "boolean"}},
}
"""What discord.py sends, Discord takes and the description lacks, by schema and property."""


def find_description() -> Path | None:
    """Return where the description is: the variable `DISCORD_OPENAPI`, else beside the project, else nowhere."""
    named = os.environ.get("DISCORD_OPENAPI")
    path = Path(named) if named else PROJECT.parent / "shared" / "data" / "discord_openapi.json"
    return path if path.is_file() else None


class Specification:
    """Discord's description of its API, closed; one validator a route, made when it is first asked for."""

    def __init__(self, description: Json) -> None:
        self._paths: Json = description["paths"]
        for name, extra in GAPS.items():
            description["components"]["schemas"].get(name, {}).get("properties", {}).update(extra)
        resource = Resource[Any](contents=_closed(description, description), specification=DRAFT202012)
        self._registry = Registry[Any]().with_resource(BASE, resource)
        self._validators: dict[tuple[str, str], Draft202012Validator | None] = {}

    def errors(self, method: str, route: str, body: object) -> list[str]:
        """Say what the description finds wrong with a body; `route` as the description writes it."""
        key = (method.lower(), route)
        if key not in self._validators:
            self._validators[key] = self._make(*key)
        validator = self._validators[key]
        if validator is None:
            return []
        return [_sentence(error) for error in validator.iter_errors(body)]  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType, reportArgumentType] - jsonschema ships half its types

    def _make(self, method: str, route: str) -> Draft202012Validator | None:
        body = self._paths.get(route, {}).get(method, {}).get("requestBody", {}).get("content", {})
        if "application/json" not in body:
            return None
        pointer = route.replace("~", "~0").replace("/", "~1")
        target = f"{BASE}#/paths/{pointer}/{method}/requestBody/content/application~1json/schema"
        return Draft202012Validator({"$ref": target}, registry=self._registry)


@cache
def load_specification() -> Specification | None:
    """Load the description once a process; None where it is not at hand."""
    path = find_description()
    return None if path is None else Specification(json.loads(path.read_text("utf-8")))


def _sentence(error: Any) -> str:  # noqa: ANN401 - jsonschema's error class is untyped
    place = "/".join(str(part) for part in cast("Iterator[object]", error.absolute_path)) or "(body)"
    return f"{place}: {error.message[:300]}"


def _closed(node: Any, document: Json) -> Any:  # noqa: ANN401 - any JSON
    """Copy a schema: objects closed, unions of typed objects turned into a choice by `type`."""
    if isinstance(node, list):
        return [_closed(each, document) for each in cast("list[object]", node)]
    if not isinstance(node, dict):
        return node
    schema = {key: _closed(value, document) for key, value in cast("Json", node).items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        schema.setdefault("additionalProperties", False)
    for union in ("oneOf", "anyOf"):
        chosen = _by_type(schema.get(union), document)
        if chosen is not None:
            del schema[union]
            schema["allOf"] = [*schema.get("allOf", []), *chosen]
    return schema


def _by_type(branches: object, document: Json) -> list[Json] | None:
    """Turn `oneOf` into if-then by the value of `type`; None if the branches are no typed objects."""
    if not isinstance(branches, list) or len(cast("list[object]", branches)) < 2:
        return None
    allowed: list[object] = []
    rules: list[Json] = []
    for branch in cast("list[Json]", branches):
        values = _types_of(branch, document)
        if not values:
            return None
        allowed += values
        chosen: Json = {"properties": {"type": {"enum": values}}, "required": ["type"]}
        rules.append({"if": chosen, "then": branch})
    one_of_them: Json = {"type": "object", "properties": {"type": {"enum": allowed}}, "required": ["type"]}
    return [one_of_them, *rules]


def _types_of(branch: Json, document: Json) -> list[object]:
    """Return the values of `type` that a branch takes."""
    name = branch.get("$ref", "").removeprefix("#/components/schemas/")
    schema = document["components"]["schemas"].get(name, {})
    return schema.get("properties", {}).get("type", {}).get("enum", [])
