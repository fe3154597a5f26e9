"""The feeds' cursors and health."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from bot.domain.feeds import FeedState
from storage.tables import FeedRow
from storage.transaction import Queries


class Feeds(Queries):
    """Fits `bot.workflows.ports.StoreFeeds`."""

    async def get(self, name: str) -> FeedState:
        """Return where a feed stands; a feed that never ran stands at its beginning."""
        found = await self._connection.execute(select(FeedRow).where(FeedRow.name == name))
        row = found.mappings().one_or_none()
        return FeedState(name) if row is None else _state(row)

    async def put(self, state: FeedState) -> None:
        """Store where a feed stands."""
        values = asdict(state)
        insert = self._transaction.insert(FeedRow).values(values)
        await self._connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_=values))

    async def all(self) -> Sequence[FeedState]:
        """Return every feed that ever ran, by name."""
        rows = await self._connection.execute(select(FeedRow).order_by(FeedRow.name))
        return [_state(row) for row in rows.mappings()]


def _state(row: Mapping[Any, Any]) -> FeedState:
    return FeedState(**dict(row))
