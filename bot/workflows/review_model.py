"""A member reviews a model: adds, edits or removes a report."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.model import Model
from bot.domain.reviews import Report, Review, ReviewSummary
from bot.workflows.find_model import model_by_id
from bot.workflows.ports import Doorbell, UnitOfWork, Work
from bot.workflows.show_on_cards import show_on_cards

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a member said about a model before and says now (`None`: nothing), and how all of the server's sum up."""

    model: Model
    before: Review | None
    now: Review | None
    summary: ReviewSummary | None


class ReviewModel:
    """Everything members write in reviews. Every method raises `Refusal` where the model is not known."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, doorbell: Doorbell) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._doorbell = doorbell

    async def add(self, guild_id: int, model_id: int, user_id: int, report: Report) -> Reviewed:
        """Store a first review of a model. Raises `Refusal` where there is one already."""
        async with self._unit_of_work() as work:
            model = await model_by_id(work, model_id)
            review = Review(guild_id, model.id, user_id, report, self._clock.now())
            if not await work.reviews.add(review):
                raise Refusal("review-exists", model=model.facts.repo_id)
            reviewed = await self._commit(work, guild_id, model, None, review)
        await self._doorbell.ring()
        return reviewed

    async def write(self, guild_id: int, model_id: int, user_id: int, report: Report) -> Reviewed:
        """Store what a member says now, in place of what they said before."""
        async with self._unit_of_work() as work:
            model = await model_by_id(work, model_id)
            before = await work.reviews.get(guild_id, model_id, user_id)
            review = Review(guild_id, model_id, user_id, report, self._clock.now())
            await work.reviews.put(review)
            reviewed = await self._commit(work, guild_id, model, before, review)
        await self._doorbell.ring()
        return reviewed

    async def edit(self, guild_id: int, model_id: int, user_id: int, change: Callable[[Report], Report]) -> Reviewed:
        """Change what a member said about a model. Raises `Refusal` where they said nothing."""
        async with self._unit_of_work() as work:
            model = await model_by_id(work, model_id)
            before = await work.reviews.get(guild_id, model.id, user_id)
        if before is None:
            raise Refusal("review-none", model=model.facts.repo_id)
        return await self.write(guild_id, model.id, user_id, change(before.report))

    async def remove(self, guild_id: int, model_id: int, user_id: int, *, removed_by: int) -> Reviewed:
        """Remove a member's review. Raises `Refusal` where there is none."""
        async with self._unit_of_work() as work:
            model = await model_by_id(work, model_id)
            before = await work.reviews.remove(guild_id, model.id, user_id)
            if before is None:
                key = "review-none" if user_id == removed_by else "review-none-of-member"
                raise Refusal(key, model=model.facts.repo_id)
            reviewed = await self._commit(work, guild_id, model, before, None)
        await self._doorbell.ring()
        if user_id != removed_by:
            _log.info("review_removed_by_moderator", guild=guild_id, model=model.id)
        return reviewed

    async def _commit(
        self, work: Work, guild_id: int, model: Model, before: Review | None, now: Review | None
    ) -> Reviewed:
        """Make it true, and let every copy of the model's card in this server follow."""
        summary = (await work.reviews.summaries(guild_id, [model.id])).get(model.id)
        await show_on_cards(work, guild_id, model.id, self._clock.now())
        await work.commit()
        return Reviewed(model, before, now, summary)
