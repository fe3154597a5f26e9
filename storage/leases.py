"""Singletons and the shared limiter, on the database's clock."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_, update

from storage.tables import LeaseRow, SlotRow
from storage.transaction import Queries


class Leases(Queries):
    """Fits `bot.workflows.ports.StoreLeases`."""

    async def take(self, name: str, owner: str, *, lease: timedelta) -> bool:
        """Take or renew a lease; False while somebody else holds it."""
        now, until = self._transaction.now(), self._transaction.now(lease)
        insert = self._transaction.insert(LeaseRow).values(name=name, owner=owner, until=until)
        taken = insert.on_conflict_do_update(
            index_elements=["name"],
            set_={"owner": owner, "until": until},
            where=or_(LeaseRow.owner == owner, LeaseRow.until <= now),
        )
        holder = (await self._connection.execute(taken.returning(LeaseRow.owner))).scalar_one_or_none()
        return holder == owner

    async def drop(self, name: str, owner: str) -> None:
        """Give a lease back, if it is ours."""
        await self._connection.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.owner == owner))

    async def void(self, name: str) -> None:
        """End a lease, whoever holds it: for a holder that is known to be dead."""
        await self._connection.execute(delete(LeaseRow).where(LeaseRow.name == name))

    async def take_slot(self, name: str, *, interval: timedelta, burst: int) -> timedelta:
        """Take a slot of a GCRA limiter and return how long to wait before using it.

        One slot every `interval` over time, up to `burst` at once after a quiet spell. The slot is ours in any case;
        commit at once, because everybody else waits for the row.
        """
        arrival, now = await self._arrival(name)
        arrival = max(arrival, now)
        taken = update(SlotRow).where(SlotRow.name == name).values(arrival_at=arrival + interval)
        await self._connection.execute(taken)
        return max(timedelta(), arrival - interval * (burst - 1) - now)

    async def _arrival(self, name: str) -> tuple[datetime, datetime]:
        """Return the limiter's theoretical arrival time and the database's clock, with the row locked."""
        now = self._transaction.now()
        insert = self._transaction.insert(SlotRow).values(name=name, arrival_at=now)
        locked = insert.on_conflict_do_update(index_elements=["name"], set_={"name": name})
        stored = locked.returning(SlotRow.arrival_at, now.label("now"))
        row = (await self._connection.execute(stored)).one()
        return row.arrival_at, row.now
