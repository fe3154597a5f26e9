"""What one member said in one server, model by model."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from bot.domain.members import Mine
from bot.domain.model import Source
from bot.domain.reviews import Report, Verdict
from bot.domain.votes import AsideBecause, Ballot, Choice
from storage.community_tables import BallotRow, ReviewRow, TaggingRow, TagRow
from storage.tables import ModelRow
from storage.transaction import Queries


class Mines(Queries):
    """Reads a member's own ballots, tags and reviews."""

    async def mine(self, guild_id: int, user_id: int) -> Sequence[Mine]:
        """Return all that a member said in a server, the model they said something about latest first."""
        found: dict[int, Mine] = {}
        for row in await self._ballots(guild_id, user_id):
            aside = AsideBecause(row["set_aside"]) if row["set_aside"] else None
            ballot = Ballot(Choice(row["choice"]), row["cast_at"], row["counts_from"], aside)
            found[row["model_id"]] = replace(_so_far(found, row, row["cast_at"]), ballot=ballot)
        for row in await self._taggings(guild_id, user_id):
            so_far = _so_far(found, row, row["at"])
            found[row["model_id"]] = replace(so_far, tags=(*so_far.tags, row["label"]))
        for row in await self._reviews(guild_id, user_id):
            said = Report(Verdict(row["verdict"]), row["purpose"], row["hardware"], row["format"], row["note"])
            found[row["model_id"]] = replace(_so_far(found, row, row["at"]), report=said)
        return sorted(found.values(), key=lambda mine: (mine.latest_at, mine.model_id), reverse=True)

    async def _ballots(self, guild_id: int, user_id: int) -> Sequence[Mapping[Any, Any]]:
        is_mine = (BallotRow.guild_id == guild_id) & (BallotRow.user_id == user_id)
        return await self._rows(
            select(BallotRow, ModelRow.source, ModelRow.repo_id)
            .join(ModelRow, ModelRow.id == BallotRow.model_id)
            .where(is_mine)
        )

    async def _taggings(self, guild_id: int, user_id: int) -> Sequence[Mapping[Any, Any]]:
        is_mine = (TaggingRow.guild_id == guild_id) & (TaggingRow.user_id == user_id)
        return await self._rows(
            select(TaggingRow, TagRow.label, ModelRow.source, ModelRow.repo_id)
            .join(TagRow, TagRow.id == TaggingRow.tag_id)
            .join(ModelRow, ModelRow.id == TaggingRow.model_id)
            .where(is_mine)
            .order_by(TaggingRow.at, TaggingRow.tag_id)
        )

    async def _reviews(self, guild_id: int, user_id: int) -> Sequence[Mapping[Any, Any]]:
        is_mine = (ReviewRow.guild_id == guild_id) & (ReviewRow.user_id == user_id)
        return await self._rows(
            select(ReviewRow, ModelRow.source, ModelRow.repo_id)
            .join(ModelRow, ModelRow.id == ReviewRow.model_id)
            .where(is_mine)
        )

    async def _rows(self, statement: Any) -> Sequence[Mapping[Any, Any]]:  # noqa: ANN401 - selects of many shapes
        return (await self._connection.execute(statement)).mappings().all()


def _so_far(found: Mapping[int, Mine], row: Mapping[Any, Any], at: Any) -> Mine:  # noqa: ANN401 - a moment from a row
    """Return what was gathered about a model, which something said at this moment joins."""
    known = found.get(row["model_id"]) or Mine(row["model_id"], Source(row["source"]), row["repo_id"], at)
    return replace(known, latest_at=max(known.latest_at, at))
