"""Doorbells: a sender that waits is told at once that a lane has work."""

import asyncio
from datetime import timedelta


class ProcessDoorbell:
    """Rings within this process; fits `bot.workflows.ports.Doorbell`.

    A ring wakes everyone who waits; one that comes while nobody waits is kept for the next.
    """

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    async def ring(self) -> None:
        """Wake whoever waits."""
        self._rung.set()

    async def wait(self, timeout: timedelta) -> None:
        """Return when rung, or after `timeout`."""
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                await self._rung.wait()
        except TimeoutError:
            return
        self._rung.clear()
