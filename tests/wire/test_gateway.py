"""The real client on the stand-in's gateway: it connects, and comes back from everything that ends a connection."""

import asyncio
from collections.abc import Callable

import discord
import pytest

from tests.wire.clients import PlainClient, connected, is_connected, logged_in, pointed_at
from tests.wire.discord_server import DiscordServer
from tests.wire.gateway import GUILDS, REFUSED_TOKEN, TIMED_OUT, Gateway


class Listener(PlainClient):
    """Keeps the names of the channels it is told about, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []
        self.heard = asyncio.Condition()

    async def on_guild_channel_create(self, channel: discord.abc.GuildChannel) -> None:
        """Remember a channel."""
        async with self.heard:
            self.names.append(channel.name)
            self.heard.notify_all()

    async def hear(self, names: list[str]) -> None:
        """Return when exactly these were heard."""
        async with asyncio.timeout(10), self.heard:
            await self.heard.wait_for(lambda: self.names == names)


async def say(server: DiscordServer, name: str) -> None:
    """Add a channel to the first server and tell it to whom it concerns."""
    guild = next(iter(server.world.guilds.values()))
    channel = server.world.add_channel(guild, name)
    await server.gateway.dispatch("CHANNEL_CREATE", channel, guild_id=int(guild["id"]), intent=GUILDS)


async def test_a_client_becomes_ready_and_knows_its_servers_and_permissions() -> None:
    """READY, then every server with its channels; the bot's own permissions can be worked out from the cache."""
    async with DiscordServer() as server:
        guild = await server.add_guild("Open models", ("general", "releases"))
        async with connected(server) as client:
            known = client.get_guild(int(guild["id"]))
            assert known is not None
            assert [channel.name for channel in known.text_channels] == ["general", "releases"]
            assert known.text_channels[0].permissions_for(known.me).send_messages
            assert server.gateway.identifies[0]["intents"] == discord.Intents(guilds=True).value


async def test_a_shard_is_told_only_about_its_own_servers() -> None:
    """A server belongs to the shard that Discord's formula names."""
    async with DiscordServer() as server:
        for number in range(1, 7):
            server.world.add_guild(f"Server {number}", guild_id=number << 22)

        def shard() -> discord.Client:
            return PlainClient(shard_id=1, shard_count=3)

        async with connected(server, shard) as client:
            assert sorted(guild.name for guild in client.guilds) == ["Server 1", "Server 4"]


async def test_a_dropped_socket_is_resumed_and_what_was_missed_is_replayed_once() -> None:
    """The session outlives its socket; events during the gap arrive afterwards, in order, none twice."""
    async with DiscordServer() as server:
        await server.add_guild("Open models")
        listener = Listener()
        async with connected(server, lambda: listener):
            await say(server, "before")
            await listener.hear(["before"])
            server.gateway.drop()
            await say(server, "missed-1")
            await say(server, "missed-2")
            await listener.hear(["before", "missed-1", "missed-2"])
            await server.gateway.wait_for(is_connected)
            await say(server, "after")
            await listener.hear(["before", "missed-1", "missed-2", "after"])
        assert (len(server.gateway.identifies), len(server.gateway.resumes)) == (1, 1)


async def test_asked_to_reconnect_a_client_resumes() -> None:
    """Op 7 ends the socket, not the session."""
    async with DiscordServer() as server:
        await server.add_guild("Open models")
        listener = Listener()
        async with connected(server, lambda: listener):
            await server.gateway.ask_to_reconnect()
            await server.gateway.wait_for(resumed_times(1))
            await say(server, "after")
            await listener.hear(["after"])
        assert len(server.gateway.identifies) == 1


async def test_an_expired_session_is_identified_anew() -> None:
    """A resume that comes too late is answered with INVALID_SESSION false; the client starts over by itself."""
    async with DiscordServer() as server:
        await server.add_guild("Open models")
        listener = Listener()
        async with connected(server, lambda: listener):
            await server.gateway.expire_sessions()
            server.gateway.drop()
            await server.gateway.wait_for(identified_times(2))
            await listener.wait_until_ready()
            await say(server, "after")
            await listener.hear(["after"])
        assert len(server.gateway.resumes) == 1


@pytest.mark.parametrize(("resumable", "identifies", "resumes"), [(True, 1, 1), (False, 2, 0)])
async def test_an_invalidated_session_is_resumed_only_where_discord_says_so(
    *, resumable: bool, identifies: int, resumes: int
) -> None:
    """Op 9 says whether the session can be resumed."""
    async with DiscordServer() as server:
        await server.add_guild("Open models")
        async with connected(server):
            await server.gateway.invalidate(resumable=resumable)
            await server.gateway.wait_for(resumed_times(1) if resumable else identified_times(2))
        assert (len(server.gateway.identifies), len(server.gateway.resumes)) == (identifies, resumes)


async def test_a_session_that_timed_out_is_identified_anew() -> None:
    """Close code 4009: the resume that discord.py tries first is refused, then it identifies."""
    async with DiscordServer() as server:
        await server.add_guild("Open models")
        async with connected(server):
            await server.gateway.close_all(TIMED_OUT)
            await server.gateway.wait_for(identified_times(2))
        assert len(server.gateway.identifies) == 2


async def test_a_refused_token_is_a_login_failure() -> None:
    """REST refuses it before the gateway is ever asked."""
    async with DiscordServer() as server:
        with pointed_at(server.api_base, server.gateway_url):
            async with PlainClient() as client:
                with pytest.raises(discord.LoginFailure):
                    await client.login("not-the-token")
        assert server.gateway.identifies == []


async def test_a_token_that_the_gateway_refuses_ends_the_client() -> None:
    """Close code 4004 is final: trying again would spend the daily budget of identifies."""
    async with DiscordServer() as server, logged_in(server) as client:
        server.world.token = "reset meanwhile"
        with pytest.raises(discord.ConnectionClosed) as closed:
            await client.connect()
        assert closed.value.code == REFUSED_TOKEN


async def test_privileged_intents_are_refused() -> None:
    """Rootstock asks for none; a change that does is caught here as it is by Discord."""
    async with DiscordServer() as server:
        greedy = PlainClient(intents=discord.Intents(guilds=True, members=True))
        async with logged_in(server, lambda: greedy) as client:
            with pytest.raises(discord.PrivilegedIntentsRequired):
                await client.connect()


def resumed_times(times: int) -> Callable[[Gateway], bool]:
    """Say when somebody listens after this many resumes."""
    return lambda gateway: is_connected(gateway) and len(gateway.resumes) == times


def identified_times(times: int) -> Callable[[Gateway], bool]:
    """Say when somebody listens after this many identifies."""
    return lambda gateway: is_connected(gateway) and len(gateway.identifies) == times
