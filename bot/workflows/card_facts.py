"""Gathers everything that cards show about models, fresh from the store."""

from collections.abc import Mapping, Sequence

from bot.domain.card import CardFacts, FamilyFacts, Relative
from bot.domain.kinds import classify
from bot.domain.labs import LabBook
from bot.domain.licences import class_of, warnings
from bot.domain.model import HubModel, Model
from bot.domain.sizes import formats, requirements, size_of_base
from bot.workflows.ports import Work

MOST_QUANTIZATIONS = 50
"""Read per model to name who made which format: the most downloaded come first, a card names a few of them."""


async def card_facts(work: Work, models: Sequence[Model], labs: LabBook) -> Mapping[int, CardFacts]:
    """Return what the cards of these models show, by model id; `crossed` is left to whoever knows the channel."""
    above = await work.models.ancestors([model.id for model in models])
    relatives = await work.models.by_ids(sorted({relative for family in above.values() for relative in family}))
    return {
        model.id: await _facts_of(
            work, model, [relatives[i] for i in sorted(above.get(model.id, ())) if i in relatives], labs
        )
        for model in models
    }


async def _facts_of(work: Work, model: Model, ancestors: Sequence[Model], labs: LabBook) -> CardFacts:
    facts, concluded = model.facts, classify(model.facts)
    kind = model.kind or concluded.kind
    known = [ancestor.facts for ancestor in ancestors if ancestor.is_known]
    parents = await work.models.parents(model.id) if ancestors else ()
    return CardFacts(
        model_id=model.id,
        facts=facts,
        kind=kind,
        kind_reason=model.kind_reason or concluded.reason,
        kind_details=model.kind_details or concluded.details,
        lab=labs.of(facts.author),
        requirements=requirements(facts, size_of_base(kind, [parent.facts for parent in parents])),
        licence_class=class_of(facts),
        licence_warnings=warnings(facts, known, labs.publisher_of),
        family=await _family_of(work, model, parents, labs),
        released_at=model.released_at,
    )


async def _family_of(work: Work, model: Model, parents: Sequence[Model], labs: LabBook) -> FamilyFacts:
    derivatives = await work.models.derivative_counts(model.id)
    quantized = await work.models.quantizations(model.id, limit=MOST_QUANTIZATIONS) if derivatives else ()
    path = await work.models.path_to_root(model.id) if parents else ()
    return FamilyFacts(
        parents=tuple(_relative(parent.facts, labs) for parent in parents),
        path=tuple(_relative(ancestor.facts, labs) for ancestor in path),
        derivatives=derivatives,
        formats=_makers_by_format(quantized),
    )


def _relative(facts: HubModel, labs: LabBook) -> Relative:
    return Relative(facts.repo_id, labs.of(facts.author))


def _makers_by_format(quantized: Sequence[Model]) -> dict[str, tuple[str, ...]]:
    """Return who offers a model in which format, most downloaded first."""
    makers: dict[str, dict[str, None]] = {}
    for model in quantized:
        for name in formats(model.facts):
            makers.setdefault(name, {})[model.facts.author] = None
    return {name: tuple(authors) for name, authors in makers.items()}
