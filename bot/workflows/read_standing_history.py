"""Reads how a model stood in a server over the published weeks."""

from bot.domain.errors import Refusal
from bot.domain.standing_history import StandingHistory, weeks_of
from bot.domain.standing_picture import WEEKS_AT_MOST
from bot.workflows.find_model import model_by_id
from bot.workflows.ports import UnitOfWork


class ReadStandingHistory:
    """Answers members. Raises `Refusal` for a model nobody knows, and for one that was never ranked here."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, guild_id: int, model_id: int) -> StandingHistory:
        """Return the latest weeks, half a year at most."""
        async with self._unit_of_work() as work:
            model = await model_by_id(work, model_id)
            published = [one.week for one in await work.leaderboards.weeks(guild_id, limit=WEEKS_AT_MOST)]
            if not published:
                raise Refusal("no-week-published")
            places = await work.leaderboards.places_of(guild_id, model.id, since=published[-1])
        history = StandingHistory(model.id, model.facts.repo_id, weeks_of(published, places))
        if not history.ranked:
            raise Refusal("never-ranked", model=model.facts.repo_id)
        return history
