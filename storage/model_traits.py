"""What models have in common besides their votes: publishers and themes, by which blocs are told from fans."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from bot.domain.standing_filter import SIZES
from bot.domain.themes import Traits, released_together
from storage.community_tables import TaggingRow, TagRow
from storage.tables import EdgeRow, ModelRow
from storage.transaction import Queries, in_chunks


class ModelTraits(Queries):
    """Reads them."""

    async def traits(self, model_ids: Sequence[int]) -> Mapping[int, Traits]:
        """Return publisher and themes of each of these models."""
        found: dict[int, Traits] = {}
        for ids in in_chunks(model_ids):
            more = await self._families_and_tags(ids)
            rows = await self._connection.execute(
                select(
                    ModelRow.id,
                    ModelRow.author_key,
                    ModelRow.task,
                    ModelRow.library,
                    ModelRow.kind,
                    ModelRow.parameters,
                    ModelRow.released_at,
                    ModelRow.facts["languages"].label("languages"),
                ).where(ModelRow.id.in_(ids))
            )
            for row in rows.mappings():
                themes = frozenset([*_themes(row), *more.get(row["id"], ())])
                found[row["id"]] = Traits(row["author_key"], themes)
        return found

    async def _families_and_tags(self, model_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
        """Return what models were made from, and what members call them in any server."""
        parents = select(EdgeRow.child_id, EdgeRow.parent_id).where(EdgeRow.child_id.in_(model_ids))
        tags = select(TaggingRow.model_id, TagRow.key).distinct().join(TagRow, TagRow.id == TaggingRow.tag_id)
        found: dict[int, list[str]] = {}
        for child_id, parent_id in await self._connection.execute(parents):
            found.setdefault(child_id, []).append(f"family:{parent_id}")
            found.setdefault(parent_id, []).append(f"family:{parent_id}")
        for model_id, key in await self._connection.execute(tags.where(TaggingRow.model_id.in_(model_ids))):
            found.setdefault(model_id, []).append(f"tag:{key}")
        return found


def _themes(row: Mapping[Any, Any]) -> Iterator[str]:
    for name in ("task", "library", "kind"):
        if row[name]:
            yield f"{name}:{row[name]}"
    for language in row["languages"] or ():
        yield f"language:{language}"
    for size, (smallest, below) in SIZES.items():
        if (
            row["parameters"] is not None
            and smallest <= row["parameters"]
            and (below is None or row["parameters"] < below)
        ):
            yield f"size:{size}"
    if row["released_at"] is not None:
        yield from released_together(row["released_at"])
