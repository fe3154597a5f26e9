"""Moderators say when and where their weekly post appears, and post it now."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.leaderboard import PublishedWeek, Schedule, WaitingPost
from bot.domain.moments import checked_zone
from bot.domain.windows import Week
from bot.workflows.change_settings import server_of
from bot.workflows.ports import Doorbell, UnitOfWork, Work
from bot.workflows.publish_leaderboard import publish_week

WEEKDAY, HOUR, MINUTE = 6, 18, 0
"""Sunday at six in the evening: the week is over, and there is time to read."""

SHOWN_MOMENTS = 3


@dataclass(frozen=True, slots=True)
class ScheduleWish:
    """What a moderator asks for; None leaves a setting as it is (or as it is by default)."""

    channel_id: int | None = None
    weekday: int | None = None
    hour: int | None = None
    minute: int | None = None
    zone: str | None = None
    quiet_weeks: bool | None = None


class ScheduleLeaderboard:
    """Reads, changes and ends a server's schedule, and posts a week by hand."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, doorbell: Doorbell) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._doorbell = doorbell

    async def read(self, guild_id: int) -> Schedule | None:
        """Return the schedule; None where the weekly post is off."""
        async with self._unit_of_work() as work:
            return await work.leaderboards.schedule(guild_id)

    async def change(self, guild_id: int, wish: ScheduleWish, *, here: int, by: int) -> Schedule:
        """Store what is asked for and return the schedule as it is then; without one before, `here` is its channel.

        A channel that refused messages is tried again, and a post that found no channel comes late. Raises `Refusal`
        for a timezone that does not exist.
        """
        async with self._unit_of_work() as work:
            now = await work.leaderboards.now()
            before = await work.leaderboards.schedule(guild_id, locked=True)
            schedule = await _changed(work, guild_id, before, wish, here=here, now=now)
            next_at = schedule.changed_from(before, now, await _published(work, guild_id))
            schedule = replace(schedule, next_at=next_at, updated_by=by)
            await work.leaderboards.put_schedule(schedule)
            await work.deliveries.resume_lane(schedule.channel_id, now=now)
            await _make_up_for(work, schedule, now)
            await work.commit()
        await self._doorbell.ring()
        return schedule

    async def held_up(self, guild_id: int) -> WaitingPost | None:
        """Return the week's post where its channel refuses it and it can still be made up for."""
        async with self._unit_of_work() as work:
            waiting, now = await work.leaderboards.waiting(guild_id), await work.leaderboards.now()
        return waiting if waiting is not None and waiting.is_held_up(now) else None

    async def passed_over(self, guild_id: int) -> Week | None:
        """Return the week that has no further post at its moment, because it is published already."""
        async with self._unit_of_work() as work:
            schedule = await work.leaderboards.schedule(guild_id)
            if schedule is None:
                return None
            return schedule.passed_over(await work.leaderboards.now(), await _published(work, guild_id))

    async def end(self, guild_id: int) -> None:
        """Post no more weeks. Raises `Refusal` where none were."""
        async with self._unit_of_work() as work:
            if not await work.leaderboards.end_schedule(guild_id):
                raise Refusal("leaderboard-off")
            await work.commit()

    async def post_now(self, guild_id: int) -> PublishedWeek:
        """Publish this week now instead of at its hour. Raises `Refusal` where it was, or where nobody voted."""
        async with self._unit_of_work() as work:
            schedule = await work.leaderboards.schedule(guild_id, locked=True)
            if schedule is None:
                raise Refusal("leaderboard-off")
            now = await work.leaderboards.now()
            this = schedule.week_of(now)
            if await work.leaderboards.week(guild_id, this) is not None:
                raise Refusal("week-published", week=str(this))
            published = await publish_week(work, replace(schedule, quiet_weeks=False), due_at=now, now=now)
            if published is None:
                raise Refusal("week-without-votes")
            await work.leaderboards.move_on(guild_id, schedule.changed_from(None, now, published.week))
            await work.commit()
        await self._doorbell.ring()
        return published


async def _changed(
    work: Work, guild_id: int, present: Schedule | None, wish: ScheduleWish, *, here: int, now: datetime
) -> Schedule:
    if present is None:
        zone = (await server_of(work, guild_id)).timezone
        present = Schedule(guild_id, here, WEEKDAY, HOUR, MINUTE, zone, quiet_weeks=True, next_at=now)
    asked = {
        "channel_id": wish.channel_id,
        "weekday": wish.weekday,
        "hour": wish.hour,
        "minute": wish.minute if wish.minute is not None or wish.hour is None else 0,
        "zone": checked_zone(wish.zone) if wish.zone is not None else None,
        "quiet_weeks": wish.quiet_weeks,
    }
    return replace(present, **{name: value for name, value in asked.items() if value is not None})


async def _make_up_for(work: Work, schedule: Schedule, now: datetime) -> None:
    """Let a post that waits for a channel come in the one that was chosen, unless it is too old by now."""
    waiting = await work.leaderboards.waiting(schedule.guild_id)
    if waiting is None:
        return
    if now >= waiting.until:
        await work.leaderboards.withdraw_waiting(schedule.guild_id)
    elif waiting.channel_id != schedule.channel_id:
        await work.deliveries.move(waiting.delivery_id, guild_id=schedule.guild_id, channel_id=schedule.channel_id)


async def _published(work: Work, guild_id: int) -> Week | None:
    latest = await work.leaderboards.weeks(guild_id, limit=1)
    return latest[0].week if latest else None
