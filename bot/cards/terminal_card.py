"""A card as plain lines for `python -m bot preview`: the same words as on Discord, no Discord needed."""

from collections.abc import Sequence

from bot.cards.card_lines import CardLines
from bot.cards.pen import PlainPen
from bot.cards.safe_text import hub_page
from bot.domain.card import CardFacts
from bot.language.words import Words

INDENT = "  "


def terminal_card(card: CardFacts, words: Words) -> Sequence[str]:
    """Return the card as lines without markup, colours or control characters; the first is its name."""
    lines = CardLines(card, words, PlainPen())
    body = [
        *lines.origin(),
        lines.kind_reason(),
        lines.summary(),
        lines.size(),
        *(lines.warnings() or (lines.licence(),)),
        lines.gating(),
        lines.evaluations(),
        lines.formats(),
        lines.crossed(),
        lines.memory(),
        lines.path(),
        lines.derivatives(),
        lines.traits(),
        lines.numbers(),
        hub_page(card.facts.source, card.facts.repo_id),
    ]
    return [lines.name(), *(f"{INDENT}{line}" for line in body if line)]
