"""A small, strict Discord on loopback for the real discord.py client: REST v10 and gateway. See README.md beside this.

In a test: `async with DiscordServer() as server`. As a process of its own, with state that outlives it:
`python -m tests.wire.discord_server --port 0 --state file.json`.
"""

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path
from typing import Self

import discord
from aiohttp import web

from tests.wire.control import register_control
from tests.wire.faults import Faults
from tests.wire.gateway import GUILDS, Gateway
from tests.wire.interactions import Interactions
from tests.wire.members import Members
from tests.wire.rate_limits import Limits
from tests.wire.rest import API, Rest
from tests.wire.rest_commands import CommandRoutes
from tests.wire.rest_guilds import GuildRoutes
from tests.wire.rest_messages import MessageRoutes
from tests.wire.specification import load_specification
from tests.wire.world import MEMBER, MODERATOR, Json, Person, Refusal, World


class DiscordServer:
    """The stand-in; everything is in reach: `world`, `gateway`, `rest` (with its faults and limits), `members`."""

    def __init__(
        self, world: World | None = None, *, port: int = 0, faults: Faults | None = None, limits: Limits | None = None
    ) -> None:
        self.world = world or World()
        self.changed = asyncio.Condition()
        self.gateway = Gateway(self.world)
        self.rest = Rest(
            self.world, self.gateway, load_specification(), faults=faults or Faults(), limits=limits or Limits()
        )
        self.messages = MessageRoutes(self.world, self.gateway, self.changed)
        self.interactions = Interactions(self.world, self.gateway, self.changed)
        self.members = Members(self.world, self.interactions)
        self.guild_routes = GuildRoutes(self.world, self.gateway)
        self._port = port
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Listen on loopback."""
        app = web.Application(client_max_size=32 * 1024 * 1024)
        for part in (
            self.messages,
            self.interactions,
            self.guild_routes,
            CommandRoutes(self.world, self.changed),
        ):
            self.rest.register(app, part.routes())
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        register_control(app, self)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self.gateway.url = self.gateway_url
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening; clients see their connections end."""
        self.gateway.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    @property
    def api_base(self) -> str:
        """What `DISCORD_API_BASE` is set to."""
        return f"http://127.0.0.1:{self._port}{API}"

    @property
    def gateway_url(self) -> str:
        """What `DISCORD_GATEWAY_URL` is set to."""
        return f"ws://127.0.0.1:{self._port}/gateway"

    @property
    def environment(self) -> dict[str, str]:
        """The variables with which `python -m bot run` talks to this server."""
        return {
            "DISCORD_TOKEN": self.world.token,
            "DISCORD_API_BASE": self.api_base,
            "DISCORD_GATEWAY_URL": self.gateway_url,
        }

    @property
    def violations(self) -> list[str]:
        """Everything that Discord would have refused; a test asserts that it is empty."""
        return self.world.violations

    def person(self, name: str, *, moderator: bool = False, locale: str = "en-US") -> Person:
        """Make somebody."""
        return Person(self.world.snowflake(), name, locale, MODERATOR if moderator else MEMBER)

    async def add_guild(self, name: str, channel_names: tuple[str, ...] = ("general",)) -> Json:
        """Add a server; a connected bot sees itself invited."""
        guild = self.world.add_guild(name, channel_names)
        await self.gateway.dispatch("GUILD_CREATE", guild, guild_id=int(guild["id"]), intent=GUILDS)
        return guild

    async def remove_guild(self, guild_id: int) -> None:
        """Remove the bot from a server."""
        guild = self.world.guilds.pop(guild_id)
        for channel in guild["channels"]:
            self.world.channels.pop(int(channel["id"]), None)
        await self.gateway.dispatch("GUILD_DELETE", {"id": str(guild_id)}, guild_id=guild_id, intent=GUILDS)

    async def deny(self, channel_id: int, **denied: bool) -> None:
        """Take permissions from the bot in a channel, by name; none named gives all back. It is told, as by Discord."""
        channel = self.world.deny(channel_id, discord.Permissions(**denied))
        guild_id = int(channel["guild_id"])
        await self.gateway.dispatch("CHANNEL_UPDATE", channel, guild_id=guild_id, intent=GUILDS)

    async def tell_channel(self, channel: Json) -> None:
        """Tell the bot how a channel is now, as after a moderator's change."""
        await self.gateway.dispatch("CHANNEL_UPDATE", channel, guild_id=int(channel["guild_id"]), intent=GUILDS)

    async def tell_thread(self, thread: Json) -> None:
        """Tell the bot how a thread is now."""
        await self.gateway.dispatch("THREAD_UPDATE", thread, guild_id=int(thread["guild_id"]), intent=GUILDS)

    async def wait_for_commands(self, *, seconds: float = 30) -> None:
        """Return when commands are registered.

        Raises:
            TimeoutError: they were not within `seconds`.
        """
        async with asyncio.timeout(seconds), self.changed:
            await self.changed.wait_for(lambda: any(self.world.commands.values()))

    def refuse(self, channel_id: int, status: int, code: int, **more: float) -> None:
        """Answer every call for a channel with this, unknown to the gateway's cache. `accept` ends it."""
        self.world.refusals[channel_id] = Refusal(status, code, "refused by the test", more)

    def accept(self, channel_id: int) -> None:
        """End a refusal."""
        self.world.refusals.pop(channel_id, None)


def main() -> None:
    """Run the server as a process until it is asked to stop; it prints one line of JSON with its addresses."""
    parser = argparse.ArgumentParser(description="A small, strict Discord on loopback.")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--state", type=Path, help="a file that the state is read from and written to at the end")
    parser.add_argument("--guilds", type=int, default=1, help="servers to make where the state has none")
    arguments = parser.parse_args()
    world = _load(arguments.state)
    while len(world.guilds) < arguments.guilds:
        world.add_guild(f"Server {len(world.guilds) + 1}", ("general", "releases"))
    asyncio.run(_serve(world, arguments.port))
    if arguments.state is not None:
        arguments.state.write_text(json.dumps(world.dump()), "utf-8")


def _load(state: Path | None) -> World:
    if state is None or not state.exists():
        return World()
    return World.load(json.loads(state.read_text("utf-8")))


async def _serve(world: World, port: int) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with DiscordServer(world, port=port) as server:
        addresses = server.environment | {"guilds": [int(guild_id) for guild_id in list(world.guilds)[:10]]}
        sys.stdout.write(json.dumps(addresses) + "\n")
        sys.stdout.flush()
        await stopped.wait()


if __name__ == "__main__":
    main()
