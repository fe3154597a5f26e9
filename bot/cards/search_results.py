"""What a search found: two lines a model, a button that opens its card, and buttons to the other pages."""

from collections.abc import Sequence
from functools import partial

from discord.ui import LayoutView, Section, TextDisplay

from bot.cards.answers import page_buttons
from bot.cards.button_ids import search_page_id, show_id
from bot.cards.card_lines import SEPARATOR, CardLines
from bot.cards.layout import Accent, Part, block, button, message, rule, small, within
from bot.cards.pen import MarkdownPen
from bot.cards.safe_text import hub_page, safe
from bot.cards.tag_names import tag_name
from bot.domain.card import CardFacts
from bot.domain.model_query import ModelQuery, SortBy
from bot.language.words import Words

TITLE_LIMIT = 620
FOOTER_LIMIT = 100
LINES_LIMIT = 540
"""Six models, the title and the footer stay under Discord's 4,000 characters; real models take about 200."""

NAME_LIMIT = 80
LICENCE_LIMIT = 28
BASE_LIMIT = 60
TAG_LIMIT = 30


def search_results(
    cards: Sequence[CardFacts],
    query: ModelQuery,
    words: Words,
    *,
    page: int,
    pages: int,
    total: str,
    asked: Sequence[str],
    in_server: bool,
) -> LayoutView:
    """Return one page (counted from 0); `asked` are the conditions in words, `total` how many there are."""
    order = query.sort if in_server or query.sort is not SortBy.VOTES else SortBy.LIKES
    footer = [words(f"search.sorted.{order}")]
    if pages > 1:
        footer.append(words("page.of", page=words.number(page + 1), pages=words.number(pages)))
    return message(
        Accent.PLAIN,
        block([f"### {total}", small(SEPARATOR.join(asked))], TITLE_LIMIT),
        rule() if cards else block([words("search.nothing")], TITLE_LIMIT),
        *(_result(card, words) for card in cards),
        block([small(SEPARATOR.join(footer))], FOOTER_LIMIT) if cards else None,
        page_buttons(words, page, pages, partial(search_page_id, query)),
    )


def conditions(query: ModelQuery, words: Words, *, tag: str | None, base: str | None) -> list[str]:
    """Return what a query asks for in words, one condition each."""
    asked = [f"“{safe(query.words, len(query.words))}”"] if query.words else []
    if query.kind is not None:
        asked.append(words(f"kind.{query.kind}"))
    if query.licence_class is not None:
        asked.append(words(f"licence-class.{query.licence_class}"))
    if query.gigabytes is not None:
        precision = words(f"precision.{query.precision}")
        asked.append(words("card.fits", gigabytes=f"{query.gigabytes} GB", precision=precision))
    if tag is not None:
        asked.append(words("search.tagged", tag=safe(tag_name(words, tag), TAG_LIMIT)))
    if base is not None:
        asked.append(words("search.made-from", base=safe(base, BASE_LIMIT)))
    return asked


def _result(card: CardFacts, words: Words) -> Part:
    lines, pen = CardLines(card, words, MarkdownPen()), MarkdownPen()
    page = hub_page(card.facts.source, card.facts.repo_id)
    name = pen.bold(pen.link(card.facts.repo_id, page, NAME_LIMIT)) or words("card.unnamed")
    text = within([name, small(SEPARATOR.join(filter(None, _facts(card, lines, words))))], LINES_LIMIT)
    open_card = button(words("search.open"), show_id(card.model_id))
    return Section[LayoutView](TextDisplay[LayoutView]("\n".join(text)), accessory=open_card)


def _facts(card: CardFacts, lines: CardLines, words: Words) -> list[str]:
    licence = card.facts.licence_name if card.facts.licence == "other" else card.facts.licence
    shown = safe(licence or "", LICENCE_LIMIT) or words(f"licence-class.{card.licence_class}")
    likes, tally = card.facts.likes, card.community.tally if card.community else None
    return [
        f"🌱\N{NO-BREAK SPACE}**{words.compact(tally.up)}**" if tally and tally.up else "",
        lines.kind_alone(),
        lines.parameters() if card.requirements.parameters is not None else "",
        f"{lines.licence_sign()}\N{NO-BREAK SPACE}{shown}",
        f"♥\N{NO-BREAK SPACE}{words.compact(likes)}" if likes is not None else "",
    ]
