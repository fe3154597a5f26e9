"""What the workflows of standings need from the store; part of `bot.workflows.ports.Work`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.share_caps import ServerBallots
from bot.domain.standing_filter import StandingFilter
from bot.domain.standings import Scope
from bot.domain.votes import Tally
from bot.domain.windows import Window


class StoreStandings(Protocol):
    """Counts ballots for standings. What counts: entered in the window and by `now`, not set aside."""

    async def in_server(self, guild_id: int, window: Window, now: datetime) -> Mapping[int, Tally]:
        """Return the tally of every model with a ballot that counts in a server."""
        ...

    async def everywhere(self, window: Window, now: datetime) -> Sequence[ServerBallots]:
        """Return ups and downs by model and server, one ballot a person a model: the latest, of those opted in."""
        ...

    async def habit(self, guild_id: int, window: Window, now: datetime) -> Tally:
        """Return all ballots of a server together, from which its prior follows."""
        ...

    async def aside(self, scope: Scope, window: Window, now: datetime) -> Mapping[int, int]:
        """Return how many ballots would count in a window if they were not set aside, by model."""
        ...

    async def among(
        self, model_ids: Collection[int], filters: StandingFilter, guild_id: int | None
    ) -> Mapping[int, datetime | None]:
        """Return those of these models that are still there and that a filter asks for, with when they came out."""
        ...

    async def opted_in(self) -> Mapping[int, datetime]:
        """Return the servers whose ballots count everywhere, with since when."""
        ...

    async def is_tag(self, key: str) -> bool:
        """Tell whether any model carries a tag of this key in a server whose ballots count everywhere."""
        ...

    async def voters(self) -> Mapping[int, int | None]:
        """Return how many people vote in each server that opted in, each counted in one; None for one not counted."""
        ...

    async def left_out(self) -> Collection[tuple[int, int]]:
        """Return (server, model) where ballots do not count everywhere."""
        ...

    async def weigh(self, voters: Mapping[int, int], left_out: Collection[tuple[int, int]]) -> None:
        """Store what servers weigh everywhere, in place of what was there."""
        ...

    async def opt_in(self, guild_id: int, since: datetime | None) -> None:
        """Let a server's ballots count everywhere, or (`None`) no longer."""
        ...

    async def servers_with_weeks(self) -> Sequence[int]:
        """Return the servers that have published weeks."""
        ...

    async def hold_still(self) -> int:
        """Let no ballot be cast until this transaction ends; the last entry of the log, up to which is counted.

        Without it a ballot that another process is just casting could be in the log before that entry, and not be
        counted: the recount would differ.
        """
        ...
