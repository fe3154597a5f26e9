"""A channel was deleted: nothing waits for it any more, its watches rest, and moderators are told once."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.domain.clock import Clock
from bot.domain.delivery import Purpose
from bot.domain.watches import PausedBecause, Watch, WatchState, keeps_what_waits
from bot.workflows.ports import UnitOfWork, Work

TellModerators = Callable[[int, int, str], Awaitable[object]]
"""Called once with guild, channel and reason after a channel was paused, for good or until a moderator wakes it."""

_log = structlog.get_logger()


class CloseChannel:
    """Told of every channel that is deleted; most of them are nobody's concern here."""

    def __init__(self, unit_of_work: UnitOfWork, tell_moderators: TellModerators, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._tell_moderators = tell_moderators
        self._clock = clock

    async def __call__(self, guild_id: int, channel_id: int) -> bool:
        """Close a channel; whether watches posted there, of which a moderator is told then."""
        async with self._unit_of_work() as work:
            watches = await close_channel(work, guild_id, channel_id, self._clock.now())
            await _forget_notice_channel(work, guild_id, channel_id)
            await work.commit()
        if not watches:
            return False
        _log.info("channel.gone", guild_id=guild_id, channel_id=channel_id, watches=len(watches))
        await self._tell_moderators(guild_id, channel_id, PausedBecause.CHANNEL_GONE)
        return True

    async def watched(self) -> Mapping[int, set[int]]:
        """Return the channels in which watches post, by server: those that must be there."""
        async with self._unit_of_work() as work:
            watched = await work.watches.watched_channels()
        found: dict[int, set[int]] = defaultdict(set)
        for guild_id, channel_id in watched:
            found[guild_id].add(channel_id)
        return dict(found)


async def close_channel(work: Work, guild_id: int, channel_id: int, now: datetime) -> Sequence[Watch]:
    """Close a channel inside somebody's transaction; the watches that rest because of it now."""
    watches = [one for one in await work.watches.of_server(guild_id) if one.channel_id == channel_id]
    resting = [
        replace(one, state=WatchState.PAUSED, paused_reason=PausedBecause.CHANNEL_GONE)
        for one in watches
        if keeps_what_waits(one)
    ]
    for watch in resting:
        await work.watches.update(watch)
    await work.deliveries.pause_lane(channel_id, PausedBecause.CHANNEL_GONE, now=now)
    await work.deliveries.withdraw_owed(channel_id, (Purpose.CARD, Purpose.DIGEST, Purpose.NOTICE))
    return resting


async def _forget_notice_channel(work: Work, guild_id: int, channel_id: int) -> None:
    """Let the next notices go to whoever set the server up."""
    server = await work.servers.get(guild_id)
    if server is not None and server.notice_channel_id == channel_id:
        await work.servers.put(replace(server, notice_channel_id=None))
