"""Live ballots: one a member a model a server. The log beside them is `storage.ballot_log`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, delete, func, select, tuple_, update

from bot.domain.votes import Action, AsideBecause, Ballot, BallotEvent, BallotKey, Choice, Tally
from storage.ballot_log import BallotLog
from storage.community_tables import BallotRow, VoterAsideRow
from storage.forgotten_asides import ForgottenAsides
from storage.letting_in import entered_at_if_let_in
from storage.set_aside_batches import found_mark
from storage.transaction import Transaction, in_chunks

CLOCKS_DIFFER = timedelta(minutes=1)
"""A ballot is cast by a machine's clock and counted by the database's: what was just cast must not wait for that."""


class Votes(BallotLog, ForgottenAsides):
    """Fits `bot.workflows.community_ports.StoreVotes`."""

    async def tallies(self, guild_id: int, model_ids: Sequence[int]) -> Mapping[int, Tally]:
        """Count a server's live ballots that are neither fresh nor set aside."""
        found: dict[int, dict[str, int]] = {}
        for ids in in_chunks(model_ids):
            counted = (
                select(BallotRow.model_id, BallotRow.choice, func.count())
                .where(BallotRow.guild_id == guild_id, BallotRow.model_id.in_(ids))
                .where(*in_the_tally(self._transaction))
                .group_by(BallotRow.model_id, BallotRow.choice)
            )
            for model_id, choice, ballots in await self._connection.execute(counted):
                found.setdefault(model_id, {})[choice] = ballots
        return {
            model_id: Tally(by_choice.get(Choice.UP, 0), by_choice.get(Choice.DOWN, 0))
            for model_id, by_choice in found.items()
        }

    async def live(self, keys: Collection[BallotKey]) -> Mapping[BallotKey, Ballot]:
        """Return the live ballots among these, locked in the order of their keys until the transaction ends."""
        found: dict[BallotKey, Ballot] = {}
        for some in in_chunks(sorted(keys, key=_order)):
            live = select(BallotRow).where(_is_one_of(some))
            in_order = live.order_by(BallotRow.guild_id, BallotRow.model_id, BallotRow.user_id)
            found |= await self._ballots(in_order.with_for_update())
        return found

    async def put(self, ballots: Mapping[BallotKey, Ballot]) -> None:
        """Store live ballots in place of what was there."""
        if not ballots:
            return
        insert = self._transaction.insert(BallotRow)
        columns = ("choice", "cast_at", "counts_from", "entered_at", "set_aside", "is_fresh")
        changed = {name: insert.excluded[name] for name in columns}
        upsert = insert.on_conflict_do_update(index_elements=["guild_id", "model_id", "user_id"], set_=changed)
        await self._connection.execute(upsert, [_row(key, ballots[key]) for key in sorted(ballots, key=_order)])

    async def remove(self, keys: Collection[BallotKey]) -> None:
        """Remove live ballots."""
        for some in in_chunks(sorted(keys, key=_order)):
            await self._connection.execute(delete(BallotRow).where(_is_one_of(some)))

    async def ballots_of(
        self, guild_id: int, model_id: int, *, offset: int = 0, limit: int | None = None
    ) -> Mapping[BallotKey, Ballot]:
        """Return live ballots on a model in a server, latest first."""
        is_one = (BallotRow.guild_id == guild_id) & (BallotRow.model_id == model_id)
        found = select(BallotRow).where(is_one).order_by(BallotRow.cast_at.desc(), BallotRow.user_id)
        return await self._ballots(found.offset(offset).limit(limit))

    async def count_of(self, guild_id: int, model_id: int) -> tuple[int, int]:
        """Return how many live ballots on a model a server has, and how many entries of its log."""
        mine = (BallotRow.guild_id == guild_id) & (BallotRow.model_id == model_id)
        ballots = (await self._connection.execute(select(func.count()).where(mine))).scalar_one()
        return ballots, await self.log_size(guild_id, model_id)

    async def aside(self, guild_id: int, user_ids: Collection[int]) -> Mapping[int, AsideBecause]:
        """Return those of these members whose ballots are set aside in a server; some were forgotten and are back."""
        found: dict[int, AsideBecause] = {}
        for ids in in_chunks(sorted(user_ids)):
            is_one = (VoterAsideRow.guild_id == guild_id) & VoterAsideRow.user_id.in_(ids)
            rows = await self._connection.execute(select(VoterAsideRow.user_id, VoterAsideRow.because).where(is_one))
            found |= {row.user_id: AsideBecause(row.because) for row in rows}
        unknown = {user_id for user_id in user_ids if user_id not in found}
        return {**found, **await self.recognise(guild_id, unknown)}

    async def set_aside(
        self, guild_id: int, user_id: int, because: AsideBecause, *, by: int | None, now: datetime
    ) -> Sequence[int]:
        """Set a member's ballots aside, those to come too, and log it. A reason that stands already stays."""
        row = {"guild_id": guild_id, "user_id": user_id, "because": because.value, "by": by, "at": now}
        if not await self._transaction.write(
            self._transaction.insert(VoterAsideRow).values(row).on_conflict_do_nothing()
        ):
            return []
        is_one = _is_by(guild_id, user_id) & BallotRow.set_aside.is_(None)
        mark = update(BallotRow).where(is_one).values(set_aside=because.value)
        return await self._mark(mark, Action.SET_ASIDE, (guild_id, user_id), now)

    async def let_in(
        self, guild_id: int, user_id: int, *, now: datetime, because: AsideBecause | None = None
    ) -> Sequence[int]:
        """Let a member's ballots count again and log it, but for those that are in a batch.

        What `because` began ends; without a reason everything that moderators or a ban began does.
        """
        await self.recognise(guild_id, [user_id])
        is_aside = (VoterAsideRow.guild_id == guild_id) & (VoterAsideRow.user_id == user_id)
        if because is not None:
            is_aside &= VoterAsideRow.because == because.value
        ended = await self._transaction.write(delete(VoterAsideRow).where(is_aside))
        if because is not None and not ended:
            return []
        found = found_mark()
        is_one = _is_by(guild_id, user_id) & BallotRow.set_aside.is_not(None)
        kept = update(BallotRow).where(is_one & found.is_not(None)).values(set_aside=found)
        await self._connection.execute(kept)
        mark = update(BallotRow).where(is_one & found.is_(None))
        mark = mark.values(set_aside=None, entered_at=entered_at_if_let_in(now))
        return await self._mark(mark, Action.LET_IN, (guild_id, user_id), now)

    async def came_of_age(self, *, after: datetime, until: datetime) -> Collection[tuple[int, int]]:
        """Return (guild, model) of the ballots that were fresh and began to count in (after, until]."""
        rows = await self._connection.execute(
            select(BallotRow.guild_id, BallotRow.model_id)
            .where(BallotRow.counts_from > after, BallotRow.counts_from <= until)
            .where(BallotRow.counts_from > BallotRow.cast_at, BallotRow.set_aside.is_(None))
            .distinct()
            .order_by(BallotRow.guild_id, BallotRow.model_id)
        )
        return [(row.guild_id, row.model_id) for row in rows]

    async def _mark(self, mark: Update, action: Action, whose: tuple[int, int], now: datetime) -> Sequence[int]:
        models = sorted((await self._connection.execute(mark.returning(BallotRow.model_id))).scalars())
        guild_id, user_id = whose
        await self.log([BallotEvent(guild_id, model_id, user_id, action, now) for model_id in models])
        return models

    async def _ballots(self, found: Select[Any]) -> dict[BallotKey, Ballot]:
        rows = (await self._connection.execute(found)).mappings()
        return {BallotKey(row["guild_id"], row["model_id"], row["user_id"]): _ballot(row) for row in rows}


def in_the_tally(transaction: Transaction) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions under which a live ballot counts now: neither set aside nor fresh."""
    return BallotRow.set_aside.is_(None), BallotRow.counts_from <= transaction.now(CLOCKS_DIFFER)


def _order(key: BallotKey) -> tuple[int, int, int]:
    """Return the one order in which every transaction touches ballots."""
    return key.guild_id, key.model_id, key.user_id


def _is_one_of(keys: Sequence[BallotKey]) -> ColumnElement[bool]:
    return tuple_(BallotRow.guild_id, BallotRow.model_id, BallotRow.user_id).in_([_order(key) for key in keys])


def _is_by(guild_id: int, user_id: int) -> ColumnElement[bool]:
    return (BallotRow.guild_id == guild_id) & (BallotRow.user_id == user_id)


def _row(key: BallotKey, ballot: Ballot) -> dict[str, Any]:
    return {
        "guild_id": key.guild_id,
        "model_id": key.model_id,
        "user_id": key.user_id,
        "choice": ballot.choice.value,
        "cast_at": ballot.cast_at,
        "counts_from": ballot.counts_from,
        "entered_at": ballot.entered_at,
        "set_aside": ballot.set_aside.value if ballot.set_aside else None,
        "is_fresh": ballot.is_fresh,
    }


def _ballot(row: Mapping[Any, Any]) -> Ballot:
    aside, entered_at = row["set_aside"], row["entered_at"]
    return Ballot(
        choice=Choice(row["choice"]),
        cast_at=row["cast_at"],
        counts_from=row["counts_from"],
        set_aside=AsideBecause(aside) if aside else None,
        let_in_at=entered_at if entered_at > row["counts_from"] else None,
        is_fresh=row["is_fresh"],
    )
