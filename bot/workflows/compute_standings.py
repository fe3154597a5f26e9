"""Compute the standings of a scope: what is looked up, posted every week and drawn."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.share_caps import Weights, habit, weighed
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
    return Counted(scope, window, tallies, prior_of(own.up, own.down))


async def count_everywhere(work: Work, window: Window, now: datetime, prior: Prior) -> Counted:
    """Count what all servers that opted in think: one ballot a person a model, no server beyond its share."""
    ballots = await work.standings.everywhere(window, now)
    return Counted(EVERYWHERE, window, await asyncio.to_thread(weighed, ballots), prior)


async def habit_everywhere(work: Work, now: datetime) -> Prior:
    """Return the common habit, counted as the ballots are: one a person, no server beyond its share."""
    ballots = await work.standings.everywhere(_habitual(now), now)
    return prior_of(*await asyncio.to_thread(habit, ballots))


async def ranked(work: Work, counted: Counted, filters: StandingFilter) -> Standings:
    """Rank those of the counted models that a filter asks for, in a thread: all time has thousands."""
    released = await work.standings.among(counted.tallies.keys(), filters, counted.scope.guild_id)
    asked = {model_id: counted.tallies[model_id] for model_id in released}
    best, too_early = await asyncio.to_thread(rank, asked, counted.prior, released)
    left_out = frozenset(counted.tallies.keys() - released.keys())
    return Standings(counted.scope, counted.window, best, too_early, counted.prior, left_out=left_out)


def _habitual(until: datetime) -> Window:
    return Window(until - PRIOR_SPAN, until)
