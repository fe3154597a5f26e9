"""Publishes a server's week when its moment has come: stored once, posted once, whatever happens.

The database decides: its clock says what is due, its key (server, local ISO week) makes a week unique, and the post
is a delivery that is owed in the very transaction that stores the week.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from bot.domain.delivery import Purpose
from bot.domain.leaderboard import HIGHLIGHTS, Builder, Highlights, PublishedWeek, Schedule
from bot.domain.model import Kind, Model
from bot.domain.standing_filter import ALL_MODELS
from bot.domain.standings import Scope, Standing, Standings
from bot.domain.windows import Week, Window
from bot.workflows.compute_standings import standings
from bot.workflows.ports import Doorbell, UnitOfWork, Work

SERVERS_A_TICK = 500
"""Claimed in one turn; most servers choose the same few hours, and what is left comes with the next tick."""

WEEK = "week"
"""In the delivery's payload: which week it posts."""

VOTED_AND_READ = 500
"""Models whose publishers are looked at for the builders of a week: those with the most votes."""

_log = structlog.get_logger()


async def publish_due_weeks(unit_of_work: UnitOfWork, doorbell: Doorbell) -> int:
    """Publish every week that is due; how many posts are owed. Each server is a transaction of its own."""
    async with unit_of_work() as work:
        due = await work.leaderboards.due(limit=SERVERS_A_TICK)
    posts = 0
    for guild_id in due:
        try:
            async with unit_of_work() as work:
                published = await publish_due_week(work, guild_id)
                await work.commit()
        except Exception:  # noqa: BLE001 - logged; one server's failure keeps no other waiting, and comes round again
            _log.exception("week.not-published", guild_id=guild_id)
            continue
        if published is not None:
            posts += 1
            _log.info("week.published", guild_id=guild_id, week=str(published.week), late=published.is_late)
    if posts:
        await doorbell.ring()
    return posts


async def publish_due_week(work: Work, guild_id: int) -> PublishedWeek | None:
    """Publish a server's week if it is due and nobody else has it; its schedule moves on in any case."""
    schedule = await work.leaderboards.claim(guild_id)
    if schedule is None:
        return None
    now = await work.leaderboards.now()
    await work.leaderboards.move_on(guild_id, schedule.after(now))
    if await work.leaderboards.is_left(guild_id):
        return None
    return await publish_week(work, schedule, due_at=schedule.due_by(now), now=now)


async def publish_week(work: Work, schedule: Schedule, *, due_at: datetime, now: datetime) -> PublishedWeek | None:
    """Store the week that is due and owe its post, inside the caller's transaction.

    None where this week (or a later one, before the zone was changed) was published already, and for a week without
    votes in a server that wants no post then.
    """
    week, (last, *_) = schedule.week_of(due_at), [*await work.leaderboards.weeks(schedule.guild_id, limit=1), None]
    if last is not None and last.week >= week:
        return None
    window = schedule.window_until(due_at, last.window.end if last else None)
    log_id = await work.standings.hold_still()
    counted = await standings(work, Scope(schedule.guild_id), window, ALL_MODELS, now)
    if not counted.voted and not schedule.quiet_weeks:
        await work.leaderboards.withdraw_waiting(schedule.guild_id)
        return None
    published = PublishedWeek(
        guild_id=schedule.guild_id,
        week=week,
        published_at=now,
        due_at=due_at,
        rule=counted.rule,
        window=window,
        prior=counted.prior,
        log_id=log_id,
        left_out=counted.left_out,
        highlights=await _highlights(work, schedule.guild_id, window, counted),
        before=await work.leaderboards.latest_ranked(schedule.guild_id),
        zone=schedule.zone,
        aside=sum(counted.aside.values()),
    )
    return published if await _store(work, schedule, published, counted) else None


async def _store(work: Work, schedule: Schedule, published: PublishedWeek, counted: Standings) -> bool:
    guild_id, week = published.guild_id, published.week
    if not await work.leaderboards.publish(published):
        return False
    await work.leaderboards.put_places(guild_id, week, (*counted.ranked, *counted.too_early))
    # The lane's row first, as senders lock. Each week tries a channel that refuses once more: it is told of, or mended.
    await work.deliveries.reopen_lane(schedule.channel_id)
    await work.leaderboards.withdraw_waiting(guild_id)
    delivery_id = await work.deliveries.enqueue(
        guild_id=guild_id,
        channel_id=schedule.channel_id,
        subject=subject_of(week),
        purpose=Purpose.LEADERBOARD,
        now=published.published_at,
        payload={WEEK: str(week)},
    )
    if delivery_id is not None:
        await work.leaderboards.carried_by(guild_id, week, delivery_id)
    return True


def subject_of(week: Week) -> str:
    """Return what the delivery of a week is about."""
    return f"week:{week}"


async def _highlights(work: Work, guild_id: int, window: Window, counted: Standings) -> Highlights:
    return Highlights(
        discussed=tuple(await work.leaderboards.talks(guild_id, window, limit=HIGHLIGHTS)),
        families=tuple(await work.leaderboards.new_families(guild_id, window, limit=HIGHLIGHTS)),
        builders=await _builders(work, (*counted.ranked, *counted.too_early)),
    )


async def _builders(work: Work, voted: Sequence[Standing]) -> tuple[Builder, ...]:
    """Return who built on others' models and got votes: publishers on the hub, never members of the server."""
    liked = sorted((one for one in voted if one.up), key=lambda one: (-one.up, one.model_id))[:VOTED_AND_READ]
    authors = await _built_on_others(work, [one.model_id for one in liked])
    by_author: dict[str, tuple[int, int]] = {}
    for one in liked:
        if one.model_id in authors:
            count, ups = by_author.get(authors[one.model_id], (0, 0))
            by_author[authors[one.model_id]] = (count + 1, ups + round(one.up))
    builders = [Builder(author, count, ups) for author, (count, ups) in by_author.items()]
    return tuple(sorted(builders, key=lambda one: (-one.up, -one.models, one.author))[:HIGHLIGHTS])


async def _built_on_others(work: Work, model_ids: Sequence[int]) -> Mapping[int, str]:
    """Return the publishers of those that are derivatives, and not of nothing but the same publisher's models."""
    models, parents = await work.models.by_ids(model_ids), await work.models.parent_ids(model_ids)
    bases = await work.models.by_ids(sorted(frozenset[int]().union(*parents.values())))

    def is_own(model: Model) -> bool:
        authors = {bases[base].facts.author.casefold() for base in parents.get(model.id, ()) if base in bases}
        return authors == {model.facts.author.casefold()}

    return {
        model.id: model.facts.author
        for model in models.values()
        if model.kind not in {None, Kind.ORIGINAL} and not is_own(model)
    }
