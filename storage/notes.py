"""Short texts by name that processes leave for one another."""

from sqlalchemy import select

from storage.tables import NoteRow
from storage.transaction import Queries


class Notes(Queries):
    """Fits `bot.workflows.ports.StoreNotes`."""

    async def get(self, name: str) -> str | None:
        """Return the text that was left under this name."""
        found = await self._connection.execute(select(NoteRow.text).where(NoteRow.name == name))
        return found.scalar_one_or_none()

    async def put(self, name: str, text: str) -> None:
        """Leave a text, in place of an earlier one."""
        insert = self._transaction.insert(NoteRow).values(name=name, text=text)
        await self._connection.execute(insert.on_conflict_do_update(index_elements=["name"], set_={"text": text}))
