"""What watching over ballots needs from the store; part of `bot.workflows.ports.Work`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.set_aside import Batch, Waiting
from bot.domain.themes import Traits
from bot.domain.vote_bursts import CastBallot
from bot.domain.voters import Account, Item, Watched
from bot.domain.votes import AsideBecause, BallotKey


class StoreIntegrity(Protocol):
    """Ballots as they are watched, and the batches that were set aside."""

    async def log_end(self) -> int:
        """Return the last entry of the ballot log."""
        ...

    async def changed(self, *, after: int, until: int) -> Collection[Item]:
        """Return what was voted in the log's entries (after, until]."""
        ...

    async def sizes(self, since: datetime) -> Mapping[int, int]:
        """Return how many ballots were cast in each server."""
        ...

    async def accounts(self, guild_ids: Collection[int], since: datetime, now: datetime) -> Mapping[Account, Watched]:
        """Return the accounts of some servers with what they voted, without ballots that moderators let in."""
        ...

    async def traits(self, model_ids: Sequence[int]) -> Mapping[int, Traits]:
        """Return publisher and themes of each of these models."""
        ...

    async def rushed_servers(self, since: datetime, fewest: int) -> Sequence[int]:
        """Return servers in which as many ballots on one model were of fresh accounts."""
        ...

    async def cast(
        self, guild_id: int, since: datetime, *, after: CastBallot | None, limit: int
    ) -> Sequence[CastBallot]:
        """Return the next of a server's ballots in order, without those that moderators let in."""
        ...

    async def found(self, keys: Collection[BallotKey]) -> Mapping[BallotKey, AsideBecause]:
        """Return those of these ballots that are in a batch that no moderator let in: cast anew they stay aside."""
        ...

    async def set_aside(
        self, kind: AsideBecause, keys: Collection[BallotKey], evidence: Mapping[str, int], now: datetime
    ) -> int:
        """Set ballots of one server aside and log it; joins a batch that is there already. How many are new."""
        ...

    async def batches(self, guild_id: int, *, offset: int, limit: int) -> tuple[Sequence[Batch], int]:
        """Return some of a server's batches, open ones first, then the latest; and how many there are."""
        ...

    async def batch(self, guild_id: int, batch_id: int) -> Batch | None:
        """Return one batch of a server."""
        ...

    async def members(self, batch_id: int, *, offset: int, limit: int) -> Sequence[tuple[int, int]]:
        """Return some of a batch's members with how many of their ballots are in it, most first."""
        ...

    async def waiting(self, guild_id: int) -> Waiting:
        """Return how much waits for a server's moderators."""
        ...

    async def untold(self, *, limit: int) -> Sequence[Batch]:
        """Return undecided batches that no moderator was told of yet, the earliest first."""
        ...

    async def told(self, batch_id: int, now: datetime) -> None:
        """Note that moderators were told of a batch."""
        ...

    async def accept(self, guild_id: int, batch_id: int, *, by: int, now: datetime) -> Sequence[int] | None:
        """Let a batch count and log it; the models whose tallies change. None where it is not there to be accepted."""
        ...

    async def reject(self, guild_id: int, batch_id: int, *, by: int, now: datetime) -> bool:
        """Keep an open batch aside; False where there is none."""
        ...

    async def release(self, guild_id: int, user_id: int, now: datetime) -> Mapping[int, int]:
        """Take a member out of all batches for good; how many ballots of others stay in each of these."""
        ...
