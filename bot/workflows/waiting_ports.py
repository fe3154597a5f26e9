"""What the workflows need from the store about lines that wait for a digest: part of `ports.Work.deliveries`."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.domain.delivery import Announcement, Purpose


class StoreWaitingLines(Protocol):
    """Announcements of form DIGEST that no message holds yet."""

    async def waiting_lines(
        self, channel_id: int, watch_id: int, *, after: int = 0, limit: int
    ) -> Sequence[Announcement]:
        """Return what a watch has gathered for a channel's digest, by model, after model `after`."""
        ...

    async def withdraw_lines(self, channel_id: int, model_ids: Sequence[int]) -> int:
        """Forget that a channel was to get these models, where no message holds them yet; how many."""
        ...

    async def reschedule_lines(
        self, channel_ids: Collection[int], watch_ids: Collection[int], *, due_at: datetime, now: datetime
    ) -> int:
        """Let what these watches have gathered be due at another moment, unless it is due now; how many."""
        ...

    async def gathering_watches(self, channel_id: int, due_at: datetime) -> frozenset[int]:
        """Return the watches that have gathered something for this digest."""
        ...

    async def withdraw_owed(self, channel_id: int, purposes: Collection[Purpose]) -> None:
        """Forget what waits for a channel's digest, and owe it nothing for these purposes any more."""
        ...
