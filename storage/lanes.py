"""Lanes: a channel's queue, leased by one sender at a time on the database's clock."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select, update

from bot.domain.delivery import Backlog, DeliveryState, LaneLease, LaneReport, LaneState
from storage.tables import DeliveryRow, LaneRow
from storage.transaction import Queries

OWED = (DeliveryState.PENDING.value, DeliveryState.SENDING.value, DeliveryState.UNKNOWN.value)
"""What a lane still has to send, interrupted attempts included."""


class Lanes(Queries):
    """Leasing, pausing and waking lanes, and what they report."""

    async def claim_lane(self, owner: str, *, lease: timedelta) -> LaneLease | None:
        """Lease the channel that has waited longest; None if nothing is due."""
        now = self._transaction.now()
        due = (
            select(LaneRow.channel_id)
            .where(
                LaneRow.state == LaneState.OPEN.value,
                LaneRow.due_at <= now,
                or_(LaneRow.not_before.is_(None), LaneRow.not_before <= now),
                or_(LaneRow.lease_until.is_(None), LaneRow.lease_until <= now),
            )
            .order_by(LaneRow.due_at, LaneRow.channel_id)
            .limit(1)
            .with_for_update(skip_locked=True)
            # Without MATERIALIZED, PostgreSQL may run the locking subquery more than once and lock several lanes.
            .cte("due")
            .prefix_with("MATERIALIZED", dialect="postgresql")
        )
        claimed = (
            update(LaneRow)
            .where(LaneRow.channel_id.in_(select(due.c.channel_id)))
            .values(lease_owner=owner, lease_epoch=LaneRow.lease_epoch + 1, lease_until=self._transaction.now(lease))
            .returning(LaneRow)
        )
        return _lease((await self._connection.execute(claimed)).mappings().one_or_none())

    async def take_lane(self, channel_id: int, guild_id: int, owner: str, *, lease: timedelta) -> LaneLease | None:
        """Lease this very channel, even if it is paused or nothing is due; None while a sender works it."""
        now = self._transaction.now()
        made = self._transaction.insert(LaneRow).values(
            channel_id=channel_id, guild_id=guild_id, state=LaneState.OPEN.value
        )
        await self._connection.execute(made.on_conflict_do_nothing())
        is_free = or_(LaneRow.lease_until.is_(None), LaneRow.lease_until <= now)
        taken = (
            update(LaneRow)
            .where(LaneRow.channel_id == channel_id, is_free)
            .values(lease_owner=owner, lease_epoch=LaneRow.lease_epoch + 1, lease_until=self._transaction.now(lease))
            .returning(LaneRow)
        )
        return _lease((await self._connection.execute(taken)).mappings().one_or_none())

    async def leave_lane(self, held: LaneLease) -> None:
        """Give a taken lane back as it was: due when it was due, and whatever it waits for."""
        left = update(LaneRow).where(_is_held(held)).values(lease_owner=None, lease_until=None)
        await self._connection.execute(left)

    async def renew(self, held: LaneLease, *, lease: timedelta) -> bool:
        """Extend a lease; False if it was lost to another sender."""
        renewed = update(LaneRow).where(_is_held(held)).values(lease_until=self._transaction.now(lease))
        return await self._transaction.write(renewed) > 0

    async def release_lane(self, held: LaneLease, *, now: datetime, wait: timedelta | None = None) -> None:  # noqa: ARG002 - the lane's moments are the database's
        """Give the lane back: due at once if something is owed, or after `wait`, which counts as a failure in a row."""
        # The lock first, the look second: what is enqueued in between would otherwise never be woken.
        if not await self._lock(held):
            return
        owed = DeliveryRow.state.in_(OWED)
        is_stale = DeliveryRow.wanted_revision > DeliveryRow.shown_revision
        edit = (DeliveryRow.state == DeliveryState.SENT.value) & is_stale
        mine = DeliveryRow.channel_id == held.channel_id
        is_owed = select(DeliveryRow.id).where(mine, owed).exists()
        next_edit = select(func.min(DeliveryRow.edit_due_at)).where(mine, edit).scalar_subquery()
        released = (
            update(LaneRow)
            .where(_is_held(held))
            .values(
                lease_owner=None,
                lease_until=None,
                due_at=case((is_owed, self._transaction.now()), else_=next_edit),
                not_before=None if wait is None else self._transaction.now(wait),
                failures=0 if wait is None else LaneRow.failures + 1,
            )
        )
        await self._connection.execute(released)

    async def pause_lane(self, channel_id: int, reason: str, *, now: datetime) -> bool:  # noqa: ARG002 - as asked for by the port
        """Pause; True the first time, when a moderator must be told. What is owed stays owed."""
        is_open = (LaneRow.channel_id == channel_id) & (LaneRow.state == LaneState.OPEN.value)
        paused = update(LaneRow).where(is_open).values(state=LaneState.PAUSED.value, paused_reason=reason)
        return await self._transaction.write(paused) > 0

    async def resume_lane(self, channel_id: int, *, now: datetime) -> None:  # noqa: ARG002 - the lane's moments are the database's
        """Open a lane again, due at once."""
        opened = update(LaneRow).where(LaneRow.channel_id == channel_id)
        opened = opened.values(
            state=LaneState.OPEN.value, paused_reason=None, failures=0, not_before=None, due_at=self._transaction.now()
        )
        await self._connection.execute(opened)

    async def reopen_lane(self, channel_id: int) -> None:
        """Try a paused channel once more; an open one goes on waiting for what it waits for."""
        is_paused = (LaneRow.channel_id == channel_id) & (LaneRow.state == LaneState.PAUSED.value)
        opened = (
            update(LaneRow).where(is_paused).values(state=LaneState.OPEN.value, paused_reason=None, not_before=None)
        )
        await self._connection.execute(opened.values(failures=0, due_at=self._transaction.now()))

    async def lane_reports(self, guild_id: int) -> Sequence[LaneReport]:
        """Return how the channels of a server stand; nobody's direct conversation is one."""
        owed = func.count(DeliveryRow.id).label("owed")
        lane = (LaneRow.channel_id, LaneRow.paused_reason, LaneRow.failures, LaneRow.last_sent_at)
        rows = await self._connection.execute(
            select(*lane, owed)
            .outerjoin(DeliveryRow, (DeliveryRow.channel_id == LaneRow.channel_id) & DeliveryRow.state.in_(OWED))
            .where(LaneRow.guild_id == guild_id, LaneRow.recipient.is_(None))
            .group_by(LaneRow.channel_id)
            .order_by(LaneRow.channel_id)
        )
        return [
            LaneReport(
                channel_id=row.channel_id,
                paused_reason=row.paused_reason,
                pending=row.owed,
                failures=row.failures,
                last_sent_at=row.last_sent_at,
            )
            for row in rows
        ]

    async def backlog(self) -> Backlog:
        """Return figures over all lanes, for /metrics and `rootstock check`."""
        counts = select(DeliveryRow.state, func.count(), func.min(DeliveryRow.created_at))
        rows = await self._connection.execute(counts.where(DeliveryRow.state.in_(OWED)).group_by(DeliveryRow.state))
        owed = {state: (count, oldest) for state, count, oldest in rows}
        paused = select(func.count()).select_from(LaneRow).where(LaneRow.state == LaneState.PAUSED.value)
        return Backlog(
            pending=sum(count for count, _ in owed.values()),
            unknown=owed.get(DeliveryState.UNKNOWN.value, (0, None))[0],
            paused_lanes=(await self._connection.execute(paused)).scalar_one(),
            oldest_pending_at=min((oldest for _, oldest in owed.values()), default=None),
        )

    async def _lock(self, held: LaneLease) -> bool:
        """Lock the row of a lane for this transaction; False if the lease was lost."""
        lock = select(LaneRow.channel_id).where(_is_held(held)).with_for_update()
        return (await self._connection.execute(lock)).one_or_none() is not None

    async def _lock_all(self, channel_ids: Sequence[int]) -> None:
        """Lock many lanes in ascending order, the one order that all transactions keep."""
        lock = select(LaneRow.channel_id).where(LaneRow.channel_id.in_(channel_ids)).order_by(LaneRow.channel_id)
        await self._connection.execute(lock.with_for_update())

    async def _wake(self, guilds: dict[int, int], due_at: ColumnElement[datetime] | None = None) -> None:
        """Make lanes (channel -> guild) due no later than `due_at`, making those that are new; locks their rows."""
        lanes: list[dict[str, Any]] = [
            {"channel_id": channel, "guild_id": guilds[channel], "state": LaneState.OPEN.value}
            for channel in sorted(guilds)
        ]
        insert = self._transaction.insert(LaneRow).values(due_at=self._transaction.now() if due_at is None else due_at)
        sooner = or_(LaneRow.due_at.is_(None), LaneRow.due_at > insert.excluded.due_at)
        woken = insert.on_conflict_do_update(
            index_elements=["channel_id"],
            set_={"due_at": case((sooner, insert.excluded.due_at), else_=LaneRow.due_at)},
        )
        await self._connection.execute(woken, lanes)


def _lease(row: Mapping[Any, Any] | None) -> LaneLease | None:
    if row is None:
        return None
    return LaneLease(
        channel_id=row["channel_id"],
        guild_id=row["guild_id"],
        owner=row["lease_owner"],
        epoch=row["lease_epoch"],
        until=row["lease_until"],
        failures=row["failures"],
    )


def _is_held(held: LaneLease) -> ColumnElement[bool]:
    return (
        (LaneRow.channel_id == held.channel_id)
        & (LaneRow.lease_epoch == held.epoch)
        & (LaneRow.lease_owner == held.owner)
    )
