"""The way of one REST call through the stand-in: noted, authorised, limited, checked, answered."""

import asyncio
import json
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiohttp import BodyPartReader, web

from tests.wire.faults import Fault, Faults
from tests.wire.gateway import Gateway
from tests.wire.rate_limits import Limits
from tests.wire.specification import Specification
from tests.wire.world import Json, World

API = "/api/v10"
RESET_AT_ONCE = struct.pack("ii", 1, 0)
"""SO_LINGER with no time to linger: closing sends RST, which the client sees as ECONNRESET."""

RESETS = frozenset({Fault.RESET_BEFORE, Fault.RESET_AFTER})

MAJOR = ("interaction_token", "webhook_token", "channel_id", "guild_id", "webhook_id")
"""What makes buckets of their own (Discord's documentation, Rate Limits): every interaction has its own too."""

OPEN_TO_ALL = ("/interactions/", "/webhooks/")
"""What a token in the path opens; no Authorization header is needed there."""


class DiscordError(Exception):
    """An answer in Discord's error shape."""

    def __init__(
        self, status: int, code: int, message: str, errors: Json | None = None, *, more: Json | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: Json = {"message": message, "code": code} | ({"errors": errors} if errors else {}) | (more or {})


class Moment(StrEnum):
    """When a hook is called: a request has arrived, or was done and is about to be answered."""

    ARRIVED = "arrived"
    ANSWERING = "answering"


@dataclass(frozen=True, slots=True)
class Call:
    """One request as a handler sees it. `files` counts what came beside a multipart body."""

    request: web.Request
    body: Any
    files: int

    def number(self, name: str) -> int:
        """Return an id from the path.

        Raises:
            DiscordError: it is no id.
        """
        text = self.request.match_info[name]
        if not text.isdecimal():
            raise DiscordError(400, 50035, "Invalid Form Body", {name: f"Value {text!r} is not snowflake."})
        return int(text)

    def text(self, name: str) -> str:
        """Return a part of the path."""
        return self.request.match_info[name]


Check = Callable[[Call], Sequence[str]]
"""Says what is wrong with a body beyond what the description knows."""


@dataclass(frozen=True, slots=True)
class Route:
    """A method and a path as Discord's description writes it, who answers, and who checks the body."""

    method: str
    path: str
    handler: Callable[[Call], Awaitable[object]]
    check: Check | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """One request as it is remembered; `status` 0 means that the connection was reset."""

    method: str
    path: str
    status: int
    fault: Fault


@dataclass(slots=True)
class Rest:
    """Everything that one call meets. `on_moment` is called with the moment and the request, for tests that kill."""

    world: World
    gateway: Gateway
    specification: Specification | None
    faults: Faults = field(default_factory=Faults)
    limits: Limits = field(default_factory=Limits)
    notes: list[Note] = field(default_factory=list[Note])
    uploads: list[bytes] = field(default_factory=list[bytes])
    """Every file that came beside a body, the same one again with every repeat."""
    checked: Counter[str] = field(default_factory=Counter[str])
    on_moment: Callable[[Moment, web.Request], None] | None = None

    def register(self, app: web.Application, routes: Sequence[Route]) -> None:
        """Serve these routes below the API's base."""
        for route in routes:
            app.router.add_route(route.method, API + route.path, self._serving(route))

    def _serving(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def serve(request: web.Request) -> web.StreamResponse:
            fault = self.faults.draw(request.path)
            self._tell(Moment.ARRIVED, request)
            response = await self._before(request, fault)
            if response is None:
                response = await self._answer(route, request)
                response = await self._after(request, fault, response)
            self._tell(Moment.ANSWERING, request)
            status = 0 if fault in RESETS else response.status
            self.notes.append(Note(request.method, request.path, status, fault))
            return response

        return serve

    def _tell(self, moment: Moment, request: web.Request) -> None:
        if self.on_moment is not None:
            self.on_moment(moment, request)

    async def _before(self, request: web.Request, fault: Fault) -> web.Response | None:
        """Answer in place of Discord, or spoil the way there."""
        match fault:
            case Fault.RATE_LIMIT | Fault.GLOBAL_RATE_LIMIT | Fault.SHARED_RATE_LIMIT:
                scope = {"429": "user", "429-global": "global", "429-shared": "shared"}[fault]
                return rate_limited(self.faults.retry_after, scope)
            case Fault.CLOUDFLARE:
                return web.Response(status=429, text="error code: 1015", content_type="text/html")
            case Fault.SERVER_ERROR:
                return answer(500, {"message": "500: Internal Server Error", "code": 0})
            case Fault.UNAVAILABLE:
                return web.Response(status=503, text="upstream connect error", content_type="text/plain")
            case Fault.RESET_BEFORE:
                return self._reset(request)
            case Fault.SLOW:
                await asyncio.sleep(self.faults.slow_seconds)
            case Fault.HANG:
                await request.read()
                await asyncio.Event().wait()
            case _:
                pass
        return None

    async def _after(self, request: web.Request, fault: Fault, response: web.Response) -> web.Response:
        """Spoil the way back: it happened, and the client is not told."""
        if fault is Fault.SERVER_ERROR_AFTER:
            return answer(500, {"message": "500: Internal Server Error", "code": 0})
        return self._reset(request) if fault is Fault.RESET_AFTER else response

    def _reset(self, request: web.Request) -> web.Response:
        """Reset the connection; the answer that is returned goes nowhere."""
        if request.transport is not None:
            raw = request.transport.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_ONCE)
            request.transport.abort()
        return web.Response(status=502)

    async def _answer(self, route: Route, request: web.Request) -> web.Response:
        headers: dict[str, str] = {}
        try:
            self._authorise(request)
            headers = self._limit(route, request)
            call = await self._read(request)
            self._check(route, call)
            result = await route.handler(call)
        except DiscordError as error:
            return answer(error.status, error.body, headers)
        except RateLimitedError as limited:
            return rate_limited(limited.retry_after, limited.scope, limited.headers)
        return answer(204 if result is None else 200, result, headers)

    def _authorise(self, request: web.Request) -> None:
        if request.path.removeprefix(API).startswith(OPEN_TO_ALL):
            return
        if request.headers.get("Authorization") != f"Bot {self.world.token}":
            raise DiscordError(401, 0, "401: Unauthorized")

    def _limit(self, route: Route, request: web.Request) -> dict[str, str]:
        """Count the call; interaction endpoints are not bound to the whole bot's limit."""
        exempt = request.path.removeprefix(API).startswith(OPEN_TO_ALL)
        wait = None if exempt else self.limits.take_global()
        if wait is not None:
            raise RateLimitedError(wait, "global", {})
        major = next((request.match_info[name] for name in MAJOR if name in request.match_info), "")
        headers, wait = self.limits.take(f"{route.method} {route.path}", major)
        if wait is not None:
            raise RateLimitedError(wait, "user", headers)
        return headers

    async def _read(self, request: web.Request) -> Call:
        """Read a body: JSON, or JSON in a multipart's `payload_json` with files beside it."""
        if request.content_type == "multipart/form-data":
            fields, files = await _form_of(request)
            self.uploads += files
            return Call(request, json.loads(fields.get("payload_json", "{}")), len(files))
        raw = await request.read()
        if not raw:
            return Call(request, None, 0)
        if request.headers.get("Content-Type") != "application/json":
            raise DiscordError(400, 50109, "The request body contains invalid JSON.")
        try:
            return Call(request, json.loads(raw), 0)
        except ValueError as error:
            raise DiscordError(400, 50109, "The request body contains invalid JSON.") from error

    def _check(self, route: Route, call: Call) -> None:
        """Refuse a body that Discord would refuse, and remember it for the test to see."""
        if call.body is None:
            return
        self.checked[f"{route.method} {route.path}"] += 1
        errors = [] if self.specification is None else self.specification.errors(route.method, route.path, call.body)
        if not errors and route.check is not None:
            errors = list(route.check(call))
        if errors:
            self.world.violations += [f"{route.method} {call.request.path}: {error}" for error in errors]
            shaped: Json = {"_errors": [{"code": "BASE_TYPE_BAD", "message": error} for error in errors]}
            raise DiscordError(400, 50035, "Invalid Form Body", {"body": shaped})


class RateLimitedError(Exception):
    """A call too many."""

    def __init__(self, retry_after: float, scope: str, headers: dict[str, str]) -> None:
        super().__init__(scope)
        self.retry_after = retry_after
        self.scope = scope
        self.headers = headers


def answer(status: int, payload: object, headers: dict[str, str] | None = None) -> web.Response:
    """Answer in JSON; discord.py reads it only when the content type is exactly `application/json`."""
    if status == 204:
        return web.Response(status=204, headers=headers)
    head = {"Content-Type": "application/json", "Via": "1.1 google"} | (headers or {})
    return web.Response(status=status, body=json.dumps(payload).encode(), headers=head)


def rate_limited(retry_after: float, scope: str, headers: dict[str, str] | None = None) -> web.Response:
    """Answer 429 as Discord itself does, which its `Via` header shows."""
    everywhere = {"X-RateLimit-Global": "true"} if scope == "global" else {}
    head = {"Retry-After": str(int(retry_after) + 1), "X-RateLimit-Scope": scope} | everywhere | (headers or {})
    body: Json = {"message": "You are being rate limited.", "retry_after": retry_after, "global": scope == "global"}
    return answer(429, body, head)


async def _form_of(request: web.Request) -> tuple[dict[str, str], list[bytes]]:
    """Return the fields and the files of a form. `request.post` leaves a file open whose sender is killed meanwhile."""
    fields: dict[str, str] = {}
    files: list[bytes] = []
    parts = await request.multipart()
    while (part := await parts.next()) is not None:
        assert isinstance(part, BodyPartReader)
        if part.filename:
            files.append(bytes(await part.read()))
        else:
            fields[part.name or ""] = await part.text()
    return fields, files
