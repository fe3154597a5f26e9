"""Ballots as they are watched, and the batches that were set aside until moderators decide."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, insert, select, tuple_, update
from sqlalchemy.orm import aliased

from bot.domain.blocs import Account
from bot.domain.set_aside import Batch, BatchState
from bot.domain.vote_bursts import CastBallot
from bot.domain.votes import Action, AsideBecause, BallotEvent, BallotKey, Choice
from storage.ballot_log import BallotLog
from storage.community_tables import BallotLogRow, BallotRow, VoterAsideRow
from storage.letting_in import entered_at_if_let_in
from storage.standing_tables import SetAsideBallotRow, SetAsideBatchRow
from storage.transaction import in_chunks

WATCHED = (BallotRow.set_aside.is_(None)) | BallotRow.set_aside.in_([AsideBecause.BURST, AsideBecause.BLOC])
"""What moderators set aside themselves is not looked at again; what was found before belongs to its batch."""


class Integrity(BallotLog):
    """Fits `bot.workflows.integrity_ports.StoreIntegrity`."""

    async def log_end(self) -> int:
        """Return the last entry of the ballot log."""
        return (await self._connection.execute(select(func.coalesce(func.max(BallotLogRow.id), 0)))).scalar_one()

    async def ups(self, since: datetime) -> Mapping[Account, Collection[int]]:
        """Return what each account voted up, without accounts whose bloc a moderator let in."""
        rows = await self._connection.execute(
            select(BallotRow.guild_id, BallotRow.user_id, BallotRow.model_id)
            .where(_cast_since(since), BallotRow.choice == Choice.UP.value, WATCHED)
            .where(~_was_accepted(AsideBecause.BLOC))
        )
        found: dict[Account, list[int]] = {}
        for guild_id, user_id, model_id in rows:
            found.setdefault((guild_id, user_id), []).append(model_id)
        return found

    async def rushed_servers(self, since: datetime, fewest: int) -> Sequence[int]:
        """Return servers in which as many ballots on one model were fresh."""
        rushed = (
            select(BallotRow.guild_id, BallotRow.model_id)
            .where(_cast_since(since), BallotRow.counts_from > BallotRow.cast_at)
            .group_by(BallotRow.guild_id, BallotRow.model_id)
            .having(func.count() >= fewest)
            .subquery()
        )
        servers = select(rushed.c.guild_id).distinct().order_by(rushed.c.guild_id)
        return (await self._connection.execute(servers)).scalars().all()

    async def ballots(self, guild_id: int, since: datetime) -> Sequence[CastBallot]:
        """Return a server's ballots, without those on models whose burst a moderator let in."""
        rows = await self._connection.execute(
            select(BallotRow.cast_at, BallotRow.model_id, BallotRow.user_id, BallotRow.counts_from)
            .where(BallotRow.guild_id == guild_id, _cast_since(since), WATCHED)
            .where(~_was_accepted(AsideBecause.BURST))
            .order_by(BallotRow.cast_at, BallotRow.model_id, BallotRow.user_id)
        )
        return [
            CastBallot(row.cast_at, guild_id, row.model_id, row.user_id, row.counts_from > row.cast_at) for row in rows
        ]

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

    async def batches(self, guild_id: int, *, limit: int) -> Sequence[Batch]:
        """Return a server's batches: open ones first, then the latest."""
        is_open = case((SetAsideBatchRow.state == BatchState.OPEN.value, 0), else_=1)
        here = select(SetAsideBatchRow).where(SetAsideBatchRow.guild_id == guild_id)
        rows = (
            (await self._connection.execute(here.order_by(is_open, SetAsideBatchRow.id.desc()).limit(limit)))
            .mappings()
            .all()
        )
        inside = await self._inside([row["id"] for row in rows])
        return [
            Batch(
                id=row["id"],
                guild_id=row["guild_id"],
                kind=AsideBecause(row["kind"]),
                model_id=row["model_id"],
                found_at=row["found_at"],
                state=BatchState(row["state"]),
                evidence=row["evidence"],
                ballots=len(inside.get(row["id"], ())),
                members=len({user_id for _, user_id in inside.get(row["id"], ())}),
                models=tuple(sorted({model_id for model_id, _ in inside.get(row["id"], ())})),
            )
            for row in rows
        ]

    async def accept(self, guild_id: int, batch_id: int, *, by: int, now: datetime) -> Sequence[int] | None:
        """Let a batch count and log it; the models whose tallies change."""
        kind = await self._decide(guild_id, batch_id, BatchState.ACCEPTED, by=by, now=now)
        if kind is None:
            return None
        mine, other = SetAsideBallotRow, aliased(SetAsideBallotRow)
        held = exists().where(
            *(getattr(other, name) == getattr(mine, name) for name in ("guild_id", "model_id", "user_id")),
            other.batch_id == SetAsideBatchRow.id,
            SetAsideBatchRow.state != BatchState.ACCEPTED.value,
        )
        rows = await self._connection.execute(
            select(mine.guild_id, mine.model_id, mine.user_id).where(mine.batch_id == batch_id, ~held)
        )
        return await self._let_in([BallotKey(*row) for row in rows], kind, now)

    async def reject(self, guild_id: int, batch_id: int, *, by: int, now: datetime) -> bool:
        """Keep an open batch aside; False where there is none."""
        return await self._decide(guild_id, batch_id, BatchState.REJECTED, by=by, now=now) is not None

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
        users = sorted({key.user_id for key in keys})[:500]
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

    async def _inside(self, batch_ids: Sequence[int]) -> Mapping[int, Sequence[tuple[int, int]]]:
        inside: dict[int, list[tuple[int, int]]] = {}
        rows = await self._connection.execute(_ballots_of(batch_ids))
        for batch_id, model_id, user_id in rows:
            inside.setdefault(batch_id, []).append((model_id, user_id))
        return inside


def _ballots_of(batch_ids: Sequence[int]) -> Select[int, int, int]:
    found = select(SetAsideBallotRow.batch_id, SetAsideBallotRow.model_id, SetAsideBallotRow.user_id)
    return found.where(SetAsideBallotRow.batch_id.in_(batch_ids))


def _was_accepted(kind: AsideBecause) -> ColumnElement[bool]:
    """Tell whether a moderator let this account's bloc, or this model's burst, in before."""
    same = SetAsideBallotRow.user_id == BallotRow.user_id
    if kind is AsideBecause.BURST:
        same = SetAsideBallotRow.model_id == BallotRow.model_id
    return exists().where(
        SetAsideBallotRow.guild_id == BallotRow.guild_id,
        same,
        SetAsideBatchRow.id == SetAsideBallotRow.batch_id,
        SetAsideBatchRow.state == BatchState.ACCEPTED.value,
        SetAsideBatchRow.kind == kind.value,
    )


def _cast_since(since: datetime) -> ColumnElement[bool]:
    """Tell whether a ballot was cast since then. None enters before it is cast, and the indexes begin with that."""
    return (BallotRow.entered_at >= since) & (BallotRow.cast_at >= since)


def _order(key: BallotKey) -> tuple[int, int, int]:
    return key.guild_id, key.model_id, key.user_id


def _is_one_of(keys: Sequence[BallotKey]) -> ColumnElement[bool]:
    return tuple_(BallotRow.guild_id, BallotRow.model_id, BallotRow.user_id).in_([_order(key) for key in keys])


def _values(key: BallotKey) -> dict[str, int]:
    return {"guild_id": key.guild_id, "model_id": key.model_id, "user_id": key.user_id}


def _events(keys: Collection[BallotKey], action: Action, now: datetime) -> Sequence[BallotEvent]:
    in_order = sorted(keys, key=_order)
    return [BallotEvent(key.guild_id, key.model_id, key.user_id, action, now) for key in in_order]
