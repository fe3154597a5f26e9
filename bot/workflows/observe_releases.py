"""Takes what a feed, a notice or a second look has shown, and remembers, understands and announces it.

Everything that the hub must be asked is asked first; then one transaction stores the models, their lineage, the
decisions, the deliveries and the feed's cursor. Whatever happens in between, a batch is observed whole or not at all.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog

from bot.domain.bursts import IN_LIFE, BurstLimits
from bot.domain.clock import Clock
from bot.domain.copies import twins_of
from bot.domain.delivery import Announcement
from bot.domain.feeds import FeedState
from bot.domain.labs import LabBook
from bot.domain.model import HubModel, Model, Stage
from bot.domain.release_moments import Sight, Sighting
from bot.workflows.announce import Wanted, announce
from bot.workflows.complete_records import complete_posts, could_be_posted, fetch_full_records, would_match
from bot.workflows.find_ancestors import Ancestry, find_ancestors
from bot.workflows.judge_record import Circumstances, Judgement, judge
from bot.workflows.matcher_cache import MatcherCache, Standing
from bot.workflows.ports import Doorbell, Hub, UnitOfWork, Work
from bot.workflows.refresh_families import refresh_families
from bot.workflows.remember_models import remember_models
from bot.workflows.subjects import subjects_of
from bot.workflows.telemetry import NoTelemetry, Telemetry
from bot.workflows.understand import understanding

PUBLISHER_FEED = "publisher:"
"""What the name of a publisher's feed begins with; its author follows."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Batch:
    """Records that were seen in one way, and what is stored together with them."""

    records: Sequence[HubModel]
    sighting: Sighting
    feed: FeedState | None = None
    """The feed's state after this batch: its cursor moves in the same transaction."""
    gone: Sequence[int] = ()
    """Ids of models that the hub shows no more."""
    unseen_score: float | None = None
    """For the trending feed: the highest score that a model can have had that the previous list did not hold."""


@dataclass(frozen=True, slots=True)
class Observed:
    """What came of a batch."""

    released: tuple[Model, ...] = ()
    """Settled for the first time, bases before derivatives."""
    waiting: int = 0
    """Stored, but empty so far."""
    announcements: tuple[Announcement, ...] = ()


@dataclass(slots=True)
class _Notes:
    """What was learnt before the transaction."""

    incomplete: frozenset[str] = frozenset()
    parents_owed: frozenset[str] = frozenset()
    missing_parents: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class _Survey:
    """A batch judged before its transaction."""

    judgements: Sequence[Judgement]
    standing: Standing

    @property
    def concerns_somebody(self) -> bool:
        """Tell whether any watch could ask for anything in it."""
        return any(could_be_posted(one, self.standing) for one in self.judgements)


class ObserveReleases:
    """Observes batches. One instance a process; safe to call from several tasks."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        *,
        hub: Hub,
        labs: LabBook,
        matchers: MatcherCache,
        clock: Clock,
        doorbell: Doorbell,
        telemetry: Telemetry | None = None,
        limits: BurstLimits = IN_LIFE,
    ) -> None:
        self._limits = limits
        self._unit_of_work = unit_of_work
        self._hub = hub
        self._labs = labs
        self._matchers = matchers
        self._clock = clock
        self._doorbell = doorbell
        self._telemetry = telemetry or NoTelemetry()

    async def __call__(self, batch: Batch) -> Observed:
        """Observe a batch; a hub that does not answer delays single models, never the batch."""
        batch = replace(batch, records=bases_first(batch.records))
        notes, survey = _Notes(), await self._survey(batch)
        if survey.concerns_somebody:
            full = await fetch_full_records(self._hub, survey.standing, survey.judgements)
            notes.incomplete = full.incomplete
            batch, survey = await self._surveyed_anew(batch, full.records, survey)
        if batch.sighting.sight not in {Sight.BASELINE, Sight.ANCESTOR}:
            renamed = await self._learn_ancestors(survey, notes)
            batch, survey = await self._surveyed_anew(batch, renamed, survey)
        if survey.concerns_somebody:
            records = await complete_posts(
                self._unit_of_work, self._hub, self._labs, survey.standing, survey.judgements
            )
            batch = replace(batch, records=records)
        return await self._record(batch, notes)

    async def _survey(self, batch: Batch) -> _Survey:
        async with self._unit_of_work() as work:
            circumstances = await self._circumstances(work, batch, _Notes())
            return _Survey(await _judge_all(work, batch, circumstances), await self._matchers.current(work))

    async def _surveyed_anew(self, batch: Batch, records: Sequence[HubModel], survey: _Survey) -> tuple[Batch, _Survey]:
        """Judge again what the hub has told more about; nothing is read where nothing changed."""
        if tuple(records) == tuple(one.facts for one in survey.judgements):
            return batch, survey
        batch = replace(batch, records=tuple(records))
        return batch, await self._survey(batch)

    async def _learn_ancestors(self, survey: _Survey, notes: _Notes) -> Sequence[HubModel]:
        """Observe the unknown bases of what settles here, roots first, each generation as a batch of its own.

        Returns the batch's records with their parents called as they are called today.
        """
        records = [one.facts for one in survey.judgements]
        settling = [one.facts for one in survey.judgements if one.put is not None and one.put.stage is Stage.SETTLED]
        if not any(facts.declared for facts in settling):
            return records
        ancestry = await self.observe_ancestors(settling)
        notes.parents_owed, notes.missing_parents = frozenset(ancestry.owed), tuple(ancestry.missing)
        return [ancestry.with_todays_names(record) for record in records]

    async def observe_ancestors(self, children: Sequence[HubModel]) -> Ancestry:
        """Look up and observe the unknown bases of these, roots first, and return what was found."""
        ancestry = await find_ancestors(self._unit_of_work, self._hub, children)
        for generation in ancestry.generations:
            await self(Batch([ancestry.with_todays_names(record) for record in generation], Sighting(Sight.ANCESTOR)))
        return ancestry

    async def _record(self, batch: Batch, notes: _Notes) -> Observed:
        async with self._unit_of_work() as work:
            circumstances = await self._circumstances(work, batch, notes)
            judgements = await _judge_all(work, batch, circumstances)
            models = await remember_models(
                work, judgements, self._hub.source, notes.missing_parents, now=circumstances.now
            )
            observed = await self._announce(work, judgements, models, circumstances.now)
            for model_id in (*batch.gone, *_withdrawn(judgements)):
                await work.models.mark_gone(model_id, now=circumstances.now)
            if batch.feed is not None:
                await work.feeds.put(batch.feed)
            await work.commit()
        await self._tell(batch, observed)
        return observed

    async def _circumstances(self, work: Work, batch: Batch, notes: _Notes) -> Circumstances:
        return Circumstances(
            sighting=batch.sighting,
            now=self._clock.now(),
            listed_publishers=await _listed_publishers(work, batch.sighting.sight),
            incomplete=notes.incomplete,
            parents_owed=notes.parents_owed,
            unseen_score=batch.unseen_score,
            understand=await understanding(work, self._hub.source, self._labs, batch.records),
        )

    async def _announce(
        self,
        work: Work,
        judgements: Sequence[Judgement],
        models: Mapping[str, Model],
        now: datetime,
    ) -> Observed:
        standing = await self._matchers.current(work)
        news = [one for one in judgements if could_be_posted(one, standing)]
        subjects = await subjects_of(
            work,
            [models[one.facts.repo_id] for one in news],
            self._labs,
            {models[one.facts.repo_id].id: one.before for one in news},
        )
        wanted = [
            Wanted(subject, matches)
            for subject, one in zip(subjects, news, strict=True)
            if (matches := would_match(standing.matcher, subject, released=one.released))
        ]
        announcements = await announce(work, wanted, now=now, limits=self._limits)
        released = [models[one.facts.repo_id] for one in judgements if one.released]
        changed = [models[one.facts.repo_id].id for one in judgements if one.put is not None and not one.released]
        await refresh_families(work, [model.id for model in released], changed, now=now)
        waiting = sum(one.put is not None and one.put.stage is Stage.UNSETTLED for one in judgements)
        return Observed(tuple(released), waiting, tuple(announcements))

    async def _tell(self, batch: Batch, observed: Observed) -> None:
        """Effects follow the commit."""
        if observed.released:
            self._telemetry.releases(len(observed.released))
            sight, count = batch.sighting.sight.value, len(observed.released)
            _log.info("releases.observed", sight=sight, released=count, announced=len(observed.announcements))
        for form, count in Counter(announcement.form.value for announcement in observed.announcements).items():
            self._telemetry.announced(form, count)
        await self._doorbell.ring()


def bases_first(records: Sequence[HubModel]) -> list[HubModel]:
    """Order a batch so that what others were made from comes before them; each name once, the last record counts.

    Without recursion: a listing may hold a line of a thousand, or a ring.
    """
    named = {record.repo_id.casefold(): record for record in records}
    ordered: dict[str, HubModel] = {}
    for key in named:
        line, begun = [key], {key}
        while line:
            base = next(
                (
                    base
                    for base in _bases_of(named[line[-1]])
                    if base in named and base not in ordered and base not in begun
                ),
                None,
            )
            if base is None:
                ordered.setdefault(line[-1], named[line.pop()])
            else:
                begun.add(base)
                line.append(base)
    return list(ordered.values())


def _bases_of(record: HubModel) -> Iterator[str]:
    """Yield the names, casefolded, of what a record was made from or may be a copy of."""
    yield from (declared.repo_id.casefold() for declared in record.declared)
    yield from map(str.casefold, twins_of(record))


async def _listed_publishers(work: Work, sight: Sight) -> frozenset[str]:
    """Return the casefolded authors whose first listing has been stored; some sights do not ask."""
    if sight in {Sight.BASELINE, Sight.PUBLISHER, Sight.CREATED_NOTICE, Sight.NEWEST}:
        return frozenset()
    feeds = await work.feeds.all()
    return frozenset(
        feed.name.removeprefix(PUBLISHER_FEED).casefold()
        for feed in feeds
        if feed.name.startswith(PUBLISHER_FEED) and feed.cursor is not None
    )


async def _judge_all(work: Work, batch: Batch, circumstances: Circumstances) -> list[Judgement]:
    recalled = await work.models.recall(batch.records)
    return [judge(record, recalled.get(record.repo_id), circumstances) for record in batch.records]


def _withdrawn(judgements: Sequence[Judgement]) -> list[int]:
    return [one.stored.id for one in judgements if one.withdrawn and one.stored is not None]
