"""The long, private facts behind a card's Details button: everything known, labelled, in the card's own order."""

from collections.abc import Sequence

from discord.ui import LayoutView

from bot.cards.card_lines import SEPARATOR, SHORT_LIMIT, CardLines, hub_name
from bot.cards.layout import KIND_ACCENTS, block, link_button, message, row, rule, small
from bot.cards.pen import MarkdownPen, Pen
from bot.cards.safe_text import hub_page
from bot.domain.card import CardFacts
from bot.domain.model import Kind
from bot.domain.sizes import ParametersFrom
from bot.language.words import Words

HEADER_LIMIT = 1100
SECTION_LIMIT = 700
"""Four sections and the header stay under Discord's 4,000 characters."""

REPO_LIMIT = 140
WARNINGS_LISTED = 2
EVALUATIONS_LISTED = 8
TAGS_LISTED = 15
LANGUAGES_LISTED = 12
WATCH_NAME_LIMIT = 80


def details_card(card: CardFacts, words: Words, watches: Sequence[str] = ()) -> LayoutView:
    """Return everything about a model; `watches` are the names of the watches that brought it here."""
    pen = MarkdownPen()
    details = DetailLines(CardLines(card, words, pen), words, pen)
    sections = (details.licence(), details.size(), details.results(), details.record())
    blocks = [text for section in sections if (text := block(section, SECTION_LIMIT))]
    return message(
        KIND_ACCENTS[card.kind],
        block(details.header(watches), HEADER_LIMIT),
        *(part for text in blocks for part in (rule(), text)),
        row(link_button(hub_name(card.facts.source), hub_page(card.facts.source, card.facts.repo_id))),
    )


class DetailLines:
    """Words the details, section by section; each line is a bold label and its fact."""

    def __init__(self, lines: CardLines, words: Words, pen: Pen) -> None:
        self.lines = lines
        self.card = lines.card
        self.facts = lines.facts
        self.words = words
        self.pen = pen

    def header(self, watches: Sequence[str]) -> list[str | None]:
        """Return what it is and why it was posted."""
        return [
            f"## {self.lines.name()}",
            small(self.pen.text(self.facts.repo_id, REPO_LIMIT)),
            self._field("publisher", self._publisher()),
            self._field("kind", self.lines.kind()),
            small(self.lines.reason_in_words()),
            small(self.lines.path()),
            self._field("posted", self._why(watches)),
        ]

    def licence(self) -> list[str | None]:
        """Return what may be done with it: not what it claims, where an ancestor says otherwise."""
        warned = self.card.licence_warnings
        return [
            self._field("licence", self.lines.licence()),
            None if warned else small(self.words(f"details.licence-class.{self.card.licence_class}")),
            *self.lines.warnings(WARNINGS_LISTED),
            self.lines.gating(),
        ]

    def size(self) -> list[str | None]:
        """Return what it takes to run."""
        stored = self.facts.used_storage
        return [
            self._field("size", self._parameters()),
            self._field("memory", self.lines.memory()),
            self._field("storage", self.words.bytes(stored) if stored else None),
            self._field("formats", self.lines.formats()),
            self._field("derivatives", self.lines.derivatives()),
            self._field("traits", self.lines.traits()),
            self._field("architecture", self._text(self.facts.architecture)),
        ]

    def results(self) -> list[str | None]:
        """Return the published evaluations with who reported them."""
        results = self.facts.evaluations
        told = [self._result(index) for index in range(min(len(results), EVALUATIONS_LISTED))]
        more = len(results) - len(told)
        ending = [small(self.words.plural("card.more", more))] if more > 0 else []
        return [f"**{self.words('details.evaluations')}**", *told, *ending] if told else []

    def record(self) -> list[str | None]:
        """Return what the hub's record says besides."""
        return [
            self._field("numbers", self.lines.numbers()),
            self._field("languages", self._languages()),
            self._field("created", self.words.date(self.facts.created_at) if self.facts.created_at else None),
            self._field("changed", self.words.date(self.facts.last_modified) if self.facts.last_modified else None),
            self._field("tags", self._tags()),
        ]

    def _field(self, label: str, value: str | None) -> str | None:
        return f"**{self.words(f'details.{label}')}** {value}" if value else None

    def _publisher(self) -> str:
        return SEPARATOR.join(filter(None, (self.lines.publisher_name(), self.lines.country())))

    def _why(self, watches: Sequence[str]) -> str | None:
        names = [self.pen.text(watch, WATCH_NAME_LIMIT) for watch in watches[:3]]
        by = self.words("details.by-watch", watches=self.words.list(names)) if names else None
        return SEPARATOR.join(filter(None, (by, self.lines.crossed()))) or None

    def _parameters(self) -> str:
        shown, source = self.lines.parameters(), self.card.requirements.parameters_from
        if source is ParametersFrom.NAME:
            return SEPARATOR.join((shown, self.words("details.size-from-name")))
        if source is ParametersFrom.BASE and self.card.kind is Kind.QUANTIZED:
            return SEPARATOR.join((shown, self.words("details.size-from-base")))
        return shown

    def _result(self, index: int) -> str:
        result = self.facts.evaluations[index]
        shown = self.lines.evaluation(result)
        metric = self._text(result.metric)
        reporter = self._text(result.reported_by)
        by = self.words("details.reported-by", reporter=reporter) if reporter else None
        return SEPARATOR.join(filter(None, (shown, metric, by)))

    def _languages(self) -> str | None:
        codes = self.facts.languages
        named = [self.pen.text(self.words.language_name(code), SHORT_LIMIT) for code in codes[:LANGUAGES_LISTED]]
        if len(codes) > LANGUAGES_LISTED:
            named.append(self.words.plural("card.more", len(codes) - LANGUAGES_LISTED))
        return self.words.enumeration(named) if named else None

    def _tags(self) -> str | None:
        return SEPARATOR.join(filter(None, (self._text(tag) for tag in self.facts.tags[:TAGS_LISTED]))) or None

    def _text(self, value: str | None) -> str:
        return self.pen.text(value or "", SHORT_LIMIT)
