"""Counts standings everywhere beside everything else, and keeps what was counted for a while.

Where there are a million ballots all time takes seconds. Nobody's vote waits for it: it reads by a connection of its
own; and however many members ask, it is counted once, and rests a hundred times as long as it took.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

import structlog

from bot.domain.clock import Clock
from bot.domain.standings import Prior
from bot.domain.windows import Span, window_of
from bot.workflows.compute_standings import Counted, count_everywhere, habit_everywhere
from bot.workflows.ports import UnitOfWork, Work

ZONE = "UTC"
"""Whose days a week everywhere is made of: it is no server's own."""

RESTS = 100
"""Times as long as a count took nothing is counted again: a hundredth of a processor at most. A small community's
standing is seconds old, one of a million ballots some minutes."""

PATIENCE = timedelta(seconds=0.15)
"""How long somebody who asks waits for newer numbers before they get those from before: less than anybody notices."""

OLDEST = timedelta(hours=1)
"""Numbers older than this are not shown any more: then whoever asks waits for new ones, acknowledged. Nor is the habit
of 90 days, of which an hour is a two-thousandth part."""

HABIT_RESTS = 5_000
"""Times as long as it took the habit is kept: where a week's count takes a tenth of a second, the habit's takes nearly
one, and every count would wait for it."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Kept:
    counted: Counted
    rests: timedelta


@dataclass(frozen=True, slots=True)
class _Habit:
    prior: Prior
    until: datetime


class CountEverywhere:
    """Hands out what all servers that opted in think. One instance a process."""

    def __init__(self, reading: UnitOfWork, clock: Clock, *, patience: timedelta = PATIENCE) -> None:
        self._reading = reading
        self._clock = clock
        self._patience = patience
        self._kept: dict[Span, _Kept] = {}
        self._habit: _Habit | None = None
        self._under_way: dict[Span, asyncio.Task[None]] = {}

    async def __call__(self, span: Span) -> Counted:
        """Return what was counted last, counted anew where that may be: `window.end` says when."""
        kept, now = self._kept.get(span), self._clock.now()
        if kept is not None and now - kept.counted.window.end < kept.rests:
            return kept.counted
        counting = self._under_way.get(span) or self._begin(span)
        if kept is None or now - kept.counted.window.end > OLDEST:
            await asyncio.shield(counting)
        else:
            await asyncio.wait({counting}, timeout=self._patience.total_seconds())
        return self._kept[span].counted

    async def keep_recent(self) -> None:
        """Count what whoever asks next would have to wait for: after a start, and what nobody has asked for lately."""
        for span in Span:
            kept = self._kept.get(span)
            if kept is None or self._clock.now() - kept.counted.window.end > OLDEST / 2:
                await asyncio.wait({self._under_way.get(span) or self._begin(span)})

    def _begin(self, span: Span) -> "asyncio.Task[None]":
        task = asyncio.create_task(self._count(span), name=f"count everywhere, {span}")
        self._under_way[span] = task
        task.add_done_callback(lambda ended: self._ended(span, ended))
        return task

    async def _count(self, span: Span) -> None:
        began, now = perf_counter(), self._clock.now()
        async with self._reading() as work:
            prior = await self._prior(work, now)
            counted = await count_everywhere(work, window_of(span, ZONE, now), now, prior)
        self._kept[span] = _Kept(counted, _rests(began))

    async def _prior(self, work: Work, now: datetime) -> Prior:
        if self._habit is None or now >= self._habit.until:
            began = perf_counter()
            prior = await habit_everywhere(work, now)
            self._habit = _Habit(prior, now + min(_rests(began, HABIT_RESTS), OLDEST))
        return self._habit.prior

    def _ended(self, span: Span, task: "asyncio.Task[None]") -> None:
        del self._under_way[span]
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("everywhere.not-counted", span=span, exc_info=error)


def _rests(began: float, times: int = RESTS) -> timedelta:
    return timedelta(seconds=times * (perf_counter() - began))
