"""One limiter and one set of figures for every REST call, whichever part of discord.py makes it.

Discord's global limit is 50 requests a second for the whole bot, whatever number of processes it has; discord.py
knows only its own process. Interaction endpoints are exempt (Discord's documentation, "Global Rate Limit").
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from types import SimpleNamespace
from typing import Protocol

import aiohttp
from yarl import URL

from bot.announcing.only_once import refuse_repeat


class RestLimiter(Protocol):
    """Hands out slots for REST calls across all processes."""

    async def slot(self) -> None:
        """Return when the next call may be made."""
        ...


@dataclass(frozen=True, slots=True)
class RestCall:
    """One REST call that ended; `route` has `{id}` and `{token}` for what varies, `status` is None if unanswered."""

    method: str
    route: str
    status: int | None
    seconds: float


RestObserver = Callable[[RestCall], None]

_API = re.compile(r"/api/v\d+(?P<path>/.*)")
_INTERACTION = re.compile(r"/(interactions|webhooks)/")
_SECRET = re.compile(r"(?P<before>/(?:interactions|webhooks)/\d+/)[^/]+")
_ID = re.compile(r"(?<=/)\d+(?=/|$)")


def rest_trace(limiter: RestLimiter, observe: RestObserver | None = None) -> aiohttp.TraceConfig:
    """Make the trace that `discord.Client(http_trace=...)` takes; the gateway's own connection is left alone."""
    trace = aiohttp.TraceConfig()

    async def start(_: object, context: SimpleNamespace, call: aiohttp.TraceRequestStartParams) -> None:
        refuse_repeat()
        path = _api_path(call.url)
        if path is not None and not _INTERACTION.match(path):
            await limiter.slot()
        context.started = monotonic()

    async def end(_: object, context: SimpleNamespace, call: aiohttp.TraceRequestEndParams) -> None:
        _report(observe, context, call.method, call.url, call.response.status)

    async def fail(_: object, context: SimpleNamespace, call: aiohttp.TraceRequestExceptionParams) -> None:
        _report(observe, context, call.method, call.url, None)

    trace.on_request_start.append(start)
    trace.on_request_end.append(end)
    trace.on_request_exception.append(fail)
    return trace


def route_of(path: str) -> str:
    """Put `{id}` and `{token}` for what varies, so that a metric has few labels and no secrets."""
    return _ID.sub("{id}", _SECRET.sub(r"\g<before>{token}", path))


def _report(observe: RestObserver | None, context: SimpleNamespace, method: str, url: URL, status: int | None) -> None:
    path = _api_path(url)
    if observe is not None and path is not None:
        started: float = context.started
        observe(RestCall(method, route_of(path), status, monotonic() - started))


def _api_path(url: URL) -> str | None:
    match = _API.search(url.path)
    return match["path"] if match else None
