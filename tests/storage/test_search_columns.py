"""Models that were stored before a search could ask for size and licence class can be found all the same."""

from typing import Any

import sqlalchemy as sa

from storage.facts_json import to_json
from storage.migrations.running import upgrade
from tests.domain.builders import NOW, hub_model
from tests.storage.test_migrations import with_connection

MODEL = sa.table(
    "model",
    sa.column("id", sa.BigInteger),
    *(
        sa.column(name, sa.String)
        for name in ("source", "repo_id", "name_key", "author_key", "stage", "kind_reason", "hub_id")
    ),
    sa.column("facts", sa.JSON),
    sa.column("kind_details", sa.JSON),
    sa.column("first_seen_at", sa.DateTime(timezone=True)),
    sa.column("observed_at", sa.DateTime(timezone=True)),
    sa.column("looks", sa.Integer),
)

BALLOT = sa.table(
    "ballot",
    *(sa.column(name, sa.BigInteger) for name in ("guild_id", "model_id", "user_id")),
    sa.column("choice", sa.String),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("cast_at", "counts_from")),
)


def ballot(model_id: int) -> dict[str, Any]:
    """Return a vote on a model."""
    return {"guild_id": 1, "model_id": model_id, "user_id": 1, "choice": "up", "cast_at": NOW, "counts_from": NOW}


def row(number: int, stage: str, facts: dict[str, Any]) -> dict[str, Any]:
    """Return a row as version 0002 wrote it."""
    name = f"org/{number}"
    named = {"source": "hf", "repo_id": name, "name_key": name, "author_key": "org", "kind_reason": "", "looks": 0}
    return named | {
        "id": number,
        "stage": stage,
        "facts": facts,
        "kind_details": {},
        "first_seen_at": NOW,
        "observed_at": NOW,
    }


def test_what_was_asked_for_is_findable_from_then_on(empty_database_url: str) -> None:
    """Settled models, those looked up, and those with votes; not what is gone, nor what nobody asked for."""
    stages = ("settled", "stub", "stub", "unsettled", "unsettled", "gone")
    looked_up, voted_on = (2,), (4, 6)

    def migrated(connection: sa.Connection) -> list[int]:
        upgrade(connection, "0008")
        connection.execute(sa.insert(MODEL), [row(number, stage, {}) for number, stage in enumerate(stages, 1)])
        connection.execute(sa.update(MODEL).where(MODEL.c.id.in_(looked_up)).values(hub_id="x"))
        connection.execute(sa.insert(BALLOT), [ballot(model_id) for model_id in voted_on])
        upgrade(connection, "0009")
        return list(connection.execute(sa.text("SELECT id FROM model WHERE findable ORDER BY id")).scalars())

    assert with_connection(empty_database_url, migrated) == [1, 2, 4]


def test_the_migration_fills_what_it_adds(empty_database_url: str) -> None:
    """Today's rules read the stored records, page by page; what is known by name only stays empty."""
    facts = to_json(hub_model("org/Model-7B", licence="mit"))
    stub = {"source": "hf", "repo_id": "org/1", "author": "org"}

    def migrated(connection: sa.Connection) -> list[tuple[Any, ...]]:
        upgrade(connection, "0002")
        rows = [row(1, "stub", stub), *(row(number, "settled", facts) for number in range(2, 1_100))]
        connection.execute(sa.insert(MODEL), rows)
        upgrade(connection, "0003")
        chosen = "SELECT parameters, licence_class, count(*) FROM model GROUP BY 1, 2 ORDER BY 3"
        return [tuple(one) for one in connection.execute(sa.text(chosen))]

    found = with_connection(empty_database_url, migrated)
    assert found == [(None, None, 1), (7_000_000_000, "permissive", 1_098)]
