"""Private answers as small layouts: a title, some lines, labelled facts, pages.

Lines and values are set as they are given: hostile ones go through `safe_text.safe` first.
"""

from collections.abc import Callable, Mapping, Sequence

from discord.ui import ActionRow, LayoutView

from bot.cards.layout import Accent, Part, block, button, message, row, rule, small, within
from bot.language.words import Words

TITLE_LIMIT = 300
BODY_LIMIT = 2400
FIELDS_LIMIT = 900
FOOTER_LIMIT = 300
"""Together under Discord's 4,000 characters."""

ROWS_LIMIT = 4
"""Rows of controls in one answer; a fifth would push the text off a phone's screen."""


def answer(
    title: str,
    *body: str,
    fields: Mapping[str, str] | None = None,
    footer: str | None = None,
    accent: Accent = Accent.PLAIN,
    rows: Sequence[Part] = (),
) -> LayoutView:
    """Return a titled answer: lines, then labelled facts, then small print, then rows of buttons or menus.

    Lines that exceed Discord's limits together are left out whole, the last ones first.
    """
    facts = block([f"**{label}** {value}" for label, value in (fields or {}).items()], FIELDS_LIMIT)
    return message(
        accent,
        block(within([f"### {title}"], TITLE_LIMIT), TITLE_LIMIT),
        block(body, BODY_LIMIT),
        rule() if facts else None,
        facts,
        block([small(footer)], FOOTER_LIMIT),
        *rows[:ROWS_LIMIT],
    )


def page_buttons(words: Words, page: int, pages: int, page_id: Callable[[int], str]) -> ActionRow[LayoutView] | None:
    """Return the buttons to the page before and the page after, as far as they exist."""
    before = button(words("page.previous"), page_id(page - 1)) if page > 0 else None
    after = button(words("page.next"), page_id(page + 1)) if page < pages - 1 else None
    return row(before, after)
