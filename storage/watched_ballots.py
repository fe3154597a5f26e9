"""Ballots as they are watched: in pages, packed, and by hand of the log only where something has changed."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, case, cast, func, select, tuple_

from bot.domain.set_aside import BatchState
from bot.domain.vote_bursts import CastBallot
from bot.domain.voters import Account, Item, Watched, item_of
from bot.domain.votes import Action, AsideBecause, Choice
from storage.ballot_log import BallotLog
from storage.community_tables import BallotLogRow, BallotRow
from storage.standing_tables import SetAsideBallotRow, SetAsideBatchRow
from storage.transaction import in_chunks

WATCHED = (BallotRow.set_aside.is_(None)) | BallotRow.set_aside.in_([AsideBecause.BURST, AsideBecause.BLOC])
"""What moderators set aside themselves is not looked at again; what was found before belongs to its batch."""

ITEM = BallotRow.model_id * 2 + case((BallotRow.choice == Choice.DOWN.value, 1), else_=0)
"""`bot.domain.voters.item_of` in SQL."""


class WatchedBallots(BallotLog):
    """Reads them."""

    async def log_end(self) -> int:
        """Return the last entry of the ballot log."""
        return (await self._connection.execute(select(func.coalesce(func.max(BallotLogRow.id), 0)))).scalar_one()

    async def changed(self, *, after: int, until: int) -> Collection[Item]:
        """Return what was voted in the log's entries (after, until]."""
        said = BallotLogRow.action.in_([Action.UP, Action.DOWN])
        found = select(BallotLogRow.model_id, BallotLogRow.action).distinct()
        rows = await self._connection.execute(found.where(BallotLogRow.id > after, BallotLogRow.id <= until, said))
        return {item_of(model_id, Choice(action)) for model_id, action in rows}

    async def sizes(self, since: datetime) -> Mapping[int, int]:
        """Return how many ballots were cast in each server."""
        counted = select(BallotRow.guild_id, func.count()).where(_cast_since(since)).group_by(BallotRow.guild_id)
        return {row[0]: row[1] for row in await self._connection.execute(counted)}

    async def accounts(self, guild_ids: Collection[int], since: datetime, now: datetime) -> Mapping[Account, Watched]:
        """Return the accounts of some servers with what they voted, without ballots that moderators let in."""
        counts = case((BallotRow.set_aside.is_(None) & (BallotRow.counts_from <= now), 1), else_=0)
        found: dict[Account, Watched] = {}
        for ids in in_chunks(sorted(guild_ids)):
            rows = await self._connection.execute(
                select(
                    BallotRow.guild_id,
                    BallotRow.user_id,
                    func.aggregate_strings(cast(ITEM, String), ","),
                    func.sum(counts),
                )
                .where(BallotRow.guild_id.in_(ids), _cast_since(since), WATCHED, _was_not_let_in())
                .group_by(BallotRow.guild_id, BallotRow.user_id)
            )
            found |= {(guild_id, user_id): Watched(packed, int(count)) for guild_id, user_id, packed, count in rows}
        return found

    async def rushed_servers(self, since: datetime, fewest: int) -> Sequence[int]:
        """Return servers in which as many ballots on one model were of fresh accounts."""
        rushed = (
            select(BallotRow.guild_id, BallotRow.model_id)
            .where(_cast_since(since), BallotRow.is_fresh)
            .group_by(BallotRow.guild_id, BallotRow.model_id)
            .having(func.count() >= fewest)
            .subquery()
        )
        servers = select(rushed.c.guild_id).distinct().order_by(rushed.c.guild_id)
        return (await self._connection.execute(servers)).scalars().all()

    async def cast(
        self, guild_id: int, since: datetime, *, after: CastBallot | None, limit: int
    ) -> Sequence[CastBallot]:
        """Return the next of a server's ballots in order, without those that moderators let in."""
        in_order = (BallotRow.cast_at, BallotRow.model_id, BallotRow.user_id)
        mine = [BallotRow.guild_id == guild_id, _cast_since(since), WATCHED, _was_not_let_in()]
        if after is not None:
            mine.append(tuple_(*in_order) > (after.cast_at, after.model_id, after.user_id))
        rows = await self._connection.execute(
            select(*in_order, BallotRow.is_fresh).where(*mine).order_by(*in_order).limit(limit)
        )
        return [CastBallot(row.cast_at, guild_id, row.model_id, row.user_id, row.is_fresh) for row in rows]


def _was_not_let_in() -> ColumnElement[bool]:
    """Tell that no moderator let this ballot in, with its batch or with its member: they are not asked twice."""
    let_in = (
        select(SetAsideBallotRow.guild_id, SetAsideBallotRow.model_id, SetAsideBallotRow.user_id)
        .join(SetAsideBatchRow, SetAsideBatchRow.id == SetAsideBallotRow.batch_id)
        .where((SetAsideBatchRow.state == BatchState.ACCEPTED.value) | SetAsideBallotRow.let_in_at.is_not(None))
    )
    return tuple_(BallotRow.guild_id, BallotRow.model_id, BallotRow.user_id).not_in(let_in)


def _cast_since(since: datetime) -> ColumnElement[bool]:
    """Tell whether a ballot was cast since then. None enters before it is cast, and the indexes begin with that."""
    return (BallotRow.entered_at >= since) & (BallotRow.cast_at >= since)
