"""Compute the standings of a scope: what is looked up, posted every week and drawn."""

from collections.abc import Mapping
from datetime import datetime

from bot.domain.share_caps import Weights, capped
from bot.domain.standing_filter import StandingFilter
from bot.domain.standings import PRIOR_SPAN, Prior, Scope, Standings, prior_of, rank
from bot.domain.votes import Tally
from bot.domain.windows import Window
from bot.workflows.ports import Work


async def standings(work: Work, scope: Scope, window: Window, filters: StandingFilter, now: datetime) -> Standings:
    """Return what a scope thinks of the models that a filter asks for, by the ballots that entered in a window.

    A ballot counts when it has entered by `now` and is not set aside. The prior is the scope's whatever is filtered.
    """
    tallies = await _tallies(work, scope, window, now)
    released = await work.standings.among(tallies.keys(), filters, scope.guild_id)
    habit = await prior(work, scope, window.end, now)
    ranked, too_early = rank({model_id: tallies[model_id] for model_id in released}, habit, released)
    return Standings(scope, window, ranked, too_early, habit)


async def prior(work: Work, scope: Scope, until: datetime, now: datetime) -> Prior:
    """Return a scope's habit in the 90 days before a moment."""
    habit = await work.standings.habit(scope, Window(until - PRIOR_SPAN, until), now)
    return prior_of(habit.up, habit.down)


async def _tallies(work: Work, scope: Scope, window: Window, now: datetime) -> Mapping[int, Tally | Weights]:
    if scope.guild_id is not None:
        return await work.standings.in_server(scope.guild_id, window, now)
    by_server = await work.standings.everywhere(window, now)
    return {model_id: capped(servers) for model_id, servers in by_server.items()}
