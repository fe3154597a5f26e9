"""Starts and kills sender processes from a test."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

PROJECT = Path(__file__).parents[2]


class Ordered(Protocol):
    """What a worker is told."""

    def line(self) -> bytes:
        """Write it down for the forking process."""
        ...


class Senders:
    """One sender (or whole bot) at a time; `kill` is SIGKILL, which nothing in the process can notice."""

    def __init__(self, forking: asyncio.subprocess.Process) -> None:
        self._forking = forking
        self._alive: int | None = None
        self.kills = 0

    async def run(self, orders: Ordered) -> int:
        """Start a sender and return its exit code when it ends: 0 when nothing was owed any more, -9 when killed."""
        assert self._forking.stdin is not None
        self._forking.stdin.write(orders.line())
        await self._forking.stdin.drain()
        self._alive = await self._number()
        code = await self._number()
        self._alive = None
        return code

    def kill(self) -> bool:
        """Kill the sender that runs now; False if there is none."""
        if self._alive is None:
            return False
        os.kill(self._alive, signal.SIGKILL)
        self._alive = None
        self.kills += 1
        return True

    async def _number(self) -> int:
        assert self._forking.stdout is not None
        line = await self._forking.stdout.readline()
        if not line:
            raise EOFError("the forking process ended; its log tells why")
        return int(line)


@asynccontextmanager
async def ready_senders(log: BinaryIO, module: str = "tests.wire.sender_process") -> AsyncGenerator[Senders]:
    """Start the process that forks senders, or whatever `module` forks; what they say goes into `log`."""
    pipe = asyncio.subprocess.PIPE
    forking = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module), cwd=PROJECT, stdin=pipe, stdout=pipe, stderr=log
    )
    senders = Senders(forking)
    try:
        yield senders
    finally:
        senders.kill()
        assert forking.stdin is not None
        forking.stdin.close()
        await forking.wait()
