"""Models as matching sees them: every attribute that a filter can ask for, read once and normalised."""

from collections.abc import Mapping, Sequence

from bot.domain.labs import LabBook
from bot.domain.licences import class_of
from bot.domain.model import HubModel, Kind, Metrics, Model
from bot.domain.sizes import requirements
from bot.domain.watches import Subject
from bot.workflows.ports import Work

NO_ANCESTORS: frozenset[int] = frozenset()


async def subjects_of(
    work: Work, models: Sequence[Model], labs: LabBook, before: Mapping[int, Metrics] | None = None
) -> Sequence[Subject]:
    """Return the subjects of stored models, in order; `before` holds the numbers of their previous observation."""
    families = await work.models.ancestors([model.id for model in models])
    known = before or {}
    return [
        subject_of(model, families.get(model.id, NO_ANCESTORS), labs, known.get(model.id, Metrics()))
        for model in models
    ]


def subject_of(model: Model, family: frozenset[int], labs: LabBook, before: Metrics) -> Subject:
    """Return one model as matching sees it; `family` holds the ids of all its ancestors."""
    facts = model.facts
    lab = labs.of(facts.author)
    return Subject(
        model_id=model.id,
        author=facts.author.casefold(),
        lab=lab.key if lab else None,
        country=lab.country if lab else None,
        kind=model.kind or Kind.ORIGINAL,
        family=family,
        task=facts.task.casefold() if facts.task else None,
        library=facts.library.casefold() if facts.library else None,
        licence_class=class_of(facts),
        languages=frozenset(language.casefold() for language in facts.languages),
        parameters=requirements(facts).parameters,
        text=_text_of(facts),
        released_at=model.released_at,
        before=before,
        now=numbers_of(facts),
        same_publisher_as_parent=_is_by_its_parents_publisher(facts, labs),
    )


def numbers_of(facts: HubModel) -> Metrics:
    """Return the numbers of a record that thresholds look at."""
    return Metrics(likes=facts.likes, downloads=facts.downloads, trending=facts.trending)


def _text_of(facts: HubModel) -> str:
    return " ".join((facts.repo_id, *facts.tags, facts.summary or "")).casefold()


def _is_by_its_parents_publisher(facts: HubModel, labs: LabBook) -> bool:
    author, lab = facts.author.casefold(), labs.of(facts.author)
    for declared in facts.declared:
        parents_author = declared.repo_id.partition("/")[0] if "/" in declared.repo_id else ""
        if parents_author and (
            parents_author.casefold() == author or (lab is not None and labs.of(parents_author) is lab)
        ):
            return True
    return False
