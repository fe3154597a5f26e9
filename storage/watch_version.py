"""The number that tells every process that its compiled matcher is stale."""

from sqlalchemy import select

from storage.tables import CounterRow
from storage.transaction import Transaction

NAME = "watch_version"


async def watch_version(transaction: Transaction) -> int:
    """Return the current version; 0 before any watch was made."""
    found = await transaction.connection.execute(select(CounterRow.value).where(CounterRow.name == NAME))
    return found.scalar_one_or_none() or 0


async def raise_watch_version(transaction: Transaction) -> None:
    """Count a change; committed together with it."""
    insert = transaction.insert(CounterRow).values(name=NAME, value=1)
    raised = insert.on_conflict_do_update(index_elements=["name"], set_={"value": CounterRow.value + 1})
    await transaction.connection.execute(raised)
