"""Remember from when each ballot belongs to weeks, and count by that instead of by when it was cast."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.sql.elements import conv

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CHOICE = sa.CheckConstraint("choice IN ('up', 'down')", name=conv("ck_ballot_choice"))
"""SQLite copies the table to make a column mandatory, and does not see its checks by itself."""

BEFORE = {
    "ix_ballot_of_server": ["guild_id", "cast_at", "model_id", "choice", "counts_from", "set_aside"],
    "ix_ballot_everywhere": ["cast_at", "model_id", "choice", "counts_from", "set_aside", "user_id", "guild_id"],
}
AFTER = {
    "ix_ballot_of_server": ["guild_id", "entered_at", "model_id", "choice", "set_aside"],
    "ix_ballot_everywhere": ["entered_at", "model_id", "choice", "set_aside", "user_id", "guild_id", "cast_at"],
}
VOTER = "ix_ballot_log_voter"


def upgrade() -> None:
    _drop_indexes()
    op.add_column("ballot", sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE ballot SET entered_at = counts_from")
    with op.batch_alter_table("ballot", table_args=(CHOICE,)) as ballot:
        ballot.alter_column("entered_at", nullable=False)
    _make_indexes(AFTER)
    _index_voters(["voter", "guild_id", "model_id"])


def downgrade() -> None:
    _drop_indexes()
    with op.batch_alter_table("ballot", table_args=(CHOICE,)) as ballot:
        ballot.drop_column("entered_at")
    _make_indexes(BEFORE)
    _index_voters(["voter"])


def _drop_indexes() -> None:
    for index in AFTER:
        op.drop_index(index, table_name="ballot")


def _make_indexes(indexes: dict[str, list[str]]) -> None:
    for index, columns in indexes.items():
        op.create_index(index, "ballot", columns, unique=False)


def _index_voters(columns: list[str]) -> None:
    """Find one voter's entries on one model without reading everybody's: ballots are let in by that."""
    op.drop_index(VOTER, table_name="ballot_log")
    op.create_index(VOTER, "ballot_log", columns, unique=False)
