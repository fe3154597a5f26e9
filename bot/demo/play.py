"""`make demo` as a visitor meets it: an address to open, what happens told in the terminal, and an end by Ctrl-C."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

from rich.console import Console

from bot.demo.pages import CannotShow, Pages, open_pages
from bot.demo.stage import Stage
from bot.demo.storyline import Step
from bot.demo.world import BROWSER_LOCALE
from bot.domain.server import Locale
from bot.language.words import Words
from bot.logs import configure_logs
from bot.stop_signals import stop_requested

CANNOT_SHOW = 2
"""The exit code when a visitor has to choose something else."""


async def play_demo(*, port: int, locale: Locale, speed: float, seconds: float) -> int:
    """Play until Ctrl-C, or for `seconds`; the exit code."""
    configure_logs("ERROR", "console")
    console = Console()
    try:
        await _play(console, port=port, locale=locale, speed=speed, seconds=seconds)
    except CannotShow as reason:
        console.print(str(reason), style="red", highlight=False, soft_wrap=True)
        return CANNOT_SHOW
    return 0


async def _play(console: Console, *, port: int, locale: Locale, speed: float, seconds: float) -> None:
    async with (
        stop_requested() as stop,
        Stage.set_up(locale, speed) as stage,
        open_pages(stage.world, BROWSER_LOCALE[locale], port) as pages,
    ):
        words = stage.rootstock.language.words(locale)
        teller = _Teller(console, words, stage, pages)
        teller.say(f"\n{words('demo.open')}\n\n  {await pages.show(stage.world.channel)}\n\n{words('demo.who')}\n")
        playing = asyncio.create_task(teller.tell_all())
        drawing = asyncio.create_task(pages.follow())
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds or None)
        for task in (playing, drawing):
            task.cancel()
        for result in await asyncio.gather(playing, drawing, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
    teller.say(f"{words('demo.ended')}\n")


class _Teller:
    """Says on the terminal what happens, as it happens, and where to see what has a page of its own."""

    def __init__(self, console: Console, words: Words, stage: Stage, pages: Pages) -> None:
        self._console = console
        self._words = words
        self._stage = stage
        self._pages = pages
        self._begun = datetime.now(UTC)

    def say(self, text: str) -> None:
        """Print a text as it is."""
        self._console.print(f"  {text}".replace("\n", "\n  "), markup=False, highlight=False, soft_wrap=True)

    async def tell_all(self) -> None:
        """Play the story to its end."""
        showing = asyncio.create_task(self._show_discussions())
        try:
            await self._stage.play(self._tell)
            self.say(f"\n{self._words('demo.over')}\n")
            await showing
        finally:
            showing.cancel()

    def _tell(self, step: Step) -> None:
        told = {"model": step.repo_id, "likes": step.likes, "name": step.renamed_to, "up": step.up, "down": step.down}
        self.say(f"{self._passed()}  {self._words(f'demo.event.{step.event}', **told)}")

    async def _show_discussions(self) -> None:
        """Give every discussion a page, the visitor's own ones too."""
        told = set[int]()
        while True:
            await asyncio.sleep(1)
            for thread in self._stage.world.discussions():
                if thread.id not in told:
                    told.add(thread.id)
                    address = await self._pages.show(thread)
                    self.say(f"{self._passed()}  {self._words('demo.discussion', name=thread.name)} {address}")

    def _passed(self) -> str:
        passed = int((datetime.now(UTC) - self._begun).total_seconds())
        return f"{passed // 60}:{passed % 60:02}"
