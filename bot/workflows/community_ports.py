"""What the workflows of members' decisions need from the store; part of `bot.workflows.ports.Work`."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.domain.community import TagCount
from bot.domain.reviews import ReviewSummary
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


class StoreDiscussions(Protocol):
    """Which thread or forum post discusses a model in a server."""

    async def threads(self, guild_id: int, model_ids: Sequence[int]) -> Mapping[int, int]:
        """Return the thread ids of models that have one."""
        ...
