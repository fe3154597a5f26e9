"""Let a model be found that somebody asked for before it settled, by more than its name, and by what is trending.

What is findable has one leading column in the index of searches; publisher and task are in it because words may mean
them. Models that somebody looked up or voted on so far are findable from now on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BEFORE = ["likes", "name_key", "repo_id", "id", "kind", "licence_class", "parameters", "released_at"]
SEARCHED = [*BEFORE, "author_key", "task", "trending"]
TRENDING = ["findable", "trending", "name_key", "repo_id", "id", "likes"]

MODEL = sa.table(
    "model",
    sa.column("id", sa.BigInteger),
    sa.column("stage", sa.String),
    sa.column("hub_id", sa.String),
    sa.column("findable", sa.Boolean),
)
BALLOT = sa.table("ballot", sa.column("model_id", sa.BigInteger))


def upgrade() -> None:
    op.add_column("model", sa.Column("findable", sa.Boolean(), nullable=False, server_default=sa.false()))
    looked_up = (MODEL.c.stage == "stub") & MODEL.c.hub_id.is_not(None)
    voted_on = (MODEL.c.stage != "gone") & MODEL.c.id.in_(sa.select(BALLOT.c.model_id))
    is_found = (MODEL.c.stage == "settled") | looked_up | voted_on
    op.get_bind().execute(sa.update(MODEL).where(is_found).values(findable=True))
    op.drop_index("ix_model_search", table_name="model")
    op.create_index("ix_model_search", "model", ["findable", *SEARCHED], unique=False)
    op.create_index("ix_model_trending_names", "model", TRENDING, unique=False)


def downgrade() -> None:
    op.drop_index("ix_model_trending_names", table_name="model")
    op.drop_index("ix_model_search", table_name="model")
    op.create_index("ix_model_search", "model", ["stage", *BEFORE], unique=False)
    op.drop_column("model", "findable")
