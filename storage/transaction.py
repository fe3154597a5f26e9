"""What every file of queries is handed: the open transaction, and what differs between databases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement, Executable

from storage.database_clock import DatabaseClock
from storage.tables import Base

if TYPE_CHECKING:
    from sqlalchemy import CursorResult

IDS_PER_STATEMENT = 1_000
"""Databases bound the values of one statement (SQLite 32,766, PostgreSQL 65,535); plans stay good well below that."""

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Transaction:
    """One open transaction."""

    connection: AsyncConnection
    dialect: str
    clock: DatabaseClock

    def now(self, plus: timedelta = timedelta()) -> ColumnElement[datetime]:
        """Return the database's own clock as an SQL expression, shifted by `plus`."""
        return self.clock.now(plus)

    def insert(self, table: type[Base]) -> postgresql.Insert:
        """Begin an INSERT that knows `on_conflict_do_update`, `on_conflict_do_nothing` and `excluded`.

        Both dialects' inserts have these methods in the same shape, and no common type: PostgreSQL's stands for both.
        """
        if self.dialect == "postgresql":
            return postgresql.insert(table)
        return cast("postgresql.Insert", sqlite.insert(table))

    async def write(self, statement: Executable) -> int:
        """Run a statement that returns no rows; how many rows it touched."""
        result = cast("CursorResult[Any]", await self.connection.execute(statement))
        return result.rowcount


class Queries:
    """The base of all query classes: holds the transaction they run in."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection


def in_chunks(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut a long list of values into pieces that one statement can carry."""
    for start in range(0, len(items), IDS_PER_STATEMENT):
        yield items[start : start + IDS_PER_STATEMENT]
