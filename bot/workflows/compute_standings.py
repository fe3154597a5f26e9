"""Compute the standings of a scope: what is looked up, posted every week and drawn."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.share_caps import ServerBallots, Weights, habit, say_of, weighed
from bot.domain.standing_filter import StandingFilter
from bot.domain.standings import EVERYWHERE, PRIOR_SPAN, Prior, Scope, Standings, prior_of, rank
from bot.domain.votes import Tally
from bot.domain.windows import Window
from bot.workflows.ports import Work


@dataclass(frozen=True, slots=True)
class Counted:
    """The ballots of a scope that entered in a window: what every standing of it is ranked from."""

    scope: Scope
    window: Window
    tallies: Mapping[int, Tally | Weights]
    prior: Prior
    aside: Mapping[int, int] = field(default_factory=dict[int, int])
    """How many more on each model are set aside."""


async def standings(work: Work, scope: Scope, window: Window, filters: StandingFilter, now: datetime) -> Standings:
    """Return what a scope thinks of the models that a filter asks for, by the ballots that entered in a window.

    A ballot counts when it has entered by `now` and is not set aside. The prior is the scope's whatever is filtered.
    """
    return await ranked(work, await count(work, scope, window, now), filters)


async def count(work: Work, scope: Scope, window: Window, now: datetime) -> Counted:
    """Count a scope's ballots."""
    if scope.guild_id is None:
        return await count_everywhere(work, window, now, await habit_everywhere(work, now))
    tallies = await work.standings.in_server(scope.guild_id, window, now)
    own = await work.standings.habit(scope.guild_id, _habitual(window.end), now)
    aside = await work.standings.aside(scope, window, now)
    return Counted(scope, window, tallies, prior_of(own.up, own.down), aside)


async def count_everywhere(work: Work, window: Window, now: datetime, prior: Prior) -> Counted:
    """Count what all servers that opted in think: one ballot a person a model, no server beyond its share."""
    ballots, say = await _heard(work, window, now)
    aside = await work.standings.aside(EVERYWHERE, window, now)
    return Counted(EVERYWHERE, window, await asyncio.to_thread(weighed, ballots, say), prior, aside)


async def habit_everywhere(work: Work, now: datetime) -> Prior:
    """Return the common habit, counted as the ballots are: one a person, no server beyond its share."""
    return prior_of(*await asyncio.to_thread(habit, *await _heard(work, _habitual(now), now)))


async def ranked(work: Work, counted: Counted, filters: StandingFilter) -> Standings:
    """Rank those of the counted models that a filter asks for, in a thread: all time has thousands."""
    voted = counted.tallies.keys()
    released = await work.standings.among(voted | counted.aside.keys(), filters, counted.scope.guild_id)
    asked = {model_id: counted.tallies[model_id] for model_id in released if model_id in voted}
    best, too_early = await asyncio.to_thread(rank, asked, counted.prior, released)
    aside = {model_id: ballots for model_id, ballots in counted.aside.items() if model_id in released}
    left_out = frozenset(voted - released.keys())
    return Standings(counted.scope, counted.window, best, too_early, counted.prior, aside, left_out=left_out)


def _habitual(until: datetime) -> Window:
    return Window(until - PRIOR_SPAN, until)


async def _heard(
    work: Work, window: Window, now: datetime
) -> tuple[Sequence[ServerBallots], Mapping[int, float] | None]:
    """Return what counts everywhere, and what say its servers have."""
    ballots = await work.standings.everywhere(window, now)
    left_out = await work.standings.left_out()
    heard = [one for one in ballots if (one[1], one[0]) not in left_out] if left_out else ballots
    return heard, _say(await work.standings.voters())


def _say(voters: Mapping[int, int | None]) -> Mapping[int, float] | None:
    """Return what say servers have. One that is not counted yet has none, unless nobody is: then all have the same."""
    if all(count is None for count in voters.values()):
        return None
    return say_of({guild_id: count or 0 for guild_id, count in voters.items()})
