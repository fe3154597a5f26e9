"""A fresh migrated database of each kind, one after the other, to measure on."""

import tempfile
from collections.abc import AsyncGenerator
from contextlib import ExitStack
from pathlib import Path

from storage.engine import Database, open_database
from tests.storage.postgres import running_postgres


async def both_databases() -> AsyncGenerator[Database]:
    """Yield SQLite in a file, then PostgreSQL; each is closed before the next."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        postgres = stack.enter_context(running_postgres())
        for url in (f"sqlite:///{Path(folder) / 'bench.db'}", stack.enter_context(postgres.database(empty=True))):
            database = open_database(url)
            await database.migrate()
            yield database
            await database.close()
