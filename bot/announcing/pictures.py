"""Pictures of a post: drawn in a thread when it is sent, and handed over anew with every attempt."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import discord
import structlog
from discord.utils import MISSING

from bot.cards.attached_pictures import draw
from bot.cards.picture_alt_text import alt_text
from bot.domain.card import Post
from bot.domain.standing_picture import PictureFile
from bot.language.words import Language, Words

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as bytes."""

    name: str
    alt: str
    png: bytes

    def file(self) -> discord.File:
        """Return it as a file to send: discord.py closes each that was sent."""
        return discord.File(BytesIO(self.png), self.name, description=self.alt)


async def draw_pictures(post: Post, language: Language) -> tuple[Post, Sequence[Drawn]]:
    """Draw what a post carries; the post as it is sent, without any picture that could not be drawn.

    A message is worth more than its picture: a drawing that fails is logged, and the text goes without it.
    """
    words = language.words(post.locale)
    drawn = [await _drawn(file, words) for file in post.files]
    kept = tuple(file for file, picture in zip(post.files, drawn, strict=True) if picture)
    return replace(post, files=kept), [picture for picture in drawn if picture]


def files_of(pictures: Sequence[Drawn]) -> Any:  # noqa: ANN401 - MISSING, which discord.py takes for "not given", is no sequence
    """Return what discord.py's `files` and `attachments` take: fresh files, or nothing at all.

    An edit that names no attachments keeps those of the message; one that names new files replaces them.
    """
    return [picture.file() for picture in pictures] or MISSING


async def _drawn(file: PictureFile, words: Words) -> Drawn | None:
    try:
        png = await asyncio.to_thread(draw, file, words)
    except Exception:  # noqa: BLE001 - logged; see `draw_pictures`
        _log.exception("picture.not-drawn", name=file.name)
        return None
    return Drawn(file.name, alt_text(file.picture, words), png)
