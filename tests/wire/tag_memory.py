"""Remembers in a dictionary which tags Rootstock put on forum posts; for tests without a database."""

from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass
class TagMemory:
    """Fits `bot.workflows.discussion_ports.ForumTagMemory`."""

    kept: dict[int, frozenset[int]] = field(default_factory=dict[int, frozenset[int]])

    async def recall(self, thread_id: int) -> frozenset[int] | None:
        """Return what was remembered."""
        return self.kept.get(thread_id)

    async def remember(self, thread_id: int, tag_ids: Collection[int]) -> None:
        """Remember it."""
        self.kept[thread_id] = frozenset(tag_ids)
