"""Run migrations from inside the program: no alembic.ini, no second process, the engine's own connection."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

LOCK = 0x726F6F74
"""Any number that only Rootstock uses: PostgreSQL's advisory lock that lets one process migrate at a time."""


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to `revision` within the connection's transaction.

    Another process that migrates meanwhile is waited for: under SQLite's write lock, or PostgreSQL's advisory lock.
    """
    _lock(connection)
    command.upgrade(_config(connection), revision)


def downgrade(connection: Connection, revision: str) -> None:
    """Take the tables back to `revision` (`base`: none at all) within the connection's transaction."""
    _lock(connection)
    command.downgrade(_config(connection), revision)


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _lock(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Waiting for another process's migration may take longer than any query should.
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
