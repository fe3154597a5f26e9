"""Models as matching sees them: every attribute that a filter can ask for, read once and normalised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.labs import LabBook
from bot.domain.licences import class_of
from bot.domain.model import HubModel, Kind, Metrics, Model, Source
from bot.domain.sizes import requirements, size_of_base
from bot.domain.watches import Subject
from bot.workflows.ports import Work


@dataclass(frozen=True, slots=True)
class Kin:
    """What a model comes from, as far as the store knows."""

    ancestors: frozenset[int] = frozenset()
    """The ids of all ancestors."""
    bases: tuple[HubModel, ...] = ()
    """The records of its parents."""


NO_KIN = Kin()
_OF_A_BASE = frozenset({Kind.QUANTIZED, Kind.ADAPTER})
"""Kinds about which their bases say something: what it takes to run them, whose they are."""


async def subjects_of(
    work: Work, models: Sequence[Model], labs: LabBook, before: Mapping[int, Metrics] | None = None
) -> Sequence[Subject]:
    """Return the subjects of stored models, in order; `before` holds the numbers of their previous observation."""
    families = await work.models.ancestors([model.id for model in models])
    bases = await bases_of(work, models)
    known = before or {}
    return [
        subject_of(
            model,
            Kin(families.get(model.id, NO_KIN.ancestors), bases.get(model.id, ())),
            labs,
            known.get(model.id, Metrics()),
        )
        for model in models
    ]


async def bases_of(work: Work, models: Sequence[Model]) -> Mapping[int, tuple[HubModel, ...]]:
    """Return the records of the parents of quantisations and adapters; others are absent."""
    parents = await work.models.parent_ids([model.id for model in models if model.kind in _OF_A_BASE])
    known = await work.models.by_ids(sorted({parent for above in parents.values() for parent in above}))
    return {
        child: tuple(known[parent].facts for parent in sorted(above) if parent in known)
        for child, above in parents.items()
    }


async def kin_by_parents(work: Work, source: Source, parents: Mapping[str, Sequence[str]]) -> Mapping[str, Kin]:
    """Return what is known above models that are not stored yet, whose parents are given by name."""
    known = await work.models.by_names(source, sorted({name for names in parents.values() for name in names}))
    above = await work.models.ancestors([parent.id for parent in known.values()])
    return {
        child: _kin([known[key] for key in map(str.casefold, names) if key in known], above)
        for child, names in parents.items()
    }


def _kin(parents: Sequence[Model], above: Mapping[int, frozenset[int]]) -> Kin:
    ids = frozenset(parent.id for parent in parents)
    ancestors = ids.union(*(above.get(parent, frozenset[int]()) for parent in ids))
    return Kin(ancestors, tuple(parent.facts for parent in parents))


def subject_of(model: Model, kin: Kin, labs: LabBook, before: Metrics) -> Subject:
    """Return one model as matching sees it."""
    facts = model.facts
    kind = model.kind or Kind.ORIGINAL
    lab = labs.of(facts.author)
    return Subject(
        model_id=model.id,
        author=facts.author.casefold(),
        lab=lab.key if lab else None,
        country=lab.country if lab else None,
        kind=kind,
        family=kin.ancestors,
        task=facts.task.casefold() if facts.task else None,
        library=facts.library.casefold() if facts.library else None,
        licence_class=class_of(facts),
        languages=frozenset(language.casefold() for language in facts.languages),
        parameters=requirements(facts, size_of_base(kind, kin.bases)).parameters,
        text=_text_of(facts),
        released_at=model.released_at,
        before=before,
        now=numbers_of(facts),
        by_uploader=lab is not None and lab.uploader,
        official=kind is Kind.QUANTIZED and _is_official(facts, kin, labs),
    )


def numbers_of(facts: HubModel) -> Metrics:
    """Return the numbers of a record that thresholds look at."""
    return Metrics(likes=facts.likes, downloads=facts.downloads, trending=facts.trending)


def _text_of(facts: HubModel) -> str:
    return " ".join((facts.repo_id, *facts.tags, facts.summary or "")).casefold()


def _is_official(facts: HubModel, kin: Kin, labs: LabBook) -> bool:
    """Tell whether a quantisation is by its base's own publisher, or names no base and is by a lab that makes models.

    Labs often name none: `nvidia/...-FP8`, `Qwen/...-GPTQ-Int4`.
    """
    declared = [parent.repo_id.partition("/")[0] for parent in facts.declared if "/" in parent.repo_id]
    publishers = {labs.publisher_of(author) for author in [base.author for base in kin.bases] or declared}
    lab = labs.of(facts.author)
    if not publishers:
        return lab is not None and not lab.uploader
    return bool(facts.author) and labs.publisher_of(facts.author) in publishers
