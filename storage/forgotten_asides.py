"""Members who were set aside and asked to be forgotten: a keyed hash recognises them, should they vote there again.

The hash is HMAC-SHA256 over server and member under a random key of the server's. It is joined to nothing and holds no
id: whoever has the database can only ask it about an id they know already (docs/decisions/0006-who-counts.md).
"""

import hmac
import secrets
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select

from bot.domain.votes import AsideBecause
from storage.community_tables import AsideKeyRow, ForgottenAsideRow, VoterAsideRow
from storage.transaction import Queries, in_chunks

KEY_BYTES = 32


class ForgottenAsides(Queries):
    """Makes marks, and recognises them."""

    async def keep_marks(self, user_id: int) -> int:
        """Leave a mark in place of each row that says that a member is set aside; how many."""
        mine = select(VoterAsideRow).where(VoterAsideRow.user_id == user_id)
        rows = (await self._connection.execute(mine)).mappings().all()
        for row in rows:
            mark = _mark(await self._key(row["guild_id"]), row["guild_id"], user_id)
            values = {"guild_id": row["guild_id"], "mark": mark, "because": row["because"], "at": row["at"]}
            insert = self._transaction.insert(ForgottenAsideRow).values(values)
            await self._connection.execute(insert.on_conflict_do_nothing())
        return len(rows)

    async def recognise(self, guild_id: int, user_ids: Collection[int]) -> Mapping[int, AsideBecause]:
        """Return those of these members whose mark a server keeps, and put them under their id again."""
        key = await self._known_key(guild_id)
        if key is None:
            return {}
        marks = {_mark(key, guild_id, user_id): user_id for user_id in user_ids}
        found: dict[int, AsideBecause] = {}
        for some in in_chunks(sorted(marks)):
            is_one = (ForgottenAsideRow.guild_id == guild_id) & ForgottenAsideRow.mark.in_(some)
            gone = delete(ForgottenAsideRow).where(is_one).returning(ForgottenAsideRow)
            for row in (await self._connection.execute(gone)).mappings().all():
                user_id = marks[row["mark"]]
                values = {"guild_id": guild_id, "user_id": user_id, "because": row["because"], "at": row["at"]}
                insert = self._transaction.insert(VoterAsideRow).values(values)
                await self._connection.execute(insert.on_conflict_do_nothing())
                found[user_id] = AsideBecause(row["because"])
        return found

    async def marks_of(self, user_id: int) -> Sequence[Mapping[str, Any]]:
        """Return what servers keep of a member who was forgotten, for whoever exports it."""
        keys = await self._connection.execute(select(AsideKeyRow.guild_id, AsideKeyRow.key))
        marks = sorted(_mark(row.key, row.guild_id, user_id) for row in keys)
        found: list[Mapping[str, Any]] = []
        for some in in_chunks(marks):
            is_one = ForgottenAsideRow.mark.in_(some)
            rows = await self._connection.execute(select(ForgottenAsideRow).where(is_one))
            found += [dict(row) for row in rows.mappings()]
        return found

    async def _known_key(self, guild_id: int) -> str | None:
        known = select(AsideKeyRow.key).where(AsideKeyRow.guild_id == guild_id)
        return (await self._connection.execute(known)).scalar()

    async def _key(self, guild_id: int) -> str:
        insert = self._transaction.insert(AsideKeyRow).values(guild_id=guild_id, key=secrets.token_hex(KEY_BYTES))
        await self._connection.execute(insert.on_conflict_do_nothing())
        return (
            await self._connection.execute(select(AsideKeyRow.key).where(AsideKeyRow.guild_id == guild_id))
        ).scalar_one()


def _mark(key: str, guild_id: int, user_id: int) -> str:
    return hmac.new(bytes.fromhex(key), f"{guild_id}:{user_id}".encode(), sha256).hexdigest()
