"""Everything that carries one member's Discord id, over all tables: exported and forgotten.

A column that holds a member's id must be named here; tests/storage/test_members.py walks all tables and fails
where one is not.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.members import NOBODY, Forgotten
from storage.community_tables import (
    BallotLogRow,
    BallotRow,
    DiscussionRow,
    ReviewRow,
    TaggingRow,
    TagLogRow,
    TagRow,
    VoterAsideRow,
)
from storage.forgotten_asides import ForgottenAsides
from storage.forgotten_ballots import ForgottenBallots
from storage.mines import Mines
from storage.standing_tables import LeaderboardScheduleRow, SetAsideBallotRow, SetAsideBatchRow
from storage.tables import Base, DeliveryRow, LaneRow, ModelRow, ServerRow, WatchRow
from storage.tags import Tags
from storage.transaction import in_chunks
from storage.watch_version import raise_watch_version


class Holding(NamedTuple):
    """A column that holds members' Discord ids."""

    table: type[Base]
    column: str

    def is_of(self, user_id: int) -> ColumnElement[bool]:
        """Return the condition that picks one member's rows."""
        return self.table.__table__.c[self.column] == user_id


DELETED: Sequence[Holding] = (
    Holding(BallotRow, "user_id"),
    Holding(TaggingRow, "user_id"),
    Holding(ReviewRow, "user_id"),
    Holding(VoterAsideRow, "user_id"),
    Holding(SetAsideBallotRow, "user_id"),
    Holding(LaneRow, "recipient"),
)
"""Rows that are a member's own: gone with them."""

EMPTIED: Mapping[Holding, int | None] = MappingProxyType(
    {
        Holding(ServerRow, "set_up_by"): None,
        Holding(WatchRow, "created_by"): NOBODY,
        Holding(TagRow, "created_by"): None,
        Holding(DiscussionRow, "opened_by"): None,
        Holding(TagLogRow, "actor"): NOBODY,
        Holding(VoterAsideRow, "by"): None,
        Holding(LeaderboardScheduleRow, "updated_by"): None,
        Holding(SetAsideBatchRow, "decided_by"): None,
    }
)
"""Rows that are the server's and name who did it: they stay and name nobody."""

RENUMBERED = Holding(BallotLogRow, "voter")
"""Rows from which standings are recounted: they stay, under a random number for each model."""

PERSONAL: Sequence[Holding] = (*DELETED, *EMPTIED, RENUMBERED)
"""Every column that holds a member's Discord id."""

Rows = dict[str, list[dict[str, Any]]]


class Members(Mines):
    """Fits `bot.workflows.community_ports.StoreMembers`."""

    async def everything_of(self, user_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return every row, by table, that carries this member's id or a mark of it; other people's ids are left out.

        Rows about a model or a tag say its name too, as `model` and `tag`.
        """
        found: Rows = {}
        for table in dict.fromkeys(holding.table for holding in PERSONAL):
            holdings = [holding for holding in PERSONAL if holding.table is table]
            is_mine = or_(*(holding.is_of(user_id) for holding in holdings))
            rows = await self._connection.execute(select(table).where(is_mine).order_by(*table.__table__.primary_key))
            found[table.__tablename__] = [_without_others(row, holdings, user_id) for row in rows.mappings()]
        found[DeliveryRow.__tablename__] = await self._messages_to(user_id)
        if marks := await ForgottenAsides(self._transaction).marks_of(user_id):
            found["forgotten_aside"] = [dict(row) for row in marks]
        await self._add_names(found, "model_id", "model", select(ModelRow.id, ModelRow.repo_id), ModelRow.id)
        await self._add_names(found, "tag_id", "tag", select(TagRow.id, TagRow.label), TagRow.id)
        return found

    async def forget(self, user_id: int, *, now: datetime) -> Forgotten:
        """Delete what is this member's own, empty their name elsewhere, and give their ballot log random numbers."""
        tags = await self._hold_tags_of(user_id)
        # Whoever sets ballots aside writes the mark first and the ballots second: the same order ends in no deadlock.
        marks = await ForgottenAsides(self._transaction).keep_marks(user_id)
        asides = await self._transaction.write(delete(VoterAsideRow).where(VoterAsideRow.user_id == user_id))
        asides += await self._transaction.write(delete(SetAsideBallotRow).where(SetAsideBallotRow.user_id == user_id))
        taggings, reviews = await self._delete(TaggingRow, user_id), await self._delete(ReviewRow, user_id)
        unused = await Tags(self._transaction).remove_unused(tags)
        names = await self._empty(user_id)
        forgotten = ForgottenBallots(self._transaction)
        ballots = await forgotten.withdraw_all(user_id, now=now)
        return Forgotten(
            ballots=len(ballots),
            ballot_events=await forgotten.make_nobodys(user_id, now=now),
            taggings=len(taggings),
            tags=unused,
            reviews=len(reviews),
            asides=asides,
            marks=marks,
            names=names,
            notices=await self._end_conversations(user_id),
            cards=_by_server([*ballots, *taggings, *reviews]),
        )

    async def _hold_tags_of(self, user_id: int) -> Sequence[int]:
        """Return the tags that this member put somewhere or made; from here on nobody else changes those servers'.

        In ascending order and before anything else, as whoever changes tags does: nobody waits in a circle.
        """
        put = select(TagRow.id, TagRow.guild_id).join(TaggingRow, TaggingRow.tag_id == TagRow.id)
        made = select(TagRow.id, TagRow.guild_id).where(TagRow.created_by == user_id)
        found = await self._connection.execute(put.where(TaggingRow.user_id == user_id).union(made))
        tags = {row[0]: row[1] for row in found}
        for guild_id in sorted(set(tags.values())):
            await Tags(self._transaction).hold(guild_id)
        return sorted(tags)

    async def _delete(self, table: type[TaggingRow | ReviewRow], user_id: int) -> list[tuple[int, int]]:
        """Delete a member's rows; (server, model) of each."""
        deleted = delete(table).where(table.user_id == user_id).returning(table.guild_id, table.model_id)
        return [(row.guild_id, row.model_id) for row in await self._connection.execute(deleted)]

    async def _end_conversations(self, user_id: int) -> int:
        """Delete what was sent, or is owed, to this member directly, and the lanes for it; how many messages."""
        lanes = select(LaneRow.channel_id).where(LaneRow.recipient == user_id).with_for_update()
        channels = (await self._connection.execute(lanes.order_by(LaneRow.channel_id))).scalars().all()
        messages = await self._transaction.write(delete(DeliveryRow).where(DeliveryRow.channel_id.in_(channels)))
        await self._connection.execute(delete(LaneRow).where(LaneRow.channel_id.in_(channels)))
        return messages

    async def _empty(self, user_id: int) -> int:
        """Take a member's name off what stays; how many rows."""
        emptied: dict[Holding, int] = {}
        for holding, nobody in EMPTIED.items():
            without = update(holding.table).where(holding.is_of(user_id)).values({holding.column: nobody})
            emptied[holding] = await self._transaction.write(without)
        if emptied[Holding(WatchRow, "created_by")]:
            await raise_watch_version(self._transaction)
        return sum(emptied.values())

    async def _messages_to(self, user_id: int) -> list[dict[str, Any]]:
        """Return what was sent, or is owed, to this member directly: a message is theirs by its lane."""
        theirs = select(DeliveryRow).join(LaneRow, LaneRow.channel_id == DeliveryRow.channel_id)
        theirs = theirs.where(LaneRow.recipient == user_id).order_by(DeliveryRow.id)
        return [dict(row) for row in (await self._connection.execute(theirs)).mappings()]

    async def _add_names(
        self, found: Rows, key: str, into: str, names: Select[int, str], number: InstrumentedAttribute[int]
    ) -> None:
        """Write the name of each row's model or tag into the row."""
        rows = [row for rows in found.values() for row in rows if key in row]
        known: dict[int, str] = {}
        for ids in in_chunks(sorted({row[key] for row in rows if row[key] is not None})):
            named = await self._connection.execute(names.where(number.in_(ids)))
            known |= {row[0]: row[1] for row in named}
        for row in rows:
            row[into] = known.get(row[key])


def _without_others(row: Mapping[Any, Any], holdings: Sequence[Holding], user_id: int) -> dict[str, Any]:
    """Return a row with only this member's own id in it."""
    names = {holding.column for holding in holdings}
    return {name: None if name in names and value != user_id else value for name, value in row.items()}


def _by_server(places: Sequence[tuple[int, int]]) -> Mapping[int, frozenset[int]]:
    cards: dict[int, set[int]] = {}
    for guild_id, model_id in sorted(places):
        cards.setdefault(guild_id, set()).add(model_id)
    return {guild_id: frozenset(models) for guild_id, models in cards.items()}
