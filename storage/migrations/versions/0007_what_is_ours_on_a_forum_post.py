"""Remember which of a forum post's tags Rootstock put there: those alone does it ever take off."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forum_post",
        sa.Column(
            "thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("our_tags", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("thread_id", name=op.f("pk_forum_post")),
    )


def downgrade() -> None:
    op.drop_table("forum_post")
