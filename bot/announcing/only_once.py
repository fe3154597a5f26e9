"""Keeps discord.py from repeating a request that must not be made twice.

discord.py sends a request again by itself after a 500, 502, 504 or 524, and so makes a second forum post where the
first was made and only its answer was lost: forum posts have no nonce. The repeat is refused; the outcome is unknown
then, and the lane looks before it tries again.
"""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import aiohttp


@dataclass(slots=True)
class _Requests:
    made: int = 0


_once: ContextVar[_Requests | None] = ContextVar("only_once", default=None)


class RepeatRefused(aiohttp.ClientError):
    """A request that must be made once would have been made again."""


@contextmanager
def only_once() -> Generator[None]:
    """Let the calls inside make one request together; the next one raises `RepeatRefused`."""
    before = _once.set(_Requests())
    try:
        yield
    finally:
        _once.reset(before)


def refuse_repeat() -> None:
    """Count a request that is about to be made; called by `bot.announcing.rest_limits.rest_trace`.

    Raises:
        RepeatRefused: it is not the first of those that must be made once.
    """
    requests = _once.get()
    if requests is None:
        return
    requests.made += 1
    if requests.made > 1:
        raise RepeatRefused("asked to repeat what must be done once")
