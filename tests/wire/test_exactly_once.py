"""The main promise: every post once and in order, whatever Discord answers and whenever the process dies."""

import asyncio
import random
import secrets
import time
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from bot.domain.delivery import Purpose
from storage.engine import open_database
from tests.storage.databases import StartsPostgres
from tests.wire.discord_server import DiscordServer
from tests.wire.faults import Fault, Faults
from tests.wire.hurry import HurriedClock
from tests.wire.rest import Moment
from tests.wire.sender_process import Orders
from tests.wire.senders import Senders, ready_senders
from tests.wire.world import Json, World, walk

POSTS, CHANNELS, KILLS = 300, 20, 30
NONCE_SECONDS = 300.0
BOUND_SECONDS = 240

RATES = {
    Fault.RATE_LIMIT: 0.05,
    Fault.GLOBAL_RATE_LIMIT: 0.01,
    Fault.SHARED_RATE_LIMIT: 0.01,
    Fault.SERVER_ERROR: 0.03,
    Fault.SERVER_ERROR_AFTER: 0.03,
    Fault.UNAVAILABLE: 0.04,
    Fault.RESET_BEFORE: 0.03,
    Fault.RESET_AFTER: 0.04,
    Fault.SLOW: 0.05,
}


@dataclass
class Executioner:
    """Kills one of the senders at random moments of their calls, each chosen by the seed.

    On arrival, before anything was done; after it was done, before the answer; or a moment after the answer, while
    the sender writes down what it heard.
    """

    crews: list[Senders]
    chance: random.Random
    calls: int = 0
    next_at: int = 0
    moments: Counter[str] = field(default_factory=Counter[str])

    def __post_init__(self) -> None:
        self._choose()

    @property
    def kills(self) -> int:
        """How many senders were killed."""
        return self.moments.total()

    def _choose(self) -> None:
        self.next_at = self.calls + self.chance.randint(1, 9)
        self.kind = self.chance.choice(("arrived", "answering", "answered"))

    def watch(self, moment: Moment, request: web.Request) -> None:
        """Fits `Rest.on_moment`."""
        if "/channels/" not in request.path:
            return
        self.calls += moment is Moment.ARRIVED
        if self.calls < self.next_at or moment != ("arrived" if self.kind == "arrived" else "answering"):
            return
        if self.kind == "answered":
            asyncio.get_running_loop().call_later(self.chance.uniform(0.0, 0.02), self._kill, self.kind)
        else:
            self._kill(self.kind)
        self._choose()

    def _kill(self, kind: str) -> None:
        if self.kills < KILLS:
            self.moments[kind] += self.chance.choice(self.crews).kill()


async def owe(database_url: str, clock: HurriedClock, guild: Json) -> None:
    """Owe every channel its share of the posts, dealt round."""
    database = open_database(database_url, clock=clock)
    channels = [int(channel["id"]) for channel in guild["channels"]]
    async with database.unit_of_work() as work:
        for number in range(1, POSTS + 1):
            await work.deliveries.enqueue(
                guild_id=int(guild["id"]),
                channel_id=channels[number % CHANNELS],
                subject=f"model:{number}",
                purpose=Purpose.CARD,
                now=clock.now(),
                payload={"number": str(number)},
            )
        await work.commit()
    await database.close()


def posts_in(server: DiscordServer, channel_id: int) -> list[int]:
    """Return the numbers of the posts that a channel shows, in the order in which members see them."""
    numbers: list[int] = []
    for message in server.world.messages_in(channel_id):
        ids = [each["custom_id"] for each in walk(message["components"]) if each.get("custom_id")]
        numbers += [int(custom_id.split(":")[2]) for custom_id in ids if custom_id.startswith("v1:details:")]
    return numbers


async def deliver_through_everything(
    database_url: str, log: Path, *, seed: int, down_for: float = 0, at_once: int = 1
) -> DiscordServer:
    """Send all posts while Discord fails at random and senders are killed 30 times, each time down for a while."""
    clock = HurriedClock(time.time())
    world = World(nonce_seconds=NONCE_SECONDS, clock=clock.seconds)
    guild = world.add_guild("Open models", [f"channel-{number}" for number in range(CHANNELS)])
    await owe(database_url, clock, guild)
    server = DiscordServer(world, faults=Faults(seed=seed, rates=RATES, retry_after=1.0))
    async with AsyncExitStack() as stack:
        said = stack.enter_context(log.open("wb"))
        await stack.enter_async_context(server)
        crews = [await stack.enter_async_context(ready_senders(said)) for _ in range(at_once)]
        await stack.enter_async_context(asyncio.timeout(BOUND_SECONDS))
        executioner = Executioner(crews, random.Random(seed))
        server.rest.on_moment = executioner.watch
        to = database_url, server.api_base, world.token
        await asyncio.gather(*(work(senders, to, clock, down_for) for senders in crews))
        assert executioner.kills == KILLS
    return server


async def work(senders: Senders, to: tuple[str, str, str], clock: HurriedClock, down_for: float) -> None:
    """Start a sender again whenever it was killed, until one ends because nothing is owed any more."""
    code = -9
    while code == -9:
        clock.ahead += down_for
        owner = f"sender-{secrets.token_hex(4)}"
        code = await senders.run(Orders(*to, clock.origin, clock.ahead, owner))
    assert code == 0


def assert_each_once_in_order(server: DiscordServer) -> None:
    """Compare every channel with what it was owed."""
    (guild,) = server.world.guilds.values()
    for index, channel in enumerate(guild["channels"]):
        expected = [number for number in range(1, POSTS + 1) if number % CHANNELS == index]
        assert posts_in(server, int(channel["id"])) == expected
    assert server.violations == []


async def test_every_post_arrives_once_in_order_through_faults_and_kills(database_url: str, tmp_path: Path) -> None:
    """300 posts, 20 channels, 30 kills -9, and 429, 500, 503 and resets at random; repeats are known by their nonce."""
    server = await deliver_through_everything(database_url, tmp_path / "log", seed=7)
    assert_each_once_in_order(server)
    assert server.world.nonce_hits > 0


async def test_when_the_nonces_are_forgotten_channels_are_looked_at_first(database_url: str, tmp_path: Path) -> None:
    """The same, but after every kill the sender is down for longer than Discord remembers a nonce."""
    server = await deliver_through_everything(database_url, tmp_path / "log", seed=11, down_for=2 * NONCE_SECONDS)
    assert_each_once_in_order(server)
    looks = [note for note in server.rest.notes if note.method == "GET" and note.path.endswith("/messages")]
    assert len(looks) >= KILLS / 2


async def test_two_senders_share_the_channels(postgres: StartsPostgres, tmp_path: Path) -> None:
    """The same with two processes on one PostgreSQL, either of which is killed."""
    with postgres().database() as url:
        server = await deliver_through_everything(url, tmp_path / "log", seed=13, at_once=2)
    assert_each_once_in_order(server)
