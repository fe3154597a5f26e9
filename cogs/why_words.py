"""`/watch why` in words: for each watch the decision, and the condition that made it."""

from collections.abc import Iterator, Sequence

from bot.cards.safe_text import hub_page, link, safe
from bot.domain.folding import Handling
from bot.domain.watches import Condition, Pace, WatchState
from bot.language.words import Words
from bot.workflows.explain_watches import Verdict, WhyReport

NAME_SHOWN = 60
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
        yield from _verdict_lines(verdict, words)
    if len(ordered) > FULL_VERDICTS:
        yield words.plural("why.more", len(ordered) - FULL_VERDICTS)


def _stage_key(report: WhyReport) -> str:
    return f"why.stage.{report.model.stage}" if report.known else "why.stage.unseen"


def _verdict_lines(verdict: Verdict, words: Words) -> Sequence[str]:
    watch = verdict.watch
    sign = "✅" if verdict.explanation.matches and verdict.handling is not Handling.LEAVE else "⛔"
    head = words(
        "why.watch", sign=sign, id=watch.id, name=safe(watch.name, NAME_SHOWN), channel=f"<#{watch.channel_id}>"
    )
    return (f"{head} {_outcome(verdict, words)}", f"-# {_findings(verdict, words)}")


def _outcome(verdict: Verdict, words: Words) -> str:
    if not verdict.explanation.matches:
        stopped = [finding.condition for finding in verdict.explanation.findings if not finding.holds]
        return words("why.stopped", conditions=words.list([words(f"condition.{one}") for one in stopped]))
    if verdict.announced:
        return words("why.announced")
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
