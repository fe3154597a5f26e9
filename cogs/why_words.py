"""`/watch why` in words: for each watch the decision, and the condition that made it."""

from collections.abc import Iterator, Sequence

from discord.utils import format_dt

from bot.cards.safe_text import hub_page, link, safe
from bot.domain.folding import Handling
from bot.domain.model import Model, Stage
from bot.domain.watches import Condition, Pace, PausedBecause, Watch, WatchState
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
    if report.on_base_cards:
        yield words("why.on-base-card", channels=words.list(f"<#{channel}>" for channel in report.on_base_cards))
    if not report.verdicts:
        yield words("watch.none-yet")
        return
    ordered = sorted(report.verdicts, key=lambda verdict: not verdict.explanation.matches)
    for verdict in ordered[:FULL_VERDICTS]:
        yield from _verdict_lines(verdict, report.model, words)
    if len(ordered) > FULL_VERDICTS:
        yield words.plural("why.more", len(ordered) - FULL_VERDICTS)


def _stage_key(report: WhyReport) -> str:
    return f"why.stage.{report.model.stage}" if report.known else "why.stage.unseen"


def _verdict_lines(verdict: Verdict, model: Model, words: Words) -> Sequence[str]:
    watch = verdict.watch
    head = words(
        "why.watch",
        sign=_sign(verdict, model.stage),
        id=watch.id,
        name=safe(watch.name, NAME_SHOWN),
        channel=f"<#{watch.channel_id}>",
        outcome=_outcome(verdict, model, words),
    )
    return (head, f"-# {_findings(verdict, words)}")


def _sign(verdict: Verdict, stage: Stage) -> str:
    if verdict.announced_by == verdict.watch.id:
        return "⏳" if verdict.waits_until else "✅"
    if not verdict.explanation.matches or verdict.handling is Handling.LEAVE or stage is Stage.GONE or verdict.missed:
        return "⛔"
    return "⏳" if stage in WAITING or _waits_for_channel(verdict.watch) else "✅"


def _outcome(verdict: Verdict, model: Model, words: Words) -> str:
    if verdict.announced_by == verdict.watch.id:
        return _of_announced(verdict, words)
    if not verdict.explanation.matches:
        return words("why.stopped", reasons=words("why.clauses").join(_stopping(verdict, model, words)))
    if verdict.announced_by is not None:
        return words("why.announced")
    if model.stage is Stage.GONE or model.stage in WAITING:
        return words("why.gone" if model.stage is Stage.GONE else "why.waits")
    return _outcome_of_match(verdict, words)


def _of_announced(verdict: Verdict, words: Words) -> str:
    if verdict.waits_until is not None:
        return words("why.in-digest", when=format_dt(verdict.waits_until, "f"))
    return words("why.waits-for-channel" if _waits_for_channel(verdict.watch) else "why.posted-already")


def _waits_for_channel(watch: Watch) -> bool:
    return watch.paused_reason == PausedBecause.CHANNEL_REFUSED


def _stopping(verdict: Verdict, model: Model, words: Words) -> Iterator[str]:
    """Say what stops a model, clause by clause; of the start the two moments, as only they explain it."""
    stopped = [finding.condition for finding in verdict.explanation.findings if not finding.holds]
    if Condition.STATE in stopped:
        yield words("why.paused")
    if Condition.START in stopped:
        yield _too_early(verdict.watch, model, words)
    unmet = [words(f"condition.{one}") for one in stopped if one not in {Condition.STATE, Condition.START}]
    if unmet:
        yield words("why.unmet", conditions=words.enumeration(unmet))


def _too_early(watch: Watch, model: Model, words: Words) -> str:
    began = format_dt(watch.starts_at, "f")
    if model.released_at is None:
        return words("why.no-release-date", began=began)
    return words("why.too-early", released=format_dt(model.released_at, "f"), began=began)


def _outcome_of_match(verdict: Verdict, words: Words) -> str:
    if verdict.handling is not Handling.POST:
        return words(f"handling.{verdict.handling}")
    if verdict.missed:
        return words("why.not-looked-back")
    if _waits_for_channel(verdict.watch):
        return words("why.channel-paused")
    if verdict.watch.pace is not Pace.INSTANT:
        return words(f"why.digest.{verdict.watch.pace}")
    if verdict.in_burst:
        return words("why.burst")
    return words("why.official" if verdict.official else "why.posted")


def _findings(verdict: Verdict, words: Words) -> str:
    paused = verdict.watch.state is WatchState.PAUSED
    shown = [
        f"{'✓' if finding.holds else '✗'} {words(f'condition.{finding.condition}')}"
        for finding in verdict.explanation.findings
        if finding.condition is not Condition.STATE or paused
    ]
    return " · ".join(shown)
