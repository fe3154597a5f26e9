"""What a picture costs: time, bytes, memory, and how long the event loop waits while one is drawn in a thread."""

import asyncio
from collections.abc import AsyncIterable, Sequence
from pathlib import Path
from time import perf_counter

from bot.cards.attached_pictures import draw
from bot.domain.server import Locale
from bot.domain.standing_picture import PictureFile
from bot.language.words import Language
from tests.cards.standing_samples import history_picture, standing_picture

ROUNDS = 10
PULSE = 0.001
LATE = 0.002
"""Seconds between two beats from which on the loop was held: twice the pulse."""


async def figures() -> AsyncIterable[tuple[str, str]]:
    """Yield (what, how much)."""
    language, before = Language.load(), _own_memory()
    started = perf_counter()
    for locale in Locale:
        draw(PictureFile("first.png", standing_picture(locale)), language.words(locale))
    yield "pictures: the first two, Pillow's import included", f"{(perf_counter() - started) * 1e3:.0f} ms"
    yield "pictures: memory added by them (the mapped font not counted)", f"{_own_memory() - before:.1f} MB"
    for locale in Locale:
        for name, picture in (("ten rows", standing_picture(locale)), ("26 weeks", history_picture(locale, 26))):
            file = PictureFile("picture.png", picture)
            yield f"pictures: {name} ({locale})", _drawn(file, language)
    longest, together = await _held(language)
    yield "pictures: event loop held while one is drawn, longest / in all", f"{longest:.1f} / {together:.0f} ms"


def _drawn(file: PictureFile, language: Language) -> str:
    words = language.words(file.picture.locale)
    started = perf_counter()
    sizes = {len(draw(file, words)) for _ in range(ROUNDS)}
    return f"{(perf_counter() - started) / ROUNDS * 1e3:.0f} ms, {max(sizes) / 1000:.0f} kB"


async def _held(language: Language) -> tuple[float, float]:
    """Return the longest time between two beats and what all late ones add up to, for a picture (ms, medians)."""
    rounds = [await _gaps(language) for _ in range(ROUNDS)]
    longest = sorted(max(gaps) for gaps in rounds)[ROUNDS // 2]
    together = sorted(sum(gap - PULSE for gap in gaps if gap > LATE) for gaps in rounds)[ROUNDS // 2]
    return longest * 1e3, together * 1e3


async def _gaps(language: Language) -> Sequence[float]:
    file = PictureFile("picture.png", standing_picture(Locale.CHINESE))
    drawing = asyncio.create_task(asyncio.to_thread(draw, file, language.words(Locale.CHINESE)))
    gaps: list[float] = []
    last = perf_counter()
    while not drawing.done():
        await asyncio.sleep(PULSE)
        now = perf_counter()
        gaps.append(now - last)
        last = now
    return gaps


def _own_memory() -> float:
    """Return this process's anonymous memory in MB (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (line,) = [line for line in status.splitlines() if line.startswith("RssAnon")]
    return int(line.split()[1]) / 1000
