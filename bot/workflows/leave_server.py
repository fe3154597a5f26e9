"""Rootstock was removed from a server: stop watching for it, keep its settings for a return."""

from bot.domain.clock import Clock
from bot.workflows.ports import UnitOfWork


class LeaveServer:
    """Pauses a server's watches and withdraws what its channels are still owed."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, guild_id: int) -> None:
        """Forget one server."""
        async with self._unit_of_work() as work:
            await work.servers.forget(guild_id, now=self._clock.now())
            await work.commit()
