"""When servers' weekly posts are due."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from bot.domain.leaderboard import Schedule
from storage.published_weeks import PublishedWeeks
from storage.standing_tables import LeaderboardScheduleRow
from storage.tables import ServerRow


class Leaderboards(PublishedWeeks):
    """Fits `bot.workflows.leaderboard_ports.StoreLeaderboards`."""

    async def now(self) -> datetime:
        """Return the database's clock."""
        moment = self._transaction.now().label("now")
        return (await self._connection.execute(select(moment))).scalar_one()

    async def schedule(self, guild_id: int, *, locked: bool = False) -> Schedule | None:
        """Return a server's schedule; `locked` keeps others from claiming it until the transaction ends."""
        found = select(LeaderboardScheduleRow).where(LeaderboardScheduleRow.guild_id == guild_id)
        return await self._one(found.with_for_update() if locked else found)

    async def put_schedule(self, schedule: Schedule) -> None:
        """Store a schedule in place of the one before."""
        values = _values(schedule)
        insert = self._transaction.insert(LeaderboardScheduleRow).values(guild_id=schedule.guild_id, **values)
        await self._connection.execute(insert.on_conflict_do_update(index_elements=["guild_id"], set_=values))

    async def end_schedule(self, guild_id: int) -> bool:
        """Remove a schedule; whether there was one."""
        is_one = LeaderboardScheduleRow.guild_id == guild_id
        return await self._transaction.write(delete(LeaderboardScheduleRow).where(is_one)) > 0

    async def due(self, *, limit: int) -> Sequence[int]:
        """Return servers whose moment has come, the longest due first."""
        found = (
            select(LeaderboardScheduleRow.guild_id)
            .where(LeaderboardScheduleRow.next_at <= self._transaction.now())
            .order_by(LeaderboardScheduleRow.next_at, LeaderboardScheduleRow.guild_id)
        )
        return list((await self._connection.execute(found.limit(limit))).scalars())

    async def claim(self, guild_id: int) -> Schedule | None:
        """Return a schedule that is due and lock it; None where somebody else has it or has moved it on."""
        found = select(LeaderboardScheduleRow).where(
            LeaderboardScheduleRow.guild_id == guild_id, LeaderboardScheduleRow.next_at <= self._transaction.now()
        )
        return await self._one(found.with_for_update(skip_locked=True))

    async def move_on(self, guild_id: int, next_at: datetime) -> None:
        """Say when a schedule is due next."""
        is_one = LeaderboardScheduleRow.guild_id == guild_id
        await self._connection.execute(update(LeaderboardScheduleRow).where(is_one).values(next_at=next_at))

    async def is_left(self, guild_id: int) -> bool:
        """Tell whether Rootstock was removed from a server."""
        left = select(ServerRow.guild_id).where(ServerRow.guild_id == guild_id, ServerRow.left_at.is_not(None))
        return (await self._connection.execute(left)).first() is not None

    async def _one(self, found: Any) -> Schedule | None:  # noqa: ANN401 - a SELECT of whole rows
        row = (await self._connection.execute(found)).mappings().one_or_none()
        return None if row is None else _schedule(row)


def _values(schedule: Schedule) -> dict[str, Any]:
    return {
        "channel_id": schedule.channel_id,
        "weekday": schedule.weekday,
        "hour": schedule.hour,
        "minute": schedule.minute,
        "zone": schedule.zone,
        "quiet_weeks": schedule.quiet_weeks,
        "next_at": schedule.next_at,
        "updated_by": schedule.updated_by,
    }


def _schedule(row: Mapping[Any, Any]) -> Schedule:
    return Schedule(
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        weekday=row["weekday"],
        hour=row["hour"],
        minute=row["minute"],
        zone=row["zone"],
        quiet_weeks=row["quiet_weeks"],
        next_at=row["next_at"],
        updated_by=row["updated_by"],
    )
