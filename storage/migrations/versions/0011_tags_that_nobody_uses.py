"""Remember that a banned tag was curated; and let go of tags that nobody uses and no moderator keeps."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

UNUSED = """
DELETE FROM tag
WHERE state = 'open'
  AND NOT EXISTS (SELECT 1 FROM tagging WHERE tagging.tag_id = tag.id)
  AND NOT EXISTS (SELECT 1 FROM tag_alias WHERE tag_alias.tag_id = tag.id)
"""


def upgrade() -> None:
    op.add_column("tag", sa.Column("was_curated", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(UNUSED)


def downgrade() -> None:
    op.drop_column("tag", "was_curated")
