"""Real hub records as domain facts, read with as little as possible: tags, library, licence, numbers."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.domain.model import DeclaredParent, HubModel, Kind
from tests.domain.builders import hub_model

_RELATIONS = {
    "finetune": Kind.FINETUNE,
    "finetuned": Kind.FINETUNE,
    "adapter": Kind.ADAPTER,
    "merge": Kind.MERGE,
    "merged": Kind.MERGE,
    "quantized": Kind.QUANTIZED,
}


def real_models(path: Path) -> dict[str, HubModel]:
    """Return the records of a JSON-lines file by repository id, the first of each."""
    models: dict[str, HubModel] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        models.setdefault(record["id"], _facts_of(record))
    return models


def children_of_edges(path: Path) -> Iterator[HubModel]:
    """Return each child of the lineage edges with all its declared parents."""
    declared: dict[str, list[DeclaredParent]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            declared[row["child"]].append(DeclaredParent(row["parent"], _RELATIONS[row["kind"]]))
    for child, parents in declared.items():
        yield hub_model(child, declared=tuple(parents), library=None, task=None, licence=None)


def _facts_of(record: dict[str, Any]) -> HubModel:
    return hub_model(
        record["id"],
        tags=tuple(record["tags"]),
        declared=tuple(_declared(record["tags"])),
        task=record.get("pipeline_tag"),
        library=record.get("library_name"),
        licence=record.get("license"),
        likes=record.get("likes"),
        downloads=record.get("downloads"),
    )


def _declared(tags: list[str]) -> Iterator[DeclaredParent]:
    said = [tag.removeprefix("base_model:") for tag in tags if tag.startswith("base_model:")]
    typed = {name: _RELATIONS[relation] for relation, _, name in (text.partition(":") for text in said) if name}
    for name in dict.fromkeys(text.rpartition(":")[2] for text in said):
        yield DeclaredParent(name, typed.get(name))
