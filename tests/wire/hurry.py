"""An event loop whose clock runs fast, so that discord.py's waits (1 + 3 + 5 + 7 s after a 500) take moments.

Everything on the loop stays in proportion: retries, time limits, heartbeats. Nothing outside is touched.
"""

import asyncio
import selectors
import time
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

Result = TypeVar("Result")

SPEED = 20.0
"""Seconds on the loop for one second on the wall."""


class _HurriedSelector(selectors.DefaultSelector):
    speed = SPEED

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self.speed if timeout else timeout)


class HurriedLoop(asyncio.SelectorEventLoop):
    """A selector loop that counts `SPEED` seconds for every one, until it is told to keep the wall's time."""

    def __init__(self) -> None:
        self._hurried = _HurriedSelector()
        self._since = self._reached = 0.0
        super().__init__(self._hurried)

    def time(self) -> float:
        """Return the loop's own time."""
        return self._reached + (super().time() - self._since) * self._hurried.speed

    def keep_the_walls_time(self) -> None:
        """Hurry no more: what follows is to be quick by itself, and a busy machine is not to look slow."""
        self._reached, self._since, self._hurried.speed = self.time(), super().time(), 1.0


class HurriedClock:
    """The moment, running as fast as the loop; the same in every process that is given the same figures.

    Fits `bot.domain.clock.Clock`. `origin` is the moment (seconds since 1970) at which it agreed with the wall;
    `ahead` (seconds) is how far it was turned since.
    """

    def __init__(self, origin: float, ahead: float = 0.0) -> None:
        self.origin = origin
        self.ahead = ahead

    def seconds(self) -> float:
        """Return seconds since 1970."""
        return self.origin + (time.time() - self.origin) * SPEED + self.ahead

    def now(self) -> datetime:
        """Return the moment in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)


def hurry_no_more() -> None:
    """Let the running loop keep the wall's time from now on."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, HurriedLoop)
    loop.keep_the_walls_time()


def run_hurried(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine on such a loop and return its result."""
    with asyncio.Runner(loop_factory=HurriedLoop) as runner:
        return runner.run(work)
