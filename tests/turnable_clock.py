"""A clock that stands still until a test turns it."""

from datetime import datetime, timedelta

from tests.domain.builders import NOW


class TurnableClock:
    """Fits `bot.domain.clock.Clock`."""

    def __init__(self, moment: datetime = NOW) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Return the moment it was turned to."""
        return self.moment

    def turn(self, by: timedelta) -> datetime:
        """Let time pass; return the new moment."""
        self.moment += by
        return self.moment
