"""Storing models: whole pages of records in a handful of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from bot.domain.model import Classification, HubModel, Metrics, Model, ModelToPut, Source, Stage
from storage.identities import Identities, Identity
from storage.model_lookups import ModelLookups
from storage.model_rows import name_key, stub_values
from storage.tables import EdgeRow, ModelRow
from storage.transaction import in_chunks

RACES = 3
"""How often another process may have stored the very same new model first, before that is called an error."""


class ModelWrites(ModelLookups):
    """Everything that changes models themselves."""

    async def put(
        self,
        facts: HubModel,
        *,
        stage: Stage,
        now: datetime,
        released_at: datetime | None,
        classification: Classification | None,
        look_at: datetime | None,
        looks: int = 0,
    ) -> Model:
        """Insert or update one model (rename included) and return it."""
        put = ModelToPut(facts, stage, released_at, classification, look_at, looks)
        return (await self.put_many([put], now=now))[0]

    async def put_many(self, models: Sequence[ModelToPut], *, now: datetime) -> Sequence[Model]:
        """Insert or update a page of models; they come back in the order given."""
        stored: dict[int, Model] = {}
        waiting = list(enumerate(models))
        for _ in range(RACES):
            for source in {put.facts.source for _, put in waiting}:
                page = [(place, put) for place, put in waiting if put.facts.source is source]
                done = await self._put_page([put for _, put in page], now=now)
                stored |= {place: model for (place, _), model in zip(page, done, strict=True) if model is not None}
            waiting = [(place, put) for place, put in waiting if place not in stored]
            if not waiting:
                return [stored[place] for place in range(len(models))]
        message = f"{len(waiting)} models were stored by another process at every attempt"
        raise RuntimeError(message)

    async def name_stub(self, source: Source, repo_id: str, *, now: datetime) -> int:
        """Return the id of the model with this name, making a stub where there is none."""
        return (await self.name_stubs(source, [repo_id], now=now))[repo_id.casefold()]

    async def name_stubs(self, source: Source, repo_ids: Sequence[str], *, now: datetime) -> Mapping[str, int]:
        """Return the ids of the models with these names, by casefolded name, making stubs where there are none."""
        names = {name_key(repo_id): repo_id for repo_id in repo_ids}
        ids = await self._ids_named(source, list(names))
        missing = [repo_id for key, repo_id in names.items() if key not in ids]
        if missing:
            stubs = [stub_values(source, repo_id, now=now) for repo_id in missing]
            await self._connection.execute(self._transaction.insert(ModelRow).on_conflict_do_nothing(), stubs)
            ids |= await self._ids_named(source, [name_key(repo_id) for repo_id in missing])
        return {repo_id.casefold(): ids[name_key(repo_id)] for repo_id in repo_ids}

    async def update_metrics(self, numbers: Mapping[int, Metrics], *, now: datetime) -> None:
        """Overwrite the numbers of many models; `None` leaves what is stored."""
        known = await self.metrics_of(list(numbers))
        changes = [
            {"model": model_id, "observed_at": now, **asdict(new)}
            for model_id, number in sorted(numbers.items())
            if model_id in known and (new := _newer(known[model_id], number)) != known[model_id]
        ]
        await self._set(changes)

    async def leave_trending(self, staying: Sequence[int], *, score: float) -> None:
        """Set the trending score of every model that had a higher one, but is not among `staying`, to `score`."""
        higher = await self._connection.execute(select(ModelRow.id).where(ModelRow.trending > score))
        leaving = sorted(set(higher.scalars()) - set(staying))
        for ids in in_chunks(leaving):
            await self._connection.execute(update(ModelRow).where(ModelRow.id.in_(ids)).values(trending=score))

    async def mark_gone(self, model_id: int, *, now: datetime) -> None:
        """Note that the hub shows this model no more; it keeps its name until another model takes it."""
        gone = update(ModelRow).where(ModelRow.id == model_id)
        values = {"stage": Stage.GONE.value, "findable": False, "look_at": None, "observed_at": now}
        await self._connection.execute(gone.values(values))

    async def make_findable(self, model_id: int) -> None:
        """Let searches show a model that has not settled yet."""
        hidden = (ModelRow.stage != Stage.GONE.value) & ModelRow.findable.is_(False)
        found = update(ModelRow).where(ModelRow.id == model_id, hidden)
        await self._connection.execute(found.values(findable=True))

    async def _put_page(self, page: Sequence[ModelToPut], *, now: datetime) -> Sequence[Model | None]:
        """Store records of one hub; `None` where another process was first, so that the record must be placed anew."""
        identities = Identities(await self._rows_of([put.facts for put in page], to_change=True))
        for put in page:
            identities.place(put)
        changed = list(dict.fromkeys(identities.placed))
        columns = {id(identity): identity.columns(now=now) for identity in changed}
        await self._free_names(identities, now=now)
        await self._set([columns[id(known)] | {"model": known.id} for known in changed if known.id is not None])
        await self._insert([(identity, columns[id(identity)]) for identity in changed if identity.id is None])
        await self._absorb(identities)
        return [
            None if identity.id is None else identity.model(identity.id, columns[id(identity)])
            for identity in identities.placed
        ]

    async def _free_names(self, identities: Identities, *, now: datetime) -> None:
        """Take names away before they are given anew: within a page they may even go round in a ring."""
        gone = {"stage": Stage.GONE.value, "findable": False, "look_at": None, "observed_at": now}
        await self._set([{"model": lost, "name_key": key, **gone} for lost, key in sorted(identities.freed.items())])
        moving = {
            identity.id: f"~{identity.id}"
            for identity in identities.placed
            if identity.id is not None and identity.stored_key != identity.key
        }
        await self._set([{"model": moved, "name_key": key} for moved, key in sorted(moving.items())])

    async def _set(self, changes: Sequence[dict[str, Any]]) -> None:
        """Change rows by their id (`model`); all changes are of the same columns."""
        if changes:
            statement = update(ModelRow).where(ModelRow.id == bindparam("model"))
            names = [name for name in changes[0] if name != "model"]
            await self._connection.execute(statement.values({name: bindparam(name) for name in names}), changes)

    async def _insert(self, new: Sequence[tuple[Identity, dict[str, Any]]]) -> None:
        if new:
            statement = self._transaction.insert(ModelRow).on_conflict_do_nothing()
            statement = statement.returning(ModelRow.id, ModelRow.name_key)
            rows = await self._connection.execute(statement, [values for _, values in new])
            ids = {row.name_key: row.id for row in rows}
            for identity, _ in new:
                identity.id = ids.get(identity.key)

    async def _absorb(self, identities: Identities) -> None:
        """Move the derivatives of a model that was known by name only to the model that it turned out to be."""
        for absorbed, successor in identities.absorbed.items():
            if successor.id is None:
                continue  # Another process stored the successor first: its own page absorbs.
            children = select(EdgeRow.child_id).where(EdgeRow.parent_id == successor.id)
            doubled = (EdgeRow.parent_id == absorbed) & EdgeRow.child_id.in_([*await self._ids(children), successor.id])
            await self._connection.execute(delete(EdgeRow).where(doubled))
            moved = update(EdgeRow).where(EdgeRow.parent_id == absorbed).values(parent_id=successor.id)
            await self._connection.execute(moved)

    async def _ids(self, statement: Any) -> Sequence[int]:  # noqa: ANN401 - any one-column SELECT
        return (await self._connection.execute(statement)).scalars().all()

    async def _ids_named(self, source: Source, keys: Sequence[str]) -> dict[str, int]:
        ids: dict[str, int] = {}
        for some in in_chunks(keys):
            is_named = (ModelRow.source == source.value) & ModelRow.name_key.in_(some)
            rows = await self._connection.execute(select(ModelRow.name_key, ModelRow.id).where(is_named))
            ids |= {row.name_key: row.id for row in rows}
        return ids


def _newer(known: Metrics, new: Metrics) -> Metrics:
    return Metrics(
        likes=known.likes if new.likes is None else new.likes,
        downloads=known.downloads if new.downloads is None else new.downloads,
        trending=known.trending if new.trending is None else new.trending,
    )
