"""Make the tables of standings: schedules, published weeks, servers that count everywhere, ballots set aside."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


COUNTED = ["model_id", "choice", "counts_from", "set_aside"]


def upgrade() -> None:
    op.drop_index("ix_ballot_of_server", table_name="ballot")
    op.drop_index("ix_ballot_everywhere", table_name="ballot")
    op.create_index("ix_ballot_of_server", "ballot", ["guild_id", "cast_at", *COUNTED], unique=False)
    op.create_index("ix_ballot_everywhere", "ballot", ["cast_at", *COUNTED, "user_id", "guild_id"], unique=False)
    op.create_table(
        "leaderboard_schedule",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("channel_id", KEY, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("quiet_weeks", sa.Boolean(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("updated_by", KEY, nullable=True),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_leaderboard_schedule_weekday")),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name=op.f("ck_leaderboard_schedule_hour")),
        sa.CheckConstraint("minute BETWEEN 0 AND 59", name=op.f("ck_leaderboard_schedule_minute")),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_leaderboard_schedule")),
    )
    op.create_index(op.f("ix_leaderboard_schedule_next_at"), "leaderboard_schedule", ["next_at"], unique=False)
    op.create_table(
        "published_week",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("delivery_id", KEY, nullable=True),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("rule", sa.String(30), nullable=False),
        sa.Column("window_start", MOMENT, nullable=False),
        sa.Column("window_end", MOMENT, nullable=False),
        sa.Column("log_id", KEY, nullable=True),
        sa.Column("prior_up", sa.Double[float](), nullable=True),
        sa.Column("prior_down", sa.Double[float](), nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_published_week_delivery_id")),
        sa.PrimaryKeyConstraint("guild_id", "week", name=op.f("pk_published_week")),
    )
    op.create_index(op.f("ix_published_week_delivery_id"), "published_week", ["delivery_id"], unique=False)
    op.create_table(
        "published_standing",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("week", sa.String(8), nullable=False),
        sa.Column("model_id", KEY, autoincrement=False, nullable=False),
        sa.Column("scope", sa.String(10), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("score", sa.Double[float](), nullable=False),
        sa.Column("low", sa.Double[float](), nullable=False),
        sa.Column("high", sa.Double[float](), nullable=False),
        sa.Column("up", KEY, nullable=False),
        sa.Column("down", KEY, nullable=False),
        sa.Column("voters", KEY, nullable=False),
        sa.CheckConstraint("scope IN ('server', 'everywhere')", name=op.f("ck_published_standing_scope")),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_published_standing_model_id")),
        sa.PrimaryKeyConstraint("guild_id", "week", "model_id", name=op.f("pk_published_standing")),
    )
    op.create_index("ix_published_standing_model", "published_standing", ["model_id", "guild_id", "week"], unique=False)
    op.create_table(
        "everywhere_opt_in",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_everywhere_opt_in")),
    )
    op.create_table(
        "set_aside_batch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", KEY, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("model_id", KEY, nullable=True),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_by", KEY, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.CheckConstraint("kind IN ('burst', 'bloc')", name=op.f("ck_set_aside_batch_kind")),
        sa.CheckConstraint("state IN ('open', 'accepted', 'rejected')", name=op.f("ck_set_aside_batch_state")),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_set_aside_batch_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside_batch")),
    )
    op.create_index("ix_set_aside_batch_guild_id", "set_aside_batch", ["guild_id", "state", "id"], unique=False)
    op.create_table(
        "set_aside_ballot",
        sa.Column("batch_id", KEY, nullable=False),
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("model_id", KEY, autoincrement=False, nullable=False),
        sa.Column("user_id", KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["set_aside_batch.id"], name=op.f("fk_set_aside_ballot_batch_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_set_aside_ballot_model_id")),
        sa.PrimaryKeyConstraint("batch_id", "guild_id", "model_id", "user_id", name=op.f("pk_set_aside_ballot")),
    )
    op.create_index("ix_set_aside_ballot_user", "set_aside_ballot", ["user_id", "guild_id"], unique=False)


def downgrade() -> None:
    for table in (
        "set_aside_ballot",
        "set_aside_batch",
        "everywhere_opt_in",
        "published_standing",
        "published_week",
        "leaderboard_schedule",
    ):
        op.drop_table(table)
    op.drop_index("ix_ballot_everywhere", table_name="ballot")
    op.drop_index("ix_ballot_of_server", table_name="ballot")
    op.create_index("ix_ballot_everywhere", "ballot", ["cast_at", "model_id", "choice"], unique=False)
    op.create_index("ix_ballot_of_server", "ballot", ["guild_id", "cast_at", "model_id", "choice"], unique=False)
