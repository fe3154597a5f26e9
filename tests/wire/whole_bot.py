"""The whole bot as a process, pointed at stand-ins by environment variables alone."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.wire.clients import is_connected
from tests.wire.discord_server import DiscordServer

PROJECT = Path(__file__).parents[2]
START_SECONDS = 60.0
"""A busy machine takes its time to import everything; the bound only ends what hangs."""


@asynccontextmanager
async def running_bot(
    server: DiscordServer, environment: Mapping[str, str], log: Path
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run `python -m bot run` until the end of the block; it is connected and its commands are registered.

    `environment` adds what the server does not know (`DATABASE_URL`, `HF_ENDPOINT`, ...); `log` gets what the bot says.
    """
    variables = {**os.environ, **server.environment, "HTTP_PORT": "0", **environment}
    with log.open("ab") as said:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"), cwd=PROJECT, env=variables, stdout=said, stderr=said
        )
    try:
        await server.gateway.wait_for(is_connected, seconds=START_SECONDS)
        await server.wait_for_commands(seconds=START_SECONDS)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
