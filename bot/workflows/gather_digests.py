"""Turns what was gathered for a channel's daily, weekly or overflow digest into one delivery when it is due."""

from datetime import datetime, timedelta

import structlog

from bot.domain.bursts import OVERFLOW_WAIT
from bot.domain.clock import Clock
from bot.domain.delivery import Purpose
from bot.domain.labs import LabBook
from bot.domain.watches import Pace, keeps_what_waits
from bot.workflows.ports import Doorbell, UnitOfWork, Work
from bot.workflows.settle_waiting_lines import Gathering, settle_lines

DAILY, WEEKLY, OVERFLOW = "daily", "weekly", "overflow"
"""Catalogue keys below `digest.title.`."""

_SPAN = {DAILY: timedelta(days=1), WEEKLY: timedelta(days=7), OVERFLOW: OVERFLOW_WAIT}
_PACE = {DAILY: Pace.DAILY, WEEKLY: Pace.WEEKLY}

_log = structlog.get_logger()


async def gather_due_digests(unit_of_work: UnitOfWork, clock: Clock, doorbell: Doorbell, labs: LabBook) -> int:
    """Owe one digest to every channel that has one due; how many. Each is a transaction of its own."""
    async with unit_of_work() as work:
        due = await work.deliveries.due_digests(clock.now())
    for guild_id, channel_id, due_at in due:
        for stray in await _strays(unit_of_work, guild_id, channel_id, due_at):
            await settle_lines(unit_of_work, stray, labs=labs, clock=clock)
        async with unit_of_work() as work:
            lines = await _gather(work, guild_id, channel_id, due_at, clock.now())
            await work.commit()
        _log.info("digest.gathered", guild_id=guild_id, channel_id=channel_id, lines=lines)
    if due:
        await doorbell.ring()
    return len(due)


async def _strays(unit_of_work: UnitOfWork, guild_id: int, channel_id: int, due_at: datetime) -> list[Gathering]:
    """Return the watches whose lines are in a digest that is not theirs: removed, paused or moved in the meantime.

    Whoever changed them has settled their lines too, unless interrupted, or overtaken by a decision of that moment.
    """
    async with unit_of_work() as work:
        gathering = await work.deliveries.gathering_watches(channel_id, due_at)
        watches = await work.watches.of_server(guild_id)
    here = {watch.id for watch in watches if watch.channel_id == channel_id and keeps_what_waits(watch)}
    return [Gathering(watch_id, guild_id, channel_id) for watch_id in sorted(gathering - here)]


async def _gather(work: Work, guild_id: int, channel_id: int, due_at: datetime, now: datetime) -> int:
    """Owe the digest and put its lines in. A second digest of the same moment gets the present one's name too."""
    reason = await _reason(work, guild_id, channel_id, due_at)
    if reason is None:
        return 0
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


async def _reason(work: Work, guild_id: int, channel_id: int, due_at: datetime) -> str | None:
    """Return what kind of digest it is, by the paces of the watches that gathered it; None if nothing is left of it."""
    gathering = await work.deliveries.gathering_watches(channel_id, due_at)
    paces = {watch.pace for watch in await work.watches.of_server(guild_id) if watch.id in gathering}
    return next((reason for reason, pace in _PACE.items() if pace in paces), OVERFLOW if gathering else None)
