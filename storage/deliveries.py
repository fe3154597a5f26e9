"""Deliveries: what is owed to channels, and how far each has come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, select, update

from bot.domain.delivery import (
    NONCE_WINDOW,
    Delivery,
    DeliveryState,
    LaneLease,
    LaneState,
    Purpose,
)
from storage.backlogs import Backlogs
from storage.lanes import OWED
from storage.tables import DeliveryRow, LaneRow
from storage.waiting_lines import WaitingLines


class Deliveries(Backlogs, WaitingLines):
    """Fits `bot.workflows.ports.StoreDeliveries`."""

    async def next_in_lane(self, held: LaneLease, *, now: datetime) -> Delivery | None:
        """Return the first thing this channel is owed: what an interrupted sender left, then pending, then edits."""
        mine = (DeliveryRow.channel_id == held.channel_id) & self._still_held(held)
        is_pending = case((DeliveryRow.state == DeliveryState.PENDING.value, 1), else_=0)
        owed = select(DeliveryRow).where(mine, DeliveryRow.state.in_(OWED)).order_by(is_pending, DeliveryRow.id)
        edits = select(DeliveryRow).where(mine, _edit_is_due(now)).order_by(DeliveryRow.edit_due_at, DeliveryRow.id)
        for statement in (owed, edits):
            row = (await self._connection.execute(statement.limit(1))).mappings().one_or_none()
            if row is not None:
                return await self._with_doubt(_delivery(row))
        return None

    async def delivery(self, delivery_id: int) -> Delivery | None:
        """Return one delivery."""
        found = await self._connection.execute(select(DeliveryRow).where(DeliveryRow.id == delivery_id))
        row = found.mappings().one_or_none()
        return None if row is None else _delivery(row)

    async def begin_attempt(self, held: LaneLease, delivery_id: int, *, now: datetime) -> bool:  # noqa: ARG002 - the moment is the database's
        """Mark as sending; False if the lease was lost. Must be committed before the send.

        `sending_at` is the first attempt whose outcome is open: repeats do not move it, the nonce's window is its.
        """
        if not await self._lock(held):
            return False
        goes_on = (DeliveryRow.state == DeliveryState.SENDING.value, DeliveryRow.sending_at)
        begun = (
            update(DeliveryRow)
            .where(DeliveryRow.id == delivery_id, DeliveryRow.state.in_(OWED), self._still_held(held))
            .values(
                state=DeliveryState.SENDING.value,
                attempts=DeliveryRow.attempts + 1,
                sending_at=case(goes_on, else_=self._transaction.now()),
            )
        )
        return await self._transaction.write(begun) > 0

    async def mark_sent(self, held: LaneLease, delivery_id: int, message_id: int, *, now: datetime) -> None:
        """Record the message. That it was posted is true even if the lease was lost meanwhile."""
        # The lane's row first, as everybody else does: a vote on a card just posted locks both too.
        lane = update(LaneRow).where(LaneRow.channel_id == held.channel_id, LaneRow.lease_epoch == held.epoch)
        await self._connection.execute(lane.values(last_sent_at=now, failures=0))
        await self._change(
            delivery_id, OWED, state=DeliveryState.SENT.value, message_id=message_id, sent_at=now, error=None
        )

    async def mark_shown(self, delivery_id: int, revision: int) -> None:
        """Note which revision a message shows; what was asked for meanwhile stays asked for."""
        shown = case((DeliveryRow.shown_revision < revision, revision), else_=DeliveryRow.shown_revision)
        edit_due_at = case((DeliveryRow.wanted_revision > revision, DeliveryRow.edit_due_at), else_=None)
        await self._change(delivery_id, (DeliveryState.SENT.value,), shown_revision=shown, edit_due_at=edit_due_at)

    async def mark_failed(self, delivery_id: int, error: str) -> None:
        """Give a message up for good."""
        await self._change(delivery_id, OWED, state=DeliveryState.FAILED.value, error=error)

    async def mark_withdrawn(self, delivery_id: int) -> None:
        """Owe it no more: there is nothing to show."""
        await self._change(delivery_id, OWED, state=DeliveryState.WITHDRAWN.value)

    async def put_back(self, delivery_id: int) -> None:
        """Make an attempt undone that certainly posted nothing: the delivery is pending again."""
        await self._change(
            delivery_id, (DeliveryState.SENDING.value,), state=DeliveryState.PENDING.value, sending_at=None
        )

    async def stop_editing(self, delivery_id: int) -> None:
        """The message was deleted by somebody: there is nothing left to keep up to date."""
        await self._change(
            delivery_id, (DeliveryState.SENT.value,), state=DeliveryState.WITHDRAWN.value, edit_due_at=None
        )

    async def postpone_edit(self, delivery_id: int, *, due_at: datetime) -> None:
        """Try an edit again later."""
        await self._change(delivery_id, (DeliveryState.SENT.value,), edit_due_at=due_at)

    async def _with_doubt(self, delivery: Delivery) -> Delivery:
        """Turn an interrupted attempt that is older than the nonce's window into one of unknown outcome."""
        if delivery.state is not DeliveryState.SENDING:
            return delivery
        too_old = DeliveryRow.sending_at <= self._transaction.now(-NONCE_WINDOW)
        doubted = update(DeliveryRow).where(DeliveryRow.id == delivery.id, too_old)
        doubted = doubted.values(state=DeliveryState.UNKNOWN.value).returning(DeliveryRow)
        row = (await self._connection.execute(doubted)).mappings().one_or_none()
        return delivery if row is None else _delivery(row)

    async def _change(self, delivery_id: int, states: Sequence[str], **values: Any) -> None:  # noqa: ANN401 - column values
        is_one = (DeliveryRow.id == delivery_id) & DeliveryRow.state.in_(states)
        await self._connection.execute(update(DeliveryRow).where(is_one).values(**values))

    @staticmethod
    def _still_held(held: LaneLease) -> ColumnElement[bool]:
        return (
            select(LaneRow.channel_id)
            .where(
                LaneRow.channel_id == held.channel_id,
                LaneRow.lease_epoch == held.epoch,
                LaneRow.lease_owner == held.owner,
                LaneRow.state == LaneState.OPEN.value,
            )
            .exists()
        )


def _edit_is_due(now: datetime) -> ColumnElement[bool]:
    return and_(
        DeliveryRow.state == DeliveryState.SENT.value,
        DeliveryRow.wanted_revision > DeliveryRow.shown_revision,
        DeliveryRow.edit_due_at <= now,
    )


def _delivery(row: Mapping[Any, Any]) -> Delivery:
    return Delivery(
        id=row["id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        subject=row["subject"],
        purpose=Purpose(row["purpose"]),
        model_id=row["model_id"],
        payload=row["payload"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        created_at=row["created_at"],
        sending_at=row["sending_at"],
        message_id=row["message_id"],
        wanted_revision=row["wanted_revision"],
        shown_revision=row["shown_revision"],
        error=row["error"],
    )
