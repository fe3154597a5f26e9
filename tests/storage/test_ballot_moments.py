"""Ballots that were cast before Rootstock kept from when they belong to weeks."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from storage.migrations.running import downgrade, upgrade
from tests.storage.test_migrations import with_connection
from tests.storage.test_search_columns import MODEL, row

CAST = "INSERT INTO ballot (guild_id, model_id, user_id, choice, cast_at, counts_from) VALUES (1, 1, 1, 'up', :at, :to)"
MOMENTS = {"at": "2026-09-01 00:00:00", "to": "2026-09-03 00:00:00"}


def test_they_enter_when_they_have_aged(empty_database_url: str) -> None:
    """There and back again they keep their values and the check of their choice."""

    def migrated(connection: sa.Connection) -> tuple[bool, str]:
        upgrade(connection, "0011")
        connection.execute(sa.insert(MODEL), [row(1, "stub", {})])
        connection.execute(sa.text(CAST), MOMENTS)
        upgrade(connection, "0012")
        downgrade(connection, "0011")
        upgrade(connection, "0012")
        with pytest.raises(IntegrityError), connection.begin_nested():
            connection.execute(sa.text("UPDATE ballot SET choice = 'both'"))
        entered, choice = connection.execute(sa.text("SELECT entered_at = counts_from, choice FROM ballot")).one()
        return bool(entered), choice

    assert with_connection(empty_database_url, migrated) == (True, "up")
