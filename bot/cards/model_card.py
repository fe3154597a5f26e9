"""The card that presents one model: a member should know in three seconds whether to care.

The eye goes from the name to the bold size and the coloured licence; everything else is small print below a line.
"""

from discord.ui import ActionRow, LayoutView

from bot.cards.button_ids import details_id
from bot.cards.card_lines import CardLines, hub_name
from bot.cards.layout import KIND_ACCENTS, block, button, gap, link_button, message, row, rule, small
from bot.cards.pen import MarkdownPen
from bot.cards.safe_text import hub_page
from bot.domain.card import CardFacts
from bot.language.words import Words

HEADER_LIMIT = 1300
SUMMARY_LIMIT = 500
FACTS_LIMIT = 1300
SMALL_PRINT_LIMIT = 900
"""Together under Discord's 4,000 characters; real cards take about 900 in all."""


def model_card(card: CardFacts, words: Words) -> LayoutView:
    """Return the card: name, kind and publisher; what it is; what it takes and allows; its family; buttons."""
    lines = CardLines(card, words, MarkdownPen())
    small_print = block(map(small, _small_print(lines)), SMALL_PRINT_LIMIT)
    return message(
        KIND_ACCENTS[card.kind],
        block(_header(lines), HEADER_LIMIT),
        block([lines.summary()], SUMMARY_LIMIT),
        gap(),
        block(_facts(lines), FACTS_LIMIT),
        rule() if small_print else None,
        small_print,
        *action_rows(card, words),
    )


def _header(lines: CardLines) -> list[str | None]:
    return [f"## {lines.name()}", *lines.origin(), small(lines.kind_reason())]


def _facts(lines: CardLines) -> list[str | None]:
    return [
        f"🖥️ {lines.size()}",
        *(lines.warnings() or (lines.licence(),)),
        lines.gating(),
        lines.evaluations(),
        lines.formats(),
    ]


def _small_print(lines: CardLines) -> list[str | None]:
    return [lines.crossed(), lines.memory(), lines.path(), lines.derivatives(), lines.traits(), lines.numbers()]


def action_rows(card: CardFacts, words: Words) -> list[ActionRow[LayoutView] | None]:
    """Return the card's buttons. A row of the members' own verbs will stand above this one."""
    return [
        row(
            button(words("card.button.details"), details_id(card.model_id)),
            link_button(hub_name(card.facts.source), hub_page(card.facts.source, card.facts.repo_id)),
        )
    ]
