"""A headless Chromium, spoken to over its DevTools protocol: opens a page and photographs a part of it."""

import asyncio
import base64
import itertools
import shutil
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
)
START_SECONDS = 30
READY_SECONDS = 30
LOOK_AGAIN_SECONDS = 0.05


class Page:
    """One browser tab."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)

    async def command(self, method: str, **params: object) -> Mapping[str, Any]:
        """Send one DevTools command and return its result. Raises `RuntimeError` where Chromium refuses it."""
        number = next(self._numbers)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            reply = await self._socket.receive_json()
            if reply.get("id") == number:
                if "error" in reply:
                    raise RuntimeError(f"{method}: {reply['error']}")
                return reply["result"]

    async def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - whatever the page computes
        """Return the value of a JavaScript expression; promises are waited for."""
        reply = await self.command("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        return reply["result"].get("value")

    async def wait_until(self, expression: str) -> None:
        """Wait until a JavaScript expression is true. Raises `TimeoutError`."""
        async with asyncio.timeout(READY_SECONDS):
            while not await self.evaluate(expression):  # noqa: ASYNC110 - the page can only be asked
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def steady(self, expression: str, seconds: float) -> Mapping[str, Any]:
        """Return an object that was the same for that long, and not `busy`. Raises `TimeoutError`."""
        wanted, same = seconds / LOOK_AGAIN_SECONDS, 0
        seen: Mapping[str, Any] = {"busy": True}
        async with asyncio.timeout(READY_SECONDS):
            while same < wanted:
                await asyncio.sleep(LOOK_AGAIN_SECONDS)
                before, seen = seen, await self.evaluate(expression)
                same = same + 1 if seen == before and not seen["busy"] else 0
        return {side: seen[side] for side in ("x", "y", "width", "height")}

    async def open(self, url: str, *, width: int, height: int) -> None:
        """Open an address in a window of that size, at twice the pixels."""
        await self.command("Page.enable")
        await self.command(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1.5, mobile=False
        )
        await self.command("Page.navigate", url=url)

    async def photograph(self, box: Mapping[str, float]) -> bytes:
        """Return a PNG of a rectangle of the window: beyond it Chromium would resize the page first."""
        clip = {**box, "scale": 1}
        reply = await self.command("Page.captureScreenshot", format="png", clip=clip)
        return base64.b64decode(reply["data"])


def find_chromium() -> str | None:
    """Return the path of an installed Chromium."""
    return next((path for path in map(shutil.which, PROGRAMS) if path), None)


@asynccontextmanager
async def chromium(program: str) -> AsyncGenerator[Page, None]:
    """Start Chromium with a profile of its own and end it afterwards."""
    with TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        process = await asyncio.create_subprocess_exec(
            program,
            *FLAGS,
            f"--user-data-dir={profile}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            port = await _port_of(Path(profile) / "DevToolsActivePort")
            async with aiohttp.ClientSession() as session:
                targets = await (await session.get(f"http://127.0.0.1:{port}/json/list")).json()
                address = next(target["webSocketDebuggerUrl"] for target in targets if target["type"] == "page")
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    yield Page(socket)
        finally:
            process.terminate()
            await process.wait()


async def _port_of(file: Path) -> int:
    async with asyncio.timeout(START_SECONDS):
        port = ""
        while not port:
            port = await asyncio.to_thread(_first_line, file)
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
    return int(port)


def _first_line(file: Path) -> str:
    return file.read_text().partition("\n")[0] if file.exists() else ""
