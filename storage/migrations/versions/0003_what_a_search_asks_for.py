"""Give models the columns that a search asks for, and an index that answers a search by itself.

The columns hold what today's rules conclude from each stored record, so the rules themselves fill them: whichever
version of Rootstock migrates, a model's next record would be given the same values.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.facts_json import from_json
from storage.model_rows import searched_values

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INDEXED = ["stage", "likes", "name_key", "repo_id"]
SEARCHED = ["id", "kind", "licence_class", "parameters", "released_at"]
PAGE = 1_000

MODEL = sa.table(
    "model",
    sa.column("id", KEY),
    sa.column("stage", sa.String),
    sa.column("facts", sa.JSON),
    sa.column("licence_class", sa.String),
    sa.column("parameters", KEY),
)


def upgrade() -> None:
    op.add_column("model", sa.Column("licence_class", sa.String(16), nullable=True))
    op.add_column("model", sa.Column("parameters", KEY, nullable=True))
    _fill(op.get_bind())
    op.drop_index("ix_model_search", table_name="model")
    op.create_index("ix_model_search", "model", [*INDEXED, *SEARCHED], unique=False)


def downgrade() -> None:
    op.drop_index("ix_model_search", table_name="model")
    op.create_index("ix_model_search", "model", INDEXED, unique=False)
    op.drop_column("model", "parameters")
    op.drop_column("model", "licence_class")


def _fill(connection: sa.Connection) -> None:
    last = 0
    changed = sa.update(MODEL).where(MODEL.c.id == sa.bindparam("model"))
    while page := connection.execute(_after(last)).all():
        values = [{"model": row.id, **searched_values(from_json(row.facts))} for row in page]
        connection.execute(changed, values)
        last = page[-1].id


def _after(last: int) -> sa.Select[Any, Any]:
    known = sa.select(MODEL.c.id, MODEL.c.facts).where(MODEL.c.id > last, MODEL.c.stage != "stub")
    return known.order_by(MODEL.c.id).limit(PAGE)
