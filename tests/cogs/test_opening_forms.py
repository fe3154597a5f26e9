"""A form opens in time, whatever fills it in."""

import asyncio

import pytest

from bot.domain.errors import Refusal
from cogs import opening_forms
from cogs.opening_forms import read_in_time


async def test_what_is_read_in_time_fills_the_form_in() -> None:
    """The usual case."""
    assert await read_in_time(asyncio.sleep(0, "said before"), "") == "said before"


async def test_a_busy_database_leaves_the_form_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The read ends by itself later, and whatever comes of it hurts nobody."""
    monkeypatch.setattr(opening_forms, "LONGEST_READ", 0)
    free = asyncio.Event()
    ended: list[str] = []

    async def read() -> str:
        await free.wait()
        ended.append("read")
        raise Refusal("model-forgotten")

    assert await read_in_time(read(), "empty") == "empty"
    free.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert ended == ["read"]


async def test_what_prevents_the_form_is_told() -> None:
    """A refusal that comes in time reaches the member."""

    async def read() -> str:
        raise Refusal("model-forgotten")

    with pytest.raises(Refusal):
        await read_in_time(read(), "")
