"""Make the tables of what members decide: ballots, tags, discussions, reviews."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("server", sa.Column("publishes", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "tag",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", KEY, nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("label", sa.String(60), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("created_by", KEY, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("state IN ('open', 'curated', 'banned')", name=op.f("ck_tag_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("guild_id", "key", name=op.f("uq_tag_guild_id_key")),
    )
    op.create_table(
        "tag_log",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", KEY, nullable=False),
        sa.Column("actor", KEY, nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("tag", sa.String(60), nullable=False),
        sa.Column("other", sa.String(60), nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag_log")),
    )
    op.create_index(op.f("ix_tag_log_guild_id"), "tag_log", ["guild_id"], unique=False)
    op.create_table(
        "tag_policy",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("curated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_tag_policy")),
    )
    op.create_table(
        "ballot",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("model_id", KEY, autoincrement=False, nullable=False),
        sa.Column("user_id", KEY, autoincrement=False, nullable=False),
        sa.Column("choice", sa.String(4), nullable=False),
        sa.Column("cast_at", MOMENT, nullable=False),
        sa.Column("counts_from", MOMENT, nullable=False),
        sa.Column("set_aside", sa.String(20), nullable=True),
        sa.CheckConstraint("choice IN ('up', 'down')", name=op.f("ck_ballot_choice")),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_ballot_model_id")),
        sa.PrimaryKeyConstraint("guild_id", "model_id", "user_id", name=op.f("pk_ballot")),
    )
    op.create_index("ix_ballot_everywhere", "ballot", ["cast_at", "model_id", "choice"], unique=False)
    op.create_index("ix_ballot_of_server", "ballot", ["guild_id", "cast_at", "model_id", "choice"], unique=False)
    op.create_index("ix_ballot_user", "ballot", ["user_id"], unique=False)
    op.create_index("ix_ballot_counts_from", "ballot", ["counts_from"], unique=False)
    op.create_table(
        "voter_aside",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("user_id", KEY, autoincrement=False, nullable=False),
        sa.Column("because", sa.String(20), nullable=False),
        sa.Column("by", KEY, nullable=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("because IN ('banned', 'moderator')", name=op.f("ck_voter_aside_because")),
        sa.PrimaryKeyConstraint("guild_id", "user_id", name=op.f("pk_voter_aside")),
    )
    op.create_table(
        "ballot_log",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", KEY, nullable=False),
        sa.Column("model_id", KEY, nullable=False),
        sa.Column("voter", KEY, nullable=False),
        sa.Column("action", sa.String(10), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("counts_from", MOMENT, nullable=True),
        sa.Column("event_id", KEY, nullable=True),
        sa.CheckConstraint(
            "action IN ('up', 'down', 'withdrawn', 'set_aside', 'let_in')", name=op.f("ck_ballot_log_action")
        ),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_ballot_log_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot_log")),
        sa.UniqueConstraint("event_id", name=op.f("uq_ballot_log_event_id")),
    )
    op.create_index("ix_ballot_log_model", "ballot_log", ["guild_id", "model_id", "id"], unique=False)
    op.create_index("ix_ballot_log_voter", "ballot_log", ["voter"], unique=False)
    op.create_table(
        "discussion",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("model_id", KEY, autoincrement=False, nullable=False),
        sa.Column("channel_id", KEY, nullable=False),
        sa.Column("thread_id", KEY, nullable=True),
        sa.Column("opener", sa.String(64), nullable=True),
        sa.Column("opener_until", MOMENT, nullable=True),
        sa.Column("opened_by", KEY, nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_discussion_model_id")),
        sa.PrimaryKeyConstraint("guild_id", "model_id", name=op.f("pk_discussion")),
    )
    op.create_index(op.f("ix_discussion_thread_id"), "discussion", ["thread_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("model_id", KEY, autoincrement=False, nullable=False),
        sa.Column("user_id", KEY, autoincrement=False, nullable=False),
        sa.Column("verdict", sa.String(10), nullable=False),
        sa.Column("purpose", sa.String(100), nullable=False),
        sa.Column("hardware", sa.String(40), nullable=False),
        sa.Column("format", sa.String(40), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("verdict IN ('works-well', 'mixed', 'poor')", name=op.f("ck_review_verdict")),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_review_model_id")),
        sa.PrimaryKeyConstraint("guild_id", "model_id", "user_id", name=op.f("pk_review")),
    )
    op.create_index("ix_review_user", "review", ["user_id"], unique=False)
    op.create_table(
        "tag_alias",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("tag_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tag_alias_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("guild_id", "key", name=op.f("pk_tag_alias")),
    )
    op.create_index(op.f("ix_tag_alias_tag_id"), "tag_alias", ["tag_id"], unique=False)
    op.create_table(
        "tagging",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("model_id", KEY, autoincrement=False, nullable=False),
        sa.Column("tag_id", KEY, autoincrement=False, nullable=False),
        sa.Column("user_id", KEY, autoincrement=False, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_tagging_model_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tagging_tag_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("guild_id", "model_id", "tag_id", "user_id", name=op.f("pk_tagging")),
    )
    op.create_index("ix_tagging_tag", "tagging", ["tag_id", "model_id"], unique=False)
    op.create_index("ix_tagging_user", "tagging", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_tagging_user", table_name="tagging")
    op.drop_index("ix_tagging_tag", table_name="tagging")
    op.drop_table("tagging")
    op.drop_index(op.f("ix_tag_alias_tag_id"), table_name="tag_alias")
    op.drop_table("tag_alias")
    op.drop_index("ix_review_user", table_name="review")
    op.drop_table("review")
    op.drop_index(op.f("ix_discussion_thread_id"), table_name="discussion")
    op.drop_table("discussion")
    op.drop_index("ix_ballot_log_voter", table_name="ballot_log")
    op.drop_index("ix_ballot_log_model", table_name="ballot_log")
    op.drop_table("ballot_log")
    op.drop_table("voter_aside")
    op.drop_index("ix_ballot_counts_from", table_name="ballot")
    op.drop_index("ix_ballot_user", table_name="ballot")
    op.drop_index("ix_ballot_of_server", table_name="ballot")
    op.drop_index("ix_ballot_everywhere", table_name="ballot")
    op.drop_table("ballot")
    op.drop_table("tag_policy")
    op.drop_index(op.f("ix_tag_log_guild_id"), table_name="tag_log")
    op.drop_table("tag_log")
    op.drop_table("tag")
    op.drop_column("server", "publishes")
