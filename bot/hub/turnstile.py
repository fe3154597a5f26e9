"""Lets one waiter through at a time, the most urgent first."""

import asyncio
import heapq
import itertools
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from enum import IntEnum


class Urgency(IntEnum):
    """What is asked of a hub, most urgent first."""

    POST = 0
    """Somebody waits for it: a card, a command's answer."""
    FEED = 1
    """The newest and the trending models, and second looks at what was empty."""
    LISTING = 2
    """One of hundreds of publishers' listings."""


class Turnstile:
    """Among equally urgent waiters the first come is the first through. For tasks of one event loop."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Urgency, int, asyncio.Future[None]]] = []
        self._arrivals = itertools.count()
        self._taken = False

    @asynccontextmanager
    async def turn(self, urgency: Urgency) -> AsyncGenerator[None]:
        """Wait for one's turn; the next waiter's begins at the end of the block."""
        if self._taken:
            await self._wait(urgency)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, urgency: Urgency) -> None:
        turn = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (urgency, next(self._arrivals), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._pass_on()  # It was this task's turn already, and it has gone.
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            _, _, turn = heapq.heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._taken = False
