"""Opening databases."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError, StatementError

from bot.domain.delivery import Purpose
from bot.domain.feeds import FeedState
from storage.engine import Database, open_database
from tests.domain.builders import NOW


async def test_memory_is_one_shared_database() -> None:
    """`:memory:` is the same database for every unit of work."""
    database = open_database("sqlite:///:memory:")
    await database.migrate()
    async with database.unit_of_work() as work:
        await work.notes.put("a", "b")
        await work.commit()
    async with database.unit_of_work() as work:
        assert await work.notes.get("a") == "b"
    await database.close()


async def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path) -> None:
    """WAL, every commit on the disk, references checked."""
    database = open_database(f"sqlite:///{tmp_path / 'a.db'}")
    async with database.engine.connect() as connection:
        read = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    await database.close()
    assert read == ["wal", 2, 1]


async def test_a_new_file_is_opened_by_many_at_once(tmp_path: Path) -> None:
    """Each turns it to WAL, which SQLite refuses to some of them at first: one in hundreds, so there are hundreds."""
    for number in range(25):
        url = f"sqlite:///{tmp_path / f'{number}.db'}"
        databases = [open_database(url) for _ in range(8)]
        answers = await asyncio.gather(*(database.ping() for database in databases), return_exceptions=True)
        for database in databases:
            await database.close()
        assert [answer for answer in answers if isinstance(answer, BaseException)] == []


def test_other_databases_are_refused_without_their_password() -> None:
    """What Rootstock cannot use is named, its password is not."""
    with pytest.raises(ValueError, match=r"neither SQLite nor PostgreSQL: mysql://me:\*\*\*@host/name"):
        open_database("mysql://me:secret@host/name")


async def test_concurrent_changes_are_not_lost(database: Database) -> None:
    """Units of work that read, then write, wait for one another."""

    async def count() -> None:
        async with database.unit_of_work() as work:
            await work.leases.take_slot("x", interval=timedelta(seconds=1), burst=1)
            await work.commit()

    await asyncio.gather(*[count() for _ in range(20)])
    async with database.unit_of_work() as work:
        wait = await work.leases.take_slot("x", interval=timedelta(seconds=1), burst=1)
    assert wait == timedelta(seconds=20)


async def test_a_long_reader_keeps_nobody_waiting(database: Database) -> None:
    """It sees one state of the database, while others write; it cannot write itself, and whoever comes next can."""
    async with database.reading() as reader:
        before = await reader.notes.get("a")
        async with database.unit_of_work() as work:
            await work.notes.put("a", "b")
            await work.commit()
        async with database.unit_of_work() as work:
            assert await work.notes.get("a") == "b"
        assert (before, await reader.notes.get("a")) == (None, None)
    async with database.reading() as reader:
        assert await reader.notes.get("a") == "b"
        with pytest.raises((OperationalError, InternalError)):
            await reader.notes.put("a", "c")
    async with database.unit_of_work() as work:
        await work.notes.put("a", "d")
        await work.commit()


async def test_what_is_cancelled_at_any_moment_leaves_the_database_free(database: Database) -> None:
    """A task may be ended between any two turns of the event loop: it leaves no lock and nothing half written.

    The ended tasks are kept, and with them whatever they held on to: nothing is left to the garbage collector.
    """

    async def write_and_read() -> None:
        async with database.unit_of_work() as work:
            for number in range(3):
                await work.notes.put(f"cut short {number}", str(number))
                await work.notes.get("whole")
            await work.commit()

    ended: list[asyncio.Task[None]] = []
    while not any(task.exception() is None for task in ended if not task.cancelled()):
        task = asyncio.create_task(write_and_read())
        ended.append(task)
        for _ in range(4 * len(ended)):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})
        async with database.unit_of_work() as work:
            held = [await work.notes.get(f"cut short {number}") for number in range(3)]
            await work.notes.put("whole", str(len(ended)))
            await work.commit()
        assert held in ([None, None, None], ["0", "1", "2"])
    assert any(task.cancelled() for task in ended)


async def test_memory_is_read_as_it_is_written() -> None:
    """It has one connection for all."""
    database = open_database("sqlite:///:memory:")
    await database.migrate()
    async with database.unit_of_work() as work:
        await work.notes.put("a", "b")
        await work.commit()
    async with database.reading() as reader:
        assert await reader.notes.get("a") == "b"
    await database.close()


async def test_moments_are_strictly_utc(database: Database) -> None:
    """A moment without offset is refused, another zone's comes back as UTC."""
    elsewhere = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    async with database.unit_of_work() as work:
        await work.feeds.put(FeedState("newest", last_ok_at=elsewhere))
        stored = (await work.feeds.get("newest")).last_ok_at
        with pytest.raises(StatementError, match="without its offset"):
            await work.feeds.put(FeedState("newest", last_ok_at=elsewhere.replace(tzinfo=None)))
    assert stored == datetime(2026, 1, 1, tzinfo=UTC)
    assert stored is not None
    assert stored.tzinfo is UTC


async def test_the_database_decides_what_is_possible(database: Database) -> None:
    """A delivery about a model that does not exist is refused by the database itself."""
    async with database.unit_of_work() as work:
        with pytest.raises(IntegrityError):
            await work.deliveries.enqueue(
                guild_id=1, channel_id=2, subject="model:9", purpose=Purpose.CARD, now=NOW, model_id=9
            )
