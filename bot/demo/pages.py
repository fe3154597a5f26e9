# ruff: noqa: SLF001 - SimCord's pages are made for tests; the lock file holds the version whose inside is used here
"""The members' view in a browser: a page of the channel, and one of each discussion.

SimCord made these pages for tests, where nothing happens beside what is clicked. Here a story plays on: so a click
waits for its turn instead of being refused, and one on a page that was drawn a moment ago is taken for what it says
(its message and its button are looked up all the same).
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, cast

import simcord
from simcord.backend.errors import SetupError
from simcord.preview import Preview

from bot.demo.world import World

REDRAW_SECONDS = 0.5
"""How soon a page shows what the bot did by itself."""

AGE_SECONDS = 20.0
"""How often "3 minutes ago" is written anew while nothing happens."""


class CannotShow(Exception):  # noqa: N818 - an answer to a visitor, in one sentence
    """Why the page can't be shown, in one sentence."""


class Pages:
    """What is shown of the world; the channel's page is there from the beginning."""

    def __init__(self, world: World, locale: str, stack: AsyncExitStack) -> None:
        self._world = world
        self._locale = locale
        self._stack = stack
        self._shown: dict[int, Preview] = {}

    async def show(self, channel: simcord.ChannelHandle, port: int = 0) -> str:
        """Serve the page of a channel or a thread on loopback and return its address; the same one when asked again.

        `port` 0 takes any free one. Raises `CannotShow` for one that is taken.
        """
        if channel.id not in self._shown:
            async with self._world.turn:
                self._shown[channel.id] = await self._serve(channel, port)
        return self._shown[channel.id].url

    async def _serve(self, channel: simcord.ChannelHandle, port: int) -> Preview:
        env, viewers = self._world.env, [self._world.moderator, self._world.member]
        # SimCord shows one page at a time, a visitor wants two.
        first, _inside(env)._preview = _inside(env)._preview, None
        try:
            page = env.preview(channel, viewers=viewers, layout="channel", locale=self._locale, port=port)
            await self._stack.enter_async_context(page)
        except SetupError as error:
            raise CannotShow(f"--port {port}: {error}; choose another, or 0 for any free one.") from error
        finally:
            _inside(env)._preview = first or _inside(env)._preview
        _let_clicks_wait(page, self._world)
        return page

    async def follow(self) -> None:
        """Keep open pages up to date with what the bot sends and edits by itself, and with the time."""
        drawn, age = 0, 0.0
        while True:
            await asyncio.sleep(REDRAW_SECONDS)
            age += REDRAW_SECONDS
            sent = len(self._world.env.http_requests)
            if sent == drawn and age < AGE_SECONDS:
                continue
            # What is still under way when SimCord's patience ends is drawn with the next turn.
            with suppress(SetupError, TimeoutError):
                await self._redraw()
                drawn, age = sent, 0.0

    async def _redraw(self) -> None:
        async with self._world.now():
            for page in list(self._shown.values()):
                await page.refresh()


@asynccontextmanager
async def open_pages(world: World, locale: str, port: int) -> AsyncGenerator[Pages]:
    """Serve the channel's page; the others are served when they are asked for. Raises `CannotShow`."""
    async with AsyncExitStack() as stack:
        pages = Pages(world, locale, stack)
        await pages.show(world.channel, port)
        yield pages


def _let_clicks_wait(page: Preview, world: World) -> None:
    """Stand before what SimCord's own server calls with everything that a visitor does."""
    take = _inside(page)._action

    async def take_in_turn(context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        async with world.now():
            return await take(context_id, _as_of_now(page, context_id, body))

    _inside(page)._action = take_in_turn


def _as_of_now(page: Preview, context_id: str | None, body: object) -> object:
    """Return what a visitor does, as if on the page as it is now: the bot may have sent something, or restarted."""
    if not isinstance(body, dict):
        return body
    now = {
        "published_revision": _inside(page)._get_page(context_id).revision,
        "bot_generation": _inside(page.env)._generation,
    }
    said = cast("dict[str, Any]", body)
    return {**said, **{name: value for name, value in now.items() if name in said}}


def _inside(thing: simcord.Env | Preview) -> Any:  # noqa: ANN401 - what SimCord keeps to itself has no types
    """Return a part of SimCord to be used in a way it was not made for; the lock file holds its version."""
    return thing
