"""The append-only ballot log: nothing in it is ever changed, and every standing can be recounted from it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select

from bot.domain.votes import Action, BallotEvent
from storage.community_tables import BallotLogRow
from storage.transaction import Queries, in_chunks


class BallotLog(Queries):
    """Writes and reads the log."""

    async def log(self, events: Sequence[BallotEvent]) -> None:
        """Append to the log, in order. An `event_id` that is logged already breaks the whole transaction."""
        if events:
            await self._connection.execute(insert(BallotLogRow), [_row(event) for event in events])

    async def logged(self, event_ids: Collection[int]) -> frozenset[int]:
        """Return those of these interactions that are in the log."""
        found: set[int] = set()
        for ids in in_chunks(sorted(event_ids)):
            known = select(BallotLogRow.event_id).where(BallotLogRow.event_id.in_(ids))
            found |= {event_id for event_id in (await self._connection.execute(known)).scalars() if event_id}
        return frozenset(found)

    async def log_of(self, guild_id: int, model_id: int, *, limit: int | None = None) -> Sequence[BallotEvent]:
        """Return a model's log in a server in order, or only its last `limit` events."""
        mine = (BallotLogRow.guild_id == guild_id) & (BallotLogRow.model_id == model_id)
        latest = select(BallotLogRow).where(mine).order_by(BallotLogRow.id.desc()).limit(limit)
        rows = (await self._connection.execute(latest)).mappings().all()
        return [_event(row) for row in reversed(rows)]

    async def log_page(self, guild_id: int, model_id: int, *, offset: int, limit: int) -> Sequence[BallotEvent]:
        """Return some of a model's log in a server, the latest first."""
        mine = (BallotLogRow.guild_id == guild_id) & (BallotLogRow.model_id == model_id)
        found = select(BallotLogRow).where(mine).order_by(BallotLogRow.id.desc()).offset(offset).limit(limit)
        return [_event(row) for row in (await self._connection.execute(found)).mappings()]

    async def log_size(self, guild_id: int, model_id: int) -> int:
        """Return how many entries a model's log in a server has."""
        mine = (BallotLogRow.guild_id == guild_id) & (BallotLogRow.model_id == model_id)
        return (await self._connection.execute(select(func.count()).where(mine))).scalar_one()

    async def log_between(
        self, guild_id: int, *, after: int, until: int, limit: int
    ) -> tuple[int, Sequence[BallotEvent]]:
        """Return the next events of a server's log in (after, until], and the id of the last of them."""
        some = (BallotLogRow.guild_id == guild_id) & (BallotLogRow.id > after) & (BallotLogRow.id <= until)
        found = select(BallotLogRow).where(some).order_by(BallotLogRow.id).limit(limit)
        rows = (await self._connection.execute(found)).mappings().all()
        return (rows[-1]["id"] if rows else until), [_event(row) for row in rows]


def _row(event: BallotEvent) -> dict[str, Any]:
    return {
        "guild_id": event.guild_id,
        "model_id": event.model_id,
        "voter": event.voter,
        "action": event.action.value,
        "at": event.at,
        "counts_from": event.counts_from,
        "event_id": event.event_id,
    }


def _event(row: Mapping[Any, Any]) -> BallotEvent:
    return BallotEvent(
        guild_id=row["guild_id"],
        model_id=row["model_id"],
        voter=row["voter"],
        action=Action(row["action"]),
        at=row["at"],
        counts_from=row["counts_from"],
        event_id=row["event_id"],
    )
