"""The database's clock: leases and waits are measured by it, so that no machine's wrong clock can break them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, literal
from sqlalchemy.sql import ColumnElement

from bot.domain.clock import Clock
from storage.tables import UtcDateTime


@dataclass(frozen=True, slots=True)
class DatabaseClock:
    """Tells the database's moment as an SQL expression.

    SQLite has no clock but this machine's, so its moment travels as a value with microseconds. PostgreSQL's is the
    moment the statement began: it moves on within a transaction, and an index can be searched with it.
    `stand_in` replaces both, so that tests can turn it.
    """

    dialect: str
    stand_in: Clock | None = None

    def now(self, plus: timedelta = timedelta()) -> ColumnElement[datetime]:
        """Return the moment, shifted by `plus`."""
        if self.stand_in is not None:
            return literal(self.stand_in.now() + plus, UtcDateTime())
        if self.dialect == "postgresql":
            moment = func.statement_timestamp(type_=UtcDateTime())
            return moment + literal(plus) if plus else moment
        return literal(datetime.now(UTC) + plus, UtcDateTime())
