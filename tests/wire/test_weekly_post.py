"""A week is posted once, with its picture: two processes on one PostgreSQL, killed twenty times around the moment."""

import asyncio
import random
import secrets
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from bot.domain.leaderboard import Schedule
from bot.domain.server import Server
from bot.domain.votes import Ballot, BallotKey, Choice
from storage.engine import open_database
from tests.domain.builders import hub_model
from tests.storage.databases import StartsPostgres
from tests.storage.stored import store_names
from tests.wire.discord_server import DiscordServer
from tests.wire.hurry import SPEED, HurriedClock
from tests.wire.rest import Moment
from tests.wire.sender_process import Orders
from tests.wire.senders import Senders, ready_senders
from tests.wire.test_pictures import PNG
from tests.wire.week_process import DRAWING, GUILD
from tests.wire.world import World, inner, walk

KILLS, KILLS_WHILE_DRAWING, KILLS_WHILE_SENDING = 20, 5, 6
DUE_IN = timedelta(seconds=2 * SPEED)
"""Two seconds on the wall: the first kills come before the moment, the others after it."""

BOUND_SECONDS = 120


@dataclass
class Executioner:
    """Kills processes at random moments, those that are drawing, and those that are just posting."""

    crews: list[Senders]
    chance: random.Random
    log: Path
    kills: int = 0
    while_drawing: int = 0
    while_sending: int = 0
    arrived: int = 0

    @property
    def is_done(self) -> bool:
        """Tell whether it has killed often enough."""
        return self.kills >= KILLS and self.while_drawing >= KILLS_WHILE_DRAWING

    def watch(self, moment: Moment, request: web.Request) -> None:
        """Fits `Rest.on_moment`: the first posts die on arrival or before their answer, in turn."""
        posting = request.method == "POST" and request.path.endswith("/messages")
        self.arrived += posting and moment is Moment.ARRIVED
        wanted = Moment.ARRIVED if self.while_sending % 2 else Moment.ANSWERING
        if (
            posting
            and moment is wanted
            and self.while_drawing >= KILLS_WHILE_DRAWING
            and self.while_sending < KILLS_WHILE_SENDING
        ):
            killed = sum(senders.kill() for senders in self.crews)
            self.kills += killed
            self.while_sending += 1

    async def kill_while_drawing(self) -> None:
        """Kill all when one of them begins to draw, before anything of it arrives."""
        seen, arrived = self._drawings(), self.arrived
        while self.while_drawing < KILLS_WHILE_DRAWING:
            await asyncio.sleep(0.002)
            if self._drawings() > seen:
                await asyncio.sleep(self.chance.uniform(0, 0.05))
                killed = sum(senders.kill() for senders in self.crews)
                self.kills += killed
                self.while_drawing += killed > 0 and self.arrived == arrived
            seen, arrived = self._drawings(), self.arrived

    def _drawings(self) -> int:
        return self.log.read_text("utf-8").count(DRAWING)

    async def kill_around(self, clock: HurriedClock, schedule: Schedule) -> None:
        """Kill one of them again and again, from before the moment on."""
        await asyncio.sleep((schedule.next_at - clock.now()).total_seconds() / SPEED - 0.6)
        while self.kills < KILLS:
            await asyncio.sleep(self.chance.uniform(0.02, 0.25))
            self.kills += self.chance.choice(self.crews).kill()


async def schedule_a_week(url: str, clock: HurriedClock, channel_id: int) -> Schedule:
    """Let a server with votes have its weekly post in a moment."""
    database = open_database(url, clock=clock)
    due = clock.now() + DUE_IN
    schedule = Schedule(GUILD, channel_id, due.weekday(), due.hour, due.minute, "UTC", quiet_weeks=True, next_at=due)
    (model,) = await store_names(database, hub_model().repo_id)
    at = clock.now() - timedelta(days=1)
    async with database.unit_of_work() as work:
        await work.servers.put(Server(GUILD))
        await work.votes.put({BallotKey(GUILD, model, user): Ballot(Choice.UP, at, at) for user in range(1, 9)})
        await work.leaderboards.put_schedule(schedule)
        await work.commit()
    await database.close()
    return schedule


async def work(senders: Senders, to: tuple[str, str, str], clock: HurriedClock, executioner: Executioner) -> None:
    """Start a process again whenever it ended, until it was killed often enough and has nothing left to do."""
    code = -9
    while code == -9 or not executioner.is_done:
        code = await senders.run(Orders(*to, clock.origin, clock.ahead, f"process-{secrets.token_hex(4)}"))
    assert code == 0


async def test_a_week_is_posted_once_by_two_processes_that_are_killed(postgres: StartsPostgres, tmp_path: Path) -> None:
    """Kills before the moment, while it is published, and while it is sent: one post, one published week."""
    clock = HurriedClock(time.time())
    world = World(nonce_seconds=300.0, clock=clock.seconds)
    guild = world.add_guild("Open models", ["leaderboard"])
    channel_id = int(guild["channels"][0]["id"])
    async with AsyncExitStack() as stack:
        url = stack.enter_context(postgres().database())
        said = stack.enter_context((tmp_path / "log").open("wb"))
        server = await stack.enter_async_context(DiscordServer(world))
        crews = [await stack.enter_async_context(ready_senders(said, "tests.wire.week_process")) for _ in range(2)]
        await stack.enter_async_context(asyncio.timeout(BOUND_SECONDS))
        executioner = Executioner(crews, random.Random(5), tmp_path / "log")
        server.rest.on_moment = executioner.watch
        to = url, server.api_base, world.token
        schedule = await schedule_a_week(url, clock, channel_id)
        killing = asyncio.gather(executioner.kill_around(clock, schedule), executioner.kill_while_drawing())
        await asyncio.gather(*(work(senders, to, clock, executioner) for senders in crews))
        await killing
        week = schedule.week_of(schedule.next_at)
    posted = [
        each["custom_id"]
        for message in world.messages_in(channel_id)
        for each in walk(message["components"])
        if "custom_id" in each
    ]
    assert posted == [f"v1:week:{GUILD}:{week}:0"]
    (message,) = world.messages_in(channel_id)
    assert [file["filename"] for file in inner(message, "attachments")] == [f"standing-{week}.png"]
    assert server.rest.uploads[-1].startswith(PNG)
    assert server.violations == []
    assert executioner.kills >= KILLS
    assert executioner.while_drawing == KILLS_WHILE_DRAWING
    assert executioner.while_sending > 0
