"""Stores what a batch's judgements say: models, numbers, lineage. Part of the observing transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.model import HubModel, Kind, Model, Source, Stage
from bot.workflows.judge_record import Judgement
from bot.workflows.ports import Work
from bot.workflows.subjects import numbers_of


async def remember_models(
    work: Work, judgements: Sequence[Judgement], source: Source, missing_parents: Sequence[str], *, now: datetime
) -> dict[str, Model]:
    """Store what changed, and return every stored model of the batch by the name of its record."""
    put = {one.facts.repo_id: one.put for one in judgements if one.put is not None}
    stored = await work.models.put_many(list(put.values()), now=now)
    models = {one.facts.repo_id: replace(one.stored, facts=one.facts) for one in judgements if one.stored is not None}
    models |= dict(zip(put, stored, strict=True))
    numbers = {
        models[one.facts.repo_id].id: numbers_of(one.facts) for one in judgements if one.put is None and one.renumbered
    }
    if numbers:
        await work.models.update_metrics(numbers, now=now)
    await _link_parents(work, [one for one in judgements if one.facts.repo_id in put], models, source, now=now)
    await _note_missing(work, source, missing_parents, now=now)
    return models


async def _link_parents(
    work: Work, put: Sequence[Judgement], models: Mapping[str, Model], source: Source, *, now: datetime
) -> None:
    """Draw the edges of what was classified, with stubs for parents that nobody has seen yet."""
    parents_of: dict[int, dict[str, Kind | None]] = {}
    for one in put:
        if one.put is not None and one.put.classification is not None:
            said = {declared.repo_id.casefold(): declared.relation for declared in one.facts.declared}
            parents = {name: said.get(name.casefold()) for name in one.put.classification.parents}
            if parents or one.stored is not None:
                parents_of[models[one.facts.repo_id].id] = parents
    if not parents_of:
        return
    named = sorted({name for parents in parents_of.values() for name in parents})
    ids = await work.models.name_stubs(source, named, now=now)
    await work.models.set_parents_of(
        {
            child: [(ids[name.casefold()], relation) for name, relation in parents.items()]
            for child, parents in parents_of.items()
        }
    )


async def _note_missing(work: Work, source: Source, names: Sequence[str], *, now: datetime) -> None:
    """Remember that the hub was asked about a parent and shows none, so that it is not asked for every child."""
    known = await work.models.by_names(source, names)
    for name in names:
        stored = known.get(name.casefold())
        if stored is None or stored.stage is Stage.STUB:
            stub = HubModel(source, name, author=name.partition("/")[0] if "/" in name else "")
            await work.models.put(
                stub, stage=Stage.STUB, now=now, released_at=None, classification=None, look_at=None, looks=1
            )
