"""What a filter would have posted lately, before anybody saves it. Uses the very rules that decide for real."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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

A_MOMENT = timedelta(seconds=1)
"""What was released this very moment counts; the store leaves the end of a span out."""

MOST_LOOKED_AT = 20_000
"""Releases; a week has about 30,000, of which two thirds settle (HUB.md, Size). Beyond it the preview says so."""

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
        now = self._clock.now()
        asked = now - PREVIEW_SPAN
        async with self._unit_of_work() as work:
            models = await work.models.released_between(asked, now + A_MOMENT, limit=MOST_LOOKED_AT)
            subjects = await subjects_of(work, models, self._labs)
        watch = watch_as_of(wanted, pace, asked)
        posted, folded = decide(watch, subjects)
        by_id = {model.id: model for model in models}
        return Preview(
            posts=len(posted),
            folded=folded,
            shown=tuple(by_id[subject.model_id] for subject in posted[:SHOWN]),
            since=_reach(models, asked),
            asked=asked,
            looked_at=len(models),
            has_thresholds=has_thresholds(wanted),
            pace=pace,
        )


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


def decide(watch: Watch, subjects: Sequence[Subject]) -> tuple[Sequence[Subject], int]:
    """Return what would have been posted, newest first, and how many would have been folded into a card.

    Older releases first, as it would have happened: a quantisation folds into a card that is there by then.
    """
    matcher = Matcher.compile([watch])
    posted: dict[int, Subject] = {}
    folded = 0
    for subject in reversed(subjects):
        if not matcher.match(replace(subject, released_at=subject.released_at or watch.starts_at)):
            continue
        outcome = handling(watch, subject, base_has_card=not subject.family.isdisjoint(posted))
        if outcome is Handling.POST:
            posted[subject.model_id] = subject
        elif outcome is Handling.FOLD:
            folded += 1
    return tuple(reversed(posted.values())), folded


def has_thresholds(wanted: WatchFilter) -> bool:
    """Tell whether a filter waits for numbers, which a preview only knows as they are today."""
    return any(bound is not None for bound in (wanted.min_likes, wanted.min_downloads, wanted.min_trending))


def _reach(models: Sequence[Model], asked: datetime) -> datetime:
    """Return how far back memory reaches: the first thing Rootstock saw, when that is later than asked for."""
    return max(asked, min((model.first_seen_at for model in models), default=asked))
