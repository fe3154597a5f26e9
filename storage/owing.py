"""Owing things to channels: cards, digests, notices, and edits of what was sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, update

from bot.domain.delivery import (
    FOLLOWING,
    Announcement,
    DeliveryState,
    Form,
    PostedCard,
    PostedMessage,
    Purpose,
    card_subject,
)
from storage.announcements import Announcements
from storage.lanes import Lanes
from storage.tables import DeliveryRow, LaneRow, UtcDateTime
from storage.transaction import in_chunks

POSTED = (DeliveryState.SENT.value, DeliveryState.SENDING.value, DeliveryState.UNKNOWN.value)
"""A message in one of these states was rendered already, so that newer facts need an edit."""


_FOLLOWING = sorted(purpose.value for purpose in FOLLOWING)

_IS_STALE = DeliveryRow.wanted_revision > DeliveryRow.shown_revision


class Owing(Announcements, Lanes):
    """Owing things to channels."""

    async def announce_many(self, announcements: Sequence[Announcement], *, now: datetime) -> Sequence[Announcement]:
        """Record decisions, owe a card for each of form CARD and wake its lane; return those that were new."""
        if not announcements:
            return []
        by_pair = {(a.channel_id, a.model_id): a for a in reversed(announcements)}
        ordered = sorted(by_pair.values(), key=lambda a: (a.channel_id, a.decided_at, a.model_id))
        is_new = await self._record(ordered)
        cards = [a for a in ordered if (a.channel_id, a.model_id) in is_new and a.form is Form.CARD]
        ids = await self._owe([_card(a, now=now) for a in cards])
        await self._link(list(ids.values()))
        return [a for pair, a in reversed(by_pair.items()) if pair in is_new]

    async def enqueue(
        self,
        *,
        guild_id: int,
        channel_id: int,
        subject: str,
        purpose: Purpose,
        now: datetime,
        model_id: int | None = None,
        payload: Mapping[str, str] | None = None,
        recipient: int | None = None,
    ) -> int | None:
        """Owe something to a channel and wake its lane; the delivery's id, or None if it was owed before.

        A `recipient` is the member whose direct conversation the channel is.
        """
        owed: dict[str, Any] = {
            "guild_id": guild_id,
            "channel_id": channel_id,
            "subject": subject,
            "purpose": purpose.value,
            "model_id": model_id,
            "payload": dict(payload or {}),
            "state": DeliveryState.PENDING.value,
            "created_at": now,
        }
        delivery_id = (await self._owe([owed])).get((channel_id, subject))
        if recipient is not None:
            its_lane = update(LaneRow).where(LaneRow.channel_id == channel_id)
            await self._connection.execute(its_lane.values(recipient=recipient))
        return delivery_id

    async def move(self, delivery_id: int, *, guild_id: int, channel_id: int) -> bool:
        """Owe what is pending to another channel; False where somebody is sending it, or has."""
        await self._wake({channel_id: guild_id})
        is_pending = (DeliveryRow.id == delivery_id) & (DeliveryRow.state == DeliveryState.PENDING.value)
        return await self._transaction.write(update(DeliveryRow).where(is_pending).values(channel_id=channel_id)) > 0

    async def adopt(self, message: PostedMessage, *, now: datetime, edit_due_at: datetime | None = None) -> None:
        """Record a message that stands in a channel as what it was owed, in place of what is recorded of it.

        With `edit_due_at` it is brought up to date then.
        """
        due_at = now if edit_due_at is None else edit_due_at
        await self._wake({message.channel_id: message.guild_id}, literal(due_at, UtcDateTime()))
        key = {"channel_id": message.channel_id, "subject": message.subject, "purpose": message.purpose.value}
        recorded: dict[str, Any] = {
            "guild_id": message.guild_id,
            "model_id": message.model_id,
            "state": DeliveryState.SENT.value,
            "message_id": message.message_id,
            "sent_at": now,
            "edit_due_at": edit_due_at,
            "error": None,
        }
        more = 0 if edit_due_at is None else 1
        insert = self._transaction.insert(DeliveryRow)
        insert = insert.values(**key, **recorded, payload={}, created_at=now, wanted_revision=more)
        again = recorded | {"wanted_revision": DeliveryRow.wanted_revision + more}
        await self._connection.execute(insert.on_conflict_do_update(index_elements=list(key), set_=again))

    async def retire_copies(self, guild_id: int, model_id: int, *, keep: int, due_at: datetime) -> int:
        """Let all copies of a model's card in a server but the latest follow no more; how many.

        Each is asked for one last edit, which takes its numbers away.
        """
        copies = select(DeliveryRow.channel_id, DeliveryRow.id, DeliveryRow.sent_at).where(
            DeliveryRow.guild_id == guild_id,
            DeliveryRow.model_id == model_id,
            DeliveryRow.purpose == Purpose.COPY.value,
            DeliveryRow.state == DeliveryState.SENT.value,
        )
        rows = (await self._connection.execute(copies.order_by(DeliveryRow.id.desc()).offset(keep))).all()
        await self._wake_for_edits({PostedCard(row.channel_id, model_id, row.id, row.sent_at): due_at for row in rows})
        retired = update(DeliveryRow).where(DeliveryRow.id.in_([row.id for row in rows]))
        return await self._transaction.write(retired.values(purpose=Purpose.OLD_COPY.value))

    async def refresh_cards(
        self,
        model_ids: Sequence[int],
        *,
        due_at: datetime,
        guild_id: int | None = None,
    ) -> int:
        """Ask for an edit of every message that shows these models (one pending edit per message); how many."""
        asked = 0
        for ids in in_chunks(model_ids):
            is_card: list[ColumnElement[bool]] = [
                DeliveryRow.model_id.in_(ids),
                DeliveryRow.purpose.in_(_FOLLOWING),
                DeliveryRow.state.in_(POSTED),
            ]
            if guild_id is not None:
                is_card.append(DeliveryRow.guild_id == guild_id)
            rows = await self._connection.execute(select(DeliveryRow.channel_id, DeliveryRow.guild_id).where(*is_card))
            lanes = {row.channel_id: row.guild_id for row in rows}
            if lanes:
                await self._wake(lanes, literal(due_at, UtcDateTime()))
                asked += await self._transaction.write(update(DeliveryRow).where(*is_card).values(_edit_by(due_at)))
        return asked

    async def cards_of(self, guild_id: int, model_ids: Sequence[int]) -> Sequence[PostedCard]:
        """Return the messages that show these models in a server and follow, by channel in ascending order."""
        posted_at = func.coalesce(DeliveryRow.sent_at, DeliveryRow.created_at, type_=UtcDateTime()).label("posted_at")
        edit_due_at = case((_IS_STALE, DeliveryRow.edit_due_at), else_=None).label("edit_due_at")
        found: list[PostedCard] = []
        for ids in in_chunks(model_ids):
            columns = (DeliveryRow.channel_id, DeliveryRow.model_id, DeliveryRow.id, posted_at, edit_due_at)
            rows = await self._connection.execute(
                select(*columns).where(
                    DeliveryRow.guild_id == guild_id,
                    DeliveryRow.model_id.in_(ids),
                    DeliveryRow.purpose.in_(_FOLLOWING),
                    DeliveryRow.state.in_(POSTED),
                )
            )
            found += [PostedCard(row.channel_id, row.model_id, row.id, row.posted_at, row.edit_due_at) for row in rows]
        return sorted(found, key=lambda card: (card.channel_id, card.delivery_id))

    async def ask_for_edits(self, cards: Mapping[PostedCard, datetime]) -> int:
        """Ask for an edit of each of these cards by its moment; how many. One that is due sooner stays so.

        Where an edit is due sooner its lane wakes for it anyway: such a card only needs to be counted on, which takes
        no lane's lock. In a storm of votes nearly all cards are like that.
        """
        waiting = [card for card, due_at in cards.items() if card.edit_due_at and card.edit_due_at <= due_at]
        await self._wake_for_edits({card: due_at for card, due_at in cards.items() if card not in waiting})
        counted = await self._count_on_edits([card.delivery_id for card in waiting])
        await self._wake_for_edits({card: cards[card] for card in waiting if card.delivery_id not in counted})
        return len(cards)

    async def _count_on_edits(self, delivery_ids: Sequence[int]) -> frozenset[int]:
        """Ask for one more revision where an edit is still to come; those where one was."""
        if not delivery_ids:
            return frozenset()
        is_to_come = DeliveryRow.id.in_(delivery_ids) & _IS_STALE & DeliveryRow.edit_due_at.is_not(None)
        more = update(DeliveryRow).where(is_to_come).values(wanted_revision=DeliveryRow.wanted_revision + 1)
        return frozenset((await self._connection.execute(more.returning(DeliveryRow.id))).scalars())

    async def _wake_for_edits(self, cards: Mapping[PostedCard, datetime]) -> None:
        """Ask for edits, lane by lane in ascending order, as every transaction does that touches several."""
        by_lane: dict[tuple[int, datetime], list[int]] = {}
        for card, due_at in cards.items():
            by_lane.setdefault((card.channel_id, due_at), []).append(card.delivery_id)
        for (channel_id, due_at), deliveries in sorted(by_lane.items()):
            later = or_(LaneRow.due_at.is_(None), LaneRow.due_at > due_at)
            moment = case((later, literal(due_at, UtcDateTime())), else_=LaneRow.due_at)
            woken = update(LaneRow).where(LaneRow.channel_id == channel_id).values(due_at=moment)
            await self._connection.execute(woken)
            asked = update(DeliveryRow).where(DeliveryRow.id.in_(deliveries)).values(_edit_by(due_at))
            await self._connection.execute(asked)

    async def _owe(self, owed: Sequence[dict[str, Any]]) -> dict[tuple[int, str], int]:
        """Wake the lanes, whose rows stay locked, then store what was not owed yet; ids by (channel, subject)."""
        if not owed:
            return {}
        await self._wake({delivery["channel_id"]: delivery["guild_id"] for delivery in owed})
        insert = self._transaction.insert(DeliveryRow).on_conflict_do_nothing()
        insert = insert.returning(DeliveryRow.channel_id, DeliveryRow.subject, DeliveryRow.id)
        rows = await self._connection.execute(insert, owed)
        return {(row.channel_id, row.subject): row.id for row in rows}


def _card(announcement: Announcement, *, now: datetime) -> dict[str, Any]:
    return {
        "guild_id": announcement.guild_id,
        "channel_id": announcement.channel_id,
        "subject": card_subject(announcement.model_id),
        "purpose": Purpose.CARD.value,
        "model_id": announcement.model_id,
        "payload": {},
        "state": DeliveryState.PENDING.value,
        "created_at": now,
    }


def _edit_by(due_at: datetime) -> dict[str, Any]:
    """Ask for one more revision; an edit that is asked for already keeps its earlier moment."""
    asked_sooner = and_(DeliveryRow.wanted_revision > DeliveryRow.shown_revision, DeliveryRow.edit_due_at < due_at)
    return {
        "wanted_revision": DeliveryRow.wanted_revision + 1,
        "edit_due_at": case((asked_sooner, DeliveryRow.edit_due_at), else_=literal(due_at, UtcDateTime())),
    }
