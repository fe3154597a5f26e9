"""Ticks call workflows in the running loop; the watcher's lease decides who reads feeds."""

import asyncio
from datetime import timedelta

from bot.schedule import WATCHER_LEASE, Schedule, Tick, WatcherLease
from storage.engine import Database
from tests.turnable_clock import TurnableClock

NEVER = timedelta(days=1)


async def test_ticks_are_called_and_one_that_fails_ends_no_other() -> None:
    """A tick that raises is logged; the others are called."""
    called = asyncio.Event()

    async def fail() -> None:
        raise RuntimeError

    async def note() -> None:
        called.set()

    schedule = Schedule([Tick("fails", NEVER, fail), Tick("notes", NEVER, note)]).start()
    await asyncio.wait_for(called.wait(), 10)
    await schedule.stop()


async def test_one_process_watches_and_another_takes_over(database: Database, clock: TurnableClock) -> None:
    """While one holds the lease, the other's guarded calls do nothing; after it ran out they do."""
    first, second = WatcherLease(database.unit_of_work, "first"), WatcherLease(database.unit_of_work, "second")
    calls: list[str] = []

    async def call_first() -> None:
        calls.append("first")

    async def call_second() -> None:
        calls.append("second")

    await first.guard(call_first)()
    await second.guard(call_second)()
    assert (calls, first.held, second.held) == (["first"], True, False)
    clock.turn(WATCHER_LEASE + timedelta(seconds=1))
    await second.guard(call_second)()
    await first.guard(call_first)()
    assert (calls, first.held, second.held) == (["first", "second"], False, True)


async def test_a_process_that_ends_lets_another_watch_at_once(database: Database) -> None:
    """The lease is dropped on the way out."""
    first, second = WatcherLease(database.unit_of_work, "first"), WatcherLease(database.unit_of_work, "second")
    await first.renew()
    await first.drop()
    assert await second.renew()


async def test_a_process_that_is_alone_takes_what_a_kill_left(database: Database) -> None:
    """A lease of a dead process does not keep the feeds still until it runs out."""
    dead, alone = WatcherLease(database.unit_of_work, "dead"), WatcherLease(database.unit_of_work, "alone")
    await dead.renew()
    await alone.seize()
    assert [alone.held, await dead.renew()] == [True, False]
