"""Alembic's entry: runs on the connection that `storage.migrations.running` hands in."""

from alembic import context
from sqlalchemy import Connection

from storage.standing_tables import Base  # importing it declares the tables of all modules

connection: Connection = context.config.attributes["connection"]
# SQLite cannot alter most of a table, so Alembic copies it ("batch"); the transaction is the caller's.
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=True)
context.run_migrations()
