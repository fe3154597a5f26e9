"""A vote storm over the wire: members click as fast as they are answered (or at a rate), bots are killed in between.

What a member was told is held against the ballots, the log and the counters on the cards.
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord

from bot.domain.delivery import Purpose
from bot.domain.kinds import classify
from bot.domain.model import ModelToPut, Stage
from bot.domain.votes import Ballot, BallotEvent, BallotKey, Choice, Tally, recount
from storage.engine import Database, open_database
from tests.domain.builders import hub_model
from tests.wire.bot_process import BotOrders
from tests.wire.clients import is_connected
from tests.wire.discord_server import DiscordServer
from tests.wire.interactions import COMPONENT, Reply
from tests.wire.limits_of_messages import BUTTON
from tests.wire.rate_limits import Limits
from tests.wire.senders import Senders, ready_senders
from tests.wire.world import MEMBER, Json, Person, walk

START_SECONDS = 60.0
SETTLE_SECONDS = 60.0
"""Bounds that only end what hangs, on machines that are busy with other things."""

ACCOUNTS_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
"""Everybody's account is years old: their ballots count at once."""


@dataclass
class Storm:
    """The stage of one storm: a server with cards, members, and one bot at a time."""

    server: DiscordServer
    database: Database
    bots: Senders
    orders: BotOrders
    guild_id: int
    channels: Sequence[int]
    models: Sequence[int]
    members: Sequence[Person]
    chance: random.Random
    clicks: list[tuple[BallotKey, Choice, Reply]] = field(default_factory=list[tuple[BallotKey, Choice, Reply]])
    running: "asyncio.Task[int] | None" = None
    ended: int = 0
    """How many bots have ended: who still waits for one of theirs waits in vain."""

    # ------------------------------------------------------------ the bot

    async def start_bot(self) -> None:
        """Start a bot and return when it listens."""
        self.running = asyncio.create_task(self.bots.run(self.orders))
        await self.server.gateway.wait_for(is_connected, seconds=START_SECONDS)

    async def kill_bot(self) -> None:
        """Kill it as nothing in it can notice, wake whoever waits for its answer, and start another."""
        self.bots.kill()
        if self.running is not None:
            await self.running
        self.server.gateway.drop()
        self.ended += 1
        async with self.server.changed:
            self.server.changed.notify_all()
        await self.start_bot()

    # ------------------------------------------------------------ the members

    async def click(self, person: Person, model_id: int, choice: Choice) -> Reply | None:
        """Click a card's button and return the reply, which is empty as yet; None while no bot is there."""
        message = self.card_of(model_id)
        custom_id = f"v1:{choice}:{model_id}"
        data: Json = {"custom_id": custom_id, "component_type": BUTTON, "id": 1}
        try:
            reply = await self.server.interactions.inject(
                *(COMPONENT, person, data),
                guild_id=self.guild_id,
                channel_id=int(message["channel_id"]),
                message=message,
            )
        except LookupError:
            return None
        self.clicks.append((BallotKey(self.guild_id, model_id, person.id), choice, reply))
        return reply

    async def click_and_wait(self, person: Person, model_id: int, choice: Choice) -> None:
        """Click, and wait for the answer, for Discord's word that it failed, or for the bot's end."""
        ended, reply = self.ended, await self.click(person, model_id, choice)
        while reply is None:
            await self.server.gateway.wait_for(is_connected, seconds=START_SECONDS)
            ended, reply = self.ended, await self.click(person, model_id, choice)
        await self.server.interactions.wait(
            reply, lambda now: now.settled or now.expired or self.ended > ended, seconds=SETTLE_SECONDS
        )

    def card_of(self, model_id: int) -> Json:
        """Return a card's message in the first channel that has it."""
        for channel_id in self.channels:
            for message in self.server.world.messages[channel_id].values():
                if _is_card_of(message, model_id):
                    return message
        raise LookupError(f"no card of {model_id}")

    # ------------------------------------------------------------ what came of it

    async def logs(self) -> dict[int, Sequence[BallotEvent]]:
        """Return each model's ballot log."""
        async with self.database.unit_of_work() as work:
            return {model: await work.votes.log_of(self.guild_id, model) for model in self.models}

    async def ballots(self) -> dict[BallotKey, Ballot]:
        """Return every live ballot."""
        found: dict[BallotKey, Ballot] = {}
        async with self.database.unit_of_work() as work:
            for model in self.models:
                found |= await work.votes.ballots_of(self.guild_id, model)
        return found

    async def shown(self) -> bool:
        """Wait until every copy of every card shows the ballots."""
        tallies = {model: recount(log, datetime.now(UTC)) for model, log in (await self.logs()).items()}
        for channel_id in self.channels:
            await self.server.messages.wait_for(
                channel_id, lambda messages: all(_shows(one, tallies) for one in messages), seconds=SETTLE_SECONDS
            )
        return True


def _is_card_of(message: Json, model_id: int) -> bool:
    return any(part.get("custom_id") == f"v1:details:{model_id}" for part in walk(message["components"]))


def _shows(message: Json, tallies: dict[int, Tally]) -> bool:
    """Tell whether a card's counters are its model's tally."""
    labels = {part.get("custom_id", ""): part.get("label", "") for part in walk(message["components"])}
    counters = {custom_id: label for custom_id, label in labels.items() if custom_id.startswith(("v1:up:", "v1:down:"))}
    for custom_id, label in counters.items():
        _, what, model_id = custom_id.split(":")
        tally = tallies[int(model_id)]
        count = tally.up if what == "up" else tally.down
        if _counted(label) != count:
            return False
    return bool(counters)


def _counted(label: str) -> int:
    _, dot, count = label.rpartition("· ")
    return int(count.replace(",", "")) if dot else 0


@asynccontextmanager
async def storm_brewing(
    database_url: str,
    folder: Path,
    *,
    members: int,
    cards: int,
    seed: int,
    channels: int = 2,
    limits: Limits | None = None,
    strict: bool = True,
) -> AsyncGenerator[Storm]:
    """Set the stage: cards posted by a running bot, dealt round the channels, every fifth in two of them."""
    async with DiscordServer(limits=limits) as server:
        if not strict:
            server.rest.specification = None
        guild = await server.add_guild("Open models", tuple(f"releases-{number}" for number in range(channels)))
        database = open_database(database_url)
        places = [int(channel["id"]) for channel in guild["channels"]]
        models = await _owe_cards(database, int(guild["id"]), places, cards)
        environment = {**server.environment, "DATABASE_URL": database_url, "LOG_LEVEL": "WARNING"}
        with (folder / "bots.log").open("ab") as log:
            async with ready_senders(log, "tests.wire.bot_process") as bots:
                storm = Storm(
                    server=server,
                    database=database,
                    bots=bots,
                    orders=BotOrders(environment),
                    guild_id=int(guild["id"]),
                    channels=places,
                    models=models,
                    members=_people(members),
                    chance=random.Random(seed),
                )
                await storm.start_bot()
                for place in places:
                    wanted = len(_share(places, cards, place))
                    await server.messages.wait_for(
                        place, lambda shown, wanted=wanted: len(shown) == wanted, seconds=SETTLE_SECONDS
                    )
                yield storm
                bots.kill()
        await database.close()


async def _owe_cards(database: Database, guild_id: int, channels: Sequence[int], cards: int) -> Sequence[int]:
    now = datetime.now(UTC)
    records = [hub_model(f"storm/Model-{number}-8B", summary="A model.") for number in range(cards)]
    puts = [ModelToPut(record, Stage.SETTLED, now - timedelta(hours=1), classify(record), None) for record in records]
    async with database.unit_of_work() as work:
        models = [model.id for model in await work.models.put_many(puts, now=now)]
        for channel in channels:
            for number in _share(channels, cards, channel):
                await work.deliveries.enqueue(
                    guild_id=guild_id,
                    channel_id=channel,
                    subject=f"model:{models[number]}",
                    purpose=Purpose.CARD,
                    now=now,
                    model_id=models[number],
                )
        await work.commit()
    return models


def _share(channels: Sequence[int], cards: int, channel: int) -> Sequence[int]:
    """Return which cards a channel has: dealt round, and every fifth of its neighbour's."""
    place = channels.index(channel)
    own = [number for number in range(cards) if number % len(channels) == place]
    neighbours = [number for number in range(cards) if number % len(channels) == (place + 1) % len(channels)]
    return [*own, *neighbours[::5]]


def _people(count: int) -> Sequence[Person]:
    first = discord.utils.time_snowflake(ACCOUNTS_SINCE)
    return [Person(first + number, f"member-{number}", "en-US", MEMBER) for number in range(count)]


async def keep_clicking(storm: Storm, person: Person, clicks: int) -> None:
    """Let one member click, one click after the other's answer, on cards of their choice."""
    for _ in range(clicks):
        await storm.click_and_wait(person, storm.chance.choice(storm.models), storm.chance.choice(list(Choice)))


async def click_at_a_rate(storm: Storm, *, each_second: float, seconds: float) -> None:
    """Let members click at a steady rate, whatever the answers; each on every card before anybody clicks twice."""
    pairs = [(person, model) for person in storm.members for model in storm.models]
    storm.chance.shuffle(pairs)
    begun = time.monotonic()
    for number in range(round(each_second * seconds)):
        person, model = pairs[number % len(pairs)]
        await storm.click(person, model, storm.chance.choice(list(Choice)))
        ahead = begun + (number + 1) / each_second - time.monotonic()
        if ahead > 0:
            await asyncio.sleep(ahead)
