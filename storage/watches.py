"""Watches, in the order they were made. Every change raises the version."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, delete, select, update

from bot.domain.watch_filters import from_json, to_json
from bot.domain.watches import Pace, PausedBecause, Watch, WatchState
from storage.tables import WatchRow
from storage.transaction import Queries
from storage.watch_version import raise_watch_version, watch_version


class Watches(Queries):
    """Fits `bot.workflows.ports.StoreWatches`."""

    async def version(self) -> int:
        """Return the number that rises with every change."""
        return await watch_version(self._transaction)

    async def all(self) -> Sequence[Watch]:
        """Return every watch of every server."""
        return await self._read(select(WatchRow))

    async def of_server(self, guild_id: int) -> Sequence[Watch]:
        """Return one server's watches."""
        return await self._read(select(WatchRow).where(WatchRow.guild_id == guild_id))

    async def watched_channels(self) -> Sequence[tuple[int, int]]:
        """Return (guild, channel) of every watch that posts, or only waits for its channel; each once."""
        posts = WatchRow.state == WatchState.ACTIVE.value
        waits = WatchRow.paused_reason == PausedBecause.CHANNEL_REFUSED.value
        found = select(WatchRow.guild_id, WatchRow.channel_id).where(posts | waits).distinct()
        return [(row.guild_id, row.channel_id) for row in await self._connection.execute(found)]

    async def get(self, guild_id: int, watch_id: int) -> Watch | None:
        """Return one watch of this server; nobody sees another server's."""
        is_it = (WatchRow.guild_id == guild_id) & (WatchRow.id == watch_id)
        return next(iter(await self._read(select(WatchRow).where(is_it))), None)

    async def add(self, watch: Watch) -> Watch:
        """Store a new watch (its `id` is ignored) and return it with its id."""
        insert = self._transaction.insert(WatchRow).values(_values(watch)).returning(WatchRow)
        row = (await self._connection.execute(insert)).mappings().one()
        await raise_watch_version(self._transaction)
        return _watch(row)

    async def update(self, watch: Watch) -> None:
        """Store a changed watch."""
        is_it = (WatchRow.guild_id == watch.guild_id) & (WatchRow.id == watch.id)
        await self._connection.execute(update(WatchRow).where(is_it).values(_values(watch)))
        await raise_watch_version(self._transaction)

    async def remove(self, guild_id: int, watch_id: int) -> bool:
        """Remove a watch; False if this server has none with this id."""
        is_it = (WatchRow.guild_id == guild_id) & (WatchRow.id == watch_id)
        removed = await self._transaction.write(delete(WatchRow).where(is_it))
        await raise_watch_version(self._transaction)
        return removed > 0

    async def pause_channel(self, channel_id: int, reason: str) -> Sequence[Watch]:
        """Pause every active watch of a channel and return them as they are now."""
        active = (WatchRow.channel_id == channel_id) & (WatchRow.state == WatchState.ACTIVE.value)
        paused = update(WatchRow).where(active).values(state=WatchState.PAUSED.value, paused_reason=reason)
        rows = (await self._connection.execute(paused.returning(WatchRow))).mappings().all()
        await raise_watch_version(self._transaction)
        return sorted((_watch(row) for row in rows), key=lambda watch: watch.id)

    async def _read(self, statement: Select[Any]) -> Sequence[Watch]:
        rows = await self._connection.execute(statement.order_by(WatchRow.id))
        return [_watch(row) for row in rows.mappings()]


def _watch(row: Mapping[Any, Any]) -> Watch:
    return Watch(
        id=row["id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        name=row["name"],
        filter=from_json(row["filter"]),
        pace=Pace(row["pace"]),
        state=WatchState(row["state"]),
        starts_at=row["starts_at"],
        created_by=row["created_by"],
        created_at=row["created_at"],
        paused_reason=row["paused_reason"],
    )


def _values(watch: Watch) -> dict[str, Any]:
    return {
        "guild_id": watch.guild_id,
        "channel_id": watch.channel_id,
        "name": watch.name,
        "filter": to_json(watch.filter),
        "pace": watch.pace.value,
        "state": watch.state.value,
        "paused_reason": watch.paused_reason,
        "starts_at": watch.starts_at,
        "created_by": watch.created_by,
        "created_at": watch.created_at,
    }
