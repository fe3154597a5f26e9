"""Who was made from whom."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, literal, select

from bot.domain.model import Kind, Model, Stage
from storage.model_lookups import ModelLookups
from storage.tables import EdgeRow, ModelRow
from storage.transaction import in_chunks

DEPTH = 32
"""How far families are followed. The deepest real chain in the Hub's lineage data is about a dozen."""


class Lineage(ModelLookups):
    """The edges between models."""

    async def set_parents_of(self, parents: Mapping[int, Sequence[tuple[int, Kind | None]]]) -> None:
        """Replace the declared parents of many models, in order; a model itself is no parent of its own."""
        for children in in_chunks(list(parents)):
            await self._connection.execute(delete(EdgeRow).where(EdgeRow.child_id.in_(children)))
        edges = {
            (child, parent): {"child_id": child, "parent_id": parent, "relation": relation, "position": position}
            for child, declared in parents.items()
            for position, (parent, relation) in _numbered(child, declared)
        }
        if edges:
            insert = self._transaction.insert(EdgeRow).on_conflict_do_nothing()
            await self._connection.execute(insert, list(edges.values()))

    async def ancestors(self, model_ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
        """Return all ancestors of each model up to `DEPTH`, safe against cycles; no model is its own ancestor."""
        found: dict[int, set[int]] = {model_id: set() for model_id in model_ids}
        for ids in in_chunks(list(found)):
            first = select(
                EdgeRow.child_id.label("origin"), EdgeRow.parent_id.label("ancestor"), literal(1).label("depth")
            ).where(EdgeRow.child_id.in_(ids))
            up = first.cte("up", recursive=True)
            # UNION drops what was reached before at the same depth, and the depth is bounded: a ring ends.
            up = up.union(
                select(up.c.origin, EdgeRow.parent_id, up.c.depth + 1)
                .join(EdgeRow, EdgeRow.child_id == up.c.ancestor)
                .where(up.c.depth < DEPTH)
            )
            rows = await self._connection.execute(select(up.c.origin, up.c.ancestor).distinct())
            for origin, ancestor in rows:
                found[origin].add(ancestor)
        return {model_id: frozenset(above - {model_id}) for model_id, above in found.items()}

    async def path_to_root(self, model_id: int) -> Sequence[Model]:
        """Return the line of first parents from the family's root down to the first parent; no ring is followed."""
        first = select(EdgeRow.parent_id.label("ancestor"), literal(1).label("depth"))
        up = first.where(EdgeRow.child_id == model_id, EdgeRow.position == 0).cte("line", recursive=True)
        up = up.union(
            select(EdgeRow.parent_id, up.c.depth + 1)
            .join(up, EdgeRow.child_id == up.c.ancestor)
            .where(up.c.depth < DEPTH, EdgeRow.position == 0)
        )
        rows = await self._connection.execute(select(up.c.ancestor).order_by(up.c.depth))
        line = list(dict.fromkeys(rows.scalars()))
        if model_id in line:
            line = line[: line.index(model_id)]
        models = await self.by_ids(line)
        return [models[ancestor] for ancestor in reversed(line)]

    async def parents(self, model_id: int) -> Sequence[Model]:
        """Return the declared parents, in order."""
        return await self._models(
            select(ModelRow)
            .join(EdgeRow, EdgeRow.parent_id == ModelRow.id)
            .where(EdgeRow.child_id == model_id)
            .order_by(EdgeRow.position)
        )

    async def parent_ids(self, model_ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
        """Return the direct parents of many models; a model without any is absent."""
        found: dict[int, set[int]] = {}
        for ids in in_chunks(model_ids):
            edges = select(EdgeRow.child_id, EdgeRow.parent_id).where(EdgeRow.child_id.in_(ids))
            for child, parent in await self._connection.execute(edges):
                found.setdefault(child, set()).add(parent)
        return {child: frozenset(above) for child, above in found.items()}

    async def derivative_counts(self, model_id: int) -> Mapping[Kind, int]:
        """Return how many direct derivatives of each kind are known, by what they are, not by what they declare."""
        kind = func.coalesce(ModelRow.kind, EdgeRow.relation).label("kind")
        rows = await self._connection.execute(
            select(kind, func.count())
            .join(EdgeRow, EdgeRow.child_id == ModelRow.id)
            .where(EdgeRow.parent_id == model_id, ModelRow.stage != Stage.GONE.value, kind.is_not(None))
            .group_by(kind)
        )
        return {Kind(name): count for name, count in rows}

    async def quantizations(self, model_id: int, *, limit: int) -> Sequence[Model]:
        """Return direct quantised derivatives, most downloaded first."""
        return await self._models(
            select(ModelRow)
            .join(EdgeRow, EdgeRow.child_id == ModelRow.id)
            .where(EdgeRow.parent_id == model_id, ModelRow.kind == Kind.QUANTIZED.value)
            .where(ModelRow.stage != Stage.GONE.value)
            .order_by(ModelRow.downloads.desc().nulls_last(), ModelRow.id)
            .limit(limit)
        )


def _numbered(child: int, declared: Sequence[tuple[int, Kind | None]]) -> Sequence[tuple[int, tuple[int, Kind | None]]]:
    """Return the parents with their positions, each once (the first time counts) and without the child itself."""
    relations: dict[int, Kind | None] = {}
    for parent, relation in declared:
        relations.setdefault(parent, relation)
    relations.pop(child, None)
    return list(enumerate(relations.items()))
