"""What a search found: two lines a model, a button that opens its card, and buttons to the other pages."""

from collections.abc import Callable, Sequence
from functools import partial

from discord.ui import LayoutView, Section, TextDisplay

from bot.cards.answers import page_buttons
from bot.cards.button_ids import search_page_id, show_id
from bot.cards.card_lines import SEPARATOR, CardLines
from bot.cards.layout import Accent, Part, block, button, message, row, rule, small, within
from bot.cards.pen import MarkdownPen
from bot.cards.safe_text import hub_page, safe
from bot.cards.tag_names import tag_name
from bot.domain.card import CardFacts
from bot.domain.errors import Refusal
from bot.domain.model_links import named_model
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

Nearby = tuple[str, ModelQuery]
"""The label of a button, and the search that it starts."""


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
    turned = words("page.of", page=words.number(page + 1), pages=words.number(pages)) if pages > 1 else None
    return message(
        Accent.PLAIN,
        block([f"### {total}", small(SEPARATOR.join((*asked, words(f"search.sorted.{order}"))))], TITLE_LIMIT),
        rule(),
        *(_result(card, words) for card in cards),
        block([small(turned)], FOOTER_LIMIT),
        page_buttons(words, page, pages, partial(search_page_id, query)),
    )


def nothing_found(query: ModelQuery, words: Words, *, asked: Sequence[str], nearby: Sequence[Nearby]) -> LayoutView:
    """Return what to do where a search finds nothing: a search for less, one press away, or a look-up by name."""
    buttons = (button(label, search_page_id(near, 0)) for label, near in nearby)
    name = _name_in(query.words)
    return message(
        Accent.PLAIN,
        block([f"### {words('search.nothing')}", small(SEPARATOR.join(asked))], TITLE_LIMIT),
        block([words("search.leave-out" if nearby else "search.try"), _look_up(name, words)], TITLE_LIMIT),
        row(*buttons),
    )


def nearby_label(left_out: str, total: int, words: Words, *, is_cut: bool) -> str:
    """Return the label of a button that searches without one condition: "without “coder” · 12"."""
    count = words.number(total)
    return words("search.without", condition=left_out, count=f"{count}+" if is_cut else count)


def _name_in(typed: str) -> str | None:
    try:
        return named_model(typed) if "/" in typed else None
    except Refusal:
        return None


def _look_up(name: str | None, words: Words) -> str | None:
    """Return how to look a whole name up; it has no character that could break out of its chip."""
    return words("search.look-up", name=name) if name else None


def conditions(
    query: ModelQuery, words: Words, *, tag: str | None, base: str | None, clean: Callable[[str, int], str] = safe
) -> list[str]:
    """Return what a query asks for in words, one condition each; hostile ones `clean` for where they are shown."""
    asked = [f"“{clean(query.words, len(query.words))}”"] if query.words else []
    if query.kind is not None:
        asked.append(words(f"kind.{query.kind}"))
    if query.licence_class is not None:
        asked.append(words(f"licence-class.{query.licence_class}"))
    if query.gigabytes is not None:
        precision = words(f"precision.{query.precision}")
        asked.append(words("card.fits", gigabytes=f"{query.gigabytes} GB", precision=precision))
    if tag is not None:
        asked.append(words("search.tagged", tag=clean(tag_name(words, tag), TAG_LIMIT)))
    if base is not None:
        asked.append(words("search.made-from", base=clean(base, BASE_LIMIT)))
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
