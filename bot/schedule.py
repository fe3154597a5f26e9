"""When each workflow runs, nothing else. Who may act is decided by the database, never by the scheduler."""

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

WATCHER_LEASE = timedelta(seconds=90)
"""Three missed renewals; after a crash another process watches within this time."""

WATCHER_RENEWAL = timedelta(seconds=25)

POLL_TICK = timedelta(seconds=15)
"""How often is asked which feeds are due; how often each is read is `POLL_SECONDS`."""

LOOK_TICK = timedelta(minutes=1)
DIGEST_TICK = timedelta(minutes=1)
"""A digest at nine is posted at nine."""

BACKLOG_TICK = timedelta(minutes=5)

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
        self._owner = owner
        self.held = False

    async def renew(self) -> bool:
        """Take or renew the lease; False while another process holds it."""
        async with self._unit_of_work() as work:
            held = await work.leases.take(WATCHER, self._owner, lease=WATCHER_LEASE)
            await work.commit()
        if held != self.held:
            _log.info("watcher.lease", held=held, owner=self._owner)
        self.held = held
        return held

    async def drop(self) -> None:
        """Let another process watch at once."""
        async with self._unit_of_work() as work:
            await work.leases.drop(WATCHER, self._owner)
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

    def stop(self) -> None:
        """Begin nothing more; what is under way is cancelled with the loop's other tasks by the assembly."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _add(self, tick: Tick) -> None:
        seconds = tick.every.total_seconds()
        jitter = seconds * JITTER_SHARE
        trigger = IntervalTrigger(seconds=seconds, jitter=jitter, timezone=UTC)  # pyright: ignore[reportArgumentType]  # floats work; its defaults say int
        self._scheduler.add_job(_logged(tick), trigger, id=tick.name, name=tick.name)
        if tick.soon:
            self._scheduler.add_job(_logged(tick), id=f"{tick.name} at once", name=tick.name)


def usual_ticks(
    lease: WatcherLease, *, poll: Call, look_again: Call, digests: Call, fold_backlog: Call, period: timedelta
) -> list[Tick]:
    """Return what a process that watches and schedules does; `period` is how often each feed is read.

    Feeds and second looks belong to the one watcher. Digests and the backlog may be worked by any process: the
    database lets each be owed once.
    """
    return [
        Tick("watcher lease", WATCHER_RENEWAL, lease.renew),
        Tick("poll feeds", min(POLL_TICK, period / 2), lease.guard(poll)),
        Tick("look again", min(LOOK_TICK, period), lease.guard(look_again)),
        Tick("gather digests", min(DIGEST_TICK, period), digests),
        Tick("fold backlog", BACKLOG_TICK, fold_backlog),
    ]


def _logged(tick: Tick) -> Callable[[], Awaitable[None]]:
    async def call() -> None:
        try:
            await tick.call()
        except Exception:  # noqa: BLE001 - a tick that fails is logged with its name, and comes round again
            _log.exception("tick.failed", tick=tick.name)

    return call
