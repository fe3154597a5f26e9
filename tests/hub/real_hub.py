"""A real client against the stand-in hub: fixtures shared by the tests of this folder."""

import asyncio
import selectors
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace

import aiohttp

from bot.demo.hub_server import HubServer
from bot.hub.hub_client import Limits
from bot.hub.hugging_face import HuggingFace
from bot.hub.request_budget import Waiting
from bot.workflows.ports import Page


@dataclass
class Pauses:
    """Lets no time pass, and remembers how much was asked for; its clock moves by what was slept."""

    slept: list[float] = field(default_factory=list[float])
    now: float = 1000.0

    async def sleep(self, seconds: float) -> None:
        """Take note instead of waiting."""
        self.slept.append(seconds)
        self.now += seconds

    @property
    def limits(self) -> Limits:
        """Short timeouts, and pauses that take no time."""
        return Limits(connect=5, read=0.2, total=20, waiting=Waiting(self.sleep, lambda: self.now))


@asynccontextmanager
async def hub_and_client(
    pauses: Pauses, *, token: str | None = None, limits: Limits | None = None, quota: int = 100_000
) -> AsyncGenerator[tuple[HubServer, HuggingFace]]:
    async with HubServer(quota=quota) as hub, aiohttp.ClientSession() as session:
        yield hub, HuggingFace(session, hub.url, token, limits=limits or replace(pauses.limits))


def fill(hub: HubServer, count: int, author: str = "Org") -> None:
    for number in range(count):
        hub.put(
            {
                "id": f"{author}/M{number}",
                "createdAt": f"2026-05-{number % 28 + 1:02}T00:00:00.000Z",
                "tags": ["gguf", "region:us"],
                "likes": number,
                "trendingScore": number,
            }
        )


async def pages_of(listing: AsyncIterator[Page]) -> list[Page]:
    return [page async for page in listing]


_TICK = 1e-6
"""Seconds that pass at least in every round: a clock that stood still would never reach a moment rounded up."""


class _JumpingSelector(selectors.DefaultSelector):
    """Never waits: the time that a loop wanted to wait is handed to `jump`."""

    def __init__(self, jump: Callable[[float], None]) -> None:
        super().__init__()
        self._jump = jump

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Report what is ready now."""
        self._jump(max(timeout or 0, _TICK))
        return super().select(0)


class _JumpingLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer when there is nothing else to do: hours pass in no time."""

    def __init__(self) -> None:
        self._jumped = 0.0
        super().__init__(_JumpingSelector(self._jump))

    def time(self) -> float:
        """Return the seconds jumped so far."""
        return self._jumped

    def _jump(self, seconds: float) -> None:
        self._jumped += seconds


@contextmanager
def jumping_time() -> Generator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        yield runner
