"""What the workflows of members' decisions need from the store; part of `bot.workflows.ports.Work`."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.community import TagCount
from bot.domain.reviews import Review, ReviewSummary
from bot.domain.votes import Tally


class StoreVotes(Protocol):
    """Ballots and their log."""

    async def tallies(self, guild_id: int, model_ids: Sequence[int]) -> Mapping[int, Tally]:
        """Return the tallies of a server; a model without ballots is absent."""
        ...


class StoreTags(Protocol):
    """Tags, aliases, taggings, the server's policy and its log."""

    async def top(self, guild_id: int, model_ids: Sequence[int], *, limit: int) -> Mapping[int, Sequence[TagCount]]:
        """Return each model's most used tags in a server; a model without tags is absent."""
        ...


class StoreReviews(Protocol):
    """Reviews."""

    async def summaries(self, guild_id: int, model_ids: Sequence[int]) -> Mapping[int, ReviewSummary]:
        """Return each model's reviews in a server, summed up; a model without reviews is absent."""
        ...

    async def get(self, guild_id: int, model_id: int, user_id: int) -> Review | None:
        """Return a member's review of a model."""
        ...

    async def add(self, review: Review) -> bool:
        """Store a review unless this member has reviewed this model here before; whether it was stored."""
        ...

    async def put(self, review: Review) -> None:
        """Store a review in place of what this member said before."""
        ...

    async def remove(self, guild_id: int, model_id: int, user_id: int) -> Review | None:
        """Remove a review and return what it said; `None` where there was none."""
        ...

    async def page(
        self, guild_id: int, model_id: int | None, *, offset: int, limit: int
    ) -> tuple[Sequence[Review], int]:
        """Return some of a server's reviews, latest first, of one model or of all, and how many there are."""
        ...

    async def reviewed(self, guild_id: int, user_id: int | None, text: str, *, limit: int) -> Sequence[str]:
        """Return the names that contain `text` of models reviewed here, by one member or by anybody."""
        ...


class StoreDiscussions(Protocol):
    """Which thread or forum post discusses a model in a server."""

    async def threads(self, guild_id: int, model_ids: Sequence[int]) -> Mapping[int, int]:
        """Return the thread ids of models that have one."""
        ...
