"""Reads every feed that is due: publishers' listings, the newest models, the trending ones.

Each feed stands for itself: one that fails is noted, waits longer, and stops no other. A feed's cursor moves in the
transaction that stores what it showed (`ObserveReleases`), so a kill at any moment loses nothing.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.domain.errors import HubUnavailable
from bot.domain.feed_pace import NEWEST_SHARE, TRENDING_SHARE, attention_of, general_wait, publishers_waits
from bot.domain.feeds import FeedState
from bot.domain.labs import LabBook
from bot.workflows.matcher_cache import MatcherCache, Standing
from bot.workflows.observe_releases import PUBLISHER_FEED
from bot.workflows.ports import Work
from bot.workflows.read_newest import NEWEST, read_newest
from bot.workflows.read_publisher import read_publisher
from bot.workflows.read_trending import MOST_TRENDING, TRENDING, read_trending
from bot.workflows.reading import Reader

AT_ONCE = 3
"""Feeds read side by side: one that hangs until its timeout must not hold up a hundred others."""

GENERAL_SHARES: Mapping[str, float] = {NEWEST: NEWEST_SHARE, TRENDING: TRENDING_SHARE}

MOST_PUBLISHERS_A_PASS = 30
"""A pass ends soon, so that a new watch's author is not behind two hundred labs."""

UNBOUNDED = 1e12
"""Requests in five minutes where no budget is kept. A number, because no duration can be divided by infinity."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)

LONGEST_WAIT = timedelta(hours=1)
"""However often a feed has failed, it is tried again within the hour."""

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
        self._labs = labs
        self._matchers = matchers
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
        return await self._read_all([state for state in states if self._is_due(state)])

    async def publishers(self) -> int:
        """Read at most `MOST_PUBLISHERS_A_PASS` publishers that are due, longest waiting first; how many were read.

        Whom watches name comes before the other labs while neither has been read yet.
        """
        async with self._unit_of_work() as work:
            states = {state.name: state for state in await work.feeds.all()}
            standing = await self._matchers.current(work)
            feeds = {PUBLISHER_FEED + author: author for author in self._publishers(standing.watched_authors)}
            await _forget_others(work, states, feeds)
            await work.commit()
        known = [states.get(name, FeedState(name)) for name in feeds]
        named = {name for name, author in feeds.items() if self._is_named(author, standing)}
        self._waits = self._publishers_waits(known, named)
        due = sorted(
            (state for state in known if self._is_due(state)),
            key=lambda state: (state.name not in named, state.next_at or LONG_AGO),
        )
        return await self._read_all(due[:MOST_PUBLISHERS_A_PASS])

    def _is_named(self, author: str, standing: Standing) -> bool:
        lab = self._labs.of(author)
        if lab is not None and (lab.key in standing.watched_labs or lab.country in standing.watched_countries):
            return True
        return author.casefold() in standing.watched_authors

    def _publishers_waits(self, known: Sequence[FeedState], named: Collection[str]) -> Mapping[str, timedelta]:
        now = self._clock.now()
        attention = {state.name: attention_of(state, now, named=state.name in named) for state in known}
        followed = Counter(attention.values())
        waits = publishers_waits(followed, period=self._period, allowed=self._allowed_in_window())
        return {name: waits[kind] for name, kind in attention.items()}

    def _is_due(self, state: FeedState) -> bool:
        """Tell whether a feed's moment has come: the one that was noted, or a sooner one for whom a watch names now."""
        if state.next_at is None or state.last_ok_at is None or state.failures:
            return state.next_at is None or state.next_at <= self._clock.now()
        return min(state.next_at, state.last_ok_at + self._wait_of(state.name)) <= self._clock.now()

    async def _read_all(self, due: Sequence[FeedState]) -> int:
        slots = asyncio.Semaphore(AT_ONCE)

        async def read(state: FeedState) -> None:
            async with slots:
                await self._read(state)

        async with asyncio.TaskGroup() as group:
            for state in due:
                group.create_task(read(state))
        return len(due)

    def _publishers(self, watched: tuple[str, ...]) -> list[str]:
        """Return whose listings are compared: every lab's, and whom watches name, unless it is a mere uploader."""
        known = self._labs.publishers()
        spelled = {author.casefold() for author in known}
        others = (author for author in watched if author not in spelled)
        return [*known, *(author for author in others if not ((lab := self._labs.of(author)) and lab.uploader))]

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


async def _forget_others(work: Work, states: Mapping[str, FeedState], feeds: Mapping[str, str]) -> None:
    """A publisher whom nobody asks about any more begins anew, should somebody ask again: with a baseline."""
    for name, state in states.items():
        if name.startswith(PUBLISHER_FEED) and name not in feeds and state.cursor is not None:
            await work.feeds.put(FeedState(name))
