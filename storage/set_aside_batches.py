"""Batches of ballots that were set aside by themselves: made, looked at, decided on, and found again when cast anew."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    ScalarSelect,
    Select,
    and_,
    case,
    exists,
    func,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import aliased

from bot.domain.set_aside import Batch, BatchState, Waiting
from bot.domain.votes import Action, AsideBecause, BallotEvent, BallotKey
from storage.ballot_log import BallotLog
from storage.community_tables import BallotRow, VoterAsideRow
from storage.letting_in import entered_at_if_let_in
from storage.standing_tables import SetAsideBallotRow, SetAsideBatchRow
from storage.transaction import in_chunks

USERS_COMPARED = 500
"""Members of new ballots by whom their batch is looked for: one would do."""


class SetAsideBatches(BallotLog):
    """Writes and reads them."""

    async def found(self, keys: Collection[BallotKey]) -> Mapping[BallotKey, AsideBecause]:
        """Return those of these ballots that are in a batch that no moderator let in: cast anew they stay aside."""
        found: dict[BallotKey, AsideBecause] = {}
        key = (SetAsideBallotRow.guild_id, SetAsideBallotRow.model_id, SetAsideBallotRow.user_id)
        for some in in_chunks(sorted(keys, key=_order)):
            rows = await self._connection.execute(
                select(*key, SetAsideBatchRow.kind)
                .join(SetAsideBatchRow, SetAsideBatchRow.id == SetAsideBallotRow.batch_id)
                .where(tuple_(*key).in_([_order(one) for one in some]), *_HOLDS)
            )
            found |= {BallotKey(*row[:3]): AsideBecause(row.kind) for row in rows}
        return found

    async def set_aside(
        self, kind: AsideBecause, keys: Collection[BallotKey], evidence: Mapping[str, int], now: datetime
    ) -> int:
        """Set ballots of one server aside and log it; joins a batch that is there already. How many are new."""
        marked: list[BallotKey] = []
        for some in in_chunks(sorted(keys, key=_order)):
            is_one = _is_one_of(some) & BallotRow.set_aside.is_(None)
            mark = update(BallotRow).where(is_one).values(set_aside=kind.value)
            rows = await self._connection.execute(
                mark.returning(BallotRow.guild_id, BallotRow.model_id, BallotRow.user_id)
            )
            marked += [BallotKey(row.guild_id, row.model_id, row.user_id) for row in rows]
        if marked:
            batch_id = await self._batch_of(kind, marked, keys, evidence, now)
            entries = [{"batch_id": batch_id} | _values(key) for key in sorted(marked, key=_order)]
            await self._connection.execute(
                self._transaction.insert(SetAsideBallotRow).on_conflict_do_nothing(), entries
            )
            await self.log(_events(marked, Action.SET_ASIDE, now))
        return len(marked)

    async def batches(self, guild_id: int, *, offset: int, limit: int) -> tuple[Sequence[Batch], int]:
        """Return some of a server's batches, open ones first, then the latest; and how many there are."""
        is_open = case((SetAsideBatchRow.state == BatchState.OPEN.value, 0), else_=1)
        here = SetAsideBatchRow.guild_id == guild_id
        page = select(SetAsideBatchRow).where(here).order_by(is_open, SetAsideBatchRow.id.desc())
        total = (await self._connection.execute(select(func.count()).where(here))).scalar_one()
        return await self._batches(page.offset(offset).limit(limit)), total

    async def batch(self, guild_id: int, batch_id: int) -> Batch | None:
        """Return one batch of a server."""
        is_one = and_(SetAsideBatchRow.guild_id == guild_id, SetAsideBatchRow.id == batch_id)
        return next(iter(await self._batches(select(SetAsideBatchRow).where(is_one))), None)

    async def members(self, batch_id: int, *, offset: int, limit: int) -> Sequence[tuple[int, int]]:
        """Return some of a batch's members with how many of their ballots are in it, most first."""
        ballots = func.count().label("ballots")
        rows = await self._connection.execute(
            select(SetAsideBallotRow.user_id, ballots)
            .where(SetAsideBallotRow.batch_id == batch_id, SetAsideBallotRow.let_in_at.is_(None))
            .group_by(SetAsideBallotRow.user_id)
            .order_by(ballots.desc(), SetAsideBallotRow.user_id)
            .offset(offset)
            .limit(limit)
        )
        return [(row.user_id, row.ballots) for row in rows]

    async def waiting(self, guild_id: int) -> Waiting:
        """Return how much waits for a server's moderators."""
        is_open = and_(SetAsideBatchRow.guild_id == guild_id, SetAsideBatchRow.state == BatchState.OPEN.value)
        counted = (
            select(func.count(SetAsideBatchRow.id.distinct()), func.count(SetAsideBallotRow.batch_id))
            .outerjoin(
                SetAsideBallotRow,
                (SetAsideBallotRow.batch_id == SetAsideBatchRow.id) & SetAsideBallotRow.let_in_at.is_(None),
            )
            .where(is_open)
        )
        return Waiting(*(await self._connection.execute(counted)).one())

    async def untold(self, *, limit: int) -> Sequence[Batch]:
        """Return undecided batches that no moderator was told of yet, the earliest first."""
        untold = (SetAsideBatchRow.told_at.is_(None)) & (SetAsideBatchRow.state == BatchState.OPEN.value)
        return await self._batches(select(SetAsideBatchRow).where(untold).order_by(SetAsideBatchRow.id).limit(limit))

    async def told(self, batch_id: int, now: datetime) -> None:
        """Note that moderators were told of a batch."""
        told = update(SetAsideBatchRow).where(SetAsideBatchRow.id == batch_id).values(told_at=now)
        await self._connection.execute(told)

    async def accept(self, guild_id: int, batch_id: int, *, by: int, now: datetime) -> Sequence[int] | None:
        """Let a batch count and log it; the models whose tallies change."""
        kind = await self._decide(guild_id, batch_id, BatchState.ACCEPTED, by=by, now=now)
        if kind is None:
            return None
        mine, other = SetAsideBallotRow, aliased(SetAsideBallotRow)
        held = exists().where(
            *(getattr(other, name) == getattr(mine, name) for name in ("guild_id", "model_id", "user_id")),
            other.batch_id == SetAsideBatchRow.id,
            other.let_in_at.is_(None),
            SetAsideBatchRow.state != BatchState.ACCEPTED.value,
        )
        rows = await self._connection.execute(
            select(mine.guild_id, mine.model_id, mine.user_id).where(mine.batch_id == batch_id, ~held)
        )
        return await self._let_in([BallotKey(*row) for row in rows], kind, now)

    async def reject(self, guild_id: int, batch_id: int, *, by: int, now: datetime) -> bool:
        """Keep an open batch aside; False where there is none."""
        return await self._decide(guild_id, batch_id, BatchState.REJECTED, by=by, now=now) is not None

    async def release(self, guild_id: int, user_id: int, now: datetime) -> Mapping[int, int]:
        """Take a member out of all batches for good; how many ballots of others stay in each of these."""
        mine = and_(SetAsideBallotRow.guild_id == guild_id, SetAsideBallotRow.user_id == user_id)
        held = select(SetAsideBatchRow.id).where(
            SetAsideBatchRow.guild_id == guild_id, SetAsideBatchRow.state != BatchState.ACCEPTED.value
        )
        released = update(SetAsideBallotRow).where(
            mine, SetAsideBallotRow.let_in_at.is_(None), SetAsideBallotRow.batch_id.in_(held)
        )
        rows = await self._connection.execute(released.values(let_in_at=now).returning(SetAsideBallotRow.batch_id))
        batches = {row.batch_id for row in rows}
        counted = await self._counts(sorted(batches))
        return {batch_id: sum(counted.get(batch_id, {}).values()) for batch_id in sorted(batches)}

    async def _batches(self, found: Select[Any]) -> Sequence[Batch]:
        rows = (await self._connection.execute(found)).mappings().all()
        ids = [row["id"] for row in rows]
        ballots, members = await self._counts(ids), await self._members(ids)
        return [_batch(row, ballots.get(row["id"], {}), members.get(row["id"], 0)) for row in rows]

    async def _counts(self, batch_ids: Sequence[int]) -> Mapping[int, Mapping[int, int]]:
        """Return how many ballots on each model are in each batch."""
        counted: dict[int, dict[int, int]] = {}
        inside = SetAsideBallotRow.batch_id.in_(batch_ids) & SetAsideBallotRow.let_in_at.is_(None)
        key = (SetAsideBallotRow.batch_id, SetAsideBallotRow.model_id)
        for batch_id, model_id, count in await self._connection.execute(
            select(*key, func.count()).where(inside).group_by(*key)
        ):
            counted.setdefault(batch_id, {})[model_id] = count
        return counted

    async def _members(self, batch_ids: Sequence[int]) -> Mapping[int, int]:
        inside = SetAsideBallotRow.batch_id.in_(batch_ids) & SetAsideBallotRow.let_in_at.is_(None)
        counted = select(SetAsideBallotRow.batch_id, func.count(SetAsideBallotRow.user_id.distinct())).where(inside)
        rows = await self._connection.execute(counted.group_by(SetAsideBallotRow.batch_id))
        return {row[0]: row[1] for row in rows}

    async def _batch_of(
        self,
        kind: AsideBecause,
        marked: Sequence[BallotKey],
        keys: Collection[BallotKey],
        evidence: Mapping[str, int],
        now: datetime,
    ) -> int:
        """Return the batch that these ballots belong to: an undecided or rejected one of the same members, or new."""
        guild_id, models = marked[0].guild_id, {key.model_id for key in keys}
        users = sorted({key.user_id for key in keys})[:USERS_COMPARED]
        same = (
            select(SetAsideBatchRow.id)
            .join(SetAsideBallotRow, SetAsideBallotRow.batch_id == SetAsideBatchRow.id)
            .where(SetAsideBatchRow.guild_id == guild_id, SetAsideBatchRow.kind == kind.value)
            .where(SetAsideBatchRow.state != BatchState.ACCEPTED.value)
            .where(SetAsideBallotRow.user_id.in_(users), SetAsideBallotRow.model_id.in_(sorted(models)))
            .order_by(SetAsideBatchRow.id)
            .limit(1)
        )
        known = (await self._connection.execute(same)).scalar()
        if known is not None:
            return known
        row = {"guild_id": guild_id, "kind": kind.value, "found_at": now, "state": BatchState.OPEN.value}
        row |= {"model_id": min(models) if kind is AsideBecause.BURST else None, "evidence": dict(evidence)}
        made = insert(SetAsideBatchRow).values(row).returning(SetAsideBatchRow.id)
        return (await self._connection.execute(made)).scalar_one()

    async def _decide(
        self, guild_id: int, batch_id: int, state: BatchState, *, by: int, now: datetime
    ) -> AsideBecause | None:
        """Decide on a batch; what was rejected may be accepted later, not the other way round."""
        before = [BatchState.OPEN.value] + ([BatchState.REJECTED.value] if state is BatchState.ACCEPTED else [])
        is_one = and_(SetAsideBatchRow.guild_id == guild_id, SetAsideBatchRow.id == batch_id)
        decided = update(SetAsideBatchRow).where(is_one, SetAsideBatchRow.state.in_(before))
        decided = decided.values(state=state.value, decided_by=by, decided_at=now).returning(SetAsideBatchRow.kind)
        kind = (await self._connection.execute(decided)).scalar()
        return None if kind is None else AsideBecause(kind)

    async def _let_in(self, keys: Sequence[BallotKey], kind: AsideBecause, now: datetime) -> Sequence[int]:
        """Take the marks off; a member whom moderators set aside meanwhile keeps theirs."""
        freed: list[BallotKey] = []
        because = (
            select(VoterAsideRow.because)
            .where(VoterAsideRow.guild_id == BallotRow.guild_id, VoterAsideRow.user_id == BallotRow.user_id)
            .scalar_subquery()
        )
        for some in in_chunks(sorted(keys, key=_order)):
            is_one = _is_one_of(some) & BallotRow.set_aside.in_([kind.value])
            entered_at = case((because.is_(None), entered_at_if_let_in(now)), else_=BallotRow.entered_at)
            let_in = update(BallotRow).where(is_one).values(set_aside=because, entered_at=entered_at)
            rows = await self._connection.execute(
                let_in.returning(BallotRow.guild_id, BallotRow.model_id, BallotRow.user_id, BallotRow.set_aside)
            )
            freed += [BallotKey(row.guild_id, row.model_id, row.user_id) for row in rows if row.set_aside is None]
        await self.log(_events(freed, Action.LET_IN, now))
        return sorted({key.model_id for key in freed})


_HOLDS = (SetAsideBatchRow.state != BatchState.ACCEPTED.value, SetAsideBallotRow.let_in_at.is_(None))
"""A batch holds a ballot until moderators let the batch, or its member, in."""


def found_mark() -> ScalarSelect[Any]:
    """Return, for an UPDATE of ballots, the mark of the batch that still holds one; NULL for one that none holds."""
    return (
        select(func.min(SetAsideBatchRow.kind))
        .join(SetAsideBallotRow, SetAsideBallotRow.batch_id == SetAsideBatchRow.id)
        .where(
            SetAsideBallotRow.guild_id == BallotRow.guild_id,
            SetAsideBallotRow.model_id == BallotRow.model_id,
            SetAsideBallotRow.user_id == BallotRow.user_id,
            *_HOLDS,
        )
        .scalar_subquery()
    )


def _batch(row: RowMapping, ballots: Mapping[int, int], members: int) -> Batch:
    return Batch(
        id=row["id"],
        guild_id=row["guild_id"],
        kind=AsideBecause(row["kind"]),
        model_id=row["model_id"],
        found_at=row["found_at"],
        state=BatchState(row["state"]),
        evidence=row["evidence"],
        ballots=sum(ballots.values()),
        members=members,
        models=tuple(sorted(ballots)),
    )


def _order(key: BallotKey) -> tuple[int, int, int]:
    return key.guild_id, key.model_id, key.user_id


def _is_one_of(keys: Sequence[BallotKey]) -> ColumnElement[bool]:
    return tuple_(BallotRow.guild_id, BallotRow.model_id, BallotRow.user_id).in_([_order(key) for key in keys])


def _values(key: BallotKey) -> dict[str, int]:
    return {"guild_id": key.guild_id, "model_id": key.model_id, "user_id": key.user_id}


def _events(keys: Collection[BallotKey], action: Action, now: datetime) -> Sequence[BallotEvent]:
    in_order = sorted(keys, key=_order)
    return [BallotEvent(key.guild_id, key.model_id, key.user_id, action, now) for key in in_order]
