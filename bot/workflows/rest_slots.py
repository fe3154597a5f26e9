"""The bot's budget of Discord requests, spread evenly; fits `bot.announcing.rest_limits.RestLimiter`.

Discord allows 50 a second to one bot token, whatever number of processes share it. GCRA: a slot every
`INTERVAL` over time, a few at once after a quiet spell.
"""

import asyncio
from datetime import timedelta
from time import monotonic

from bot.workflows.ports import UnitOfWork

PER_SECOND = 45
"""A tenth below Discord's 50, for clocks and for requests that Discord counts late."""

INTERVAL = timedelta(seconds=1) / PER_SECOND

BURST = 5
"""Slots at once after a quiet spell: 45 + 5 is what Discord allows in any one second."""

NAME = "discord-rest"


class SlotsInMemory:
    """For one process."""

    def __init__(self) -> None:
        self._arrival = 0.0

    async def slot(self) -> None:
        """Return when the next request may be made; in the order of the calls."""
        now = monotonic()
        arrival = max(self._arrival, now)
        self._arrival = arrival + INTERVAL.total_seconds()
        await asyncio.sleep(max(0.0, arrival - INTERVAL.total_seconds() * (BURST - 1) - now))


class SharedSlots:
    """For several processes, in the database and on its clock."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    async def slot(self) -> None:
        """Return when the next request may be made."""
        async with self._unit_of_work() as work:
            wait = await work.leases.take_slot(NAME, interval=INTERVAL, burst=BURST)
            await work.commit()
        await asyncio.sleep(wait.total_seconds())
