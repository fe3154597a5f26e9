"""Reviews in words: one by one, and summed up."""

from collections.abc import Iterator

from bot.cards.card_lines import SEPARATOR
from bot.cards.community_lines import CommunityLines
from bot.cards.layout import TEXT_LIMIT, small
from bot.cards.linked_model import model_link
from bot.cards.pen import MarkdownPen
from bot.cards.safe_text import safe, safe_lines
from bot.domain.community import CommunityFacts
from bot.domain.hardware import HARDWARE_LENGTH
from bot.domain.model import Model
from bot.domain.reviews import FORMAT_LENGTH, NOTE_LENGTH, PURPOSE_LENGTH, Report, Review, ReviewSummary, Verdict
from bot.language.words import Words
from bot.workflows.read_reviews import ReviewPage

VERDICT_SIGNS = {Verdict.WORKS_WELL: "🟢", Verdict.MIXED: "🟡", Verdict.POOR: "🔴"}

NOTE_LIMITS = (NOTE_LENGTH, 300, 150)
"""Notes are shown whole where a page holds them all; full of markup, which is escaped, they are shown shorter."""

PAGE_FRAME = 600
"""Characters of a page that are not reviews: its title, its summary, what to type."""


def summary_line(summary: ReviewSummary | None, words: Words) -> str | None:
    """Return the summary as the card has it."""
    return CommunityLines(CommunityFacts(reviews=summary), words, MarkdownPen()).reviews()


def report_lines(report: Report, words: Words, note_limit: int = NOTE_LENGTH) -> Iterator[str]:
    """Return a report: verdict and circumstances on one line, the note below."""
    said = [
        f"{VERDICT_SIGNS[report.verdict]} **{words(f'choice.{report.verdict}')}**",
        safe(report.purpose, PURPOSE_LENGTH),
        safe(report.hardware, HARDWARE_LENGTH),
        safe(report.format, FORMAT_LENGTH),
    ]
    yield SEPARATOR.join(filter(None, said))
    yield from (f"> {line}" for line in safe_lines(report.note, note_limit))


def page_lines(page: ReviewPage, words: Words) -> list[str]:
    """Return the reviews of a page, with as much of their notes as fits."""
    attempts = [
        [line for review in page.reviews for line in _review_lines(review, page, words, limit)] for limit in NOTE_LIMITS
    ]
    fitting = (lines for lines in attempts if sum(len(line) + 1 for line in lines) <= TEXT_LIMIT - PAGE_FRAME)
    return next(fitting, attempts[-1])


def _review_lines(review: Review, page: ReviewPage, words: Words, note_limit: int) -> Iterator[str]:
    yield from report_lines(review.report, words, note_limit)
    name = "" if page.model else _name(page.models.get(review.model_id), words)
    said = words("review.by", member=f"<@{review.user_id}>", moment=f"<t:{int(review.at.timestamp())}:d>")
    yield small(SEPARATOR.join(filter(None, (name, said)))) or ""


def _name(model: Model | None, words: Words) -> str:
    name = model_link(words, model.facts.source, model.facts.repo_id) if model else words("card.unnamed")
    return f"**{name}**"
