"""Reviews."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from bot.domain.reviews import ReviewSummary, Verdict
from storage.community_tables import ReviewRow
from storage.transaction import Queries


class Reviews(Queries):
    """Fits `bot.workflows.community_ports.StoreReviews`."""

    async def summaries(self, guild_id: int, model_ids: Sequence[int]) -> Mapping[int, ReviewSummary]:
        """Sum each model's reviews up; the hardware is named when one answer leads the others."""
        counted = (
            select(ReviewRow.model_id, ReviewRow.verdict, ReviewRow.hardware, func.count())
            .where(ReviewRow.guild_id == guild_id, ReviewRow.model_id.in_(model_ids))
            .group_by(ReviewRow.model_id, ReviewRow.verdict, ReviewRow.hardware)
        )
        verdicts: dict[int, dict[str, int]] = {}
        hardware: dict[int, dict[str, int]] = {}
        for model_id, verdict, ran_on, count in await self._connection.execute(counted):
            given = verdicts.setdefault(model_id, {})
            given[verdict] = given.get(verdict, 0) + count
            if ran_on:
                used = hardware.setdefault(model_id, {})
                used[ran_on] = used.get(ran_on, 0) + count
        return {
            model_id: ReviewSummary(
                works_well=given.get(Verdict.WORKS_WELL, 0),
                mixed=given.get(Verdict.MIXED, 0),
                poor=given.get(Verdict.POOR, 0),
                hardware=_leading(hardware.get(model_id, {})),
            )
            for model_id, given in verdicts.items()
        }


def _leading(counts: Mapping[str, int]) -> str | None:
    most = max(counts.values(), default=0)
    leaders = [name for name, count in counts.items() if count == most]
    return leaders[0] if len(leaders) == 1 else None
