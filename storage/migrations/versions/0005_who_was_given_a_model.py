"""Give announcements an index by model: every batch asks which channels were given its models before."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLE, INDEX = "announcement", "ix_announcement_model"


def upgrade() -> None:
    op.create_index(INDEX, TABLE, ["model_id", "channel_id"], unique=False)


def downgrade() -> None:
    op.drop_index(INDEX, table_name=TABLE)
