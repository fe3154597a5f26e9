"""Finding models: by id, by name, by what a listing shows, by what a member types."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Executable, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from bot.domain.model import HubModel, Metrics, Model, Source, Stage
from bot.domain.name_matches import NameMatch
from storage.model_rows import metrics_of, model_of, name_key
from storage.tables import ModelRow
from storage.transaction import Queries, in_chunks

MOST_TRENDING = 25
"""Trending names beside the most liked ones: what autocomplete can show."""

_SEARCHED = {"task": ModelRow.task, "library": ModelRow.library, "licence": ModelRow.licence}
"""What `distinct_values` may be asked for beside `author`."""


class ModelLookups(Queries):
    """Everything that reads models and writes nothing."""

    async def by_id(self, model_id: int) -> Model | None:
        """Return the model with this id."""
        return next(iter(await self._models(select(ModelRow).where(ModelRow.id == model_id))), None)

    async def by_ids(self, model_ids: Sequence[int]) -> Mapping[int, Model]:
        """Return those of these models that exist."""
        found: dict[int, Model] = {}
        for ids in in_chunks(model_ids):
            found |= {model.id: model for model in await self._models(select(ModelRow).where(ModelRow.id.in_(ids)))}
        return found

    async def names_of(self, model_ids: Sequence[int]) -> Mapping[int, str]:
        """Return the names of those of these models that are known (`Model.is_known`)."""
        found: dict[int, str] = {}
        for ids in in_chunks(model_ids):
            known = ModelRow.id.in_(ids) & ((ModelRow.stage != Stage.STUB.value) | ModelRow.hub_id.is_not(None))
            rows = await self._connection.execute(select(ModelRow.id, ModelRow.repo_id).where(known))
            found |= {row.id: row.repo_id for row in rows}
        return found

    async def by_name(self, source: Source, repo_id: str) -> Model | None:
        """Return the model that has this name today, whatever its case."""
        return (await self.by_names(source, [repo_id])).get(repo_id.casefold())

    async def by_names(self, source: Source, repo_ids: Sequence[str]) -> Mapping[str, Model]:
        """Return those that exist, by casefolded name."""
        names = {name_key(repo_id): repo_id.casefold() for repo_id in repo_ids}
        found: dict[str, Model] = {}
        for keys in in_chunks(list(names)):
            rows = await self._rows(select(ModelRow).where(_is_named(source, keys)))
            found |= {names[row["name_key"]]: model_of(row) for row in rows}
        return found

    async def recall(self, facts: Sequence[HubModel]) -> Mapping[str, Model]:
        """Return what is stored for these records, by `facts.repo_id`: found by hub id first, then by name."""
        rows = await self._rows_of(facts)
        by_hub_id = {(row["source"], row["hub_id"]): row for row in rows if row["hub_id"]}
        by_key = {(row["source"], row["name_key"]): row for row in rows}
        found: dict[str, Model] = {}
        for record in facts:
            row = by_hub_id.get((record.source, record.hub_id))
            if row is None:
                row = by_key.get((record.source, name_key(record.repo_id)))
                if row is not None and None not in {row["hub_id"], record.hub_id}:
                    continue  # The name belongs to another model so far: this one is new.
            if row is not None:
                found[record.repo_id] = model_of(row)
        return found

    async def due_for_a_look(self, now: datetime, *, limit: int) -> Sequence[Model]:
        """Return models whose next look is due, longest waiting first."""
        return await self._models(
            select(ModelRow).where(ModelRow.look_at <= now).order_by(ModelRow.look_at, ModelRow.id).limit(limit)
        )

    async def known_names(self, source: Source, author: str) -> frozenset[str]:
        """Return the casefolded names of this author's models that a listing has shown; stubs and lost ones are not."""
        rows = await self._connection.execute(
            select(ModelRow.name_key).where(
                _is_by(source, author), ModelRow.stage.not_in([Stage.STUB.value, Stage.GONE.value])
            )
        )
        return frozenset(rows.scalars())

    async def known_metrics(self, source: Source, author: str) -> Mapping[str, tuple[int, Metrics]]:
        """Return (id, numbers) of this author's settled models, by casefolded name."""
        columns = (ModelRow.id, ModelRow.name_key, ModelRow.likes, ModelRow.downloads, ModelRow.trending)
        rows = await self._rows(select(*columns).where(_is_by(source, author), ModelRow.stage == Stage.SETTLED.value))
        return {row["name_key"]: (row["id"], metrics_of(row)) for row in rows}

    async def metrics_of(self, model_ids: Sequence[int]) -> Mapping[int, Metrics]:
        """Return the stored numbers of these models."""
        found: dict[int, Metrics] = {}
        for ids in in_chunks(model_ids):
            rows = await self._rows(
                select(ModelRow.id, ModelRow.likes, ModelRow.downloads, ModelRow.trending).where(ModelRow.id.in_(ids))
            )
            found |= {row["id"]: metrics_of(row) for row in rows}
        return found

    async def released_since(self, start: datetime, *, after: Model | None, limit: int) -> Sequence[Model]:
        """Return settled models released at `start` or later, oldest first; those that come `after` one of them.

        The last one of a page leads to the next, however many there are and whatever is released meanwhile.
        """
        released = (
            select(ModelRow)
            .where(ModelRow.released_at >= start, ModelRow.stage == Stage.SETTLED.value)
            .order_by(ModelRow.released_at, ModelRow.id)
            .limit(limit)
        )
        if after is not None and after.released_at is not None:
            follows = or_(ModelRow.released_at > after.released_at, ModelRow.id > after.id)
            released = released.where(ModelRow.released_at >= after.released_at, follows)
        return await self._models(released)

    async def search_names(self, words: Sequence[str], *, limit: int) -> Sequence[NameMatch]:
        """Return findable models whose name holds every word, best known first: about `limit` of them.

        In steps, because PostgreSQL can follow the index only where no likes are missing: then the first names with a
        common part are at hand at once, and need not be sorted out of all that have it. Where likes alone would hide
        what is new and liked just now, that is added.
        """
        liked = await self._names_with(words, ModelRow.likes.is_not(None), ModelRow.likes, limit)
        missing = limit - len(liked)
        if missing:
            return [*liked, *(await self._names_with(words, ModelRow.likes.is_(None), ModelRow.likes, missing))]
        trending = await self._names_with(words, ModelRow.trending > 0, ModelRow.trending, MOST_TRENDING)
        return list({match.model_id: match for match in (*liked, *trending)}.values())

    async def _names_with(
        self, words: Sequence[str], among: ColumnElement[bool], fame: InstrumentedAttribute[Any], limit: int
    ) -> Sequence[NameMatch]:
        rows = await self._connection.execute(
            select(ModelRow.id, ModelRow.repo_id, ModelRow.likes, ModelRow.trending)
            .where(ModelRow.findable.is_(True), among, *holds(words))
            .order_by(fame.desc(), ModelRow.name_key)
            .limit(limit)
        )
        return [NameMatch(row.id, row.repo_id, row.likes, row.trending) for row in rows]

    async def authors_of(self, source: Source, keys: Sequence[str]) -> frozenset[str]:
        """Return those of these casefolded authors of whom a hub has shown a model; a mere name is none."""
        found: set[str] = set()
        for some in in_chunks(keys):
            is_theirs = (ModelRow.source == source.value) & ModelRow.author_key.in_(some)
            shown = ModelRow.stage != Stage.STUB.value
            rows = await self._connection.execute(select(ModelRow.author_key).where(is_theirs, shown).distinct())
            found.update(rows.scalars())
        return frozenset(found)

    async def distinct_values(self, attribute: str, text: str, *, limit: int) -> Sequence[str]:
        """Return stored values of `author`, `task`, `library` or `licence` that contain `text`, most common first.

        Authors come as their hub spells them. Raises `KeyError` for any other attribute.
        """
        if attribute == "author":
            return await self._authors(text, limit=limit)
        column = _SEARCHED[attribute]
        # Hubs know hundreds of these values at most: they are counted from the index and compared here.
        counted = select(column, func.count()).where(column.is_not(None)).group_by(column)
        rows = await self._connection.execute(counted)
        found = [(-count, value) for value, count in rows if value and text.casefold() in value.casefold()]
        return [value for _, value in sorted(found)[:limit]]

    async def _authors(self, text: str, *, limit: int) -> Sequence[str]:
        rows = await self._connection.execute(
            select(func.min(ModelRow.repo_id))
            .where(ModelRow.author_key != "", ModelRow.author_key.contains(text.casefold(), autoescape=True))
            .group_by(ModelRow.author_key)
            .order_by(func.count().desc(), ModelRow.author_key)
            .limit(limit)
        )
        return [value.partition("/")[0] for value in rows.scalars()]

    async def _rows_of(self, facts: Sequence[HubModel], *, to_change: bool = False) -> list[Mapping[Any, Any]]:
        """Return the rows that these records may be about, locked in a fixed order if they are to be changed."""
        rows: list[Mapping[Any, Any]] = []
        for source in {record.source for record in facts}:
            for records in in_chunks([record for record in facts if record.source is source]):
                keys = {name_key(record.repo_id) for record in records}
                hub_ids = {record.hub_id for record in records if record.hub_id}
                # Two statements: PostgreSQL may answer an OR over two indexes by reading the whole table.
                for is_one in (ModelRow.hub_id.in_(hub_ids), ModelRow.name_key.in_(keys)):
                    found = select(ModelRow).where(ModelRow.source == source.value, is_one).order_by(ModelRow.id)
                    rows += await self._rows(found.with_for_update() if to_change else found)
        return list({row["id"]: row for row in rows}.values())

    async def _models(self, statement: Executable) -> list[Model]:
        return [model_of(row) for row in await self._rows(statement)]

    async def _rows(self, statement: Executable) -> Sequence[Mapping[Any, Any]]:
        return (await self._connection.execute(statement)).mappings().all()


def holds(words: Sequence[str]) -> Sequence[ColumnElement[bool]]:
    """Return the conditions under which a model's name holds every word; wildcards are letters."""
    return [ModelRow.name_key.contains(name_key(word), autoescape=True) for word in words]


def _is_named(source: Source, keys: Sequence[str]) -> ColumnElement[bool]:
    return (ModelRow.source == source.value) & ModelRow.name_key.in_(keys)


def _is_by(source: Source, author: str) -> ColumnElement[bool]:
    return (ModelRow.source == source.value) & (ModelRow.author_key == author.casefold()[:100])
