"""Tells a server's moderators that a channel refuses messages: once, where they will see it."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.domain.clock import Clock
from bot.domain.delivery import Purpose
from bot.domain.errors import SendFailure
from bot.domain.server import Server
from bot.domain.watches import PausedBecause
from bot.workflows.ports import Messenger, UnitOfWork, Work
from bot.workflows.prepare_post import NOTICE_KEY

CHANNEL_PAUSED, CHANNEL_GONE, WEEK_WAITING = "channel-paused", "channel-gone", "week-waiting"
"""Catalogue keys below `notice.`; placeholders `channel` (an id), of a deleted channel `watches` (their names), and
`week` where a weekly post waits there."""

_log = structlog.get_logger()


class TellModerators:
    """Owes one notice to the server's notice channel, or to whoever set the server up as a direct message."""

    def __init__(self, unit_of_work: UnitOfWork, *, messenger: Messenger, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._messenger = messenger
        self._clock = clock

    async def __call__(self, guild_id: int, channel_id: int, reason: str) -> bool:
        """Tell of a channel that was paused or deleted; False where nobody can be told, which the log then says."""
        async with self._unit_of_work() as work:
            server = await work.servers.get(guild_id)
            notice = await _notice_of(work, guild_id, channel_id)
        told = await self._told(server, channel_id)
        if told is None:
            _log.warning("moderators.unreachable", guild_id=guild_id, channel_id=channel_id, reason=reason)
            return False
        now = self._clock.now()
        async with self._unit_of_work() as work:
            if told.recipient is not None and await _was_forgotten(work, guild_id, told.recipient):
                return False
            owed = await work.deliveries.enqueue(
                guild_id=guild_id,
                channel_id=told.channel_id,
                recipient=told.recipient,
                subject=f"paused:{channel_id}:{now.isoformat()}",
                purpose=Purpose.NOTICE,
                now=now,
                payload=notice,
            )
            await work.commit()
        return owed is not None

    async def _told(self, server: Server | None, refusing: int) -> "_Told | None":
        """The notice channel, unless that is the one that refuses: then, and without one, a direct message."""
        if server is None:
            return None
        if server.notice_channel_id is not None and server.notice_channel_id != refusing:
            return _Told(server.notice_channel_id)
        if server.set_up_by is None:
            return None
        try:
            dm = await self._messenger.open_dm(server.set_up_by)
        except SendFailure as failure:
            _log.warning("moderators.no-dm", guild_id=server.guild_id, reason=failure.reason)
            return None
        return _Told(dm, server.set_up_by) if dm != refusing else None


@dataclass(frozen=True, slots=True)
class _Told:
    """Where a notice goes; to whom, where that is somebody's direct conversation."""

    channel_id: int
    recipient: int | None = None


async def _was_forgotten(work: Work, guild_id: int, user_id: int) -> bool:
    """Tell whether somebody is no longer who set the server up, since their conversation was opened."""
    server = await work.servers.get(guild_id)
    return server is None or server.set_up_by != user_id


async def _notice_of(work: Work, guild_id: int, channel_id: int) -> Mapping[str, str]:
    """Return what a notice says of a channel: which week waits there, which watches lost it, or that it refuses."""
    waiting = await work.leaderboards.waiting(guild_id)
    if waiting is not None and waiting.channel_id == channel_id:
        return {NOTICE_KEY: WEEK_WAITING, "channel": str(channel_id), "week": str(waiting.week)}
    watches = [one for one in await work.watches.of_server(guild_id) if one.channel_id == channel_id]
    lost = [f"#{one.id} {one.name}" for one in watches if one.paused_reason == PausedBecause.CHANNEL_GONE]
    if lost:
        return {NOTICE_KEY: CHANNEL_GONE, "watches": ", ".join(lost)}
    return {NOTICE_KEY: CHANNEL_PAUSED, "channel": str(channel_id)}
