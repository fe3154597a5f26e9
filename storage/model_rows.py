"""A model's row and what the domain makes of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.licences import class_of
from bot.domain.model import HubModel, Kind, Metrics, Model, ModelToPut, Source, Stage
from bot.domain.sizes import requirements
from storage.facts_json import from_json, to_json
from storage.tables import clean

NAME_LIMIT = 250
"""The width of the name columns; `bot.hub` bounds names at 200, casefolding can lengthen them."""


LARGEST_NUMBER = 2**63 - 1
"""The most that a column holds; a hostile name can claim more parameters."""


def name_key(repo_id: str) -> str:
    """Return what names are compared by: hubs treat them as equal whatever their case."""
    return clean(repo_id).casefold()[:NAME_LIMIT]


def freed_name_key(key: str, row_id: int) -> str:
    """Return the key that a row keeps when its name belongs to another model now; no hub allows `~` in a name."""
    return f"{key[: NAME_LIMIT - 25]}~{row_id}"


def model_of(row: Mapping[Any, Any]) -> Model:
    """Return the model; numbers come from their columns, which `update_metrics` keeps fresher than the record."""
    numbers = {name: row[name] for name in ("likes", "downloads", "trending")}
    return Model(
        id=row["id"],
        facts=replace(from_json(row["facts"]), **numbers),
        stage=Stage(row["stage"]),
        first_seen_at=row["first_seen_at"],
        released_at=row["released_at"],
        kind=Kind(row["kind"]) if row["kind"] else None,
        kind_reason=row["kind_reason"],
        kind_details=row["kind_details"],
        look_at=row["look_at"],
        looks=row["looks"],
    )


def metrics_of(row: Mapping[Any, Any]) -> Metrics:
    """Return the numbers of a row."""
    return Metrics(likes=row["likes"], downloads=row["downloads"], trending=row["trending"])


def values_of(put: ModelToPut, *, now: datetime) -> dict[str, Any]:
    """Return the columns of a model as it is put, `first_seen_at` and the kind's when it was not classified aside."""
    facts = put.facts
    values: dict[str, Any] = {
        "source": facts.source.value,
        "repo_id": facts.repo_id[:NAME_LIMIT],
        "name_key": name_key(facts.repo_id),
        "hub_id": facts.hub_id,
        "author_key": facts.author.casefold()[:100],
        "stage": put.stage.value,
        "findable": put.stage is Stage.SETTLED or (put.stage is Stage.STUB and facts.hub_id is not None),
        "facts": to_json(facts),
        "task": _short(facts.task),
        "library": _short(facts.library),
        "licence": _short(facts.licence),
        **searched_values(facts),
        "likes": facts.likes,
        "downloads": facts.downloads,
        "trending": facts.trending,
        "released_at": put.released_at,
        "observed_at": now,
        "look_at": put.look_at,
        "looks": put.looks,
    }
    if put.classification is not None:
        values["kind"] = put.classification.kind.value
        values["kind_reason"] = put.classification.reason
        values["kind_details"] = dict(put.classification.details)
    return values


def searched_values(facts: HubModel) -> dict[str, Any]:
    """Return the columns that are concluded from a record only so that a search can ask for them."""
    parameters = requirements(facts).parameters
    return {
        "parameters": None if parameters is None else min(parameters, LARGEST_NUMBER),
        "licence_class": class_of(facts).value,
    }


def stub_values(source: Source, repo_id: str, *, now: datetime) -> dict[str, Any]:
    """Return the columns of a model that is known by name only."""
    author = repo_id.partition("/")[0] if "/" in repo_id else ""
    return {
        "source": source.value,
        "repo_id": repo_id[:NAME_LIMIT],
        "name_key": name_key(repo_id),
        "author_key": author.casefold()[:100],
        "stage": Stage.STUB.value,
        "facts": {"source": source.value, "repo_id": repo_id[:NAME_LIMIT], "author": author},
        "first_seen_at": now,
        "observed_at": now,
    }


def _short(text: str | None) -> str | None:
    return text[:100] if text else None
