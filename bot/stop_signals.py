"""SIGINT and SIGTERM as an event, so that what runs can be taken down in order."""

import asyncio
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@asynccontextmanager
async def stop_requested() -> AsyncGenerator[asyncio.Event]:
    """Yield an event that is set when this process is told to stop; sends in flight may finish."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
