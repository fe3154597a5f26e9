"""The real discord.py client, pointed at the stand-in."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from tests.wire.discord_server import DiscordServer
from tests.wire.gateway import Gateway

ClientFactory = Callable[[], discord.Client]


@contextmanager
def pointed_at(api_base: str, gateway_url: str) -> Generator[None]:
    """Make discord.py talk to another server; both are class attributes that it reads at every call."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api_base, URL(gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before


class PlainClient(discord.Client):
    """A client as Rootstock's: the guilds intent alone, no messages kept, nobody mentioned; quick to be ready.

    discord.py waits two seconds for more servers before it is ready, and five between identifies.
    """

    def __init__(self, *, intents: discord.Intents | None = None, **options: Any) -> None:  # noqa: ANN401 - discord.py's own options
        super().__init__(
            intents=intents or discord.Intents(guilds=True),
            max_messages=None,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=60,
            guild_ready_timeout=0.1,
            **options,
        )

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Identify at once."""


@asynccontextmanager
async def logged_in(server: DiscordServer, make: ClientFactory = PlainClient) -> AsyncGenerator[discord.Client]:
    """Log a client in for REST alone."""
    client = make()
    with pointed_at(server.api_base, server.gateway_url):
        async with client:
            await client.login(server.world.token)
            yield client


@asynccontextmanager
async def connected(server: DiscordServer, make: ClientFactory = PlainClient) -> AsyncGenerator[discord.Client]:
    """Log a client in and connect it to the gateway, ready; an error that ends its loop is raised at the end."""
    client = make()
    with pointed_at(server.api_base, server.gateway_url):
        async with client:
            await client.login(server.world.token)
            loop = asyncio.create_task(client.connect())
            ready = asyncio.create_task(client.wait_until_ready())
            await asyncio.wait({loop, ready}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
            try:
                yield client
            finally:
                await client.close()
                ready.cancel()
                with suppress(asyncio.CancelledError):
                    await ready
                await asyncio.wait_for(loop, 10)


def is_connected(gateway: Gateway) -> bool:
    """Say whether somebody listens to the gateway."""
    return bool(gateway.connected)
