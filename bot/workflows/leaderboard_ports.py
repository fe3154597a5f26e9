"""What the weekly post and its schedule need from the store; part of `bot.workflows.ports.Work`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.leaderboard import NewFamily, PublishedWeek, Schedule, Talk, WaitingPost, WeekCounts
from bot.domain.standings import Standing
from bot.domain.windows import Week, Window


class StoreLeaderboards(Protocol):
    """Schedules and published weeks."""

    async def now(self) -> datetime:
        """Return the database's clock: what is due is decided by it, not by any machine's own."""
        ...

    async def schedule(self, guild_id: int, *, locked: bool = False) -> Schedule | None:
        """Return a server's schedule; `locked` keeps others from claiming it until the transaction ends."""
        ...

    async def put_schedule(self, schedule: Schedule) -> None:
        """Store a schedule in place of the one before."""
        ...

    async def end_schedule(self, guild_id: int) -> bool:
        """Remove a schedule; whether there was one."""
        ...

    async def due(self, *, limit: int) -> Sequence[int]:
        """Return servers whose moment has come, on the database's clock, the longest due first."""
        ...

    async def claim(self, guild_id: int) -> Schedule | None:
        """Return a schedule that is due and lock it; None where somebody else has it or has moved it on."""
        ...

    async def move_on(self, guild_id: int, next_at: datetime) -> None:
        """Say when a schedule is due next."""
        ...

    async def is_left(self, guild_id: int) -> bool:
        """Tell whether Rootstock was removed from a server."""
        ...

    async def publish(self, week: PublishedWeek) -> bool:
        """Record a week as published; False where this server's week was published before."""
        ...

    async def put_places(self, guild_id: int, week: Week, places: Sequence[Standing]) -> None:
        """Store the standing of a published week; rank 0 is "too early"."""
        ...

    async def carried_by(self, guild_id: int, week: Week, delivery_id: int) -> None:
        """Note which delivery posts a week."""
        ...

    async def week(self, guild_id: int, week: Week) -> PublishedWeek | None:
        """Return a published week."""
        ...

    async def weeks(self, guild_id: int, *, limit: int) -> Sequence[PublishedWeek]:
        """Return a server's published weeks, the latest first."""
        ...

    async def places(self, guild_id: int, week: Week, *, offset: int, limit: int) -> Sequence[Standing]:
        """Return a page of a published week's standing, ranked ones first."""
        ...

    async def counts(self, guild_id: int, week: Week) -> WeekCounts:
        """Return how much a published week counts."""
        ...

    async def ranks(self, guild_id: int, week: Week, model_ids: Sequence[int]) -> Mapping[int, int]:
        """Return the ranks that models had in a published week."""
        ...

    async def latest_ranked(self, guild_id: int) -> Week | None:
        """Return the latest published week in which any model had a rank: movement is told since then."""
        ...

    async def ever_ranked(self, guild_id: int, model_ids: Sequence[int], *, until: Week) -> frozenset[int]:
        """Return those of these models that had a rank in a published week, that one included."""
        ...

    async def places_of(self, guild_id: int, model_id: int, *, since: Week) -> Mapping[Week, Standing]:
        """Return a model's place in each published week since that one in which it was listed."""
        ...

    async def waiting(self, guild_id: int) -> WaitingPost | None:
        """Return the post of the latest published week where it certainly was not sent yet."""
        ...

    async def withdraw_waiting(self, guild_id: int) -> int:
        """Owe no more what an earlier week's post still waits with: a channel that was paused gets the latest only."""
        ...

    async def talks(self, guild_id: int, window: Window, *, limit: int) -> Sequence[Talk]:
        """Return what members said most about in a window."""
        ...

    async def new_families(self, guild_id: int, window: Window, *, limit: int) -> Sequence[NewFamily]:
        """Return originals given to a server in a window that others have built on, most derivatives first."""
        ...

    async def latest_cards(self, guild_id: int, model_ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
        """Return channel and message of each model's latest card in a server."""
        ...
