"""Several releases in one message: two lines each, and buttons to read on.

The posted message carries the button of page 0 (its marker), which opens the models one by one (`reading_row`), and of
page 1 where there is more; every page is opened privately, with one sentence about each model.
"""

from collections.abc import Sequence
from functools import partial
from math import ceil

from discord.ui import ActionRow, LayoutView

from bot.cards.ago import since
from bot.cards.answers import page_buttons
from bot.cards.button_ids import digest_page_id
from bot.cards.card_lines import SEPARATOR, CardLines
from bot.cards.layout import Accent, block, button, message, row, rule, small
from bot.cards.pen import MarkdownPen
from bot.domain.card import CardFacts, DigestFacts
from bot.language.words import Words

LINES_PER_PAGE = 10
LINE_LIMIT = 340
"""Ten of these and the title stay under Discord's 4,000 characters; real lines take about 200."""

DIGEST_SUMMARY_LIMIT = 110
TITLE_LIMIT = 400


def digest_card(digest: DigestFacts, words: Words) -> LayoutView:
    """Return the message that a channel gets."""
    return message(
        Accent.PLAIN,
        block(_title(digest, words), TITLE_LIMIT),
        rule(),
        *(block(_lines(card, words), LINE_LIMIT) for card in digest.lines[:LINES_PER_PAGE]),
        _buttons_below_post(digest, words),
    )


def digest_page(digest: DigestFacts, words: Words, page: int) -> LayoutView:
    """Return one page for one reader; `digest.lines` holds that page's models, `page` counts from 0."""
    pages = ceil(digest.total / LINES_PER_PAGE)
    return message(
        Accent.PLAIN,
        block(_title(digest, words), TITLE_LIMIT),
        rule(),
        *(block(_lines(card, words), LINE_LIMIT) for card in digest.lines[:LINES_PER_PAGE]),
        page_buttons(words, page, pages, partial(digest_page_id, digest.delivery_id)),
    )


def _title(digest: DigestFacts, words: Words) -> list[str | None]:
    title = words(f"digest.title.{digest.reason}")
    begun = words("digest.since", when=since(digest.since.timestamp()))
    return [f"## {title}", small(SEPARATOR.join((words.plural("digest.total", digest.total), begun)))]


def _lines(card: CardFacts, words: Words) -> Sequence[str | None]:
    """Return a model's two lines; a licence's warning takes the summary's room, it matters more."""
    lines = CardLines(card, words, MarkdownPen())
    why = lines.crossed(1) or (None if card.licence_warnings else lines.summary(DIGEST_SUMMARY_LIMIT))
    return [
        SEPARATOR.join((lines.name_in_bold(), lines.kind_alone(), lines.parameters())),
        small(SEPARATOR.join(filter(None, (lines.licence_briefly(), why)))),
    ]


def _buttons_below_post(digest: DigestFacts, words: Words) -> ActionRow[LayoutView] | None:
    rest = digest.total - len(digest.lines[:LINES_PER_PAGE])
    read = button(words("digest.button.read"), digest_page_id(digest.delivery_id, 0))
    more = button(words.plural("digest.button.more", rest), digest_page_id(digest.delivery_id, 1)) if rest > 0 else None
    return row(read, more)
