"""What a message says, wherever it says it: content, embeds, components, what it forwards.

A message comes whole with the context menu that somebody used on it; nothing is ever fetched.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import discord

READ_KEYS = frozenset({"content", "url", "title", "description", "value", "label", "text", "name"})
"""Where embeds and components hold texts and addresses."""

DEEPEST = 12
"""Levels of nesting that are read; Discord's own messages have six."""


def texts_of_message(message: discord.Message) -> Iterator[str]:
    """Return every text and address in a message."""
    yield message.content
    for part in (*message.embeds, *message.components):
        yield from _texts_in(part.to_dict(), DEEPEST)
    for snapshot in message.message_snapshots:
        yield snapshot.content
        for part in (*snapshot.embeds, *snapshot.components):
            yield from _texts_in(part.to_dict(), DEEPEST)


def _texts_in(value: object, depth: int) -> Iterator[str]:
    if depth == 0:
        return
    if isinstance(value, Mapping):
        for key, inner in cast("Mapping[Any, Any]", value).items():
            if isinstance(inner, str):
                if key in READ_KEYS:
                    yield inner
            else:
                yield from _texts_in(inner, depth - 1)
    elif isinstance(value, list | tuple):
        for inner in cast("list[Any]", value):
            yield from _texts_in(inner, depth - 1)
