"""Tags and who put them on which model."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from bot.domain.community import TagCount
from storage.community_tables import TaggingRow, TagRow
from storage.transaction import Queries


class Tags(Queries):
    """Fits `bot.workflows.community_ports.StoreTags`."""

    async def top(self, guild_id: int, model_ids: Sequence[int], *, limit: int) -> Mapping[int, Sequence[TagCount]]:
        """Return each model's most used tags, then the older ones first; banned tags are not shown."""
        members = func.count(TaggingRow.user_id)
        counted = (
            select(TaggingRow.model_id, TagRow.label, members)
            .join(TagRow, TagRow.id == TaggingRow.tag_id)
            .where(TaggingRow.guild_id == guild_id, TaggingRow.model_id.in_(model_ids), TagRow.state != "banned")
            .group_by(TaggingRow.model_id, TagRow.id, TagRow.label)
            .order_by(TaggingRow.model_id, members.desc(), TagRow.id)
        )
        found: dict[int, list[TagCount]] = {}
        for model_id, label, count in await self._connection.execute(counted):
            tags = found.setdefault(model_id, [])
            if len(tags) < limit:
                tags.append(TagCount(label, count))
        return found
