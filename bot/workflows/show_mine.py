"""What one member said in this server: their votes, tags and reviews, by page."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.members import Mine
from bot.workflows.ports import UnitOfWork

MODELS_PER_PAGE = 4
"""Each takes up to four lines; four fit into one message whatever names the hub gives and whatever members say."""


@dataclass(frozen=True, slots=True)
class MinePage:
    """One page, counted from 0, and how much there is in all."""

    models: Sequence[Mine]
    page: int
    pages: int
    votes: int
    tags: int
    reviews: int


class ShowMine:
    """Reads what a member said."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, guild_id: int, user_id: int, page: int) -> MinePage:
        """Return a page; one that is gone becomes the last one."""
        async with self._unit_of_work() as work:
            mine = await work.members.mine(guild_id, user_id)
        pages = max(1, -(-len(mine) // MODELS_PER_PAGE))
        page = min(page, pages - 1)
        return MinePage(
            models=mine[page * MODELS_PER_PAGE : (page + 1) * MODELS_PER_PAGE],
            page=page,
            pages=pages,
            votes=sum(model.ballot is not None for model in mine),
            tags=sum(len(model.tags) for model in mine),
            reviews=sum(model.report is not None for model in mine),
        )
