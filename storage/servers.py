"""Servers and their settings."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from bot.domain.delivery import DeliveryState, Form
from bot.domain.server import Locale, Server
from bot.domain.watches import PausedBecause, WatchState
from storage.standing_tables import EverywhereOptInRow
from storage.tables import AnnouncementRow, DeliveryRow, ServerRow, WatchRow
from storage.transaction import Queries, in_chunks
from storage.watch_version import raise_watch_version


class Servers(Queries):
    """Fits `bot.workflows.ports.StoreServers`."""

    async def get(self, guild_id: int) -> Server | None:
        """Return a server's settings, if it has any."""
        return (await self.get_many([guild_id])).get(guild_id)

    async def get_many(self, guild_ids: Sequence[int]) -> Mapping[int, Server]:
        """Return the settings of those servers that have any."""
        found: dict[int, Server] = {}
        for ids in in_chunks(guild_ids):
            rows = await self._connection.execute(select(ServerRow).where(ServerRow.guild_id.in_(ids)))
            found |= {row["guild_id"]: _server(row) for row in rows.mappings()}
        return found

    async def put(self, server: Server) -> None:
        """Store a server's settings; a server that was left is back."""
        values = {
            "locale": server.locale.value,
            "timezone": server.timezone,
            "digest_hour": server.digest_hour,
            "digest_weekday": server.digest_weekday,
            "notice_channel_id": server.notice_channel_id,
            "publishes": server.publishes,
            "set_up_by": server.set_up_by,
            "set_up_at": server.set_up_at,
            "left_at": None,
        }
        insert = self._transaction.insert(ServerRow).values(guild_id=server.guild_id, **values)
        await self._connection.execute(insert.on_conflict_do_update(index_elements=["guild_id"], set_=values))

    async def forget(self, guild_id: int, *, now: datetime) -> None:
        """The bot was removed: pause watches, withdraw what is owed, count no more everywhere; settings stay."""
        left = update(ServerRow).where(ServerRow.guild_id == guild_id).values(left_at=now)
        active = (WatchRow.guild_id == guild_id) & (WatchRow.state == WatchState.ACTIVE.value)
        paused = (
            update(WatchRow).where(active).values(state=WatchState.PAUSED.value, paused_reason=PausedBecause.LEFT.value)
        )
        owed = DeliveryRow.state.in_([DeliveryState.PENDING.value, DeliveryState.UNKNOWN.value])
        withdrawn = update(DeliveryRow).where(DeliveryRow.guild_id == guild_id, owed)
        withdrawn = withdrawn.values(state=DeliveryState.WITHDRAWN.value)
        watched = select(WatchRow.channel_id).where(WatchRow.guild_id == guild_id)
        waiting = (AnnouncementRow.form == Form.DIGEST.value) & AnnouncementRow.delivery_id.is_(None)
        forgotten = delete(AnnouncementRow).where(AnnouncementRow.channel_id.in_(watched), waiting)
        opted_out = delete(EverywhereOptInRow).where(EverywhereOptInRow.guild_id == guild_id)
        for statement in (left, paused, withdrawn, forgotten, opted_out):
            await self._connection.execute(statement)
        await raise_watch_version(self._transaction)


def _server(row: Mapping[Any, Any]) -> Server:
    return Server(
        guild_id=row["guild_id"],
        locale=Locale(row["locale"]),
        timezone=row["timezone"],
        digest_hour=row["digest_hour"],
        digest_weekday=row["digest_weekday"],
        notice_channel_id=row["notice_channel_id"],
        publishes=row["publishes"],
        set_up_by=row["set_up_by"],
        set_up_at=row["set_up_at"],
    )
