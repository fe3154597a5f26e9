"""Turns what was gathered for a channel's daily, weekly or overflow digest into one delivery when it is due."""

from datetime import datetime, timedelta

import structlog

from bot.domain.bursts import OVERFLOW_WAIT
from bot.domain.clock import Clock
from bot.domain.delivery import Purpose
from bot.domain.moments import next_digest_at
from bot.domain.server import Server
from bot.domain.watches import Pace
from bot.workflows.ports import Doorbell, UnitOfWork, Work

DAILY, WEEKLY, OVERFLOW = "daily", "weekly", "overflow"
"""Catalogue keys below `digest.title.`."""

_SPAN = {DAILY: timedelta(days=1), WEEKLY: timedelta(days=7), OVERFLOW: OVERFLOW_WAIT}
_PACE = {DAILY: Pace.DAILY, WEEKLY: Pace.WEEKLY}
_JUST_BEFORE = timedelta(seconds=1)

_log = structlog.get_logger()


async def gather_due_digests(unit_of_work: UnitOfWork, clock: Clock, doorbell: Doorbell) -> int:
    """Owe one digest to every channel that has one due; how many. Each is a transaction of its own."""
    async with unit_of_work() as work:
        due = await work.deliveries.due_digests(clock.now())
    for guild_id, channel_id, due_at in due:
        async with unit_of_work() as work:
            lines = await _gather(work, guild_id, channel_id, due_at, clock.now())
            await work.commit()
        _log.info("digest.gathered", guild_id=guild_id, channel_id=channel_id, lines=lines)
    if due:
        await doorbell.ring()
    return len(due)


async def _gather(work: Work, guild_id: int, channel_id: int, due_at: datetime, now: datetime) -> int:
    """Owe the digest and put its lines in. A second digest of the same moment gets the present one's name too."""
    reason = await _reason(work, guild_id, channel_id, due_at)
    payload = {"reason": reason, "since": (due_at - _SPAN[reason]).isoformat()}
    subject = f"digest:{due_at.isoformat()}"
    delivery_id = None
    for name in (subject, f"{subject}+{now.isoformat()}"):
        delivery_id = await work.deliveries.enqueue(
            guild_id=guild_id,
            channel_id=channel_id,
            subject=name,
            purpose=Purpose.DIGEST,
            now=now,
            payload=payload,
        )
        if delivery_id is not None:
            return await work.deliveries.gather_digest(channel_id, due_at, delivery_id)
    return 0


async def _reason(work: Work, guild_id: int, channel_id: int, due_at: datetime) -> str:
    """A digest at the server's own hour is the daily or weekly one, if the channel has such a watch."""
    server = await work.servers.get(guild_id) or Server(guild_id)
    watches = await work.watches.of_server(guild_id)
    paces = {watch.pace for watch in watches if watch.channel_id == channel_id}
    for reason, pace in _PACE.items():
        if pace in paces and next_digest_at(server, pace, due_at - _JUST_BEFORE) == due_at:
            return reason
    return OVERFLOW
