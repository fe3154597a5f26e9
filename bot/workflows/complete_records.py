"""Asks the hub for what a listing left out about models that are about to be posted, before the transaction.

A card needs the files (sizes, formats) and one sentence from the model card; a listing of a thousand has neither.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot.domain.labs import LabBook
from bot.domain.matching import Match, Matcher
from bot.domain.model import HubModel, Metrics, Model, Source, Stage
from bot.domain.watches import Subject
from bot.workflows.judge_record import Judgement, is_light
from bot.workflows.look_up_records import LookedUp, look_up_records, summaries_of
from bot.workflows.matcher_cache import Standing
from bot.workflows.ports import Hub, UnitOfWork
from bot.workflows.subjects import kin_by_parents, subject_of

MOST_LOOK_UPS = 60
"""A batch asks for no more full records than a quarter of what the hub allows in five minutes without a token;
the others wait to settle and are looked at one by one."""


_LONG_AGO = datetime.min.replace(tzinfo=UTC)
"""When a model that is not stored yet was first seen: nothing that matching asks depends on it."""


NOTHING_SAID = Metrics()


@dataclass(frozen=True, slots=True)
class Completed:
    """The batch's records, fuller than they came, and whose full record is still owed."""

    records: tuple[HubModel, ...]
    incomplete: frozenset[str] = frozenset()


async def fetch_full_records(hub: Hub, standing: Standing, judgements: Sequence[Judgement]) -> Completed:
    """Ask for the full record of every release that only a listing has shown and that could be posted."""
    light = [
        one.facts.repo_id
        for one in judgements
        if one.released and is_light(one.facts) and is_new_to_somebody(one, standing)
    ]
    answers = await look_up_records(hub, light[:MOST_LOOK_UPS])
    records = (_upon(answers, one.facts) for one in judgements)
    return Completed(
        tuple(record for record in records if record.repo_id not in answers.missing),
        frozenset(answers.failed).union(light[MOST_LOOK_UPS:]),
    )


async def complete_posts(
    unit_of_work: UnitOfWork, hub: Hub, labs: LabBook, standing: Standing, judgements: Sequence[Judgement]
) -> tuple[HubModel, ...]:
    """Return the records, with what a card needs of those that would be posted; opens a short transaction to read."""
    news = [judgement for judgement in judgements if could_be_posted(judgement, standing)]
    posted = await _foreseen(unit_of_work, hub.source, labs, standing.matcher, news)
    answers = await look_up_records(hub, [name for name, one in posted.items() if is_light(one.facts)])
    records = {one.facts.repo_id: _upon(answers, one.facts) for one in judgements}
    unread = [name for name in posted if records[name].summary is None and records[name].has_card is not False]
    for name, summary in (await summaries_of(hub, unread)).items():
        records[name] = replace(records[name], summary=summary)
    return tuple(records.values())


def could_be_posted(judgement: Judgement, standing: Standing) -> bool:
    """Tell whether any watch at all could ask for this: as a release, or for numbers that crossed a threshold."""
    if judgement.withdrawn or standing.earliest_start is None:
        return False
    if judgement.released:
        return is_new_to_somebody(judgement, standing) or (standing.has_thresholds and judgement.before != NOTHING_SAID)
    return standing.has_thresholds and judgement.renumbered


def is_new_to_somebody(judgement: Judgement, standing: Standing) -> bool:
    """Tell whether this was released after the first of all watches began."""
    moment = None if judgement.put is None else judgement.put.released_at
    return moment is not None and standing.earliest_start is not None and moment >= standing.earliest_start


def would_match(matcher: Matcher, subject: Subject, *, released: bool) -> tuple[Match, ...]:
    """Return the watches that ask for this subject now: for a release all that match, later only by its numbers.

    Otherwise a widened watch would post what it let pass weeks ago whenever a listing is read again.
    """
    return tuple(match for match in matcher.match(subject) if released or match.crossed or _newly_known(match, subject))


def _newly_known(match: Match, subject: Subject) -> bool:
    """A threshold that holds although the number before was never said counts as reached just now."""
    asked, before = match.watch.filter, subject.before
    return (
        (asked.min_likes is not None and before.likes is None)
        or (asked.min_downloads is not None and before.downloads is None)
        or (asked.min_trending is not None and before.trending is None)
    )


async def _foreseen(
    unit_of_work: UnitOfWork, source: Source, labs: LabBook, matcher: Matcher, news: Sequence[Judgement]
) -> Mapping[str, Judgement]:
    """Return what would be posted as things stand, by name."""
    if not news:
        return {}
    async with unit_of_work() as work:
        kin = await kin_by_parents(work, source, {one.facts.repo_id: _parents_of(one) for one in news})
    return {
        judgement.facts.repo_id: judgement
        for judgement in news
        if would_match(
            matcher,
            subject_of(_as_model(judgement), kin[judgement.facts.repo_id], labs, judgement.before),
            released=judgement.released,
        )
    }


def _parents_of(judgement: Judgement) -> Sequence[str]:
    """Return the names of a model's parents, before it is stored itself: as concluded, or else as declared."""
    concluded = judgement.put.classification if judgement.put is not None else None
    return concluded.parents if concluded else [declared.repo_id for declared in judgement.facts.declared]


def _as_model(judgement: Judgement) -> Model:
    put, stored = judgement.put, judgement.stored
    if put is None or put.classification is None:
        return replace(stored, facts=judgement.facts) if stored else _unknown(judgement.facts, None)
    classification = put.classification
    base = stored or _unknown(judgement.facts, put.released_at)
    return replace(base, facts=judgement.facts, released_at=put.released_at, kind=classification.kind)


def _unknown(facts: HubModel, released_at: datetime | None) -> Model:
    return Model(0, facts, Stage.SETTLED, first_seen_at=released_at or _LONG_AGO, released_at=released_at)


def _upon(answers: LookedUp, seen: HubModel) -> HubModel:
    """Return the full record if there is one, with the numbers of the record that was observed."""
    found = answers.found.get(seen.repo_id)
    if found is None:
        return seen
    return replace(
        found,
        likes=found.likes if seen.likes is None else seen.likes,
        downloads=found.downloads if seen.downloads is None else seen.downloads,
        trending=found.trending if seen.trending is None else seen.trending,
        summary=found.summary or seen.summary,
    )
