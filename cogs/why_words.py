"""`/watch why` in words: for each watch the decision, and the condition that made it."""

from collections.abc import Iterator, Sequence

from bot.cards.safe_text import hub_page, link, safe
from bot.domain.folding import Handling
from bot.domain.model import Stage
from bot.domain.watches import Condition, Pace, WatchState
from bot.language.words import Words
from bot.workflows.explain_watches import Verdict, WhyReport

NAME_SHOWN = 60
WAITING = frozenset({Stage.UNSETTLED, Stage.GIVEN_UP})
"""Not judged yet: a model is held back until it has files and a card."""

FULL_VERDICTS = 12
"""Watches explained condition by condition; what lets the model through comes first, the rest is counted."""


def why_lines(report: WhyReport, words: Words) -> Iterator[str]:
    """Explain one model to moderators."""
    facts = report.model.facts
    name = link(facts.repo_id, hub_page(facts.source, facts.repo_id), 100)
    yield words("why.title", model=name)
    yield words("why.kind", kind=words(f"kind.{report.model.kind or 'original'}"), stage=words(_stage_key(report)))
    if not report.verdicts:
        yield words("watch.none-yet")
        return
    ordered = sorted(report.verdicts, key=lambda verdict: not verdict.explanation.matches)
    for verdict in ordered[:FULL_VERDICTS]:
        yield from _verdict_lines(verdict, report.model.stage, words)
    if len(ordered) > FULL_VERDICTS:
        yield words.plural("why.more", len(ordered) - FULL_VERDICTS)


def _stage_key(report: WhyReport) -> str:
    return f"why.stage.{report.model.stage}" if report.known else "why.stage.unseen"


def _verdict_lines(verdict: Verdict, stage: Stage, words: Words) -> Sequence[str]:
    watch = verdict.watch
    head = words(
        "why.watch",
        sign=_sign(verdict, stage),
        id=watch.id,
        name=safe(watch.name, NAME_SHOWN),
        channel=f"<#{watch.channel_id}>",
        outcome=_outcome(verdict, stage, words),
    )
    return (head, f"-# {_findings(verdict, words)}")


def _sign(verdict: Verdict, stage: Stage) -> str:
    if verdict.announced_by == verdict.watch.id:
        return "✅"
    if not verdict.explanation.matches or verdict.handling is Handling.LEAVE or stage is Stage.GONE:
        return "⛔"
    return "⏳" if stage in WAITING else "✅"


def _outcome(verdict: Verdict, stage: Stage, words: Words) -> str:
    if verdict.announced_by == verdict.watch.id:
        return words("why.posted-already")
    if not verdict.explanation.matches:
        stopped = [finding.condition for finding in verdict.explanation.findings if not finding.holds]
        return words("why.stopped", conditions=words.list([words(f"condition.{one}") for one in stopped]))
    if verdict.announced_by is not None:
        return words("why.announced")
    if stage is Stage.GONE or stage in WAITING:
        return words("why.gone" if stage is Stage.GONE else "why.waits")
    return _outcome_of_match(verdict, words)


def _outcome_of_match(verdict: Verdict, words: Words) -> str:
    if verdict.handling is not Handling.POST:
        return words(f"handling.{verdict.handling}")
    if verdict.watch.pace is not Pace.INSTANT:
        return words(f"why.digest.{verdict.watch.pace}")
    return words("why.burst" if verdict.in_burst else "why.posted")


def _findings(verdict: Verdict, words: Words) -> str:
    paused = verdict.watch.state is WatchState.PAUSED
    shown = [
        f"{'✓' if finding.holds else '✗'} {words(f'condition.{finding.condition}')}"
        for finding in verdict.explanation.findings
        if finding.condition is not Condition.STATE or paused
    ]
    return " · ".join(shown)
