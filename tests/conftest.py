"""What every test gets: databases on demand, no network but loopback, plain logs."""

import pytest
import structlog
from hypothesis import settings
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


settings.register_profile("rootstock", deadline=None)
settings.load_profile("rootstock")
"""Hypothesis would fail an example that takes 200 ms: on a busy machine any can."""


@pytest.fixture(autouse=True)
def _loopback_only() -> None:
    """Block every other address; PostgreSQL's unix socket stays open."""
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True, scope="session")
def _plain_logs() -> None:
    """Log one line an event: structlog's own default draws tracebacks with every local variable, seconds each."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
        ]
    )
