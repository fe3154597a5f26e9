"""Follows a hub's webhook notice with a look-up, so that a release is posted in seconds instead of minutes.

Polling is the truth: a notice that is lost, doubled or false costs at most one question to the hub.
"""

import asyncio
from collections.abc import Callable
from typing import Protocol

import structlog

from bot.domain.errors import HubUnavailable
from bot.domain.model import HubModel
from bot.domain.release_moments import Sight, Sighting
from bot.workflows.observe_releases import Batch, Observed, ObserveReleases
from bot.workflows.ports import Hub, UnitOfWork
from bot.workflows.telemetry import NoTelemetry, Telemetry

MOST_WAITING = 1000
"""A day's worth of one webhook's triggers (HUB.md, Webhooks). More is dropped: the feeds will find it."""

APPEARED = "appeared"

_log = structlog.get_logger()


class HubChange(Protocol):
    """What a notice says, as `bot.hub.webhook_notices.HubNotice` does."""

    @property
    def action(self) -> str:
        """`appeared` (nobody could see it before), `changed`, `moved` or `gone`."""
        ...

    @property
    def repo_id(self) -> str: ...  # noqa: D102 - as everywhere
    @property
    def moved_to(self) -> str | None: ...  # noqa: D102 - the new name after a move
    @property
    def reason(self) -> str:
        """The hub's own words, for the log: `create repo`."""
        ...


class NoticeHubChange:
    """Observes the model that a notice is about."""

    def __init__(self, unit_of_work: UnitOfWork, *, hub: Hub, observe: ObserveReleases) -> None:
        self._unit_of_work = unit_of_work
        self._hub = hub
        self._observe = observe

    async def __call__(self, change: HubChange) -> Observed:
        """Look the model up and observe it. Raises `HubUnavailable`: then the feeds will find it."""
        record = await self._hub.look_up(change.moved_to or change.repo_id)
        if record is None:
            return await self._lose(change.repo_id)
        sight = Sight.CREATED_NOTICE if change.action == APPEARED else Sight.CHANGED_NOTICE
        return await self._observe(Batch([record], Sighting(sight), gone=await self._left_behind(change, record)))

    async def _lose(self, repo_id: str) -> Observed:
        """The hub shows it no more, whatever the notice says: that it shows it still would have been an answer."""
        async with self._unit_of_work() as work:
            known = await work.models.by_name(self._hub.source, repo_id)
        gone = [] if known is None else [known.id]
        return await self._observe(Batch([], Sighting(Sight.CHANGED_NOTICE), gone=gone))

    async def _left_behind(self, change: HubChange, record: HubModel) -> list[int]:
        """After a move, what was known under the old name without an id is not the moved model to us: it is gone."""
        if record.repo_id.casefold() == change.repo_id.casefold():
            return []
        async with self._unit_of_work() as work:
            known = await work.models.by_name(self._hub.source, change.repo_id)
        return [known.id] if known is not None and known.facts.hub_id != record.hub_id else []


class NoticeInbox:
    """A bounded queue between the web server, which answers at once, and the task that follows the notices."""

    def __init__(
        self,
        notice: NoticeHubChange,
        read: Callable[[bytes], HubChange | None],
        telemetry: Telemetry | None = None,
    ) -> None:
        self._notice = notice
        self._read = read
        self._telemetry = telemetry or NoTelemetry()
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(MOST_WAITING)

    def take(self, payload: bytes) -> bool:
        """Take a payload in; False if the queue is full and it was dropped."""
        try:
            self._queue.put_nowait(payload)
        except asyncio.QueueFull:
            _log.warning("notice.dropped", waiting=MOST_WAITING)
            self._telemetry.notice("dropped")
            return False
        self._telemetry.notice("taken")
        return True

    async def run_forever(self) -> None:
        """Follow notices one by one until cancelled. The assembly starts this as a task."""
        while True:
            payload = await self._queue.get()
            try:
                await self._follow(payload)
            finally:
                self._queue.task_done()

    async def settle(self) -> None:
        """Wait until everything that was taken in has been followed."""
        await self._queue.join()

    async def _follow(self, payload: bytes) -> None:
        try:
            change = self._read(payload)
            if change is None:
                self._telemetry.notice("ignored")
                return
            observed = await self._notice(change)
            _log.info("notice.followed", repo_id=change.repo_id, said=change.reason, released=len(observed.released))
        except HubUnavailable as failure:
            _log.warning("notice.not-followed", reason=failure.reason)
            self._telemetry.notice("failed")
        except Exception:  # noqa: BLE001 - whatever a hostile payload or a database in distress does, the next notice is served
            _log.exception("notice.broke", size=len(payload))
            self._telemetry.notice("failed")
