"""The migrations make exactly the tables that the code declares, constraints included, and take them away again."""

import asyncio
import re
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, make_url, text

from storage.engine import open_database
from storage.migrations.running import Tables, TablesOfALaterVersion, downgrade, upgrade
from storage.standing_tables import Base  # importing it declares the tables of all modules

Result = TypeVar("Result")


def with_connection(url: str, work: Callable[[Connection], Result]) -> Result:
    """Do something in a transaction of a plain synchronous connection."""
    driver = "postgresql+psycopg" if url.startswith("postgresql") else "sqlite"
    engine = create_engine(make_url(url).set(drivername=driver))
    with engine.begin() as connection:
        result = work(connection)
    engine.dispose()
    return result


def checks(connection: Connection) -> dict[str, dict[str, str]]:
    """Read every CHECK constraint; spaces, quotes and brackets are each database's own taste."""
    inspector = inspect(connection)
    return {
        table: {
            str(check["name"]): re.sub(r"[\s\"()]", "", check["sqltext"]).lower()
            for check in inspector.get_check_constraints(table)
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


def differences(connection: Connection) -> list[Any]:
    """Compare tables, columns with their types, indexes, keys and uniqueness."""
    return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))


def test_migrations_make_what_the_code_declares(empty_database_url: str) -> None:
    """Autogenerate finds nothing to do, and the CHECKs, which it does not look at, are those of `create_all`."""

    def migrated(connection: Connection) -> tuple[list[Any], dict[str, dict[str, str]]]:
        upgrade(connection)
        found = differences(connection), checks(connection)
        downgrade(connection, "base")
        return found

    def declared(connection: Connection) -> dict[str, dict[str, str]]:
        Base.metadata.create_all(connection)
        return checks(connection)

    found, made = with_connection(empty_database_url, migrated)
    assert found == []
    assert made == with_connection(empty_database_url, declared)
    assert made["lane"].keys() == {"ck_lane_state"}


def test_a_downgrade_leaves_nothing(empty_database_url: str) -> None:
    """All the way back is an empty database again."""

    def there_and_back(connection: Connection) -> list[str]:
        upgrade(connection)
        downgrade(connection, "base")
        return inspect(connection).get_table_names()

    assert with_connection(empty_database_url, there_and_back) == ["alembic_version"]


async def test_processes_may_migrate_at_once(empty_database_url: str) -> None:
    """Several processes that start together wait for the one that migrates, and migrating again is nothing."""
    databases = [open_database(empty_database_url) for _ in range(3)]
    await asyncio.gather(*[database.migrate() for database in databases])
    async with databases[0].unit_of_work() as work:
        assert await work.watches.version() == 0
    for database in databases:
        await database.close()


async def test_the_state_of_tables_is_told(empty_database_url: str) -> None:
    """None yet, of an earlier version, as they should be; those of a later one are left alone."""
    database, states = open_database(empty_database_url), list[Tables]()
    states.append(await database.tables())
    await database.migrate()
    states.append(await database.tables())
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: downgrade(sync, "-1"))
    states.append(await database.tables())
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    states.append(await database.tables())
    with pytest.raises(TablesOfALaterVersion):
        await database.migrate()
    async with database.engine.begin() as connection:
        await connection.execute(text("DELETE FROM alembic_version"))
    await database.close()
    assert states == [Tables.ABSENT, Tables.CURRENT, Tables.EARLIER, Tables.LATER]
