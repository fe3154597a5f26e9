"""Which thread or forum post discusses a model in a server."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from storage.community_tables import DiscussionRow
from storage.transaction import Queries


class Discussions(Queries):
    """Fits `bot.workflows.community_ports.StoreDiscussions`."""

    async def threads(self, guild_id: int, model_ids: Sequence[int]) -> Mapping[int, int]:
        """Return the thread ids of models that have one."""
        found = select(DiscussionRow.model_id, DiscussionRow.thread_id).where(
            DiscussionRow.guild_id == guild_id,
            DiscussionRow.model_id.in_(model_ids),
            DiscussionRow.thread_id.is_not(None),
        )
        rows = await self._connection.execute(found)
        return {model_id: thread_id for model_id, thread_id in rows if thread_id is not None}
