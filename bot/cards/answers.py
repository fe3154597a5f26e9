"""Private answers as small layouts: a title, some lines, labelled facts, pages.

Lines and values are set as they are given: hostile ones go through `safe_text.safe` first.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import ceil

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


def paged(
    words: Words,
    title: str,
    lines: Sequence[str],
    *,
    page: int,
    per_page: int,
    page_id: Callable[[int], str],
    rows: Sequence[Part] = (),
) -> LayoutView:
    """Return one page (counted from 0) of a list with buttons to its neighbours; `page_id` makes their ids.

    A page beyond the end, left over from a longer list, shows the last one.
    """
    pages = max(1, ceil(len(lines) / per_page))
    shown = min(max(page, 0), pages - 1)
    footer = words("page.of", page=words.number(shown + 1), pages=words.number(pages)) if pages > 1 else None
    controls = page_buttons(words, shown, pages, page_id)
    body = lines[shown * per_page : (shown + 1) * per_page]
    return answer(title, *body, footer=footer, rows=[*_given([controls]), *rows])


def page_buttons(words: Words, page: int, pages: int, page_id: Callable[[int], str]) -> ActionRow[LayoutView] | None:
    """Return the buttons to the page before and the page after, as far as they exist."""
    before = button(words("page.previous"), page_id(page - 1)) if page > 0 else None
    after = button(words("page.next"), page_id(page + 1)) if page < pages - 1 else None
    return row(before, after)


def refusal(text: str, words: Words, error_id: str | None = None) -> LayoutView:
    """Return what went wrong in the reader's words, with the id under which an operator finds it in the log."""
    footer = words("answer.error-id", id=error_id) if error_id else None
    return message(
        Accent.BAD if error_id else Accent.WARNING,
        block([text], BODY_LIMIT),
        block([small(footer)], FOOTER_LIMIT),
    )


def _given(parts: Iterable[Part | None]) -> list[Part]:
    return [part for part in parts if part is not None]
