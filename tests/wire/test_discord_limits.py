"""The client inside Discord's own rate limits: it waits by itself, and nothing is lost or sent twice."""

import asyncio
import time

from tests.wire.clients import logged_in
from tests.wire.discord_server import DiscordServer
from tests.wire.hurry import HurriedClock, run_hurried
from tests.wire.rate_limits import Limits
from tests.wire.world import World


def test_a_channels_bucket_is_kept_and_everything_arrives() -> None:
    """Five messages in five seconds a channel, as Discord has it: twelve take three windows, each once."""

    async def play() -> tuple[list[str], int]:
        clock = HurriedClock(time.time())
        limits = Limits(limit=5, seconds=5, clock=clock.seconds)
        async with DiscordServer(World(clock=clock.seconds), limits=limits) as server, logged_in(server) as client:
            guild = await server.add_guild("Open models")
            channel_id = int(guild["channels"][0]["id"])
            channel = client.get_partial_messageable(channel_id)
            for number in range(12):
                await channel.send(str(number), nonce=number)
            refused = [note for note in server.rest.notes if note.status == 429]
            return [message["content"] for message in server.world.messages_in(channel_id)], len(refused)

    contents, refused = run_hurried(play())
    assert contents == [str(number) for number in range(12)]
    assert refused <= 2


def test_the_whole_bots_limit_is_waited_out() -> None:
    """Over the limit of all routes together a 429 holds every call of the client back; none is lost."""

    async def play() -> int:
        clock = HurriedClock(time.time())
        limits = Limits(each_second=10, clock=clock.seconds)
        async with DiscordServer(World(clock=clock.seconds), limits=limits) as server, logged_in(server) as client:
            guild = await server.add_guild("Many", tuple(f"channel-{number}" for number in range(30)))
            channels = [int(channel["id"]) for channel in guild["channels"]]
            sends = [client.get_partial_messageable(channel_id).send("hello", nonce=1) for channel_id in channels]
            await asyncio.gather(*sends)
            return sum(len(server.world.messages_in(channel_id)) for channel_id in channels)

    assert run_hurried(play()) == 30
