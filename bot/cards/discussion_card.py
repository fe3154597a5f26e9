"""The first message in a discussion: what one needs to know to take part, then an open question.

Shorter than the card: whoever reads it has come to talk. It is written once, so no button on it counts anything.
"""

from discord.ui import LayoutView

from bot.cards.button_ids import details_id, verb_id
from bot.cards.card_lines import CardLines, hub_name
from bot.cards.community_lines import CommunityLines
from bot.cards.layout import KIND_ACCENTS, Part, block, button, gap, link_button, message, row, rule
from bot.cards.pen import MarkdownPen
from bot.cards.safe_text import hub_page
from bot.cards.verbs import CARD_VERBS, Verb
from bot.domain.card import CardFacts
from bot.language.words import Words

HEADER_LIMIT = 1300
FACTS_LIMIT = 1200
COMMUNITY_LIMIT = 550
QUESTION_LIMIT = 400
"""Together under Discord's 4,000 characters."""

VERBS_HERE = (Verb.UP, Verb.DOWN, Verb.TAG, Verb.REVIEW)
"""What a member can do in a discussion; Discuss would only lead back to it."""


def discussion_card(card: CardFacts, words: Words) -> LayoutView:
    """Return facts, family, votes and tags, and a question that fits the model's kind."""
    lines = CardLines(card, words, MarkdownPen())
    facts = [
        f"🖥️ {lines.size()}",
        *(lines.warnings() or (lines.licence(),)),
        lines.gating(),
        lines.evaluations(),
        lines.path(),
        lines.derivatives(),
        lines.formats(),
    ]
    community = CommunityLines(card.community, words, MarkdownPen()) if card.community else None
    opinions = block((community.votes(), community.tags(), community.reviews()), COMMUNITY_LIMIT) if community else None
    return message(
        KIND_ACCENTS[card.kind],
        block([f"### {lines.name()}", *lines.origin(), lines.summary()], HEADER_LIMIT),
        gap(),
        block(facts, FACTS_LIMIT),
        rule() if opinions else None,
        opinions,
        rule(),
        block([f"💬 {words(f'discussion.question.{card.kind}')}"], QUESTION_LIMIT),
        *_rows(card, words),
    )


def _rows(card: CardFacts, words: Words) -> list[Part | None]:
    verbs = [
        button(words(f"card.verb.{verb}"), verb_id(verb, card.model_id)) for verb in VERBS_HERE if verb in CARD_VERBS
    ]
    details = button(words("card.button.details"), details_id(card.model_id))
    page = link_button(hub_name(card.facts.source), hub_page(card.facts.source, card.facts.repo_id))
    return [row(*verbs), row(details, page)]
