"""Doorbells: a sender that waits is told at once that a lane has work."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Self, cast

import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from storage.engine import Database

if TYPE_CHECKING:
    from psycopg import AsyncConnection  # A process on SQLite starts a tenth sooner without.

CHANNEL = "rootstock_lanes"
"""PostgreSQL's notification channel; a notification carries nothing, whoever hears it looks at the lanes."""

RECONNECT_AFTER = timedelta(seconds=5)
"""How long a lost ear stays deaf; senders look by themselves every few seconds anyway."""

_log = structlog.get_logger()


class ProcessDoorbell:
    """Rings within this process; fits `bot.workflows.ports.Doorbell`.

    A ring wakes everyone who waits; one that comes while nobody waits is kept for the next.
    """

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    async def ring(self) -> None:
        """Wake whoever waits."""
        self._rung.set()

    async def wait(self, timeout: timedelta) -> None:
        """Return when rung, or after `timeout`."""
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                await self._rung.wait()
        except TimeoutError:
            return
        self._rung.clear()


class PostgresDoorbell:
    """Rings in every process on the same PostgreSQL, by NOTIFY; fits `bot.workflows.ports.Doorbell`.

    Use it as an async context manager: inside, one connection listens. A lost connection is made anew; a ring lost
    meanwhile costs the seconds until somebody looks.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._here = ProcessDoorbell()
        self._listening = asyncio.Event()
        self._ear: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._ear = asyncio.create_task(self._listen(), name="doorbell")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening."""
        if self._ear is not None:
            self._ear.cancel()
            await asyncio.gather(self._ear, return_exceptions=True)

    async def ring(self) -> None:
        """Wake whoever waits, here and in every other process."""
        await self._here.ring()
        try:
            async with self._database.engine.begin() as connection:
                await connection.execute(text(f"NOTIFY {CHANNEL}"))
        except SQLAlchemyError as error:
            # What was owed is committed already: others find it when they look.
            _log.warning("doorbell.not-rung", error=str(error))

    async def wait(self, timeout: timedelta) -> None:
        """Return when rung by any process, or after `timeout`."""
        await self._here.wait(timeout)

    async def listening(self) -> None:
        """Return once rings of other processes are heard."""
        await self._listening.wait()

    async def _listen(self) -> None:
        driver = self._database.engine.dialect.loaded_dbapi
        while True:
            try:
                await self._listen_once()
            except (SQLAlchemyError, driver.Error, OSError) as error:
                _log.warning("doorbell.deaf", error=str(error))
            self._listening.clear()
            await asyncio.sleep(RECONNECT_AFTER.total_seconds())

    async def _listen_once(self) -> None:
        async with self._database.engine.connect() as connection:
            options = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await options.execute(text(f"LISTEN {CHANNEL}"))
            raw = await connection.get_raw_connection()
            self._listening.set()
            try:
                async for _ in cast("AsyncConnection", raw.driver_connection).notifies():
                    await self._here.ring()
            finally:
                # The pool must not hand out a connection that still listens.
                await connection.invalidate()
