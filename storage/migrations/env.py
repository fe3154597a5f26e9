"""Alembic's entry: runs on the connection that `storage.migrations.running` hands in."""

from alembic import context
from sqlalchemy import Connection

import storage.community_tables  # noqa: F401 - importing it declares its tables
from storage.tables import Base

connection: Connection = context.config.attributes["connection"]
# SQLite cannot alter most of a table, so Alembic copies it ("batch"); the transaction is the caller's.
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=True)
context.run_migrations()
