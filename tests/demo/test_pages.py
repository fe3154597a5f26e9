"""The demo's pages, asked as a visitor's browser asks them, while the story plays on."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from bot.demo.pages import CannotShow, open_pages
from bot.demo.stage import Stage
from bot.demo.storyline import Event, Step, discuss, publish, vote
from tests.demo.test_stage import seen


class Browser:
    """One open page, which sees only what it was shown when it was opened."""

    def __init__(self, session: aiohttp.ClientSession, page: dict[str, Any]) -> None:
        self._session = session
        self.shown = page
        self._sequence = count(1)

    async def does(self, kind: str, **what: object) -> dict[str, Any]:
        """Do something, as on the page that was shown."""
        number = next(self._sequence)
        body = {
            **what,
            "kind": kind,
            "protocol_version": 3,
            "sequence": number,
            "request_id": f"r{number}",
            "generation": self.shown["context"]["generation"],
            "bot_generation": self.shown["botGeneration"],
            "published_revision": self.shown["publishedRevision"],
        }
        async with self._session.post("/api/action", json=body) as response:
            return await response.json()


@asynccontextmanager
async def opened(address: str) -> AsyncGenerator[Browser]:
    """Open the page at an address that the demo printed."""
    parts = urlsplit(address)
    headers = {"X-Simcord-Capability": parts.fragment}
    async with aiohttp.ClientSession(f"http://{parts.netloc}", headers=headers) as session:
        async with session.post("/api/pages", json={}) as response:
            page = await response.json()
        session.headers["X-Simcord-Context"] = page["context"]["id"]
        yield Browser(session, page)


async def test_a_click_on_a_page_of_a_moment_ago_counts() -> None:
    """The bot edits, sends and even restarts behind the page: the visitor's click on the card is taken all the same."""
    async with Stage.set_up() as stage, open_pages(stage.world, "en-US", 0) as pages:
        await stage.happen(publish(0, "Qwen/Qwen3-8B"))
        await seen(stage, lambda cards: len(cards) == 1)
        (card,) = stage.world.channel.history()
        async with opened(await pages.show(stage.world.channel)) as browser:
            controls = [key for key in str(browser.shown["messages"]).split("'") if key.startswith("message:")]
            await stage.happen(vote(0, "Qwen/Qwen3-8B", up=3))
            await stage.happen(Step(0, Event.RESTART))
            receipt = await browser.does("click", control_key=controls[0], target_id=str(card.id))
        assert (receipt["rejected"], receipt["acknowledgement"]) == (False, "acknowledged")


async def test_a_discussion_has_a_page_of_its_own() -> None:
    """Its address is another one, it shows what was said, and a visitor can answer there."""
    async with Stage.set_up() as stage, open_pages(stage.world, "en-US", 0) as pages:
        await stage.happen(publish(0, "Qwen/Qwen3-8B"))
        await seen(stage, lambda cards: len(cards) == 1)
        await stage.happen(discuss(0, "Qwen/Qwen3-8B", "qwen-1"))
        (thread,) = stage.world.discussions()
        address = await pages.show(thread)
        assert address == await pages.show(thread)
        assert address != await pages.show(stage.world.channel)
        async with opened(address) as browser:
            assert "fine-tuned" in str(browser.shown["messages"])
            await browser.does("send_message", content="I have")
        assert [message.content for message in thread.history()][-1] == "I have"


async def test_a_port_that_is_taken_is_one_sentence() -> None:
    """The visitor reads which port, and what to choose instead."""
    async with Stage.set_up() as stage, open_pages(stage.world, "en-US", 0) as pages:
        taken = urlsplit(await pages.show(stage.world.channel)).port or 0
        await stage.happen(publish(0, "Qwen/Qwen3-8B"))
        await seen(stage, lambda cards: len(cards) == 1)
        await stage.happen(discuss(0, "Qwen/Qwen3-8B", "qwen-1"))
        with pytest.raises(CannotShow, match=f"--port {taken}: .*; choose another, or 0"):
            await pages.show(stage.world.discussions()[0], taken)
