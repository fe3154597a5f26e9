"""The stand-in as a process of its own: it lives through its clients' deaths, and keeps its state in a file."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import discord
from discord import app_commands

from tests.wire.clients import PlainClient, pointed_at
from tests.wire.world import Json

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Remote:
    """The server in another process, over its control interface."""

    session: aiohttp.ClientSession
    addresses: Json

    @property
    def root(self) -> str:
        """Where it listens."""
        return self.addresses["DISCORD_API_BASE"].removesuffix("/api/v10")

    async def ask(self, what: str) -> Json:
        """Read something."""
        async with self.session.get(f"{self.root}/_control/{what}") as answer:
            return await answer.json()

    async def list(self, what: str) -> list[Json]:
        """Read several of something."""
        async with self.session.get(f"{self.root}/_control/{what}") as answer:
            return await answer.json()

    async def tell(self, what: str, **given: object) -> Json:
        """Do something; the answer, or the reason why not below `error`."""
        async with self.session.post(f"{self.root}/_control/{what}", json=given) as answer:
            return await answer.json()


@asynccontextmanager
async def remote_server(state: Path) -> AsyncGenerator[Remote]:
    """Start the server as a process and end it by its id."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.wire.discord_server", "--port", "0", "--state", str(state)),
        cwd=PROJECT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    addresses = json.loads(await process.stdout.readline())
    try:
        async with aiohttp.ClientSession() as session:
            yield Remote(session, addresses)
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def greeting_bot(remote: Remote) -> AsyncGenerator[discord.Client]:
    """Connect a bot with one command."""
    client = PlainClient()
    tree = app_commands.CommandTree(client)

    async def hello(interaction: discord.Interaction[discord.Client], who: str) -> None:
        await interaction.response.send_message(f"hello {who}", ephemeral=True)

    tree.command(name="hello", description="Greets")(hello)
    with pointed_at(remote.addresses["DISCORD_API_BASE"], remote.addresses["DISCORD_GATEWAY_URL"]):
        async with client:
            await client.login(remote.addresses["DISCORD_TOKEN"])
            await tree.sync()
            loop = asyncio.create_task(client.connect())
            await client.wait_until_ready()
            yield client
        await loop


async def test_a_moderator_in_another_process_is_answered(tmp_path: Path) -> None:
    """Slash commands, faults and the state over HTTP; what is wrong is answered with its reason."""
    async with remote_server(tmp_path / "state.json") as remote, greeting_bot(remote):
        state = await remote.ask("state")
        guild = state["guilds"][0]
        place = {"guild_id": guild["id"], "channel_id": guild["channels"][0]["id"]}
        reply = await remote.tell("slash", **place, path=["hello"], options={"who": "ada"})
        assert (reply["text"], reply["ephemeral"]) == ("hello ada", True)
        wrong = await remote.tell("slash", **place, path=["goodbye"])
        assert "no command 'goodbye'" in wrong["error"]
        assert await remote.list("violations") == []


async def test_the_state_outlives_clients_and_the_server_itself(tmp_path: Path) -> None:
    """Messages, servers and commands are the same after both were started again."""
    async with remote_server(tmp_path / "state.json") as remote:
        async with greeting_bot(remote) as client:
            channel_id = int((await remote.ask("state"))["guilds"][0]["channels"][0]["id"])
            await client.get_partial_messageable(channel_id).send("still here", nonce="n")
        async with greeting_bot(remote) as client:
            again = await client.get_partial_messageable(channel_id).send("still here", nonce="n")
        messages = await remote.list(f"messages/{channel_id}")
        assert [message["id"] for message in messages] == [str(again.id)]
    async with remote_server(tmp_path / "state.json") as remote:
        assert await remote.list(f"messages/{channel_id}") == messages
        assert _command_names(await remote.ask("state")) == ["hello"]


def _command_names(state: Json) -> list[str]:
    return [command["name"] for _, commands in state["commands"] for command in commands]
