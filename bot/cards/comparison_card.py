"""Two to four models side by side, a line a fact: first where they differ, with the values in bold, then what is alike.

A phone is too narrow for columns, so every model has a number, and each line holds all numbers with their values.
"""

from collections.abc import Callable, Iterator, Sequence

from discord.ui import Button, LayoutView

from bot.cards.button_ids import show_id
from bot.cards.card_lines import SEPARATOR, SHORT_LIMIT, CardLines, short_name
from bot.cards.lab_names import lab_name
from bot.cards.layout import Accent, block, button, message, row, rule, small
from bot.cards.pen import MarkdownPen
from bot.cards.safe_text import hub_page
from bot.cards.tag_names import tag_name
from bot.domain.card import CardFacts
from bot.domain.model import Gating
from bot.domain.plain_text import plain
from bot.domain.sizes import Precision
from bot.language.words import Words

SIGNS = "①②③④"
MOST_COMPARED = len(SIGNS)

NAMES_LIMIT = 1_700
FACTS_LIMIT = 1_700
ALIKE_LIMIT = 500
"""Together under Discord's 4,000 characters; real comparisons take about 1,000."""

NAME_LIMIT = 70
LABEL_NAME_LIMIT = 30
VALUE_LIMIT = 24
"""Displayed characters of one value: four of them stay readable."""

BENCHMARKS_SHOWN = 4
FORMATS_SHOWN = 4
TAGS_SHOWN = 3
TAG_LIMIT = 16
"""Tags of one model, and displayed characters of each: twelve of them stay readable on a phone."""

BETWEEN_TAGS = "\N{FOUR-PER-EM SPACE}"
"""A space at which a line may break: three tags and their number would not always fit beside a label."""

GAP = "\N{EN SPACE}"
UNSAID = "–"


def comparison_card(cards: Sequence[CardFacts], words: Words) -> LayoutView:
    """Return the comparison of two to four models."""
    compared = cards[:MOST_COMPARED]
    facts = list(Comparison(compared, words).facts())
    differing = [_side_by_side(label, values) for label, values in facts if len(set(values)) > 1]
    alike = [f"{label} {values[0]}" for label, values in facts if len(set(values)) == 1]
    return message(
        Accent.PLAIN,
        block([_heading(sign, card, words) for sign, card in zip(SIGNS, compared, strict=False)], NAMES_LIMIT),
        rule(),
        block(differing or [words("compare.no-difference")], FACTS_LIMIT),
        block([small(words("compare.alike", facts=SEPARATOR.join(alike)))] if alike else [], ALIKE_LIMIT),
        row(*(_open(sign, card, words) for sign, card in zip(SIGNS, compared, strict=False))),
    )


class Comparison:
    """Words the facts of several models; a value that a record does not say is `UNSAID`."""

    def __init__(self, cards: Sequence[CardFacts], words: Words) -> None:
        self.cards = cards
        self.words = words
        self.pen = MarkdownPen()

    def facts(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Return each fact's label and the models' values, in a card's own order; facts nobody has are left out."""
        rows: Sequence[tuple[str, Callable[[CardFacts], str]]] = (
            ("kind", lambda card: self.words(f"kind.{card.kind}")),
            ("publisher", self._publisher),
            ("size", self._size),
            ("memory", self._memory),
            ("context", self._context),
            ("licence", self._licence),
            ("access", self._access),
            ("formats", self._formats),
        )
        for label, value in rows:
            yield from self._row(self.words(f"compare.{label}"), value)
        yield from self._benchmarks()
        for label, value in (("likes", self._likes), ("downloads", self._downloads), ("released", self._released)):
            yield from self._row(self.words(f"compare.{label}"), value)
        yield from self._community()

    def _row(self, label: str, value: Callable[[CardFacts], str]) -> Iterator[tuple[str, Sequence[str]]]:
        values = [value(card) for card in self.cards]
        if any(values):
            yield label, [one or UNSAID for one in values]

    def _publisher(self, card: CardFacts) -> str:
        return self.pen.text(lab_name(self.words, card.lab) if card.lab else card.facts.author, VALUE_LIMIT)

    def _size(self, card: CardFacts) -> str:
        parameters = card.requirements.parameters
        return "" if parameters is None else self.words.parameters(parameters)

    def _memory(self, card: CardFacts) -> str:
        memory = card.requirements.memory.get(Precision.FOUR_BIT)
        return "" if memory is None else self.words.bytes(memory)

    def _context(self, card: CardFacts) -> str:
        length = card.facts.context_length
        return CardLines(card, self.words, self.pen).context_length(length) if length else ""

    def _licence(self, card: CardFacts) -> str:
        lines = CardLines(card, self.words, self.pen)
        named = card.facts.licence_name if card.facts.licence == "other" else None
        shown = self.pen.text(named or card.facts.licence or "", VALUE_LIMIT)
        return f"{lines.licence_sign()}\N{NO-BREAK SPACE}{shown or self.words(f'licence-class.{card.licence_class}')}"

    def _access(self, card: CardFacts) -> str:
        key = "open" if card.facts.gating is Gating.OPEN else "gated"
        return self.words(f"compare.access.{key}")

    def _formats(self, card: CardFacts) -> str:
        names = dict.fromkeys((*card.requirements.formats, *card.family.formats))
        shown = [self.pen.text(name, VALUE_LIMIT // 2) for name in list(names)[:FORMATS_SHOWN]]
        return self.words.enumeration(filter(None, shown))

    def _benchmarks(self) -> Iterator[tuple[str, Sequence[str]]]:
        """Return published results that at least two of them have; the first of a name counts."""
        tables = [
            {result.benchmark.strip().casefold(): result.value for result in reversed(card.facts.evaluations)}
            for card in self.cards
        ]
        lines = CardLines(self.cards[0], self.words, self.pen)
        names = [name for name in dict.fromkeys(name for table in tables for name in table) if name]
        common = [name for name in names if sum(name in table for table in tables) > 1]
        results = [result for card in reversed(self.cards) for result in reversed(card.facts.evaluations)]
        spelled = {result.benchmark.strip().casefold(): result.benchmark for result in results}
        for name in common[:BENCHMARKS_SHOWN]:
            label = self.pen.text(spelled[name], SHORT_LIMIT)
            yield f"📊 {label}", [lines.value(table[name]) if name in table else UNSAID for table in tables]

    def _likes(self, card: CardFacts) -> str:
        return "" if card.facts.likes is None else self.words.compact(card.facts.likes)

    def _downloads(self, card: CardFacts) -> str:
        downloads = card.facts.downloads
        return "" if downloads is None else self.words.compact(downloads)

    def _released(self, card: CardFacts) -> str:
        return "" if card.released_at is None else self.words.date(card.released_at)

    def _community(self) -> Iterator[tuple[str, Sequence[str]]]:
        yield from self._row(self.words("compare.votes"), self._votes)
        yield from self._row(self.words("compare.tags"), self._tags)
        yield from self._row(self.words("compare.tried"), self._tried)

    def _votes(self, card: CardFacts) -> str:
        tally = card.community.tally if card.community else None
        if tally is None or not (tally.up or tally.down):
            return ""
        return f"🌱\N{NO-BREAK SPACE}{self.words.compact(tally.up)} / {self.words.compact(tally.down)}"

    def _tags(self, card: CardFacts) -> str:
        tags = card.community.tags[:TAGS_SHOWN] if card.community else ()
        chips = [self.pen.chip(tag_name(self.words, tag.label), TAG_LIMIT) for tag in tags]
        return BETWEEN_TAGS.join(filter(None, chips))

    def _tried(self, card: CardFacts) -> str:
        reviews = card.community.reviews if card.community else None
        if reviews is None or not reviews.total:
            return ""
        works = self.words.compact(reviews.works_well)
        return self.words("compare.work-well", count=works, total=self.words.compact(reviews.total))


def _heading(sign: str, card: CardFacts, words: Words) -> str:
    pen = MarkdownPen()
    name = pen.link(card.facts.repo_id, hub_page(card.facts.source, card.facts.repo_id), NAME_LIMIT)
    return f"**{sign}** {name or words('card.unnamed')}"


def _side_by_side(label: str, values: Sequence[str]) -> str:
    whole = [value.replace(" ", "\N{NO-BREAK SPACE}") for value in values]  # A line never breaks within a value.
    shown = [f"{sign}\N{NO-BREAK SPACE}**{value}**" for sign, value in zip(SIGNS, whole, strict=False)]
    return f"{label}{GAP}{GAP.join(shown)}"


def _open(sign: str, card: CardFacts, words: Words) -> Button[LayoutView]:
    name = plain(short_name(card.facts.repo_id), LABEL_NAME_LIMIT) or words("card.unnamed")
    return button(f"{sign} {name}", show_id(card.model_id))
