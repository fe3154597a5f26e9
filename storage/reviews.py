"""Reviews."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select

from bot.domain.reviews import Report, Review, ReviewSummary, Verdict, sum_up
from storage.community_tables import ReviewRow
from storage.model_lookups import holds
from storage.tables import ModelRow
from storage.transaction import Queries, in_chunks


class Reviews(Queries):
    """Fits `bot.workflows.community_ports.StoreReviews`."""

    async def summaries(self, guild_id: int, model_ids: Sequence[int]) -> Mapping[int, ReviewSummary]:
        """Sum each model's reviews up."""
        counts: dict[int, dict[tuple[str, str], int]] = {}
        said = (ReviewRow.model_id, ReviewRow.verdict, ReviewRow.hardware)
        for ids in in_chunks(model_ids):
            counted = (
                select(*said, func.count())
                .where(ReviewRow.guild_id == guild_id, ReviewRow.model_id.in_(ids))
                .group_by(*said)
            )
            for model_id, verdict, hardware, count in await self._connection.execute(counted):
                counts.setdefault(model_id, {})[verdict, hardware] = count
        return {model_id: sum_up(counted) for model_id, counted in counts.items()}

    async def get(self, guild_id: int, model_id: int, user_id: int) -> Review | None:
        """Return a member's review of a model."""
        found = await self._connection.execute(select(ReviewRow).where(_is_one(guild_id, model_id, user_id)))
        row = found.mappings().one_or_none()
        return None if row is None else _review(row)

    async def add(self, review: Review) -> bool:
        """Store a review unless this member has reviewed this model here before; whether it was stored."""
        insert = self._transaction.insert(ReviewRow).values(_values(review))
        added = await self._connection.execute(insert.on_conflict_do_nothing().returning(ReviewRow.user_id))
        return added.one_or_none() is not None

    async def put(self, review: Review) -> None:
        """Store a review in place of what this member said before."""
        values = _values(review)
        insert = self._transaction.insert(ReviewRow).values(values)
        key = ["guild_id", "model_id", "user_id"]
        said = {column: value for column, value in values.items() if column not in key}
        await self._connection.execute(insert.on_conflict_do_update(index_elements=key, set_=said))

    async def remove(self, guild_id: int, model_id: int, user_id: int) -> Review | None:
        """Remove a review and return what it said; `None` where there was none."""
        removed = delete(ReviewRow).where(_is_one(guild_id, model_id, user_id)).returning(ReviewRow)
        row = (await self._connection.execute(removed)).mappings().one_or_none()
        return None if row is None else _review(row)

    async def page(
        self, guild_id: int, model_id: int | None, *, offset: int, limit: int
    ) -> tuple[Sequence[Review], int]:
        """Return some of a server's reviews, latest first, of one model or of all, and how many there are."""
        asked = _of(guild_id, model_id)
        total = (await self._connection.execute(select(func.count()).select_from(ReviewRow).where(asked))).scalar_one()
        latest = select(ReviewRow).where(asked).order_by(ReviewRow.at.desc(), ReviewRow.model_id, ReviewRow.user_id)
        rows = await self._connection.execute(latest.offset(offset).limit(limit))
        return [_review(row) for row in rows.mappings()], total

    async def reviewed(self, guild_id: int, user_id: int | None, words: Sequence[str], *, limit: int) -> Sequence[str]:
        """Return the names that hold every word of models reviewed here, by one member or by anybody."""
        by_whom = ReviewRow.guild_id == guild_id
        if user_id is not None:
            by_whom &= ReviewRow.user_id == user_id
        names = (
            select(ModelRow.repo_id)
            .join(ReviewRow, ReviewRow.model_id == ModelRow.id)
            .where(by_whom, *holds(words))
            .group_by(ModelRow.id, ModelRow.repo_id)
            .order_by(func.max(ReviewRow.at).desc(), ModelRow.id)
            .limit(limit)
        )
        return (await self._connection.execute(names)).scalars().all()


def _is_one(guild_id: int, model_id: int, user_id: int) -> ColumnElement[bool]:
    return _of(guild_id, model_id) & (ReviewRow.user_id == user_id)


def _of(guild_id: int, model_id: int | None) -> ColumnElement[bool]:
    here = ReviewRow.guild_id == guild_id
    return here if model_id is None else here & (ReviewRow.model_id == model_id)


def _values(review: Review) -> dict[str, Any]:
    said = review.report
    return {
        "guild_id": review.guild_id,
        "model_id": review.model_id,
        "user_id": review.user_id,
        "verdict": said.verdict.value,
        "purpose": said.purpose,
        "hardware": said.hardware,
        "format": said.format,
        "note": said.note,
        "at": review.at,
    }


def _review(row: Mapping[Any, Any]) -> Review:
    said = Report(Verdict(row["verdict"]), row["purpose"], row["hardware"], row["format"], row["note"])
    return Review(row["guild_id"], row["model_id"], row["user_id"], said, row["at"])
