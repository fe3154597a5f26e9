"""The assembled bot as a process of its own, over real sockets: from the Hub to a channel, and through a restart."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.demo.hub_server import HubServer
from tests.wire.discord_server import DiscordServer
from tests.wire.whole_bot import running_bot
from tests.wire.world import Json, text_of


def release(repo_id: str) -> Json:
    """Make a repository's record as the Hub shows it, published this moment."""
    author, _ = repo_id.split("/")
    return {
        "id": repo_id,
        "author": author,
        "createdAt": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "tags": ["safetensors", "text-generation", "license:apache-2.0", "region:us"],
        "pipeline_tag": "text-generation",
        "library_name": "transformers",
        "cardData": {"license": "apache-2.0"},
        "safetensors": {"parameters": {"BF16": 8_000_000_000}, "total": 8_000_000_000},
        "siblings": [{"rfilename": "README.md"}, {"rfilename": "model.safetensors"}, {"rfilename": "config.json"}],
        "likes": 12,
        "downloads": 0,
    }


async def a_server(server: DiscordServer) -> tuple[tuple[int, int], int]:
    """Make a server: it and the channel where commands are used, and the channel for releases."""
    guild = await server.add_guild("Open models", ("general", "releases"))
    general, releases = (int(channel["id"]) for channel in guild["channels"])
    return (int(guild["id"]), general), releases


def surroundings(hub: HubServer, folder: Path) -> dict[str, str]:
    """Return the environment of a bot that looks at this hub often and keeps its database in this folder."""
    return {
        "DATABASE_URL": f"sqlite:///{folder / 'rootstock.db'}",
        "HF_ENDPOINT": hub.url,
        "POLL_SECONDS": "0.5",
    }


@pytest.mark.parametrize("status", [503, 404])
async def test_a_gateway_that_is_not_told_at_first_is_found_all_the_same(tmp_path: Path, status: int) -> None:
    """One bad answer at the start, or a stand-in that does not know the question, does not end the bot."""
    async with DiscordServer() as server, HubServer() as hub:
        await server.add_guild("Open models")
        server.guild_routes.gateway_refusals.append(status)
        environment = {"DATABASE_URL": f"sqlite:///{tmp_path / 'rootstock.db'}", "HF_ENDPOINT": hub.url}
        async with running_bot(server, environment, tmp_path / "bot.log"):
            assert server.gateway.identifies[0]["shard"] == [0, 1]
        assert server.violations == []


async def test_from_the_hub_to_a_channel_through_a_restart(tmp_path: Path) -> None:
    """A moderator adds a watch, a release is posted; what comes while the bot is down follows, and nothing twice.

    Answers mention commands, to be pressed, also where another process has told Discord of them.
    """
    log = tmp_path / "bot.log"
    async with DiscordServer() as server, HubServer() as hub:
        place, channel_id = await a_server(server)
        environment = surroundings(hub, tmp_path)
        async with running_bot(server, environment, log) as bot:
            ada = server.person("ada", moderator=True)
            options = {"channel": channel_id}
            reply = await server.members.slash(*place, ada, "watch", "add", options=options)
            assert (reply.ephemeral, "</watch preview:" in reply.text) == (True, True), reply.text
            hub.put(release("Org/First-8B"))
            (card,) = await server.messages.wait_for(channel_id, lambda shown: len(shown) == 1, seconds=30)
            assert "First-8B" in text_of(card)
            bot.terminate()
            assert await bot.wait() == 0
            hub.put(release("Org/Second-8B"))
        async with running_bot(server, environment, log):
            listed = await server.members.slash(*place, server.person("ada", moderator=True), "watch", "list")
            assert "</watch edit:" in listed.text
            await server.messages.wait_for(channel_id, lambda shown: len(shown) >= 2, seconds=30)
            hub.put(release("Org/Third-8B"))
            shown = await server.messages.wait_for(channel_id, lambda shown: len(shown) >= 3, seconds=30)
            names = ("First", "Second", "Third")
            assert [name for card in shown for name in names if name in text_of(card)] == list(names)
        assert server.violations == []


async def test_what_is_being_sent_is_sent_before_the_connection_is_closed(tmp_path: Path) -> None:
    """Told to stop in the middle of several posts, the bot ends without an error; the rest comes after its start."""
    log = tmp_path / "bot.log"
    async with DiscordServer() as server, HubServer() as hub:
        place, channel_id = await a_server(server)
        environment = {**surroundings(hub, tmp_path), "LOG_FORMAT": "json"}
        async with running_bot(server, environment, log) as bot:
            ada = server.person("ada", moderator=True)
            await server.members.slash(*place, ada, "watch", "add", options={"channel": channel_id})
            for number in range(8):
                hub.put(release(f"Org{number}/New-8B"))
            await server.messages.wait_for(channel_id, bool, seconds=30)
            bot.terminate()
            assert await bot.wait() == 0
        assert [line for line in log.read_text("utf-8").splitlines() if json.loads(line)["level"] == "error"] == []
        async with running_bot(server, environment, log):
            await server.messages.wait_for(channel_id, lambda shown: len(shown) >= 8, seconds=30)
        assert server.violations == []
