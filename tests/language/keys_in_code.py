"""Finds the catalogue keys that the code asks for, by reading its syntax tree.

A key is asked for by calling something named `words` (or its `plural`, `has`), or by raising a `Refusal`. A key made
at run time begins with a prefix of `MADE_AT_RUN_TIME`, where each prefix says which endings it takes.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.cards.verbs import Verb
from bot.demo.storyline import STORY, Event
from bot.domain.folding import Handling
from bot.domain.model import Gating, Kind, LicenceClass, Stage
from bot.domain.model_query import SortBy
from bot.domain.reviews import Verdict
from bot.domain.server import Locale
from bot.domain.set_aside import BatchState
from bot.domain.sizes import Precision
from bot.domain.standing_filter import SizeClass
from bot.domain.tag_families import SPELLINGS
from bot.domain.tags import TagAction
from bot.domain.votes import Action, AsideBecause
from bot.domain.watches import Condition, Pace
from bot.domain.windows import Span
from storage.members import PERSONAL

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "cogs")

OPEN = None
"""For endings that this test cannot list: they come from a hub, or another test holds them in step."""

MADE_AT_RUN_TIME: Mapping[str, frozenset[str] | None] = {
    "kind.": frozenset(Kind),
    "kind.reason.": OPEN,  # reasons of bot.domain.kinds: tests/language/test_catalogues.py lists them
    "licence-class.": frozenset(LicenceClass),
    "details.licence-class.": frozenset(LicenceClass),
    "export.": frozenset({*(holding.table.__tablename__ for holding in PERSONAL), "delivery"}),
    "details.": OPEN,  # labels in bot.cards.details_card
    "language.": frozenset(Locale),
    "precision.": frozenset(Precision),
    "tag-name.": frozenset(SPELLINGS),
    "tag.log.": frozenset(TagAction) | {"somebody"},
    "task.": OPEN,  # the Hub's pipeline tags
    "card.kind.": frozenset(Kind),
    "card.kind-alone.": frozenset(Kind) - {Kind.ORIGINAL},
    "card.derivatives.": frozenset(Kind),
    "card.gated.": frozenset(Gating) - {Gating.OPEN},
    "discussion.question.": frozenset(Kind),
    "compare.": OPEN,  # labels in bot.cards.comparison_card
    "compare.access.": frozenset({"open", "gated"}),
    "search.sorted.": frozenset(SortBy),
    "leaderboard.span.": frozenset(Span),
    "leaderboard.size.": frozenset(SizeClass),
    "card.verb.": frozenset(Verb) | {"counted"},
    "community.verdict.": frozenset(Verdict),
    "audit.": OPEN,  # decisions of /audit, and what the log tells
    "audit.aside.": frozenset(AsideBecause),
    "integrity.kind.": frozenset({AsideBecause.BURST, AsideBecause.BLOC}),
    "integrity.state.": frozenset(BatchState),
    "integrity.aside.": frozenset(BatchState),
    "audit.action.": frozenset(Action) - {Action.UP, Action.DOWN},
    "card.crossed.": frozenset({"likes", "downloads", "trending"}),
    "digest.title.": frozenset({"daily", "weekly", "overflow"}),
    "notice.": OPEN,  # NoticeFacts.key
    "refusal.": OPEN,  # Refusal.key
    "condition.": frozenset(Condition),
    "handling.": frozenset(Handling),
    "choice.": OPEN,  # option values of the commands
    "command-name.": OPEN,  # as above, below and for options: tests/cogs/test_command_words.py
    "option-name.": OPEN,
    "option.": OPEN,
    "status.feed.": OPEN,  # feeds by name
    "status.refused.": OPEN,  # Discord's codes, and "other"
    "watch.paused.": OPEN,  # Watch.paused_reason
    "watch.added.": frozenset(Pace),
    "watch.name.": frozenset({Condition.LIKES, Condition.DOWNLOADS, Condition.TRENDING, Condition.EXCLUDED_KEYWORDS}),
    "remark.": OPEN,  # Remark.key
    "why.stage.": frozenset(Stage),
    "review.form.": OPEN,  # fields in cogs.review_form
    "command.": OPEN,  # names in the command tree: tests/cogs holds them in step
    "permission.": OPEN,  # Discord's permissions that a preflight asks for
    "preset.": OPEN,  # bot.domain.presets
    "preset.watch.": OPEN,
    "setup.ask.": OPEN,  # steps of /setup
    "why.digest.": OPEN,
    "demo.event.": frozenset(Event),
    "demo.said.": frozenset(key for step in STORY for key in step.says),
    "demo.purpose.": frozenset({"1", "2", "3"}),  # the members of the demo's story who tried a model
    "demo.note.": frozenset({"1", "2", "3"}),
    "demo.watch.": OPEN,
}
"""Prefixes of keys that are put together from a value, with the endings that must all exist and no others."""

CALLED = {"words", "_words", "plural", "has"}


@dataclass(frozen=True)
class Asked:
    """One place that asks for a key; `given` are the placeholder values it passes, None where it cannot be seen."""

    key: str
    place: str
    given: frozenset[str] | None
    plural: bool


@cache
def trees() -> Mapping[str, ast.Module]:
    """Return the syntax tree of every file that may speak, by its path from the root."""
    files = (file for room in ROOMS for file in sorted((ROOT / room).rglob("*.py")))
    return {str(file.relative_to(ROOT)): ast.parse(file.read_text("utf-8")) for file in files}


@cache
def constants() -> frozenset[str]:
    """Return every string written in the code."""
    return frozenset(
        node.value
        for tree in trees().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


@cache
def asked() -> tuple[Asked, ...]:
    """Return every key that is asked for by its full name."""
    return tuple(found for place, call in _calls() for found in _asked_by(place, call))


@cache
def prefixes() -> frozenset[tuple[str, str]]:
    """Return (prefix, place) of every key that is made at run time."""
    return frozenset(
        (head, place) for place, call in _calls() for head in map(_head, call.args[:1]) if head is not None
    )


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _name(node.func) in CALLED | {"Refusal"}:
                yield f"{path}:{node.lineno}", node


def _asked_by(place: str, call: ast.Call) -> Iterator[Asked]:
    name = _name(call.func)
    prefix = "refusal." if name == "Refusal" else ""
    seen = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
    hidden = any(keyword.arg is None for keyword in call.keywords) or name == "has"
    automatic = frozenset({"n"}) if name == "plural" else frozenset[str]()
    for literal in _literals(call.args[0]):
        yield Asked(prefix + literal, place, None if hidden else seen | automatic, name == "plural")


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _head(node: ast.expr) -> str | None:
    if isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
        return str(node.values[0].value)
    return None


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
