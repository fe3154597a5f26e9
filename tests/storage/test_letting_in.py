"""Letting many ballots in at once reads each voter's own log entries, never everybody's on the model."""

from pathlib import Path

import sqlalchemy as sa

from storage.community_tables import BallotRow
from storage.letting_in import entered_at_if_let_in
from tests.domain.builders import NOW


def test_each_ballot_reads_its_own_voters_entries(migrated_sqlite: Path) -> None:
    """A batch of thousands on one famous model held SQLite's only transaction for seconds: the plan was a square."""
    engine = sa.create_engine(f"sqlite:///{migrated_sqlite}")
    let_in = sa.update(BallotRow).values(entered_at=entered_at_if_let_in(NOW))
    compiled = let_in.compile(engine, compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")]
    engine.dispose()
    (of_log,) = [step for step in plan if "ballot_log" in step]
    assert "ix_ballot_log_voter (voter=? AND guild_id=? AND model_id=?)" in of_log
