"""Published standings, recounted from the ballot log alone: the same numbers, or somebody should know why not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isclose

from bot.domain.standings import PRIOR_SPAN, Prior, Standing, prior_of, rank
from bot.domain.votes import Action, BallotEvent, Choice, Tally
from bot.domain.windows import Window


@dataclass(slots=True)
class _Live:
    choice: Choice
    entered_at: datetime
    aside: bool = False
    passed_by: bool = False
    """Whether the week it belongs to was published without it: let in later, it belongs to a later one."""


class Replay:
    """The live ballots of one server, as its log tells; events are handed in as they were logged."""

    def __init__(self) -> None:
        self._live: dict[tuple[int, int], _Live] = {}

    def take(self, events: Iterable[BallotEvent]) -> None:
        """Let more of the log happen."""
        for event in events:
            self._happen(event)

    def tallies(self, window: Window, now: datetime) -> Mapping[int, Tally]:
        """Count what entered in a window and by `now`, and was not set aside, model by model."""
        found: dict[int, list[Choice]] = {}
        for (model_id, _), live in self._live.items():
            if _counts(live, window, now):
                found.setdefault(model_id, []).append(live.choice)
        return {
            model_id: Tally(choices.count(Choice.UP), choices.count(Choice.DOWN)) for model_id, choices in found.items()
        }

    def close(self, window: Window) -> None:
        """Let a week be published that counts this window."""
        for live in self._live.values():
            if live.aside and _is_in(live, window):
                live.passed_by = True

    def prior(self, until: datetime, now: datetime) -> Prior:
        """Return the server's habit as it was."""
        habit = self.tallies(Window(until - PRIOR_SPAN, until), now).values()
        return prior_of(sum(tally.up for tally in habit), sum(tally.down for tally in habit))

    def _happen(self, event: BallotEvent) -> None:
        key = (event.model_id, event.voter)
        live = self._live.get(key)
        match event.action:
            case Action.UP | Action.DOWN:
                self._cast(key, live, event)
            case Action.WITHDRAWN:
                self._live.pop(key, None)
            case Action.SET_ASIDE | Action.LET_IN:
                if live is not None:
                    _mark(live, event)

    def _cast(self, key: tuple[int, int], live: _Live | None, event: BallotEvent) -> None:
        choice = Choice(event.action)
        if live is not None and live.choice is choice:
            return  # A ballot that is repeated stays the one that was cast first.
        entered_at = max(event.at, event.counts_from or event.at)
        self._live[key] = _Live(choice, entered_at, aside=live is not None and live.aside)


def _mark(live: _Live, event: BallotEvent) -> None:
    """Set a ballot aside or let it in, as `storage.letting_in` does."""
    live.aside = event.action is Action.SET_ASIDE
    if not live.aside and live.passed_by:
        live.entered_at = event.at
    live.passed_by = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that a recount does not confirm. Without a model it is about the whole week."""

    model_id: int | None
    what: str
    published: float | None
    recounted: float | None


@dataclass(frozen=True, slots=True)
class Published:
    """What was published: the standing, from what it was counted, and what was left out as gone from its hub."""

    places: Sequence[Standing]
    prior: Prior | None
    window: Window
    at: datetime
    left_out: frozenset[int] = frozenset()


def differences(published: Published, replay: Replay) -> Sequence[Difference]:
    """Return what a recount finds otherwise. What the log cannot know is taken as it was kept with the week."""
    prior = replay.prior(published.window.end, published.at)
    there = {one.model_id: one for one in published.places}
    tallies = replay.tallies(published.window, published.at)
    kept = {model_id: tally for model_id, tally in tallies.items() if model_id not in published.left_out}
    ranked, too_early = rank(kept, prior, {one.model_id: one.released_at for one in published.places})
    recounted = {one.model_id: one for one in (*ranked, *too_early)}
    found = [*_of_prior(published.prior, prior)]
    for model_id in sorted(there.keys() | recounted.keys()):
        found += _of_model(model_id, there.get(model_id), recounted.get(model_id))
    return found


def _counts(live: _Live, window: Window, now: datetime) -> bool:
    return _is_in(live, window) and live.entered_at <= now and not live.aside


def _is_in(live: _Live, window: Window) -> bool:
    return live.entered_at < window.end and (window.start is None or live.entered_at >= window.start)


def _of_prior(published: Prior | None, recounted: Prior) -> Iterable[Difference]:
    if published is not None and not isclose(published.up, recounted.up, abs_tol=1e-9):
        yield Difference(None, "prior", published.up, recounted.up)


_COMPARED = ("rank", "score", "low", "high", "up", "down", "voters")


def _of_model(model_id: int, before: Standing | None, now: Standing | None) -> Sequence[Difference]:
    pairs = [
        (what, None if before is None else getattr(before, what), None if now is None else getattr(now, what))
        for what in _COMPARED
    ]
    return [
        Difference(model_id, what, was, is_now)
        for what, was, is_now in pairs
        if was is None or is_now is None or not isclose(was, is_now, abs_tol=1e-9)
    ]
