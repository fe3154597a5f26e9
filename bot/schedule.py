"""When each workflow runs, nothing else. Who may act is decided by the database, never by the scheduler."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Protocol, Self, cast

import structlog
from apscheduler.executors.asyncio import AsyncIOExecutor  # pyright: ignore[reportMissingTypeStubs]  # APScheduler 3 has none
from apscheduler.jobstores.memory import MemoryJobStore  # pyright: ignore[reportMissingTypeStubs]  # APScheduler 3 has none
from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]  # APScheduler 3 has none
from apscheduler.triggers.interval import IntervalTrigger  # pyright: ignore[reportMissingTypeStubs]  # APScheduler 3 has none

from bot.workflows.ports import UnitOfWork

WATCHER = "watcher"
"""The lease without which nobody reads feeds."""

WATCHER_LEASE = timedelta(seconds=30)
"""Three missed renewals; after a crash another process watches within this time."""

WATCHER_RENEWAL = timedelta(seconds=10)

POLL_TICK = timedelta(seconds=5)
"""How often is asked which feeds are due; how often each is read is `POLL_SECONDS`."""

LOOK_TICK = timedelta(minutes=1)
DIGEST_TICK = timedelta(minutes=1)
"""A digest at nine is posted at nine."""

WEEK_TICK = timedelta(seconds=20)
"""A week is posted within half a minute of its hour."""

BACKLOG_TICK = timedelta(minutes=5)

INTEGRITY_TICK = timedelta(minutes=10)
"""Found well before a weekly post; where nobody has voted it asks the database one number."""

TELL_TICK = timedelta(minutes=1)
"""Moderators learn of what was set aside within a minute."""

EVERYWHERE_TICK = timedelta(minutes=15)
"""Half of how old the numbers are at most that members are shown at once (`bot.workflows.count_everywhere`)."""

AGE_TICK = timedelta(minutes=2)
"""A ballot that has aged counts at once; only its cards wait for this."""

JITTER_SHARE = 0.1
"""Of a tick's interval: processes that were started together do not stay in step."""

_log = structlog.get_logger()

Call = Callable[[], Awaitable[object]]


class _Scheduler(Protocol):
    """As much of `AsyncIOScheduler` as is used here, with types."""

    @property
    def running(self) -> bool: ...
    def add_job(self, func: Call, trigger: object = None, *, id: str, name: str) -> object: ...  # noqa: A002 - its name
    def start(self) -> None: ...
    def shutdown(self, *, wait: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Tick:
    """One workflow and how often it is called; `soon` calls it at once as well."""

    name: str
    every: timedelta
    call: Call
    soon: bool = True


class WatcherLease:
    """The right to read feeds, for one process at a time."""

    def __init__(self, unit_of_work: UnitOfWork, owner: str) -> None:
        self._unit_of_work = unit_of_work
        self.owner = owner
        self.held = False

    async def renew(self) -> bool:
        """Take or renew the lease; False while another process holds it."""
        async with self._unit_of_work() as work:
            held = await work.leases.take(WATCHER, self.owner, lease=WATCHER_LEASE)
            await work.commit()
        if held != self.held:
            _log.info("watcher.lease", held=held, owner=self.owner)
        self.held = held
        return held

    async def seize(self) -> None:
        """Take the lease from whoever has it: right where there can be only one process, and that is this one."""
        async with self._unit_of_work() as work:
            await work.leases.void(WATCHER)
            await work.commit()
        await self.renew()

    async def drop(self) -> None:
        """Let another process watch at once."""
        async with self._unit_of_work() as work:
            await work.leases.drop(WATCHER, self.owner)
            await work.commit()
        self.held = False

    def guard(self, call: Call) -> Call:
        """Return a call that does nothing in a process that does not hold the lease."""

        async def guarded() -> object:
            return await call() if await self.renew() else None

        return guarded


class Schedule:
    """Calls workflows in this process's event loop, each one at a time and never twice for a missed moment."""

    def __init__(self, ticks: Sequence[Tick]) -> None:
        self._ticks = tuple(ticks)
        self._under_way: set[asyncio.Task[object]] = set()
        scheduler = AsyncIOScheduler(
            timezone=UTC,
            jobstores={"default": MemoryJobStore()},
            executors={"default": AsyncIOExecutor()},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        self._scheduler = cast("_Scheduler", scheduler)

    def start(self) -> Self:
        """Begin, inside a running event loop."""
        for tick in self._ticks:
            self._add(tick)
        self._scheduler.start()
        return self

    async def stop(self) -> None:
        """Begin nothing more, and return when what was under way has been cancelled and is at rest."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _add(self, tick: Tick) -> None:
        seconds = tick.every.total_seconds()
        jitter = seconds * JITTER_SHARE
        trigger = IntervalTrigger(seconds=seconds, jitter=jitter, timezone=UTC)  # pyright: ignore[reportArgumentType]  # floats work; its defaults say int
        self._scheduler.add_job(self._kept(tick), trigger, id=tick.name, name=tick.name)
        if tick.soon:
            self._scheduler.add_job(self._kept(tick), id=f"{tick.name} at once", name=tick.name)

    def _kept(self, tick: Tick) -> Callable[[], Awaitable[None]]:
        async def call() -> None:
            task = asyncio.current_task()
            if task is not None:
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)
            try:
                await tick.call()
            except asyncio.CancelledError:
                # APScheduler cancels what is under way when it is shut down, and would report that as a failure.
                _log.debug("tick.ended", tick=tick.name)
            except Exception:  # noqa: BLE001 - a tick that fails is logged with its name, and comes round again
                _log.exception("tick.failed", tick=tick.name)

        return call


def watching_ticks(
    lease: WatcherLease, *, general: Call, publishers: Call, look_again: Call, period: timedelta
) -> list[Tick]:
    """Return what the one watcher does; `period` is how often each feed is read."""
    return [
        Tick("watcher lease", WATCHER_RENEWAL, lease.renew),
        Tick("read general feeds", min(POLL_TICK, period / 2), lease.guard(general)),
        Tick("read publishers", min(POLL_TICK, period / 2), lease.guard(publishers)),
        Tick("look again", min(LOOK_TICK, period), lease.guard(look_again)),
    ]


def scheduling_ticks(
    *, digests: Call, weeks: Call, fold_backlog: Call, integrity: Call, ballots: Call, batches: Call, period: timedelta
) -> list[Tick]:
    """Return what any process may do at its time: the database lets each digest, and each week, be owed once."""
    return [
        Tick("gather digests", min(DIGEST_TICK, period), digests),
        Tick("publish weeks", min(WEEK_TICK, period), weeks),
        Tick("fold backlog", BACKLOG_TICK, fold_backlog),
        Tick("watch integrity", INTEGRITY_TICK, integrity),
        Tick("tell of batches", TELL_TICK, batches),
        Tick("age ballots", AGE_TICK, ballots),
    ]
