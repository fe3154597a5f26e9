"""The whole bot as a process: from a webhook to the message, and memory with 5,000 servers."""

import asyncio
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import psutil

from bot.demo.hub_server import HubServer
from tests.wire.discord_server import DiscordServer
from tests.wire.whole_bot import running_bot

CHANNELS, RELEASES_A_CHANNEL = 5, 8
"""Eight cards in a quarter of an hour are what a channel takes before the rest goes into a digest."""

SERVERS = 5_000
SECRET = "bench"

MIB = 1024 * 1024


async def figures() -> AsyncIterator[tuple[str, str]]:
    """Measure both; the Discord and the hub are stand-ins on loopback in this process."""
    async for row in _webhook_to_message():
        yield row
    async for row in _memory():
        yield row


async def _webhook_to_message() -> AsyncIterator[tuple[str, str]]:
    """Publish one release at a time with an idle queue; the clock stops when the message is at Discord."""
    with tempfile.TemporaryDirectory() as folder:
        async with DiscordServer() as server, HubServer() as hub:
            guild = await server.add_guild("Bench", ("general", *(f"releases-{n}" for n in range(CHANNELS))))
            general, *channels = [int(channel["id"]) for channel in guild["channels"]]
            port = _free_port()
            environment = _environment(folder, hub, {"HTTP_PORT": str(port), "HUB_WEBHOOK_SECRET": SECRET})
            async with running_bot(server, environment, Path(folder) / "bot.log"):
                moderator = server.person("ada", moderator=True)
                for number, channel_id in enumerate(channels):
                    options = {"channel": channel_id, "keywords": f"batch{number}"}
                    await server.members.slash(int(guild["id"]), general, moderator, "watch", "add", options=options)
                hub.send_webhook_to(f"http://127.0.0.1:{port}/webhooks/huggingface", SECRET)
                taken = [
                    await _one_release(server, hub, channel_id, f"batch{number}", earlier)
                    for number, channel_id in enumerate(channels)
                    for earlier in range(RELEASES_A_CHANNEL)
                ]
    yield "webhook to message, median", f"{statistics.median(taken) * 1000:.0f} ms"
    yield "webhook to message, slowest of 40", f"{max(taken) * 1000:.0f} ms"


async def _one_release(server: DiscordServer, hub: HubServer, channel_id: int, batch: str, earlier: int) -> float:
    """Publish one; every release is by somebody else, because one author's series would become a digest."""
    begun = time.perf_counter()
    hub.put(_record(f"author-{batch}-{earlier}/{batch}-model-8B"))
    await server.messages.wait_for(channel_id, lambda shown: len(shown) > earlier, seconds=60)
    return time.perf_counter() - begun


async def _memory() -> AsyncIterator[tuple[str, str]]:
    """Resident memory of a connected, idle bot in one server, and in 5,000."""
    resident: dict[int, float] = {}
    for servers in (1, SERVERS):
        with tempfile.TemporaryDirectory() as folder:
            async with DiscordServer() as server, HubServer() as hub:
                for number in range(servers):
                    server.world.add_guild(f"Server {number}", ("general",))
                begun = time.perf_counter()
                async with running_bot(server, _environment(folder, hub, {}), Path(folder) / "bot.log") as bot:
                    if servers > 1:
                        yield (
                            f"connected and ready in {servers:,} servers after",
                            f"{time.perf_counter() - begun:.1f} s",
                        )
                    await asyncio.sleep(3)
                    resident[servers] = psutil.Process(bot.pid).memory_info().rss / MIB
    yield "memory in 1 server", f"{resident[1]:.0f} MiB"
    yield f"memory in {SERVERS:,} servers", f"{resident[SERVERS]:.0f} MiB"


def _environment(folder: str, hub: HubServer, more: Mapping[str, str]) -> Mapping[str, str]:
    database = f"sqlite:///{Path(folder) / 'rootstock.db'}"
    return {"DATABASE_URL": database, "HF_ENDPOINT": hub.url, "POLL_SECONDS": "3600", "LOG_LEVEL": "WARNING", **more}


def _free_port() -> int:

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _record(repo_id: str) -> Mapping[str, object]:
    return {
        "id": repo_id,
        "createdAt": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "tags": ["safetensors", "text-generation", "license:apache-2.0"],
        "pipeline_tag": "text-generation",
        "library_name": "transformers",
        "cardData": {"license": "apache-2.0"},
        "safetensors": {"parameters": {"BF16": 8_000_000_000}, "total": 8_000_000_000},
        "siblings": [{"rfilename": "README.md"}, {"rfilename": "model.safetensors"}],
        "likes": 0,
        "downloads": 0,
    }
