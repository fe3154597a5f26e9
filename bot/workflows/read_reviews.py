"""What members wrote in reviews, by page; and what one member wrote, to fill a form in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.model import Model
from bot.domain.reviews import Report, Review, ReviewSummary
from bot.workflows.find_model import model_by_id
from bot.workflows.find_suggestions import MOST_SUGGESTIONS, words_in
from bot.workflows.ports import UnitOfWork, Work

REVIEWS_PER_PAGE = 4
"""At a readable length each, four fit into one message even with notes full of markup."""


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """Some reviews, latest first, with their models by id; `page` counts from 0."""

    model: Model | None
    """Whose reviews these are; `None` for those of the whole server."""
    summary: ReviewSummary | None
    reviews: Sequence[Review]
    models: Mapping[int, Model]
    page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // REVIEWS_PER_PAGE))


class ReadReviews:
    """Reads reviews. Raises `Refusal` where a model is not known."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    async def of_member(self, guild_id: int, model_id: int, user_id: int) -> tuple[str, Report | None]:
        """Return a model's name and what this member said about it here."""
        async with self._unit_of_work() as work:
            model = await model_by_id(work, model_id)
            review = await work.reviews.get(guild_id, model_id, user_id)
        return model.facts.repo_id, review.report if review else None

    async def page(self, guild_id: int, model_id: int | None, page: int) -> ReviewPage:
        """Return one page of a model's reviews, or of the server's; a page that is gone becomes the last one."""
        async with self._unit_of_work() as work:
            return await _page(work, guild_id, None if model_id is None else await model_by_id(work, model_id), page)

    async def suggestions(self, guild_id: int, user_id: int | None, text: str) -> Sequence[str]:
        """Return names of models that this member, or anybody here, has reviewed, by words or a pasted address."""
        async with self._unit_of_work() as work:
            return await work.reviews.reviewed(guild_id, user_id, words_in(text), limit=MOST_SUGGESTIONS)


async def _page(work: Work, guild_id: int, model: Model | None, page: int) -> ReviewPage:
    model_id = None if model is None else model.id
    reviews, total = await work.reviews.page(guild_id, model_id, offset=page * REVIEWS_PER_PAGE, limit=REVIEWS_PER_PAGE)
    if total and not reviews:
        return await _page(work, guild_id, model, (total - 1) // REVIEWS_PER_PAGE)
    summaries = await work.reviews.summaries(guild_id, [] if model_id is None else [model_id])
    models = await work.models.by_ids(sorted({review.model_id for review in reviews}))
    return ReviewPage(model, summaries.get(model_id or 0), reviews, models, page, total)
