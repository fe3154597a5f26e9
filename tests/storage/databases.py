"""The fixture `database`: every test that asks for it runs on SQLite and on PostgreSQL."""

import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import create_engine

from bot.domain.clock import Clock
from storage.engine import Database, open_database
from storage.migrations.running import upgrade
from tests.storage.postgres import PostgresServer, running_postgres
from tests.turnable_clock import TurnableClock

KINDS = ("sqlite", "postgresql")


class StartsPostgres(Protocol):
    """Returns this process's server, started at the first call."""

    def __call__(self) -> PostgresServer:
        """Start it, or return it."""
        ...


@pytest.fixture(scope="session")
def postgres() -> Iterator[StartsPostgres]:
    """Start PostgreSQL at the first test that needs it, one server a test process."""
    with ExitStack() as stack:
        started: list[PostgresServer] = []

        def start() -> PostgresServer:
            if not started:
                started.append(stack.enter_context(running_postgres()))
            return started[0]

        yield start


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one migrated file, which tests copy: faster than migrating for each."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    return path


@pytest.fixture
def clock() -> TurnableClock:
    """Stand in for the time of everything in a test, the database's clock included."""
    return TurnableClock()


@pytest.fixture(params=KINDS)
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: StartsPostgres, migrated_sqlite: Path
) -> Iterator[str]:
    """Make a fresh migrated database of each kind; its URL, for tests that open it several times."""
    if request.param == "postgresql":
        with postgres().database() as url:
            yield url
    else:
        shutil.copy(migrated_sqlite, tmp_path / "test.db")
        yield f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path, postgres: StartsPostgres) -> Iterator[str]:
    """Make a fresh database without tables, of each kind."""
    if request.param == "postgresql":
        with postgres().database(empty=True) as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path / 'empty.db'}"


@pytest.fixture
async def database(database_url: str, clock: Clock) -> AsyncIterator[Database]:
    """Open a fresh migrated database whose clock is the fixture `clock`."""
    opened = open_database(database_url, clock=clock)
    yield opened
    await opened.close()
