"""Who put which tag on which model."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select

from bot.domain.community import TagCount
from bot.domain.model import Source
from bot.domain.tags import ModelTag, Tag, TaggedModel, Tagging, TagState
from storage.community_tables import TaggingRow, TagRow
from storage.tables import ModelRow
from storage.transaction import Queries

TAG_COLUMNS = (TagRow.id, TagRow.guild_id, TagRow.key, TagRow.label, TagRow.state, TagRow.was_curated)
SHOWN = TagRow.state != TagState.BANNED.value
_MEMBERS = func.count(TaggingRow.user_id)


class Taggings(Queries):
    """What members do with tags. A banned tag stays where it was put, and is not shown."""

    async def top(self, guild_id: int, model_ids: Sequence[int], *, limit: int) -> Mapping[int, Sequence[TagCount]]:
        """Return each model's most used tags, then the older ones first; banned tags are not shown."""
        counted = (
            select(TaggingRow.model_id, TagRow.label, _MEMBERS.label("members"))
            .join(TagRow, TagRow.id == TaggingRow.tag_id)
            .where(TaggingRow.guild_id == guild_id, TaggingRow.model_id.in_(model_ids), SHOWN)
            .group_by(TaggingRow.model_id, TagRow.id, TagRow.label)
            .order_by(TaggingRow.model_id, _MEMBERS.desc(), TagRow.id)
        )
        found: dict[int, list[TagCount]] = {}
        for row in await self._connection.execute(counted):
            tags = found.setdefault(row.model_id, [])
            if len(tags) < limit:
                tags.append(TagCount(row.label, row.members))
        return found

    async def of_model(self, guild_id: int, model_id: int) -> Sequence[ModelTag]:
        """Return every tag of a model, most used first, then the older ones."""
        counted = (
            select(*TAG_COLUMNS, _MEMBERS.label("members"))
            .join(TaggingRow, TagRow.id == TaggingRow.tag_id)
            .where(TaggingRow.guild_id == guild_id, TaggingRow.model_id == model_id, SHOWN)
            .group_by(*TAG_COLUMNS)
            .order_by(_MEMBERS.desc(), TagRow.id)
        )
        return [ModelTag(tag_of(row), row.members) for row in await self._connection.execute(counted)]

    async def models_with(
        self, guild_id: int, tag_id: int, *, offset: int, limit: int
    ) -> tuple[Sequence[TaggedModel], int]:
        """Return some of the models that have a tag, by members, and how many there are."""
        is_it = [TaggingRow.guild_id == guild_id, TaggingRow.tag_id == tag_id]
        models = await self._connection.execute(select(func.count(TaggingRow.model_id.distinct())).where(*is_it))
        rows = await self._connection.execute(
            select(ModelRow.id, ModelRow.source, ModelRow.repo_id, _MEMBERS.label("members"))
            .join(TaggingRow, ModelRow.id == TaggingRow.model_id)
            .where(*is_it)
            .group_by(ModelRow.id, ModelRow.source, ModelRow.repo_id)
            .order_by(_MEMBERS.desc(), ModelRow.id.desc())
            .offset(offset)
            .limit(limit)
        )
        return [TaggedModel(row.id, Source(row.source), row.repo_id, row.members) for row in rows], models.scalar_one()

    async def put(
        self, guild_id: int, model_id: int, tag_ids: Sequence[int], *, user_id: int, now: datetime
    ) -> frozenset[int]:
        """Put tags on a model for a member; those that were not there before."""
        rows = [
            {"guild_id": guild_id, "model_id": model_id, "tag_id": tag_id, "user_id": user_id, "at": now}
            for tag_id in tag_ids
        ]
        if not rows:
            return frozenset()
        insert = self._transaction.insert(TaggingRow).values(rows).on_conflict_do_nothing()
        return frozenset((await self._connection.execute(insert.returning(TaggingRow.tag_id))).scalars())

    async def take(self, guild_id: int, model_id: int, tag_ids: Sequence[int], *, user_id: int) -> frozenset[int]:
        """Take a member's tags off a model; those that were there."""
        is_it = _is(guild_id, user_id=user_id, model_id=model_id)
        gone = delete(TaggingRow).where(*is_it, TaggingRow.tag_id.in_(tag_ids)).returning(TaggingRow.tag_id)
        return frozenset((await self._connection.execute(gone)).scalars())

    async def take_off(self, guild_id: int, model_id: int, tag_id: int) -> int:
        """Take a tag off a model for everybody; how many had put it there."""
        is_it = [*_is(guild_id, model_id=model_id), TaggingRow.tag_id == tag_id]
        return await self._transaction.write(delete(TaggingRow).where(*is_it))

    async def of_member(self, guild_id: int | None, user_id: int, *, model_id: int | None = None) -> Sequence[Tagging]:
        """Return what a member said, latest first: in one server or in all, on one model or on all.

        Banned tags are in it: they are the member's own words.
        """
        found = select(*TAG_COLUMNS, TaggingRow.model_id, TaggingRow.at).join(TagRow, TagRow.id == TaggingRow.tag_id)
        is_it = _is(guild_id, user_id=user_id, model_id=model_id)
        latest = found.where(*is_it).order_by(TaggingRow.at.desc(), TagRow.id)
        return [Tagging(row.model_id, tag_of(row), row.at) for row in await self._connection.execute(latest)]

    async def models_of(self, tag_id: int) -> Sequence[int]:
        """Return the models that a tag is on, whose cards show it."""
        models = select(TaggingRow.model_id).distinct().where(TaggingRow.tag_id == tag_id)
        return sorted((await self._connection.execute(models)).scalars())


def tag_of(row: Any) -> Tag:  # noqa: ANN401 - a row of any width
    """Return the tag of a row that has `TAG_COLUMNS`."""
    return Tag(row.id, row.guild_id, row.key, row.label, TagState(row.state), row.was_curated)


def _is(
    guild_id: int | None, *, user_id: int | None = None, model_id: int | None = None
) -> Sequence[ColumnElement[bool]]:
    wanted = {TaggingRow.guild_id: guild_id, TaggingRow.user_id: user_id, TaggingRow.model_id: model_id}
    return [column == value for column, value in wanted.items() if value is not None]
