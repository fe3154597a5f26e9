"""Standings everywhere are counted beside everything else: once for all who ask, and rarely where it takes long."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.domain.votes import Choice, Tally
from bot.domain.windows import Span
from bot.workflows.cast_vote import CastVote, Vote
from bot.workflows.compute_standings import Counted
from bot.workflows.count_everywhere import OLDEST, CountEverywhere
from bot.workflows.ports import Work
from storage.engine import Database
from tests.storage.stored import store_names
from tests.storage.test_standings import HERE, cast, opt_in, up
from tests.turnable_clock import TurnableClock

LONG_AGO = timedelta(days=900)


class SlowReader:
    """A connection that reads a database of a million ballots: it goes on when a test lets it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.opened = 0
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()
        self.is_broken = False

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Work]:
        """Open a transaction that takes its time."""
        self.opened += 1
        async with self._database.reading() as work:
            await work.standings.opted_in()
            await self.may_go_on.wait()
            if self.is_broken:
                raise OSError("the disk is gone")
            yield work


def voters(counted: Counted) -> int:
    """Return how many ballots were counted."""
    return round(sum(one.up + one.down for one in counted.tallies.values()))


async def a_vote(database: Database, clock: TurnableClock) -> tuple[CastVote, Vote]:
    """Return a vote to cast in a server that counts everywhere and has one already."""
    (one,) = await store_names(database, "a/one")
    await opt_in(database, HERE)
    await cast(database, {(HERE, one, 1): up()})
    old = clock.now() - LONG_AGO
    return CastVote(database.unit_of_work, clock), Vote(1, HERE, one, 2, Choice.UP, old, old)


async def test_nobodys_vote_waits_for_it(database: Database, clock: TurnableClock) -> None:
    """A vote is cast while all time is being counted; who asked gets what was there when they did."""
    cast_vote, vote = await a_vote(database, clock)
    reader = SlowReader(database)
    reader.may_go_on.clear()
    asked = asyncio.create_task(CountEverywhere(reader.reading, clock)(Span.ALL))
    voted = await cast_vote(vote)
    assert (voted.tally, asked.done()) == (Tally(2, 0), False)
    reader.may_go_on.set()
    assert voters(await asked) == 1


async def test_it_is_counted_once_for_all_who_ask(database: Database, clock: TurnableClock) -> None:
    """At the same time, and again soon after; each window by itself."""
    await a_vote(database, clock)
    reader = SlowReader(database)
    everywhere = CountEverywhere(reader.reading, clock)
    found = await asyncio.gather(*(everywhere(Span.ALL) for _ in range(5)))
    again = await everywhere(Span.ALL)
    assert ([voters(one) for one in (*found, again)], reader.opened) == ([1] * 6, 1)
    await everywhere(Span.WEEK)
    clock.turn(OLDEST)
    await everywhere(Span.ALL)
    assert reader.opened == 3


async def test_what_takes_long_is_shown_as_it_was(database: Database, clock: TurnableClock) -> None:
    """Whoever asks meanwhile gets the numbers from before, with their moment; the next one gets the new."""
    cast_vote, vote = await a_vote(database, clock)
    reader = SlowReader(database)
    everywhere = CountEverywhere(reader.reading, clock, patience=timedelta())
    first = await everywhere(Span.ALL)
    await cast_vote(vote)
    reader.may_go_on.clear()
    clock.turn(OLDEST / 2)
    assert await everywhere(Span.ALL) is first
    clock.turn(OLDEST)
    late = asyncio.create_task(everywhere(Span.ALL))
    reader.may_go_on.set()
    assert (voters(await late), reader.opened) == (2, 2)


async def test_a_count_that_fails_is_tried_again(database: Database, clock: TurnableClock) -> None:
    """Whoever waits for it learns of it; old numbers stay where there are any."""
    await a_vote(database, clock)
    reader = SlowReader(database)
    everywhere = CountEverywhere(reader.reading, clock)
    reader.is_broken = True
    with pytest.raises(OSError, match="the disk is gone"):
        await everywhere(Span.ALL)
    reader.is_broken = False
    first = await everywhere(Span.ALL)
    reader.is_broken = True
    clock.turn(OLDEST / 2)
    assert await everywhere(Span.ALL) is first


async def test_nobody_waits_for_the_first_count(database: Database, clock: TurnableClock) -> None:
    """What is kept recent is there when the first member asks, after a start and after hours in which nobody did."""
    await a_vote(database, clock)
    reader = SlowReader(database)
    everywhere = CountEverywhere(reader.reading, clock)
    for hours in range(3):
        await everywhere.keep_recent()
        reader.may_go_on.clear()
        assert (voters(await everywhere(Span.ALL)), reader.opened) == (1, len(Span) * (hours + 1))
        reader.may_go_on.set()
        clock.turn(OLDEST)
    reader.is_broken = True
    await everywhere.keep_recent()
