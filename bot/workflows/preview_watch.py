"""What a filter would have posted lately, before anybody saves it. Uses the very rules that decide for real."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.clock import Clock
from bot.domain.folding import Handling, handling
from bot.domain.labs import LabBook
from bot.domain.matching import Matcher
from bot.domain.model import Model
from bot.domain.watches import Pace, Subject, Watch, WatchFilter, WatchState
from bot.workflows.ports import UnitOfWork
from bot.workflows.subjects import subjects_of

PREVIEW_SPAN = timedelta(days=7)
"""PRODUCT.md, section 3."""

AT_ONCE = 300
"""A week is read in pieces of so many releases, a tenth of a second each, after which others get their turn. Read
at once, 20,000 releases held up every other interaction for three seconds, which is all that Discord gives them."""

SHOWN = 10
"""Names in the answer; the rest is a number."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a filter would have done since `since`, newest first."""

    posts: int
    """Releases that would have been posted; for a digest, its lines."""
    folded: int
    """Quantisations that would have joined a card instead."""
    shown: tuple[Model, ...]
    since: datetime
    """Seven days ago, or as far as Rootstock remembers."""
    asked: datetime
    """Seven days ago."""
    looked_at: int
    has_thresholds: bool
    pace: Pace

    @property
    def forgets(self) -> bool:
        """Whether memory does not reach back the whole week."""
        return self.since > self.asked


class PreviewWatch:
    """Holds a filter against everything that was released in the last seven days."""

    def __init__(self, unit_of_work: UnitOfWork, labs: LabBook, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._labs = labs
        self._clock = clock

    async def __call__(self, wanted: WatchFilter, pace: Pace = Pace.INSTANT) -> Preview:
        """Preview one filter. Reads only."""
        asked = self._clock.now() - PREVIEW_SPAN
        rehearsal = Rehearsal(watch_as_of(wanted, pace, asked))
        models, subjects = await self._released(asked, None)
        while models:
            rehearsal.play(models, subjects)
            models, subjects = await self._released(asked, models[-1])
        return Preview(
            posts=len(rehearsal.posted),
            folded=rehearsal.folded,
            shown=tuple(reversed(rehearsal.latest)),
            since=max(asked, rehearsal.first_seen_at or asked),
            asked=asked,
            looked_at=rehearsal.looked_at,
            has_thresholds=has_thresholds(wanted),
            pace=pace,
        )

    async def _released(self, since: datetime, last: Model | None) -> tuple[Sequence[Model], Sequence[Subject]]:
        async with self._unit_of_work() as work:
            models = await work.models.released_since(since, after=last, limit=AT_ONCE)
            return models, await subjects_of(work, models, self._labs)


class Rehearsal:
    """Plays releases to one watch in the order in which they came, without posting anything.

    The order matters: a quantisation folds into a card that is there by then.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._matcher = Matcher.compile([watch])
        self.posted: set[int] = set()
        self.latest: deque[Model] = deque(maxlen=SHOWN)
        self.folded = 0
        self.looked_at = 0
        self.first_seen_at: datetime | None = None

    def play(self, models: Sequence[Model], subjects: Sequence[Subject]) -> None:
        """Play releases, oldest first as the store has them."""
        for model, subject in zip(models, subjects, strict=True):
            self.looked_at += 1
            self.first_seen_at = min(self.first_seen_at or model.first_seen_at, model.first_seen_at)
            if self._matcher.match(subject):
                self._decide(model, subject)

    def _decide(self, model: Model, subject: Subject) -> None:
        outcome = handling(self._watch, subject, not subject.family.isdisjoint(self.posted))
        if outcome is Handling.POST:
            self.posted.add(model.id)
            self.latest.append(model)
        elif outcome is Handling.FOLD:
            self.folded += 1


def watch_as_of(wanted: WatchFilter, pace: Pace, start: datetime) -> Watch:
    """Return a watch with this filter as if it had been there since `start`."""
    return Watch(
        id=0,
        guild_id=0,
        channel_id=0,
        name="",
        filter=wanted,
        pace=pace,
        state=WatchState.ACTIVE,
        starts_at=start,
        created_by=0,
        created_at=start,
    )


def has_thresholds(wanted: WatchFilter) -> bool:
    """Tell whether a filter waits for numbers, which a preview only knows as they are today."""
    return any(bound is not None for bound in (wanted.min_likes, wanted.min_downloads, wanted.min_trending))
