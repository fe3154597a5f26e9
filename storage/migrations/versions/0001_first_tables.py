"""Make the first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "counter",
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("value", KEY, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "feed",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("cursor", sa.String(), nullable=True),
        sa.Column("last_ok_at", MOMENT, nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("seen", KEY, nullable=False),
        sa.Column("rejected", KEY, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_feed")),
    )
    op.create_table(
        "lane",
        sa.Column("channel_id", KEY, autoincrement=False, nullable=False),
        sa.Column("guild_id", KEY, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("paused_reason", sa.String(), nullable=True),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("not_before", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.String(64), nullable=True),
        sa.Column("lease_epoch", KEY, nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("last_sent_at", MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('open', 'paused')", name=op.f("ck_lane_state")),
        sa.PrimaryKeyConstraint("channel_id", name=op.f("pk_lane")),
    )
    op.create_index("ix_lane_due", "lane", ["state", "due_at"], unique=False)
    op.create_index(op.f("ix_lane_guild_id"), "lane", ["guild_id"], unique=False)
    op.create_table(
        "lease",
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "model",
        sa.Column("id", KEY, nullable=False),
        sa.Column("source", sa.String(10), nullable=False),
        sa.Column("repo_id", sa.String(250), nullable=False),
        sa.Column("name_key", sa.String(250), nullable=False),
        sa.Column("hub_id", sa.String(50), nullable=True),
        sa.Column("author_key", sa.String(100), nullable=False),
        sa.Column("stage", sa.String(12), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=True),
        sa.Column("kind_reason", sa.String(50), nullable=False),
        sa.Column("kind_details", sa.JSON(), nullable=False),
        sa.Column("task", sa.String(100), nullable=True),
        sa.Column("library", sa.String(100), nullable=True),
        sa.Column("licence", sa.String(100), nullable=True),
        sa.Column("likes", KEY, nullable=True),
        sa.Column("downloads", KEY, nullable=True),
        sa.Column("trending", sa.Double[float](), nullable=True),
        sa.Column("first_seen_at", MOMENT, nullable=False),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.Column("observed_at", MOMENT, nullable=False),
        sa.Column("look_at", MOMENT, nullable=True),
        sa.Column("looks", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "stage IN ('stub', 'unsettled', 'settled', 'given_up', 'gone')", name=op.f("ck_model_stage")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model")),
        sa.UniqueConstraint("source", "hub_id", name=op.f("uq_model_source_hub_id")),
        sa.UniqueConstraint("source", "name_key", name=op.f("uq_model_source_name_key")),
    )
    op.create_index("ix_model_author", "model", ["author_key", "source", "repo_id"], unique=False)
    op.create_index("ix_model_task", "model", ["task"], unique=False)
    op.create_index("ix_model_library", "model", ["library"], unique=False)
    op.create_index("ix_model_licence", "model", ["licence"], unique=False)
    op.create_index("ix_model_look_at", "model", ["look_at"], unique=False)
    op.create_index("ix_model_released_at", "model", ["released_at"], unique=False)
    op.create_index("ix_model_search", "model", ["stage", "likes", "name_key", "repo_id"], unique=False)
    op.create_index("ix_model_trending", "model", ["trending"], unique=False)
    op.create_table(
        "note",
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_note")),
    )
    op.create_table(
        "server",
        sa.Column("guild_id", KEY, autoincrement=False, nullable=False),
        sa.Column("locale", sa.String(10), nullable=False),
        sa.Column("timezone", sa.String(64), nullable=False),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("digest_weekday", sa.Integer(), nullable=False),
        sa.Column("notice_channel_id", KEY, nullable=True),
        sa.Column("set_up_by", KEY, nullable=True),
        sa.Column("set_up_at", MOMENT, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.CheckConstraint("digest_hour BETWEEN 0 AND 23", name=op.f("ck_server_digest_hour")),
        sa.CheckConstraint("digest_weekday BETWEEN 0 AND 6", name=op.f("ck_server_digest_weekday")),
        sa.PrimaryKeyConstraint("guild_id", name=op.f("pk_server")),
    )
    op.create_table(
        "slot",
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("arrival_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_slot")),
    )
    op.create_table(
        "watch",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", KEY, nullable=False),
        sa.Column("channel_id", KEY, nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("filter", sa.JSON(), nullable=False),
        sa.Column("pace", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("paused_reason", sa.String(50), nullable=True),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("created_by", KEY, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("pace IN ('instant', 'daily', 'weekly')", name=op.f("ck_watch_pace")),
        sa.CheckConstraint("state IN ('active', 'paused')", name=op.f("ck_watch_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch")),
    )
    op.create_index(op.f("ix_watch_channel_id"), "watch", ["channel_id"], unique=False)
    op.create_index(op.f("ix_watch_guild_id"), "watch", ["guild_id"], unique=False)
    op.create_table(
        "delivery",
        sa.Column("id", KEY, nullable=False),
        sa.Column("guild_id", KEY, nullable=False),
        sa.Column("channel_id", KEY, nullable=False),
        sa.Column("subject", sa.String(100), nullable=False),
        sa.Column("purpose", sa.String(12), nullable=False),
        sa.Column("model_id", KEY, nullable=True),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sending_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("message_id", KEY, nullable=True),
        sa.Column("wanted_revision", sa.Integer(), nullable=False),
        sa.Column("shown_revision", sa.Integer(), nullable=False),
        sa.Column("edit_due_at", MOMENT, nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'unknown', 'failed', 'withdrawn')", name=op.f("ck_delivery_state")
        ),
        sa.ForeignKeyConstraint(["channel_id"], ["lane.channel_id"], name=op.f("fk_delivery_channel_id")),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_delivery_model_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("channel_id", "subject", "purpose", name=op.f("uq_delivery_channel_id_subject_purpose")),
    )
    op.create_index("ix_delivery_edit_due", "delivery", ["channel_id", "edit_due_at"], unique=False)
    op.create_index("ix_delivery_lane", "delivery", ["channel_id", "state", "id"], unique=False)
    op.create_index("ix_delivery_model", "delivery", ["model_id"], unique=False)
    op.create_index("ix_delivery_state", "delivery", ["state", "created_at"], unique=False)
    op.create_table(
        "edge",
        sa.Column("child_id", KEY, nullable=False),
        sa.Column("parent_id", KEY, nullable=False),
        sa.Column("relation", sa.String(12), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("child_id <> parent_id", name=op.f("ck_edge_no_self_parent")),
        sa.ForeignKeyConstraint(["child_id"], ["model.id"], name=op.f("fk_edge_child_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["parent_id"], ["model.id"], name=op.f("fk_edge_parent_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("child_id", "parent_id", name=op.f("pk_edge")),
    )
    op.create_index("ix_edge_parent", "edge", ["parent_id"], unique=False)
    op.create_table(
        "announcement",
        sa.Column("channel_id", KEY, autoincrement=False, nullable=False),
        sa.Column("model_id", KEY, autoincrement=False, nullable=False),
        sa.Column("guild_id", KEY, nullable=False),
        sa.Column("watch_id", KEY, nullable=False),
        sa.Column("form", sa.String(10), nullable=False),
        sa.Column("crossed", sa.String(), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("delivery_id", KEY, nullable=True),
        sa.CheckConstraint("form IN ('card', 'digest')", name=op.f("ck_announcement_form")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_announcement_delivery_id")),
        sa.ForeignKeyConstraint(["model_id"], ["model.id"], name=op.f("fk_announcement_model_id")),
        sa.PrimaryKeyConstraint("channel_id", "model_id", name=op.f("pk_announcement")),
    )
    op.create_index("ix_announcement_delivery", "announcement", ["delivery_id"], unique=False)
    op.create_index("ix_announcement_due", "announcement", ["form", "delivery_id", "due_at"], unique=False)
    op.create_index("ix_announcement_recent", "announcement", ["channel_id", "decided_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_announcement_recent", table_name="announcement")
    op.drop_index("ix_announcement_due", table_name="announcement")
    op.drop_index("ix_announcement_delivery", table_name="announcement")
    op.drop_table("announcement")
    op.drop_index("ix_edge_parent", table_name="edge")
    op.drop_table("edge")
    op.drop_index("ix_delivery_state", table_name="delivery")
    op.drop_index("ix_delivery_model", table_name="delivery")
    op.drop_index("ix_delivery_lane", table_name="delivery")
    op.drop_index("ix_delivery_edit_due", table_name="delivery")
    op.drop_table("delivery")
    op.drop_index(op.f("ix_watch_guild_id"), table_name="watch")
    op.drop_index(op.f("ix_watch_channel_id"), table_name="watch")
    op.drop_table("watch")
    op.drop_table("slot")
    op.drop_table("server")
    op.drop_table("note")
    op.drop_index("ix_model_trending", table_name="model")
    op.drop_index("ix_model_search", table_name="model")
    op.drop_index("ix_model_released_at", table_name="model")
    op.drop_index("ix_model_look_at", table_name="model")
    op.drop_index("ix_model_licence", table_name="model")
    op.drop_index("ix_model_library", table_name="model")
    op.drop_index("ix_model_task", table_name="model")
    op.drop_index("ix_model_author", table_name="model")
    op.drop_table("model")
    op.drop_table("lease")
    op.drop_index(op.f("ix_lane_guild_id"), table_name="lane")
    op.drop_index("ix_lane_due", table_name="lane")
    op.drop_table("lane")
    op.drop_table("feed")
    op.drop_table("counter")
