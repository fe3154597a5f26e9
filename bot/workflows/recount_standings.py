"""Recount every published week from the ballot log."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from bot.domain.leaderboard import PublishedWeek
from bot.domain.recounting import Difference, Published, Replay, differences
from bot.domain.standings import RULE
from bot.workflows.ports import UnitOfWork, Work

EVENTS_AT_ONCE = 10_000
"""Log entries read in one statement."""

WEEKS = 10_000
"""More than any server will ever publish: two centuries."""

PLACES = 1_000_000
"""More models than any server ever votes on in a week."""


@dataclass(frozen=True, slots=True)
class RecountedWeek:
    """A published week beside its recount. A week that was published by another rule is not counted again."""

    week: PublishedWeek
    places: int
    differences: Sequence[Difference]
    same_rule: bool = True


async def recount_all(unit_of_work: UnitOfWork) -> AsyncIterator[RecountedWeek]:
    """Recount every server's weeks, the earliest first; nothing is changed."""
    async with unit_of_work() as work:
        guilds = await work.standings.servers_with_weeks()
    for guild_id in guilds:
        async with unit_of_work() as work:
            async for week in _recount_server(work, guild_id):
                yield week


async def _recount_server(work: Work, guild_id: int) -> AsyncIterator[RecountedWeek]:
    """Replay a server's log once, and stop at the end of each week to compare."""
    weeks = await work.leaderboards.weeks(guild_id, limit=WEEKS)
    replay, read = Replay(), 0
    for week in sorted(weeks, key=lambda one: (one.log_id or 0, one.week)):
        read = await _read_on(work, guild_id, replay, read, max(read, week.log_id or 0))
        yield await _recount_week(work, week, replay)
        replay.close(week.window)


async def _recount_week(work: Work, week: PublishedWeek, replay: Replay) -> RecountedWeek:
    if week.rule != RULE or week.log_id is None:
        return RecountedWeek(week, 0, (), same_rule=False)
    places = await work.leaderboards.places(week.guild_id, week.week, offset=0, limit=PLACES)
    published = Published(places, week.prior, week.window, week.published_at, week.left_out)
    return RecountedWeek(week, len(places), differences(published, replay))


async def _read_on(work: Work, guild_id: int, replay: Replay, after: int, until: int) -> int:
    while True:
        last, events = await work.votes.log_between(guild_id, after=after, until=until, limit=EVENTS_AT_ONCE)
        replay.take(events)
        if len(events) < EVENTS_AT_ONCE:
            return until
        after = last
