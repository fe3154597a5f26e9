"""Long backlogs: after an outage, what piled up in a lane becomes one digest instead of a flood of cards."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, update

from bot.domain.delivery import DeliveryState, Form, Purpose
from storage.owing import Owing
from storage.tables import AnnouncementRow, DeliveryRow

SUBJECT = "digest:backlog:"
"""Followed by the first folded delivery's id: unique, and the same if the fold is repeated."""

FOLDED = "folded into a digest"
"""What a folded card's delivery says in its `error` column, for whoever reads the table."""

FEWEST = 2
"""A digest of a single line would be a worse card."""


class Backlogs(Owing):
    """Finding and folding backlogs."""

    async def long_backlogs(self, *, older_than: datetime, more_than: int) -> Sequence[tuple[int, int]]:
        """Return (guild, channel) of lanes that owe more pending cards than that, or several older than that."""
        old = func.sum(case((DeliveryRow.created_at < older_than, 1), else_=0))
        rows = await self._connection.execute(
            select(DeliveryRow.guild_id, DeliveryRow.channel_id)
            .where(_is_waiting_card())
            .group_by(DeliveryRow.guild_id, DeliveryRow.channel_id)
            .having(or_(func.count() > more_than, old >= FEWEST))
            .order_by(DeliveryRow.channel_id)
        )
        return [(row.guild_id, row.channel_id) for row in rows]

    async def fold_backlog(
        self, *, guild_id: int, channel_id: int, older_than: datetime, more_than: int, now: datetime
    ) -> int:
        """Turn a lane's backlog of cards into one digest, under the lane's lock; return how many cards.

        All of them where they are too many, else those that are too old. They join a digest of this kind that
        still waits, so that a channel paused for weeks gets one in the end.
        """
        await self._lock_all([channel_id])
        waiting = select(DeliveryRow.id, DeliveryRow.model_id, DeliveryRow.created_at)
        rows = await self._connection.execute(
            waiting.where(DeliveryRow.channel_id == channel_id, _is_waiting_card()).order_by(DeliveryRow.id)
        )
        cards = rows.all()
        folded = cards if len(cards) > more_than else [card for card in cards if card.created_at < older_than]
        if len(folded) < FEWEST:
            return 0
        digest_id = await self._waiting_digest(channel_id) or await self._new_digest(
            guild_id, channel_id, first_id=folded[0].id, since=folded[0].created_at, now=now
        )
        await self._move([card.id for card in folded], channel_id, [card.model_id for card in folded], digest_id)
        return len(folded)

    async def _waiting_digest(self, channel_id: int) -> int | None:
        found = await self._connection.execute(
            select(DeliveryRow.id)
            .where(
                DeliveryRow.channel_id == channel_id,
                DeliveryRow.state == DeliveryState.PENDING.value,
                DeliveryRow.subject.startswith(SUBJECT),
            )
            .limit(1)
        )
        return found.scalar_one_or_none()

    async def _new_digest(
        self, guild_id: int, channel_id: int, *, first_id: int, since: datetime, now: datetime
    ) -> int | None:
        return await self.enqueue(
            guild_id=guild_id,
            channel_id=channel_id,
            subject=f"{SUBJECT}{first_id}",
            purpose=Purpose.DIGEST,
            now=now,
            payload={"reason": "overflow", "since": since.isoformat()},
        )

    async def _move(
        self, delivery_ids: Sequence[int], channel_id: int, model_ids: Sequence[Any], digest_id: int | None
    ) -> None:
        cards = update(DeliveryRow).where(DeliveryRow.id.in_(delivery_ids))
        await self._connection.execute(cards.values(state=DeliveryState.WITHDRAWN.value, error=FOLDED))
        mine = (AnnouncementRow.channel_id == channel_id) & AnnouncementRow.model_id.in_(model_ids)
        lines = update(AnnouncementRow).where(mine).values(form=Form.DIGEST.value, delivery_id=digest_id)
        await self._connection.execute(lines)


def _is_waiting_card() -> ColumnElement[bool]:
    return (DeliveryRow.state == DeliveryState.PENDING.value) & (DeliveryRow.purpose == Purpose.CARD.value)
