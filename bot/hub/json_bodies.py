"""Reads a JSON body of any size without holding up the event loop, and of any kind without an exception of its own."""

import asyncio
import json
from collections.abc import Callable
from typing import TypeVar

import orjson

from bot.domain.errors import HubUnavailable

LARGE_BODY = 256 * 1024
"""Bytes. A listing of megabytes takes tens of milliseconds to read and is read in a thread; less is faster here."""

_T = TypeVar("_T")


def read_json(body: bytes) -> object:
    """Return the JSON value of a body.

    orjson refuses a whole page for one lone surrogate or a NaN in one record; the standard library reads them,
    and the record's own parser decides.

    Raises:
        HubUnavailable: it is no JSON (an error page of a proxy, a body cut short).
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return _read_leniently(body)


def _read_leniently(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise HubUnavailable("the hub's answer is no JSON") from error


async def off_the_loop(read: Callable[[bytes], _T], body: bytes) -> _T:
    """Apply `read` to a body, in a thread where the body is large."""
    return await asyncio.to_thread(read, body) if len(body) > LARGE_BODY else read(body)
