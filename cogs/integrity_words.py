"""How batches of ballots that were set aside are worded, and what moderators can press under them."""

from collections.abc import Iterator, Mapping, Sequence

from bot.cards.ago import ago
from bot.cards.answers import page_buttons
from bot.cards.batch_buttons import decisions
from bot.cards.button_ids import batches_page_id, members_page_id
from bot.cards.card_lines import SEPARATOR
from bot.cards.layout import button, row, small
from bot.cards.linked_model import model_link
from bot.domain.model import HubModel
from bot.domain.set_aside import Batch, BatchState
from bot.domain.votes import AsideBecause
from bot.language.words import Words
from bot.workflows.decide_integrity import BatchesShown, MembersShown
from cogs.answering import Row

MODELS_NAMED = 3
"""Of a bloc's models; the others are counted."""


def batch_lines(shown: BatchesShown, words: Words) -> Iterator[str | None]:
    """Word a page of a server's batches, undecided ones first; members are counted, not named."""
    if not shown.batches:
        yield words("integrity.none")
        return
    yield words("integrity.title")
    for batch in shown.batches:
        yield _title(batch, words)
        yield small(_evidence(batch, words))
        yield small(_models(batch.models, shown.known, words))
    yield _page(shown.page, shown.pages, words)


def batch_rows(shown: BatchesShown, words: Words) -> Sequence[Row | None]:
    """Return what can be pressed under a page of batches: a row for each that can be decided on, and the pages."""
    decided = [
        row(*decisions(batch.id, words, is_open=batch.state is BatchState.OPEN))
        for batch in shown.batches
        if batch.state is not BatchState.ACCEPTED
    ]
    return [*decided, page_buttons(words, shown.page, shown.pages, batches_page_id)]


def member_lines(shown: MembersShown, words: Words) -> Iterator[str | None]:
    """Word a page of a batch's members; mentions in a private answer ping nobody."""
    yield _title(shown.batch, words)
    yield small(_evidence(shown.batch, words))
    yield small(_models(shown.batch.models, shown.known, words))
    for user_id, ballots in shown.members:
        yield f"<@{user_id}> · {words.plural('leaderboard.votes', ballots)}"
    yield small(words("integrity.one-of-them"))
    yield _page(shown.page, shown.pages, words)


def member_rows(shown: MembersShown, words: Words) -> Sequence[Row | None]:
    """Return the ways to other pages, and back."""
    back = row(button(words("integrity.button.back"), batches_page_id(0)))
    turns = page_buttons(words, shown.page, shown.pages, lambda page: members_page_id(shown.batch.id, page))
    return [turns, back]


def _title(batch: Batch, words: Words) -> str:
    return words(
        "integrity.batch",
        number=batch.id,
        kind=words(f"integrity.kind.{batch.kind}"),
        state=words(f"integrity.state.{batch.state}"),
        found=ago(batch.found_at.timestamp()),
    )


def _evidence(batch: Batch, words: Words) -> str:
    told = {name: words.number(number) for name, number in batch.evidence.items()}
    how = (
        words("integrity.evidence.burst", **told)
        if batch.kind is AsideBecause.BURST
        else words("integrity.evidence.bloc", **told, what=_what(batch.evidence, words))
    )
    votes = words.plural("leaderboard.votes", batch.ballots)
    members = words.number(batch.members)
    return words.sentences((how, words(f"integrity.aside.{batch.state}", votes=votes, members=members)))


def _what(evidence: Mapping[str, int], words: Words) -> str:
    """Return on how many models a bloc says what."""
    counts = {"integrity.up": evidence.get("up", 0), "integrity.down": evidence.get("down", 0)}
    return words.enumeration(words.plural(key, count) for key, count in counts.items() if count)


def _models(models: Sequence[int], known: Mapping[int, HubModel], words: Words) -> str:
    named = [known[model] for model in models[:MODELS_NAMED] if model in known]
    shown = [model_link(words, model.source, model.repo_id) for model in named]
    more = len(models) - len(shown)
    return SEPARATOR.join([*shown, *([words.plural("card.more", more)] if more > 0 else [])])


def _page(page: int, pages: int, words: Words) -> str | None:
    return small(words("page.of", page=words.number(page + 1), pages=words.number(pages))) if pages > 1 else None
