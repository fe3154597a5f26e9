"""The database: SQLite for one process, PostgreSQL for as many as wanted; same tables, same queries."""

import sqlite3
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

import aiosqlite
import orjson
from sqlalchemy import URL, Connection, event, make_url, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry
from sqlalchemy.sql import ColumnElement
from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_random

from bot.domain.clock import Clock
from storage.database_clock import DatabaseClock
from storage.json_text import to_json
from storage.migrations.running import Tables, state_of, upgrade
from storage.transaction import Transaction
from storage.unit_of_work import SqlWork
from storage.whole_statements import WholeStatements

if TYPE_CHECKING:
    from sqlalchemy.engine import AdaptedConnection

BUSY_TIMEOUT_MS = 15_000
"""How long SQLite waits for another process (a backup, `rootstock check`) before it says "database is locked"."""

WAIT_FOR_CONNECTION = 30.0
"""Seconds a task waits for SQLite's one connection, or for one of PostgreSQL's."""

POSTGRES_CONNECTIONS = 10
"""Senders, feeds and interactions together; a small server allows 100 connections in all."""

POSTGRES_OPTIONS = (
    "-c timezone=UTC -c statement_timeout=30000 -c lock_timeout=15000 -c idle_in_transaction_session_timeout=60000"
)
"""In milliseconds: a forgotten lock or a runaway query ends by itself. No transaction spans a call over the network."""

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
)
"""FULL: what was committed before a message was sent must survive a power cut. 64 MiB of cache hold the indexes
of several hundred thousand models."""

LOOKER_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA query_only=ON",
)
"""Nothing that writes: a file that is opened for reading only takes no journal mode."""

READER_PRAGMAS = ("PRAGMA journal_mode=WAL", *LOOKER_PRAGMAS)


class Database:
    """An open database. Made by `open_database`; both units of work fit `bot.workflows.ports.UnitOfWork`."""

    def __init__(self, engine: AsyncEngine, clock: Clock | None, reader: AsyncEngine | None = None) -> None:
        self.engine = engine
        self._reader = reader or engine
        self._clock = DatabaseClock(engine.dialect.name, clock)

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.engine.dialect.name

    def now(self, plus: timedelta = timedelta()) -> ColumnElement[datetime]:
        """Return the database's clock as an SQL expression, shifted by `plus`."""
        return self._clock.now(plus)

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncGenerator[SqlWork]:
        """Open one transaction, which rolls back unless `commit` is called.

        On SQLite there is one connection, so a second unit of work waits for the first: never open one inside another.
        """
        async with self._connect(self.engine) as connection:
            yield SqlWork(Transaction(connection, self.dialect, self._clock))

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[SqlWork]:
        """Open a transaction that reads one state of the database for as long as it takes, and cannot write.

        On a SQLite file it has a connection of its own: it keeps no vote waiting, and is kept by none. (`:memory:` has
        no second one.)
        """
        async with self._connect(self._reader) as connection:
            if self.dialect == "postgresql":
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield SqlWork(Transaction(connection, self.dialect, self._clock))

    def _connect(self, engine: AsyncEngine) -> AsyncConnection:
        return WholeStatements(engine) if self.dialect == "sqlite" else engine.connect()

    async def migrate(self) -> None:
        """Bring the tables up to this version of Rootstock; safe when several processes start at once.

        Raises `storage.migrations.running.TablesOfALaterVersion`.
        """
        async with self.engine.begin() as connection:
            await connection.run_sync(upgrade)

    async def tables(self) -> Tables:
        """Look how the tables stand to this version of Rootstock."""
        async with self.engine.connect() as connection:
            return await connection.run_sync(state_of)

    async def ping(self) -> timedelta:
        """Ask the database something; how far its clock is ahead of this machine's, for `rootstock check`.

        Raises `sqlalchemy.exc.SQLAlchemyError` when the database does not answer.
        """
        before = datetime.now(UTC)
        async with self.engine.connect() as connection:
            theirs = (await connection.execute(select(self.now()))).scalar_one()
        return theirs - (before + (datetime.now(UTC) - before) / 2)

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        await self._reader.dispose()


class NoSuchFile(ValueError):  # noqa: N818 - a state of the world, shown to an operator as it is
    """There is no SQLite file of this name (yet)."""


def open_database(url: str, *, clock: Clock | None = None, look_only: bool = False) -> Database:
    """Open `sqlite:///file.db`, `sqlite:///:memory:` or `postgresql://user:password@host/name`; connects lazily.

    With `look_only` a SQLite file is neither made nor changed.

    Raises `ValueError` for any other kind of database and for what is no address, `NoSuchFile` where there is nothing
    to look at.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ValueError(
            "no database's address: write sqlite:///file.db or postgresql://user:password@host/name"
        ) from error
    if parsed.get_backend_name() == "sqlite":
        is_file = parsed.database not in {None, "", ":memory:"}
        if is_file and look_only:
            return Database(_sqlite_reader(_to_look_at(parsed), LOOKER_PRAGMAS), clock)
        return Database(_sqlite_engine(parsed), clock, _sqlite_reader(parsed) if is_file else None)
    if parsed.get_backend_name() in {"postgresql", "postgres"}:
        return Database(_postgres_engine(parsed), clock)
    raise ValueError(f"neither SQLite nor PostgreSQL: {parsed.render_as_string(hide_password=True)}")


def _to_look_at(url: URL) -> URL:
    """Return the address under which SQLite opens a file for reading only."""
    path = url.database or ""
    if not Path(path).parent.is_dir():
        raise ValueError(f"there is no such folder: {Path(path).parent}")
    if not Path(path).exists():
        raise NoSuchFile(f"there is no such file: {path}")
    return url.set(database=f"file:{quote(path)}").update_query_dict({"mode": "ro", "uri": "true"})


def _sqlite_engine(url: URL) -> AsyncEngine:
    """One connection for everything: SQLite has one writer, and every transaction here is a matter of milliseconds.

    Readers of their own would see older snapshots beside the writer and win nothing at that length; what takes seconds
    has the one of `Database.reading`. It also makes `:memory:` one shared database.
    """
    engine = _one_connection(url)
    event.listen(engine.sync_engine, "connect", partial(_set_pragmas, SQLITE_PRAGMAS))
    event.listen(engine.sync_engine, "begin", _begin_immediately)
    return engine


def _sqlite_reader(url: URL, pragmas: Sequence[str] = READER_PRAGMAS) -> AsyncEngine:
    """One connection for what takes seconds: in WAL mode a reader and the writer keep out of each other's way."""
    engine = _one_connection(url)
    event.listen(engine.sync_engine, "connect", partial(_set_pragmas, pragmas))
    event.listen(engine.sync_engine, "begin", _begin_reading)
    return engine


def _one_connection(url: URL) -> AsyncEngine:
    return create_async_engine(
        url.set(drivername="sqlite+aiosqlite"),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=1,
        max_overflow=0,
        pool_timeout=WAIT_FOR_CONNECTION,
        connect_args={"isolation_level": None},
        json_serializer=to_json,
        json_deserializer=orjson.loads,
    )


def _postgres_engine(url: URL) -> AsyncEngine:
    # Without prepared statements, plans follow the tables as they grow from nothing (a plan that was kept from the
    # first minute read the whole model table ever after), and a pooler in front may share connections.
    options: dict[str, Any] = {"prepare_threshold": None}
    if "options" not in url.query:
        options["options"] = POSTGRES_OPTIONS
    return create_async_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=POSTGRES_CONNECTIONS,
        max_overflow=POSTGRES_CONNECTIONS,
        pool_timeout=WAIT_FOR_CONNECTION,
        pool_pre_ping=True,
        connect_args=options,
        json_serializer=to_json,
        json_deserializer=orjson.loads,
    )


def _set_pragmas(pragmas: Sequence[str], connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cast("AdaptedConnection", connection).run_async(partial(_ask, pragmas))


async def _ask(pragmas: Sequence[str], connection: aiosqlite.Connection) -> None:
    """Set a connection up. SQLite refuses one of two that turn a new file to WAL at once, however long it may wait."""
    patiently = AsyncRetrying(
        stop=stop_after_delay(timedelta(milliseconds=BUSY_TIMEOUT_MS)),
        wait=wait_random(0.01, 0.1),
        retry=retry_if_exception(_is_busy),
        reraise=True,
    )
    for pragma in pragmas:
        await patiently(_ask_once, pragma, connection)


async def _ask_once(pragma: str, connection: aiosqlite.Connection) -> None:
    async with connection.execute(pragma):
        pass


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode == sqlite3.SQLITE_BUSY


def _begin_immediately(connection: Connection) -> None:
    # The driver's own BEGIN is deferred: two read-modify-writes would both read first, and one would be lost.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
