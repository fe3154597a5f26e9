"""A doorbell that nobody waits at."""

from datetime import timedelta


class Bell:
    """Counts rings; fits `bot.workflows.ports.Doorbell`."""

    def __init__(self) -> None:
        self.rings = 0

    async def ring(self) -> None:
        """Count."""
        self.rings += 1

    async def wait(self, timeout: timedelta) -> None:
        """Nobody waits here."""
