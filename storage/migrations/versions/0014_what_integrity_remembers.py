"""Remember fresh accounts, who was told of a batch and who was let in of it, servers' voters, and forgotten marks."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)

LONGER_THAN_JOINING = {
    "postgresql": "counts_from - cast_at > INTERVAL '3 days 1 hour'",
    "sqlite": "julianday(counts_from) - julianday(cast_at) > 3.042",
}
"""Whoever had to wait longer than three days and an hour had a fresh account: new members wait no longer."""


def upgrade() -> None:
    op.add_column("ballot", sa.Column("is_fresh", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(f"UPDATE ballot SET is_fresh = true WHERE {LONGER_THAN_JOINING[op.get_bind().dialect.name]}")  # noqa: S608 - our own text
    op.add_column("set_aside_batch", sa.Column("told_at", MOMENT, nullable=True))
    op.execute("UPDATE set_aside_batch SET told_at = found_at WHERE state <> 'open'")
    op.add_column("set_aside_ballot", sa.Column("let_in_at", MOMENT, nullable=True))
    op.add_column("everywhere_opt_in", sa.Column("voters", KEY, nullable=True))
    op.execute(
        "DELETE FROM everywhere_opt_in WHERE guild_id IN (SELECT guild_id FROM server WHERE left_at IS NOT NULL)"
    )
    op.create_table(
        "everywhere_left_out",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("model_id", KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_everywhere_left_out_model_id")),
        sa.PrimaryKeyConstraint("guild_id", "model_id", name=op.f("pk_everywhere_left_out")),
    )
    op.create_table(
        "forgotten_aside",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("because", sa.String(20), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("because IN ('banned', 'moderator')", name=op.f("ck_forgotten_aside_because")),
        sa.PrimaryKeyConstraint("guild_id", "mark", name=op.f("pk_forgotten_aside")),
    )
    op.create_table(
        "aside_key",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_aside_key")),
    )


def downgrade() -> None:
    for table in ("aside_key", "forgotten_aside", "everywhere_left_out"):
        op.drop_table(table)
    for table, column in (
        ("everywhere_opt_in", "voters"),
        ("set_aside_ballot", "let_in_at"),
        ("set_aside_batch", "told_at"),
        ("ballot", "is_fresh"),
    ):
        op.drop_column(table, column)
