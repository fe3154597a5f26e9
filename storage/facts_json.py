"""A hub record as JSON and back.

What a record does not say is left out, so that rows stay small. Keys an older version did not write read as
"not said"; keys and values that a newer one wrote, and this one does not know, are passed over.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from bot.domain.model import DeclaredParent, Evaluation, Gating, HubModel, Kind, Source

MEMBERS = TypeVar("MEMBERS", bound=StrEnum)

_PLAIN = (
    "hub_id",
    "task",
    "library",
    "licence",
    "licence_name",
    "licence_link",
    "downloads",
    "likes",
    "trending",
    "parameters",
    "quantized_by",
    "quantized_bits",
    "context_length",
    "architecture",
    "used_storage",
    "has_files",
    "has_card",
    "summary",
)
"""Fields that JSON carries as they are."""


def to_json(facts: HubModel) -> dict[str, Any]:
    """Return the record as what JSON can hold: moments as ISO 8601 in UTC, parents and evaluations as short lists."""
    written: dict[str, Any] = {name: getattr(facts, name) for name in _PLAIN}
    written |= {
        "source": facts.source.value,
        "repo_id": facts.repo_id,
        "author": facts.author or None,
        "created_at": _moment_to_json(facts.created_at),
        "last_modified": _moment_to_json(facts.last_modified),
        "tags": list(facts.tags) or None,
        "declared": [[parent.repo_id, parent.relation] for parent in facts.declared] or None,
        "tensors": [list(counted) for counted in facts.tensors] or None,
        "gating": None if facts.gating is Gating.OPEN else facts.gating.value,
        "private": facts.private or None,
        "disabled": facts.disabled or None,
        "files": None if facts.files is None else list(facts.files),
        "languages": list(facts.languages) or None,
        "evaluations": [[e.benchmark, e.metric, e.value, e.reported_by] for e in facts.evaluations] or None,
    }
    return {key: value for key, value in written.items() if value is not None}


def from_json(stored: Mapping[str, Any]) -> HubModel:
    """Return the record again. Raises `KeyError` without a name and `ValueError` for an unknown source only."""
    return HubModel(
        source=Source(stored["source"]),
        repo_id=stored["repo_id"],
        author=stored.get("author", ""),
        created_at=_moment_from_json(stored.get("created_at")),
        last_modified=_moment_from_json(stored.get("last_modified")),
        tags=tuple(stored.get("tags", ())),
        declared=tuple(_parent_from_json(parent) for parent in stored.get("declared", ())),
        tensors=tuple((counted[0], counted[1]) for counted in stored.get("tensors", ())),
        gating=_member(Gating, stored.get("gating")) or Gating.OPEN,
        private=stored.get("private", False),
        disabled=stored.get("disabled", False),
        files=tuple(stored["files"]) if "files" in stored else None,
        languages=tuple(stored.get("languages", ())),
        evaluations=tuple(Evaluation(*result) for result in stored.get("evaluations", ())),
        **{name: stored.get(name) for name in _PLAIN},
    )


def _parent_from_json(parent: Sequence[Any]) -> DeclaredParent:
    return DeclaredParent(parent[0], _member(Kind, parent[1]))


def _member(members: type[MEMBERS], value: str | None) -> MEMBERS | None:
    return next((member for member in members if member.value == value), None)


def _moment_to_json(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()


def _moment_from_json(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
