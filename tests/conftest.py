"""What every test gets: databases on demand, and no network but loopback."""

import pytest
from pytest_socket import socket_allow_hosts

from tests.storage.databases import (
    clock,
    database,
    database_url,
    empty_database_url,
    migrated_sqlite,
    postgres,
)

__all__ = ["clock", "database", "database_url", "empty_database_url", "migrated_sqlite", "postgres"]


@pytest.fixture(autouse=True)
def _loopback_only() -> None:
    """Block every other address; PostgreSQL's unix socket stays open."""
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)
