"""Posts of published weeks that their channel has not taken yet."""

from sqlalchemy import select, update

from bot.domain.delivery import DeliveryState, Purpose
from bot.domain.leaderboard import WaitingPost
from bot.domain.windows import parse_week
from storage.standing_tables import PublishedWeekRow
from storage.tables import DeliveryRow, LaneRow
from storage.week_highlights import WeekHighlights


class WaitingPosts(WeekHighlights):
    """Reads and withdraws them."""

    async def waiting(self, guild_id: int) -> WaitingPost | None:
        """Return the post of the latest published week where it certainly was not sent yet."""
        latest = select(PublishedWeekRow.delivery_id).where(PublishedWeekRow.guild_id == guild_id)
        latest = latest.order_by(PublishedWeekRow.week.desc()).limit(1).scalar_subquery()
        found = (
            select(
                DeliveryRow.id,
                PublishedWeekRow.week,
                DeliveryRow.channel_id,
                PublishedWeekRow.due_at,
                LaneRow.paused_reason,
            )
            .join(PublishedWeekRow, PublishedWeekRow.delivery_id == DeliveryRow.id)
            .join(LaneRow, LaneRow.channel_id == DeliveryRow.channel_id)
            .where(DeliveryRow.id == latest, DeliveryRow.state == DeliveryState.PENDING.value)
        )
        row = (await self._connection.execute(found)).one_or_none()
        return None if row is None else WaitingPost(row[0], parse_week(row[1]), *row[2:])

    async def withdraw_waiting(self, guild_id: int) -> int:
        """Owe no more what an earlier week's post still waits with."""
        waiting = update(DeliveryRow).where(
            DeliveryRow.guild_id == guild_id,
            DeliveryRow.purpose == Purpose.LEADERBOARD.value,
            DeliveryRow.state == DeliveryState.PENDING.value,
        )
        return await self._transaction.write(waiting.values(state=DeliveryState.WITHDRAWN.value))
