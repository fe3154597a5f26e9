"""What watching over ballots needs from the store; part of `bot.workflows.ports.Work`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.blocs import Account
from bot.domain.set_aside import Batch
from bot.domain.vote_bursts import CastBallot
from bot.domain.votes import AsideBecause, BallotKey


class StoreIntegrity(Protocol):
    """Ballots as they are watched, and the batches that were set aside."""

    async def log_end(self) -> int:
        """Return the last entry of the ballot log."""
        ...

    async def ups(self, since: datetime) -> Mapping[Account, Collection[int]]:
        """Return what each account voted up, without accounts whose bloc a moderator let in."""
        ...

    async def rushed_servers(self, since: datetime, fewest: int) -> Sequence[int]:
        """Return servers in which as many ballots on one model were fresh."""
        ...

    async def ballots(self, guild_id: int, since: datetime) -> Sequence[CastBallot]:
        """Return a server's ballots, without those on models whose burst a moderator let in."""
        ...

    async def set_aside(
        self, kind: AsideBecause, keys: Collection[BallotKey], evidence: Mapping[str, int], now: datetime
    ) -> int:
        """Set ballots of one server aside and log it; joins a batch that is there already. How many are new."""
        ...

    async def batches(self, guild_id: int, *, limit: int) -> Sequence[Batch]:
        """Return a server's batches: open ones first, then the latest."""
        ...

    async def accept(self, guild_id: int, batch_id: int, *, by: int, now: datetime) -> Sequence[int] | None:
        """Let a batch count and log it; the models whose tallies change. None where it is not there to be accepted."""
        ...

    async def reject(self, guild_id: int, batch_id: int, *, by: int, now: datetime) -> bool:
        """Keep an open batch aside; False where there is none."""
        ...
