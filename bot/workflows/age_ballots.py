"""Lets cards show the ballots that were fresh when they were cast and have come of age since."""

from datetime import datetime

from bot.domain.clock import Clock
from bot.workflows.ports import UnitOfWork
from bot.workflows.show_on_cards import show_on_cards

SHOWN_UNTIL = "ballots-aged-until"
"""The note that says up to when this was done."""


async def age_ballots(unit_of_work: UnitOfWork, clock: Clock) -> int:
    """Refresh the cards of models on which a ballot began to count since the last time; how many models.

    The tallies need no such step: they look at the clock themselves.
    """
    now = clock.now()
    async with unit_of_work() as work:
        noted = await work.notes.get(SHOWN_UNTIL)
        after = datetime.fromisoformat(noted) if noted else now
        aged = await work.votes.came_of_age(after=after, until=now)
        for guild_id, model_id in aged:
            await show_on_cards(work, guild_id, model_id, now)
        await work.notes.put(SHOWN_UNTIL, now.isoformat())
        await work.commit()
    return len(aged)
