"""Ballots and their log."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from bot.domain.votes import Choice, Tally
from storage.community_tables import BallotRow
from storage.transaction import Queries


class Votes(Queries):
    """Fits `bot.workflows.community_ports.StoreVotes`."""

    async def tallies(self, guild_id: int, model_ids: Sequence[int]) -> Mapping[int, Tally]:
        """Count the live ballots of a server, without those set aside."""
        counted = (
            select(BallotRow.model_id, BallotRow.choice, func.count())
            .where(BallotRow.guild_id == guild_id, BallotRow.model_id.in_(model_ids), BallotRow.set_aside.is_(None))
            .group_by(BallotRow.model_id, BallotRow.choice)
        )
        found: dict[int, dict[str, int]] = {}
        for model_id, choice, ballots in await self._connection.execute(counted):
            found.setdefault(model_id, {})[choice] = ballots
        return {
            model_id: Tally(by_choice.get(Choice.UP, 0), by_choice.get(Choice.DOWN, 0))
            for model_id, by_choice in found.items()
        }
