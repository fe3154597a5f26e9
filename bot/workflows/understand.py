"""Concludes what records are: by themselves, and by what else is known of those who publish them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from bot.domain.copies import as_reupload, as_twin, twins_of
from bot.domain.kinds import classify
from bot.domain.labs import LabBook
from bot.domain.model import Classification, HubModel, Kind, Model, Source, Stage
from bot.workflows.ports import Work

Understand = Callable[[HubModel], Classification]
"""Tells what a record is."""


async def understanding(work: Work, source: Source, labs: LabBook, records: Sequence[HubModel]) -> Understand:
    """Return how to conclude about these records, given what is stored beside them and what came with them."""
    return partial(_understood, await _copied_from(work, source, labs, records), labs)


def _understood(copied_from: Mapping[str, str], labs: LabBook, facts: HubModel) -> Classification:
    twin = copied_from.get(facts.repo_id)
    if twin is not None:
        return as_twin(facts, twin)
    lab = labs.of(facts.author)
    return (as_reupload(facts) if lab is not None and lab.uploader else None) or classify(facts)


async def _copied_from(work: Work, source: Source, labs: LabBook, records: Sequence[HubModel]) -> dict[str, str]:
    """Return, by name, the model of the same publisher that a record is a copy of without saying so."""
    wanted = {record.repo_id: names for record in records if (names := _names_of_twins(record, labs))}
    if not wanted:
        return {}
    stored = await work.models.by_names(source, sorted({name for names in wanted.values() for name in names}))
    shown = {key: model.facts.repo_id for key, model in stored.items() if _can_be_copied(model)}
    shown |= {record.repo_id.casefold(): record.repo_id for record in records}
    found = {name: _first_shown(names, shown) for name, names in wanted.items()}
    return {name: twin for name, twin in found.items() if twin is not None and twin.casefold() != name.casefold()}


def _names_of_twins(facts: HubModel, labs: LabBook) -> tuple[str, ...]:
    """Return under which names the original may stand: the author's own, then those of its lab's other accounts."""
    own = twins_of(facts)
    lab = labs.of(facts.author)
    others = [account for account in lab.organisations if account != facts.author] if lab and not lab.uploader else []
    return (*own, *(f"{account}/{name.rpartition('/')[2]}" for account in others for name in own))


def _can_be_copied(model: Model) -> bool:
    return model.is_known and model.stage is not Stage.GONE and model.kind is not Kind.QUANTIZED


def _first_shown(names: Iterable[str], shown: Mapping[str, str]) -> str | None:
    return next((shown[key] for key in map(str.casefold, names) if key in shown), None)
