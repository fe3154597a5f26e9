"""What can go wrong at a hub, to be injected for the next requests: each of it has happened to somebody."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web


class Fault(StrEnum):
    """One way of going wrong; the last three spoil a listing that is otherwise right."""

    HANG = "hang"
    TOO_MANY = "429 that says how long"
    TOO_MANY_SILENT = "429 that says nothing"
    FAILS = "500"
    OVERLOADED = "503"
    RESET = "connection reset"
    GARBAGE = "a body that is no JSON"
    CUT_SHORT = "a body that ends early"
    HTML = "a proxy's error page with status 200"
    HUGE = "a body of 20 MB"
    REDIRECT_AWAY = "a redirect to another host"
    REDIRECT_ROUND = "a redirect to itself"
    BAD_RECORD = "records that cannot be read"
    NEXT_ELSEWHERE = "a next page on another host"
    NEXT_ROUND = "a next page that is this page"


SPOILS_LISTING = frozenset({Fault.BAD_RECORD, Fault.NEXT_ELSEWHERE, Fault.NEXT_ROUND})

BAD_RECORDS: tuple[object, ...] = (
    None,
    "not an object",
    ["nor", "this"],
    {"likes": 3},
    {"id": None},
    {"id": "../../etc/passwd"},
    {"id": "\u0000/\u202e@everyone", "tags": 7},
)

HUGE_BYTES = 20 * 1024 * 1024
ELSEWHERE = "http://localhost.localdomain:9/api/models?cursor=elsewhere"
TOO_MANY_SECONDS = 55


@dataclass(slots=True)
class _Planned:
    fault: Fault
    times: int
    path: str


@dataclass(slots=True)
class Faults:
    """The plan of what goes wrong; empty, everything goes right."""

    _planned: list[_Planned] = field(default_factory=list[_Planned])
    _stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def inject(self, fault: Fault, *, times: int = 1, path: str = "") -> None:
        """Let the next `times` requests whose path contains `path` go wrong."""
        self._planned.append(_Planned(fault, times, path))

    def clear(self) -> None:
        """Let everything go right again."""
        self._planned.clear()

    def next_for(self, path: str) -> Fault | None:
        """Take what is planned for a request to `path`."""
        planned = next((planned for planned in self._planned if planned.path in path), None)
        if planned is None:
            return None
        planned.times -= 1
        if planned.times <= 0:
            self._planned.remove(planned)
        return planned.fault

    def release_hanging(self) -> None:
        """Let requests that hang come to an end, so that the server can close."""
        self._stopped.set()

    async def answer(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        """Go wrong."""
        if fault is Fault.HANG:
            await self._stopped.wait()
            return web.Response(status=503)
        return await _ANSWERS[fault](request)


async def _reset(request: web.Request) -> web.StreamResponse:
    """Close with RST: lingering for zero seconds throws away what is in flight."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


async def _cut_short(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'[{"_id": "000')
    return await _reset(request)


async def _redirect_round(request: web.Request) -> web.StreamResponse:
    return web.Response(status=307, headers={"Location": request.path_qs})


def _always(
    status: int, body: bytes, headers: Mapping[str, str]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=body, headers=headers)

    return answer


_JSON = {"Content-Type": "application/json"}
_ASK_LATER = {
    "RateLimit": f'"api";r=0;t={TOO_MANY_SECONDS}',
    "RateLimit-Policy": '"fixed window";"api";q=500;w=300',
}

_ANSWERS: Mapping[Fault, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {
    Fault.TOO_MANY: _always(429, b'{"error": "Too Many Requests"}', {**_JSON, **_ASK_LATER}),
    Fault.TOO_MANY_SILENT: _always(429, b"", {}),
    Fault.FAILS: _always(500, b'{"error": "Internal Error"}', _JSON),
    Fault.OVERLOADED: _always(503, b"Service Unavailable", {"Content-Type": "text/plain"}),
    Fault.RESET: _reset,
    Fault.GARBAGE: _always(200, b"\x00\xff{not json", _JSON),
    Fault.CUT_SHORT: _cut_short,
    Fault.HTML: _always(200, b"<!doctype html><title>502 Bad Gateway</title>", {"Content-Type": "text/html"}),
    Fault.HUGE: _always(200, b'["' + b"x" * HUGE_BYTES + b'"]', _JSON),
    Fault.REDIRECT_AWAY: _always(307, b"", {"Location": ELSEWHERE}),
    Fault.REDIRECT_ROUND: _redirect_round,
}
