"""What the workflows of members' decisions need from the store; part of `bot.workflows.ports.Work`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.reviews import Review, ReviewSummary
from bot.domain.votes import AsideBecause, Ballot, BallotEvent, BallotKey, Tally


class StoreVotes(Protocol):
    """Ballots and their log."""

    async def tallies(self, guild_id: int, model_ids: Sequence[int]) -> Mapping[int, Tally]:
        """Return the tallies of a server: what counts by now and is not set aside. Without any, a model is absent."""
        ...

    async def live(self, keys: Collection[BallotKey]) -> Mapping[BallotKey, Ballot]:
        """Return the live ballots among these, locked in a fixed order until the transaction ends."""
        ...

    async def put(self, ballots: Mapping[BallotKey, Ballot]) -> None:
        """Store live ballots in place of what was there."""
        ...

    async def remove(self, keys: Collection[BallotKey]) -> None:
        """Remove live ballots."""
        ...

    async def log(self, events: Sequence[BallotEvent]) -> None:
        """Append to the log, in order. Fails as a whole where one of their `event_id`s is logged already."""
        ...

    async def logged(self, event_ids: Collection[int]) -> frozenset[int]:
        """Return those of these interactions that are in the log."""
        ...

    async def ballots_of(
        self, guild_id: int, model_id: int, *, offset: int = 0, limit: int | None = None
    ) -> Mapping[BallotKey, Ballot]:
        """Return live ballots on a model in a server, latest first, whether or not they count."""
        ...

    async def count_of(self, guild_id: int, model_id: int) -> tuple[int, int]:
        """Return how many live ballots on a model a server has, and how many entries of its log."""
        ...

    async def log_of(self, guild_id: int, model_id: int, *, limit: int | None = None) -> Sequence[BallotEvent]:
        """Return a model's log in a server in order, or only its last `limit` events."""
        ...

    async def log_page(self, guild_id: int, model_id: int, *, offset: int, limit: int) -> Sequence[BallotEvent]:
        """Return some of a model's log in a server, the latest first."""
        ...

    async def log_between(
        self, guild_id: int, *, after: int, until: int, limit: int
    ) -> tuple[int, Sequence[BallotEvent]]:
        """Return the next events of a server's log in (after, until] in order, and the id of the last of them."""
        ...

    async def aside(self, guild_id: int, user_ids: Collection[int]) -> Mapping[int, AsideBecause]:
        """Return those of these members whose ballots are set aside in a server, with why.

        Whoever asked to be forgotten and is back is recognised, and is under their id again.
        """
        ...

    async def set_aside(
        self, guild_id: int, user_id: int, because: AsideBecause, *, by: int | None, now: datetime
    ) -> Sequence[int]:
        """Set a member's ballots aside, those to come too, and log it; the models on which one was live."""
        ...

    async def let_in(
        self, guild_id: int, user_id: int, *, now: datetime, because: AsideBecause | None = None
    ) -> Sequence[int]:
        """Let a member's ballots count again and log it, if they were set aside (for this reason); the models.

        What a batch holds stays aside, unless its member was taken out of it (`StoreIntegrity.release`).
        """
        ...

    async def came_of_age(self, *, after: datetime, until: datetime) -> Collection[tuple[int, int]]:
        """Return (guild, model) of the ballots that were fresh and began to count in (after, until]."""
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

    async def reviewed(self, guild_id: int, user_id: int | None, words: Sequence[str], *, limit: int) -> Sequence[str]:
        """Return the names that hold every word of models reviewed here, by one member or by anybody."""
        ...
