"""Time is an input: everything that needs to know the moment is handed a `Clock`."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the moment. The real one is made in `bot.assembly`, tests hand in a clock they can turn."""

    def now(self) -> datetime:
        """Return the current moment, aware and in UTC."""
        ...
