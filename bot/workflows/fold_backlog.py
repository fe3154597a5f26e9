"""After a long outage, what piled up in a channel becomes one digest instead of a flood of cards."""

from datetime import timedelta

import structlog

from bot.domain.clock import Clock
from bot.workflows.ports import UnitOfWork

STALE_AFTER = timedelta(hours=6)
"""A card that waited longer is no news any more: a channel that works is served within seconds."""

AT_MOST = 25
"""More cards than that at once is a flood, whatever their age: about two screens of a busy channel."""

_log = structlog.get_logger()


async def fold_backlogs(unit_of_work: UnitOfWork, *, clock: Clock) -> int:
    """Fold the backlog of every channel that has a long one; return how many cards became lines of a digest."""
    now = clock.now()
    async with unit_of_work() as work:
        lanes = await work.deliveries.long_backlogs(older_than=now - STALE_AFTER, more_than=AT_MOST)
    folded = 0
    for guild_id, channel_id in lanes:
        async with unit_of_work() as work:
            cards = await work.deliveries.fold_backlog(
                guild_id=guild_id, channel_id=channel_id, older_than=now - STALE_AFTER, more_than=AT_MOST, now=now
            )
            await work.commit()
        _log.info("backlog.folded", guild_id=guild_id, channel_id=channel_id, cards=cards)
        folded += cards
    return folded
