"""The first message in a discussion: what one needs to know to take part, an open question, and the way back.

In a thread it is shorter than the card, as whoever reads it has come to talk; its buttons count nothing, for it follows
only while the thread is open. In a forum the card itself begins the discussion.
"""

from dataclasses import replace

from discord.ui import LayoutView, TextDisplay

from bot.cards.button_ids import details_id, verb_id
from bot.cards.card_lines import CardLines, hub_name
from bot.cards.community_lines import CommunityLines
from bot.cards.layout import (
    KIND_ACCENTS,
    TEXT_LIMIT,
    Part,
    block,
    button,
    gap,
    link_button,
    message,
    row,
    rule,
    small,
)
from bot.cards.model_card import action_rows, card_parts, model_card
from bot.cards.pen import MarkdownPen
from bot.cards.safe_text import hub_page
from bot.cards.verbs import CARD_VERBS, Verb
from bot.domain.card import CardFacts
from bot.language.words import Words

HEADER_LIMIT = 1300
FACTS_LIMIT = 1200
COMMUNITY_LIMIT = 550
CLOSING_LIMIT = 500
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
        block(_closing(card, words), CLOSING_LIMIT),
        *_rows(card, words),
    )


def forum_card(card: CardFacts, words: Words, post_id: int | None = None) -> LayoutView:
    """Return a forum post's first message: the card, which is what its discussion begins with.

    `post_id` is the post's own thread, once it is there. Where another thread discusses the model, the card leads there
    and asks nothing; the way to itself is left out.
    """
    thread_id = card.community.thread_id if card.community else None
    if thread_id not in {None, post_id}:
        return model_card(card, words)
    alone = replace(card, community=replace(card.community, thread_id=None)) if card.community else card
    parts = card_parts(alone, words)
    room = TEXT_LIMIT - sum(len(part.content) for part in parts if isinstance(part, TextDisplay))
    closing = block(_closing(card, words), min(room, CLOSING_LIMIT))
    asks = [rule(), closing] if closing else []
    return message(KIND_ACCENTS[card.kind], *parts, *asks, *action_rows(card, words))


def _closing(card: CardFacts, words: Words) -> list[str | None]:
    """Return what opens the talk, and how to find it again."""
    return [f"💬 {words(f'discussion.question.{card.kind}')}", small(words("discussion.come-back"))]


def _rows(card: CardFacts, words: Words) -> list[Part | None]:
    verbs = [
        button(words(f"card.verb.{verb}"), verb_id(verb, card.model_id)) for verb in VERBS_HERE if verb in CARD_VERBS
    ]
    details = button(words("card.button.details"), details_id(card.model_id))
    page = link_button(hub_name(card.facts.source), hub_page(card.facts.source, card.facts.repo_id))
    return [row(*verbs), row(details, page)]
