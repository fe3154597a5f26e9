"""Everything that carries one member's Discord id, over all tables: exported and forgotten.

A column that holds a member's id must be named here; tests/storage/test_members.py walks all tables and fails
where one is not.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, delete, func, or_, select, text, update
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.members import NOBODY, Forgotten
from bot.domain.votes import Action
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
from storage.mines import Mines
from storage.standing_tables import LeaderboardScheduleRow, SetAsideBallotRow, SetAsideBatchRow
from storage.tables import Base, ModelRow, ServerRow, WatchRow
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

LARGEST_NUMBER = 2**62


class Members(Mines):
    """Fits `bot.workflows.community_ports.StoreMembers`."""

    async def everything_of(self, user_id: int) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return every row, by table, that carries this member's id; other people's ids in them are left out.

        Rows about a model or a tag say its name too, as `model` and `tag`.
        """
        found: Rows = {}
        for table in dict.fromkeys(holding.table for holding in PERSONAL):
            holdings = [holding for holding in PERSONAL if holding.table is table]
            is_mine = or_(*(holding.is_of(user_id) for holding in holdings))
            rows = await self._connection.execute(select(table).where(is_mine).order_by(*table.__table__.primary_key))
            found[table.__tablename__] = [_without_others(row, holdings, user_id) for row in rows.mappings()]
        await self._add_names(found, "model_id", "model", select(ModelRow.id, ModelRow.repo_id), ModelRow.id)
        await self._add_names(found, "tag_id", "tag", select(TagRow.id, TagRow.label), TagRow.id)
        return found

    async def forget(self, user_id: int, *, now: datetime) -> Forgotten:
        """Delete what is this member's own, empty their name elsewhere, and give their ballot log random numbers."""
        # Whoever sets ballots aside writes the mark first and the ballots second: the same order ends in no deadlock.
        asides = await self._transaction.write(delete(VoterAsideRow).where(VoterAsideRow.user_id == user_id))
        asides += await self._transaction.write(delete(SetAsideBallotRow).where(SetAsideBallotRow.user_id == user_id))
        names = await self._empty(user_id)
        await self._let_nobody_vote()
        ballots = await self._delete(BallotRow, user_id)
        await self._log_withdrawals(ballots, user_id, now)
        events = await self._renumber(user_id)
        taggings, reviews = await self._delete(TaggingRow, user_id), await self._delete(ReviewRow, user_id)
        return Forgotten(
            ballots=len(ballots),
            ballot_events=events,
            taggings=len(taggings),
            reviews=len(reviews),
            asides=asides,
            names=names,
            cards=_by_server([*ballots, *taggings, *reviews]),
        )

    async def _let_nobody_vote(self) -> None:
        """Wait for ballots that are being cast, and let new ones wait, until this transaction ends.

        A ballot and its log entry become visible together: without the lock one could be cast between our two
        statements, and stay while its entry is anonymised. SQLite's transaction is alone anyway.
        """
        if self._transaction.dialect == "postgresql":
            await self._connection.execute(text("LOCK TABLE ballot IN EXCLUSIVE MODE"))

    async def _delete(self, table: type[BallotRow | TaggingRow | ReviewRow], user_id: int) -> list[tuple[int, int]]:
        """Delete a member's rows; (server, model) of each."""
        deleted = delete(table).where(table.user_id == user_id).returning(table.guild_id, table.model_id)
        return [(row.guild_id, row.model_id) for row in await self._connection.execute(deleted)]

    async def _log_withdrawals(self, ballots: Sequence[tuple[int, int]], user_id: int, now: datetime) -> None:
        if not ballots:
            return
        events = [
            {
                "guild_id": guild_id,
                "model_id": model_id,
                "voter": user_id,
                "action": Action.WITHDRAWN.value,
                "at": now,
                "counts_from": None,
                "event_id": None,
            }
            for guild_id, model_id in sorted(ballots)
        ]
        await self._connection.execute(self._transaction.insert(BallotLogRow), events)

    async def _renumber(self, user_id: int) -> int:
        """Give this member's log entries on each model one random negative number; how many entries.

        The interaction goes too: Discord and old logs could tell whose it was.
        """
        is_mine = BallotLogRow.voter == user_id
        counted = select(BallotLogRow.model_id, func.count()).where(is_mine).group_by(BallotLogRow.model_id)
        events = {row[0]: row[1] for row in await self._connection.execute(counted)}
        if events:
            renumbered = update(BallotLogRow).where(is_mine, BallotLogRow.model_id == bindparam("of_model"))
            renumbered = renumbered.values(voter=bindparam("number"), event_id=None)
            numbers = [{"of_model": model_id, "number": _random_number()} for model_id in sorted(events)]
            await self._connection.execute(renumbered, numbers)
        return sum(events.values())

    async def _empty(self, user_id: int) -> int:
        """Take a member's name off what stays; how many rows."""
        emptied: dict[Holding, int] = {}
        for holding, nobody in EMPTIED.items():
            without = update(holding.table).where(holding.is_of(user_id)).values({holding.column: nobody})
            emptied[holding] = await self._transaction.write(without)
        if emptied[Holding(WatchRow, "created_by")]:
            await raise_watch_version(self._transaction)
        return sum(emptied.values())

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


def _random_number() -> int:
    return -1 - secrets.randbelow(LARGEST_NUMBER)
