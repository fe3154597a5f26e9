"""Remembers which tags Rootstock put on a forum's posts; fits `bot.workflows.discussion_ports.ForumTagMemory`."""

from collections.abc import Collection

from bot.workflows.ports import UnitOfWork


class RememberForumTags:
    """Remembers in the store, each call in a transaction of its own: what Discord shows is true already."""

    def __init__(self, unit_of_work: UnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    async def recall(self, thread_id: int) -> frozenset[int] | None:
        """Return the ids of what Rootstock put on a post; None where nothing is remembered of it."""
        async with self._unit_of_work() as work:
            return await work.discussions.our_tags(thread_id)

    async def remember(self, thread_id: int, tag_ids: Collection[int]) -> None:
        """Remember what Rootstock put there, in place of what was remembered of this post."""
        async with self._unit_of_work() as work:
            await work.discussions.remember_our_tags(thread_id, tag_ids)
            await work.commit()
