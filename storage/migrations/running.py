"""Run migrations from inside the program: no alembic.ini, no second process, the engine's own connection."""

from enum import Enum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

LOCK = 0x726F6F74
"""Any number that only Rootstock uses: PostgreSQL's advisory lock that lets one process migrate at a time."""


class Tables(Enum):
    """How a database's tables stand to this version of Rootstock."""

    ABSENT = "absent"
    EARLIER = "earlier"
    """`upgrade` brings them up to date."""
    CURRENT = "current"
    LATER = "later"
    """Made by a version that this one does not know: nothing may be done to them."""


class TablesOfALaterVersion(ValueError):  # noqa: N818 - a state of a database, shown to an operator as it is
    """This version of Rootstock does not know these tables."""


def state_of(connection: Connection) -> Tables:
    """Look at the tables' version; changes nothing."""
    found = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(_config(connection))
    if found is None:
        return Tables.ABSENT
    if found == scripts.get_current_head():
        return Tables.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return Tables.EARLIER if found in known else Tables.LATER


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the tables to `revision` within the connection's transaction.

    Another process that migrates meanwhile is waited for: under SQLite's write lock, or PostgreSQL's advisory lock.
    Raises `TablesOfALaterVersion`.
    """
    _lock(connection)
    if state_of(connection) is Tables.LATER:
        raise TablesOfALaterVersion("its tables were made by a later version of Rootstock: update this one")
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
