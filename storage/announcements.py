"""Announcements: the decision that a channel gets a model, and the digests that gather them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from bot.domain.delivery import Announcement, DeliveryState, Form, Purpose
from bot.domain.model import Model
from storage.model_rows import model_of
from storage.tables import AnnouncementRow, DeliveryRow, ModelRow, ServerRow
from storage.transaction import Queries, in_chunks

SHOWN = (
    DeliveryState.PENDING.value,
    DeliveryState.SENDING.value,
    DeliveryState.UNKNOWN.value,
    DeliveryState.SENT.value,
)
"""A card in one of these states stands in its channel, or will."""


class Announcements(Queries):
    """What was decided for which channel."""

    async def announced(self, model_ids: Sequence[int]) -> frozenset[tuple[int, int]]:
        """Return the (channel, model) pairs already decided for these models."""
        found: set[tuple[int, int]] = set()
        pair = (AnnouncementRow.channel_id, AnnouncementRow.model_id)
        for models in in_chunks(model_ids):
            rows = await self._connection.execute(select(*pair).where(AnnouncementRow.model_id.in_(models)))
            found |= {(row.channel_id, row.model_id) for row in rows}
        return frozenset(found)

    async def announce(self, announcement: Announcement) -> bool:
        """Record the decision; False if this channel was given this model before."""
        return bool(await self._record([announcement]))

    async def announcement(self, channel_id: int, model_id: int) -> Announcement | None:
        """Return the decision that a channel gets a model."""
        is_it = (AnnouncementRow.channel_id == channel_id) & (AnnouncementRow.model_id == model_id)
        row = (await self._connection.execute(select(AnnouncementRow).where(is_it))).mappings().one_or_none()
        return None if row is None else announcement_of(row)

    async def recent_announcements(self, channel_id: int, *, since: datetime) -> Sequence[tuple[Announcement, Model]]:
        """Return what a channel was given as cards since then, oldest first."""
        rows = await self._connection.execute(
            select(AnnouncementRow, ModelRow)
            .join_from(AnnouncementRow, ModelRow, ModelRow.id == AnnouncementRow.model_id)
            .where(
                AnnouncementRow.channel_id == channel_id,
                AnnouncementRow.decided_at >= since,
                AnnouncementRow.form == Form.CARD.value,
            )
            .order_by(AnnouncementRow.decided_at, AnnouncementRow.model_id)
        )
        return [(announcement_of(row), model_of(row)) for row in rows.mappings()]

    async def recent_cards(
        self, channel_ids: Sequence[int], *, since: datetime
    ) -> Mapping[int, Sequence[tuple[int, str, datetime]]]:
        """Return (model, author, decided at) of the cards that each of these channels was given since then.

        Authors are casefolded; every channel asked for is a key.
        """
        found: dict[int, list[tuple[int, str, datetime]]] = {channel_id: [] for channel_id in channel_ids}
        for channels in in_chunks(list(found)):
            rows = await self._connection.execute(
                select(AnnouncementRow.channel_id, ModelRow.id, ModelRow.author_key, AnnouncementRow.decided_at)
                .join_from(AnnouncementRow, ModelRow, ModelRow.id == AnnouncementRow.model_id)
                .where(
                    AnnouncementRow.channel_id.in_(channels),
                    AnnouncementRow.decided_at >= since,
                    AnnouncementRow.form == Form.CARD.value,
                )
                .order_by(AnnouncementRow.decided_at, AnnouncementRow.model_id)
            )
            for channel_id, model_id, author, decided_at in rows:
                found[channel_id].append((model_id, author, decided_at))
        return found

    async def channels_with_cards(self, model_ids: Sequence[int]) -> frozenset[tuple[int, int]]:
        """Return the (channel, model) pairs where one of these models has a card, sent or owed."""
        found: set[tuple[int, int]] = set()
        for ids in in_chunks(model_ids):
            rows = await self._connection.execute(
                select(DeliveryRow.channel_id, DeliveryRow.model_id).where(
                    DeliveryRow.model_id.in_(ids),
                    DeliveryRow.purpose == Purpose.CARD.value,
                    DeliveryRow.state.in_(SHOWN),
                )
            )
            found |= {(channel_id, model_id) for channel_id, model_id in rows if model_id is not None}
        return frozenset(found)

    async def due_digests(self, now: datetime) -> Sequence[tuple[int, int, datetime]]:
        """Return (guild, channel, due_at) of digests that are due and not yet in a delivery, but for left servers."""
        group = (AnnouncementRow.guild_id, AnnouncementRow.channel_id, AnnouncementRow.due_at)
        left = select(ServerRow.guild_id).where(ServerRow.left_at.is_not(None))
        rows = await self._connection.execute(
            select(*group)
            .where(
                AnnouncementRow.form == Form.DIGEST.value,
                AnnouncementRow.delivery_id.is_(None),
                AnnouncementRow.due_at <= now,
                AnnouncementRow.guild_id.not_in(left),
            )
            .group_by(*group)
            .order_by(AnnouncementRow.due_at, AnnouncementRow.channel_id)
        )
        return [(row.guild_id, row.channel_id, row.due_at) for row in rows]

    async def gather_digest(self, channel_id: int, due_at: datetime, delivery_id: int) -> int:
        """Put a due group of announcements into a delivery; return how many."""
        return await self._transaction.write(
            update(AnnouncementRow)
            .where(
                AnnouncementRow.channel_id == channel_id,
                AnnouncementRow.form == Form.DIGEST.value,
                AnnouncementRow.delivery_id.is_(None),
                AnnouncementRow.due_at == due_at,
            )
            .values(delivery_id=delivery_id)
        )

    async def digest_lines(
        self, delivery_id: int, *, offset: int = 0, limit: int = 10
    ) -> tuple[Sequence[Announcement], int]:
        """Return one page of a digest's announcements, first decided first, and how many there are in all."""
        of_digest = AnnouncementRow.delivery_id == delivery_id
        page = select(AnnouncementRow).where(of_digest).order_by(AnnouncementRow.decided_at, AnnouncementRow.model_id)
        rows = await self._connection.execute(page.offset(offset).limit(limit))
        total = await self._connection.execute(select(func.count()).select_from(AnnouncementRow).where(of_digest))
        return [announcement_of(row) for row in rows.mappings()], total.scalar_one()

    async def next_digest_due(self, channel_id: int, *, after: datetime) -> datetime | None:
        """Return the due moment of a digest group of this channel that is still open, if there is one."""
        found = await self._connection.execute(
            select(func.min(AnnouncementRow.due_at)).where(
                AnnouncementRow.channel_id == channel_id,
                AnnouncementRow.form == Form.DIGEST.value,
                AnnouncementRow.delivery_id.is_(None),
                AnnouncementRow.due_at > after,
            )
        )
        return found.scalar_one()

    async def crossed_of(self, channel_id: int, model_id: int) -> tuple[str, ...]:
        """Return the thresholds that brought a model to a channel."""
        found = await self._connection.execute(
            select(AnnouncementRow.crossed).where(
                AnnouncementRow.channel_id == channel_id, AnnouncementRow.model_id == model_id
            )
        )
        return _split(found.scalar_one_or_none() or "")

    async def _record(self, announcements: Sequence[Announcement]) -> set[tuple[int, int]]:
        """Record decisions and return the (channel, model) pairs that were new."""
        insert = self._transaction.insert(AnnouncementRow).on_conflict_do_nothing()
        insert = insert.returning(AnnouncementRow.channel_id, AnnouncementRow.model_id)
        rows = await self._connection.execute(insert, [_values(announcement) for announcement in announcements])
        return {(row.channel_id, row.model_id) for row in rows}

    async def _link(self, delivery_ids: Sequence[int]) -> None:
        """Note in announcements which deliveries of one model each carry them."""
        for ids in in_chunks(delivery_ids):
            is_carried = (
                DeliveryRow.id.in_(ids),
                DeliveryRow.channel_id == AnnouncementRow.channel_id,
                DeliveryRow.model_id == AnnouncementRow.model_id,
            )
            carried = update(AnnouncementRow).where(*is_carried).values(delivery_id=DeliveryRow.id)
            await self._connection.execute(carried)


def announcement_of(row: Mapping[Any, Any]) -> Announcement:
    """Return the announcement that a row holds."""
    return Announcement(
        channel_id=row["channel_id"],
        model_id=row["model_id"],
        guild_id=row["guild_id"],
        watch_id=row["watch_id"],
        form=Form(row["form"]),
        decided_at=row["decided_at"],
        due_at=row["due_at"],
        crossed=_split(row["crossed"]),
        delivery_id=row["delivery_id"],
    )


def _values(announcement: Announcement) -> dict[str, Any]:
    return {
        "channel_id": announcement.channel_id,
        "model_id": announcement.model_id,
        "guild_id": announcement.guild_id,
        "watch_id": announcement.watch_id,
        "form": announcement.form.value,
        "crossed": ",".join(announcement.crossed),
        "decided_at": announcement.decided_at,
        "due_at": announcement.due_at,
        "delivery_id": announcement.delivery_id,
    }


def _split(crossed: str) -> tuple[str, ...]:
    return tuple(crossed.split(",")) if crossed else ()
