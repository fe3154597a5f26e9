"""A member asks to be forgotten: everything of theirs in every server is gone, or nobody's any more."""

from datetime import timedelta

import structlog

from bot.domain.clock import Clock
from bot.domain.members import Forgotten
from bot.workflows.ports import Doorbell, UnitOfWork

CARDS_FOLLOW_WITHIN = timedelta(seconds=30)
"""A member may have voted on hundreds of cards: they follow as those do that are hours old."""

_log = structlog.get_logger()


class ForgetMember:
    """Forgets one member, in one transaction."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, doorbell: Doorbell) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._doorbell = doorbell

    async def __call__(self, user_id: int) -> Forgotten:
        """Forget, let the cards in every server follow, and return exactly what was done. Nobody's id is logged."""
        now = self._clock.now()
        async with self._unit_of_work() as work:
            forgotten = await work.members.forget(user_id, now=now)
            for guild_id, models in sorted(forgotten.cards.items()):
                due_at = now + CARDS_FOLLOW_WITHIN
                await work.deliveries.refresh_cards(sorted(models), due_at=due_at, guild_id=guild_id)
            await work.commit()
        await self._doorbell.ring()
        _log.info("member_forgotten", things=forgotten.total)
        return forgotten
