"""Lines that wait for a digest: announcements that no message holds yet."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update

from bot.domain.delivery import Announcement, DeliveryState, Form, Purpose
from storage.announcements import announcement_of
from storage.tables import AnnouncementRow, DeliveryRow
from storage.transaction import Queries


class WaitingLines(Queries):
    """Fits `bot.workflows.waiting_ports.StoreWaitingLines`.

    Every statement names its channels: the announcement's key begins with them.
    """

    async def waiting_lines(
        self, channel_id: int, watch_id: int, *, after: int = 0, limit: int
    ) -> Sequence[Announcement]:
        """Return what a watch has gathered for a channel's digest, by model, after model `after`."""
        rows = await self._connection.execute(
            select(AnnouncementRow)
            .where(*_waiting([channel_id], [watch_id]), AnnouncementRow.model_id > after)
            .order_by(AnnouncementRow.model_id)
            .limit(limit)
        )
        return [announcement_of(row) for row in rows.mappings()]

    async def withdraw_lines(self, channel_id: int, model_ids: Sequence[int]) -> int:
        """Forget that a channel was to get these models, where no message holds them yet; how many."""
        is_one = AnnouncementRow.model_id.in_(model_ids)
        return await self._transaction.write(delete(AnnouncementRow).where(*_waiting([channel_id]), is_one))

    async def reschedule_lines(
        self, channel_ids: Collection[int], watch_ids: Collection[int], *, due_at: datetime, now: datetime
    ) -> int:
        """Let what these watches have gathered be due at another moment, unless it is due now; how many."""
        is_to_come = AnnouncementRow.due_at > now
        moved = update(AnnouncementRow).where(*_waiting(channel_ids, watch_ids), is_to_come).values(due_at=due_at)
        return await self._transaction.write(moved)

    async def gathering_watches(self, channel_id: int, due_at: datetime) -> frozenset[int]:
        """Return the watches that have gathered something for this digest."""
        is_due = AnnouncementRow.due_at == due_at
        found = select(AnnouncementRow.watch_id).where(*_waiting([channel_id]), is_due).distinct()
        return frozenset((await self._connection.execute(found)).scalars())

    async def withdraw_owed(self, channel_id: int, purposes: Collection[Purpose]) -> None:
        """Forget what waits for a channel's digest, and owe it nothing for these purposes any more.

        What may have been posted already is left to its sender.
        """
        await self._connection.execute(delete(AnnouncementRow).where(*_waiting([channel_id])))
        pending = (DeliveryRow.channel_id == channel_id) & (DeliveryRow.state == DeliveryState.PENDING.value)
        owed = update(DeliveryRow).where(pending, DeliveryRow.purpose.in_([purpose.value for purpose in purposes]))
        await self._connection.execute(owed.values(state=DeliveryState.WITHDRAWN.value))


def _waiting(channel_ids: Collection[int], watch_ids: Collection[int] | None = None) -> list[ColumnElement[bool]]:
    waiting = [
        AnnouncementRow.channel_id.in_(channel_ids),
        AnnouncementRow.form == Form.DIGEST.value,
        AnnouncementRow.delivery_id.is_(None),
    ]
    return waiting if watch_ids is None else [*waiting, AnnouncementRow.watch_id.in_(watch_ids)]
