"""The card that presents one model: a member should know in three seconds whether to care.

The eye goes from the name to the bold size and the coloured licence; everything else is small print below a line.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from discord import ButtonStyle
from discord.ui import ActionRow, Button, LayoutView

from bot.cards.button_ids import details_id, verb_id, withdraw_id
from bot.cards.card_lines import CardLines, hub_name
from bot.cards.community_lines import CommunityLines
from bot.cards.layout import KIND_ACCENTS, Part, block, button, gap, link_button, message, row, rule, small
from bot.cards.pen import MarkdownPen
from bot.cards.reading_row import reading_row
from bot.cards.safe_text import hub_page
from bot.cards.verbs import CARD_VERBS, Verb
from bot.domain.card import CardFacts, DigestPlace
from bot.domain.votes import Choice
from bot.language.words import Words

HEADER_LIMIT = 1200
SUMMARY_LIMIT = 450
FACTS_LIMIT = 1100
SMALL_PRINT_LIMIT = 700
COMMUNITY_LIMIT = 550
"""Together under Discord's 4,000 characters; real cards take about 1,000 in all."""

TOLD_LIMIT = 450
"""What a private card tells its reader; it takes its room from the small print, so that the sum stays."""

UP_SIGN = "🌱"


@dataclass(frozen=True, slots=True)
class Own:
    """What a private card shows its one reader: how they voted, and in words what has just changed."""

    choice: Choice | None = None
    told: tuple[str, ...] = ()
    place: DigestPlace | None = None
    """Where the reader is who goes through a digest model by model."""


NOBODYS = Own()
"""A card that everybody sees."""


def model_card(card: CardFacts, words: Words, own: Own = NOBODYS) -> LayoutView:
    """Return the card: name, kind and publisher; what it is; what it takes and allows; its family; buttons."""
    turns = reading_row(own.place, words) if own.place else None
    return message(KIND_ACCENTS[card.kind], *card_parts(card, words, own), *action_rows(card, words, own), turns)


def card_parts(card: CardFacts, words: Words, own: Own = NOBODYS) -> Sequence[Part | None]:
    """Return what stands above a card's buttons."""
    lines = CardLines(card, words, MarkdownPen())
    told = block(own.told, TOLD_LIMIT)
    small_print = block(map(small, _small_print(lines)), SMALL_PRINT_LIMIT - (TOLD_LIMIT if told else 0))
    return [
        block(_header(lines), HEADER_LIMIT),
        block([lines.summary()], SUMMARY_LIMIT),
        gap(),
        block(_facts(lines), FACTS_LIMIT),
        rule() if small_print else None,
        small_print,
        *_community(card, words),
        told,
    ]


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


def _community(card: CardFacts, words: Words) -> list[Part | None]:
    """Return what members think, apart from the facts and right above the buttons, which count their votes."""
    lines = CommunityLines(card.community, words, MarkdownPen()).beside_counters() if card.community else ()
    text = block(lines, COMMUNITY_LIMIT)
    return [rule(), text] if text else []


def action_rows(card: CardFacts, words: Words, own: Own = NOBODYS) -> list[ActionRow[LayoutView] | None]:
    """Return the card's buttons: the members' verbs where the card stands in a server, then what everybody can read.

    On a private card the reader's vote is marked and can be taken back.
    """
    details = button(words("card.button.details"), details_id(card.model_id))
    page = link_button(hub_name(card.facts.source), hub_page(card.facts.source, card.facts.repo_id))
    if card.community is None:
        return [row(details, page)]
    tally = card.community.tally
    votes = (_counted(card, words, Verb.UP, tally.up), _counted(card, words, Verb.DOWN, tally.down))
    for vote, choice in zip(votes, Choice, strict=True):
        if vote is not None and choice is own.choice:
            vote.style = ButtonStyle.success
    withdraw = button(words("vote.button.withdraw"), withdraw_id(card.model_id)) if own.choice else None
    others = [_verb(card, verb, words(f"card.verb.{verb}")) for verb in (Verb.TAG, Verb.DISCUSS, Verb.REVIEW)]
    return [row(*votes, withdraw), row(*others, details, page)]


def _counted(card: CardFacts, words: Words, verb: Verb, count: int) -> Button[LayoutView] | None:
    label = words(f"card.verb.{verb}")
    return _verb(card, verb, words("card.verb.counted", verb=label, count=words.compact(count)) if count else label)


def _verb(card: CardFacts, verb: Verb, label: str) -> Button[LayoutView] | None:
    if verb not in CARD_VERBS:
        return None
    return button(label, verb_id(verb, card.model_id), emoji=UP_SIGN if verb is Verb.UP else None)
