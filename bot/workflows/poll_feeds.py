"""Reads every feed that is due: publishers' listings, the newest models, the trending ones.

Each feed stands for itself: one that fails is noted, waits longer, and stops no other. A feed's cursor moves in the
transaction that stores what it showed (`ObserveReleases`), so a kill at any moment loses nothing.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.domain.errors import HubUnavailable
from bot.domain.feed_pace import NEWEST_SHARE, TRENDING_SHARE, general_wait
from bot.domain.feeds import FeedState
from bot.domain.labs import LabBook
from bot.workflows.matcher_cache import MatcherCache
from bot.workflows.publishers_turns import PublishersTurns, is_due
from bot.workflows.read_newest import NEWEST, read_newest
from bot.workflows.read_publisher import read_publisher
from bot.workflows.read_trending import MOST_TRENDING, TRENDING, read_trending
from bot.workflows.reading import Reader

AT_ONCE = 3
"""Feeds read side by side: one that hangs until its timeout must not hold up a hundred others."""

GENERAL_SHARES: Mapping[str, float] = {NEWEST: NEWEST_SHARE, TRENDING: TRENDING_SHARE}

MOST_PUBLISHERS_A_PASS = 12
"""A pass ends soon, so that a new watch's author is not behind two hundred labs."""

UNBOUNDED = 1e12
"""Requests in five minutes where no budget is kept. A number, because no duration can be divided by infinity."""

LONGEST_WAIT = timedelta(minutes=10)
"""However often a feed has failed, it is tried again soon: when an outage ends, releases are waiting."""

SPREAD = 0.2
"""A feed comes round within the last fifth of the period, at random: a hundred listings never fall due together."""

_log = structlog.get_logger()


class PollFeeds:
    """One pass over what is due, each time it is called.

    `period` is how often a feed is read, unless `allowed_in_window` (requests in five minutes) makes it wait longer:
    see `bot.domain.feed_pace`.
    """

    def __init__(
        self,
        reader: Reader,
        *,
        labs: LabBook,
        matchers: MatcherCache,
        period: timedelta,
        chance: Callable[[], float] = random.random,  # noqa: S311 - spreads requests, protects nothing
        most_trending: int = MOST_TRENDING,
        allowed_in_window: Callable[[], float] = lambda: UNBOUNDED,
    ) -> None:
        self._allowed_in_window = allowed_in_window
        self._waits: Mapping[str, timedelta] = {}
        self._reader = reader
        self._unit_of_work = reader.unit_of_work
        self._clock = reader.clock
        self._telemetry = reader.telemetry
        self._turns = PublishersTurns(
            labs=labs, source=reader.hub.source, matchers=matchers, period=period, allowed=allowed_in_window
        )
        self._period = period
        self._chance = chance
        self._most_trending = most_trending

    async def __call__(self) -> int:
        """Read every feed that is due; how many were read."""
        return await self.general() + await self.publishers()

    async def general(self) -> int:
        """Read the newest and the trending feed if they are due; how many were read.

        Apart from the publishers, because those may wait for the hub's budget for minutes.
        """
        async with self._unit_of_work() as work:
            states = [await work.feeds.get(name) for name in (NEWEST, TRENDING)]
        now = self._clock.now()
        return await self._read_all([state for state in states if is_due(state, self._wait_of(state.name), now)])

    async def publishers(self) -> int:
        """Read at most `MOST_PUBLISHERS_A_PASS` publishers that are due, in turn; how many were read."""
        async with self._unit_of_work() as work:
            general = [await work.feeds.get(name) for name in (NEWEST, TRENDING)]
            tried = all(state.last_ok_at is not None or state.failures for state in general)
            plan = await self._turns.plan(work, self._clock, known_by_sight=tried)
            await work.commit()
        self._waits = plan.waits
        return await self._read_all(plan.due[:MOST_PUBLISHERS_A_PASS])

    async def _read_all(self, due: Sequence[FeedState]) -> int:
        slots = asyncio.Semaphore(AT_ONCE)

        async def read(state: FeedState) -> None:
            async with slots:
                await self._read(state)

        async with asyncio.TaskGroup() as group:
            for state in due:
                group.create_task(read(state))
        return len(due)

    async def _read(self, state: FeedState) -> None:
        kind = state.name.partition(":")[0]
        try:
            done = await self._read_one(state)
        except HubUnavailable as failure:
            _log.warning("feed.failed", feed=state.name, reason=failure.reason, failures=state.failures + 1)
            await self._note_failure(state, failure.reason, failure.retry_after)
        except Exception as error:  # noqa: BLE001 - one feed's fault (a database in distress, a bug) must not end the others
            _log.exception("feed.broke", feed=state.name)
            await self._note_failure(state, f"{type(error).__name__}", None)
        else:
            _log.debug("feed.read", feed=state.name, seen=done)
            self._telemetry.feed_read(kind, "ok")
            return
        self._telemetry.feed_read(kind, "failed")

    async def _read_one(self, state: FeedState) -> int:
        after = self._state_after(state)
        if state.name == NEWEST:
            return await read_newest(self._reader, state, after)
        if state.name == TRENDING:
            return await read_trending(self._reader, state, after, most=self._most_trending)
        return await read_publisher(self._reader, state, after)

    def _state_after(self, state: FeedState) -> FeedState:
        """Return what the feed's state is after a success, but for its cursor and counts."""
        now = self._clock.now()
        wait = self._wait_of(state.name) * (1 - SPREAD * self._chance())
        return replace(state, last_ok_at=now, last_error=None, failures=0, next_at=now + wait)

    def _wait_of(self, name: str) -> timedelta:
        if name in GENERAL_SHARES:
            return general_wait(GENERAL_SHARES[name], period=self._period, allowed=self._allowed_in_window())
        return self._waits.get(name, self._period)

    async def _note_failure(self, state: FeedState, reason: str, retry_after: float | None) -> None:
        """Wait longer each time, at random between half and all of it, and never less than the hub asked for."""
        wait = min(self._period * 2 ** min(state.failures, 10), LONGEST_WAIT) * (0.5 + 0.5 * self._chance())
        if retry_after is not None:
            wait = max(wait, timedelta(seconds=retry_after))
        try:
            async with self._unit_of_work() as work:
                stored = await work.feeds.get(state.name)
                failed = replace(stored, last_error=reason, failures=stored.failures + 1)
                await work.feeds.put(replace(failed, next_at=self._clock.now() + wait))
                await work.commit()
        except Exception:  # noqa: BLE001 - the database itself is away: the feed stays due and is tried in the next pass
            _log.exception("feed.failure-not-noted", feed=state.name)
