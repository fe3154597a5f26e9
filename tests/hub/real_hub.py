"""A real client against the stand-in hub: fixtures shared by the tests of this folder."""

import asyncio
from collections.abc import AsyncIterator, Iterator
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
        self.slept.append(seconds)
        self.now += seconds

    @property
    def limits(self) -> Limits:
        return Limits(connect=5, read=0.2, total=20, waiting=Waiting(self.sleep, lambda: self.now))


@asynccontextmanager
async def hub_and_client(
    pauses: Pauses, *, token: str | None = None, limits: Limits | None = None, quota: int = 100_000
) -> AsyncIterator[tuple[HubServer, HuggingFace]]:
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


class _JumpingLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next timer when there is nothing else to do: hours pass in no time."""

    def __init__(self) -> None:
        super().__init__()
        self._jumped = 0.0
        self._wait_for_events = self._selector.select  # type: ignore[attr-defined]  # private, and the only place where the loop waits
        self._selector.select = self._jump  # type: ignore[attr-defined]  # as above

    def time(self) -> float:
        return self._jumped

    def _jump(self, timeout: float | None) -> object:
        if timeout and timeout > 0:
            self._jumped += timeout
        return self._wait_for_events(0)


@contextmanager
def jumping_time() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        yield runner
