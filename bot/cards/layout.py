"""What every message is built from: one coloured container, text blocks within Discord's limits, rows of buttons.

Limits are kept here by construction, whatever the facts (DISCORD.md, Limits): at most 40 components, 4,000
characters in all, labels of 80.
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum

from discord import ButtonStyle, SeparatorSpacing
from discord.ui import ActionRow, Button, Container, Item, LayoutView, Separator, TextDisplay

from bot.domain.model import Kind
from bot.domain.plain_text import shorten

TEXT_LIMIT = 4000
"""Characters in all text displays of one message."""

LABEL_LIMIT = 80

Part = Item[LayoutView]
"""Anything that stands in a container."""


class Accent(IntEnum):
    """The colour down the left side: seen first, so each says one thing."""

    ORIGINAL = 0x2E9E5B
    FINETUNE = 0x3B82F6
    ADAPTER = 0x8B5CF6
    MERGE = 0xF59E0B
    QUANTIZED = 0x64748B
    PLAIN = 0x5B6B7F
    GOOD = 0x22A06B
    WARNING = 0xE2A03F
    BAD = 0xD64545


KIND_ACCENTS = {
    Kind.ORIGINAL: Accent.ORIGINAL,
    Kind.FINETUNE: Accent.FINETUNE,
    Kind.ADAPTER: Accent.ADAPTER,
    Kind.MERGE: Accent.MERGE,
    Kind.QUANTIZED: Accent.QUANTIZED,
}


def message(accent: Accent, *parts: Part | None) -> LayoutView:
    """Return a view of one container. It never times out and holds no callbacks: clicks are served by their ids."""
    view = LayoutView(timeout=None)
    view.add_item(Container[LayoutView](*(part for part in parts if part is not None), accent_colour=int(accent)))
    return view


def block(lines: Iterable[str | None], limit: int) -> TextDisplay[LayoutView] | None:
    """Return lines as one text of at most `limit` characters; lines that no longer fit are left out whole.

    A line is never cut: a cut could leave markup open. None where nothing is left: Discord refuses empty texts.
    """
    text = "\n".join(within(lines, limit))
    return TextDisplay[LayoutView](text) if text.strip() else None


def within(lines: Iterable[str | None], limit: int) -> Sequence[str]:
    """Return the lines that fit into `limit` characters together, in order."""
    kept: list[str] = []
    left = limit
    for line in lines:
        if line and len(line) + 1 <= left:
            kept.append(line)
            left -= len(line) + 1
    return kept


def small(line: str | None) -> str | None:
    """Return a line in small print."""
    return f"-# {line}" if line else None


def rule() -> Separator[LayoutView]:
    """Return a thin line between two blocks."""
    return Separator[LayoutView](visible=True, spacing=SeparatorSpacing.small)


def gap() -> Separator[LayoutView]:
    """Return a little room between two blocks."""
    return Separator[LayoutView](visible=False, spacing=SeparatorSpacing.small)


def row(*buttons: Button[LayoutView] | None) -> ActionRow[LayoutView] | None:
    """Return up to five buttons side by side; None where there are none."""
    given = [button for button in buttons if button is not None]
    return ActionRow[LayoutView](*given[:5]) if given else None


def button(
    label: str, custom_id: str, style: ButtonStyle = ButtonStyle.secondary, emoji: str | None = None
) -> Button[LayoutView]:
    """Return a button that is recognised by its id for ever."""
    return Button[LayoutView](label=shorten(label, LABEL_LIMIT), custom_id=custom_id, style=style, emoji=emoji)


def link_button(label: str, url: str) -> Button[LayoutView]:
    """Return a button that opens a page."""
    return Button[LayoutView](label=shorten(label, LABEL_LIMIT), url=url, style=ButtonStyle.link)
