"""What a week was about in a server besides its votes, read from what members and publishers did."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, func, literal, select, union_all

from bot.domain.delivery import DeliveryState, Purpose
from bot.domain.leaderboard import NewFamily, Talk
from bot.domain.model import Kind
from bot.domain.windows import Window
from storage.community_tables import DiscussionRow, ReviewRow, TaggingRow
from storage.tables import AnnouncementRow, DeliveryRow, EdgeRow, ModelRow
from storage.transaction import Queries, in_chunks


class WeekHighlights(Queries):
    """Reads them."""

    async def talks(self, guild_id: int, window: Window, *, limit: int) -> Sequence[Talk]:
        """Return what members said most about in a window: reviews, tags, discussions that were opened."""
        none, one = literal(0), literal(1)
        said = union_all(
            select(ReviewRow.model_id, one.label("reviews"), none.label("tags"), none.label("opened")).where(
                ReviewRow.guild_id == guild_id, *_within(ReviewRow.at, window)
            ),
            select(TaggingRow.model_id, none, one, none).where(
                TaggingRow.guild_id == guild_id, *_within(TaggingRow.at, window)
            ),
            select(DiscussionRow.model_id, none, none, one).where(
                DiscussionRow.guild_id == guild_id,
                DiscussionRow.opened_by.is_not(None),
                DiscussionRow.thread_id.is_not(None),
                DiscussionRow.hidden.is_(False),
                *_within(DiscussionRow.opened_at, window),
            ),
        ).subquery()
        reviews, tags, opened = (func.sum(said.c[name], type_=Integer()) for name in ("reviews", "tags", "opened"))
        counted = select(said.c.model_id, reviews, tags, opened).group_by(said.c.model_id)
        counted = counted.order_by((reviews + tags + opened).desc(), said.c.model_id).limit(limit)
        rows = await self._connection.execute(counted)
        return [Talk(row[0], int(row[1]), int(row[2]), bool(row[3])) for row in rows]

    async def new_families(self, guild_id: int, window: Window, *, limit: int) -> Sequence[NewFamily]:
        """Return originals given to a server in a window that others have built on, most derivatives first."""
        derivatives = func.count(EdgeRow.child_id.distinct())
        found = (
            select(ModelRow.id, derivatives)
            .join(AnnouncementRow, AnnouncementRow.model_id == ModelRow.id)
            .join(EdgeRow, EdgeRow.parent_id == ModelRow.id)
            .where(AnnouncementRow.guild_id == guild_id, *_within(AnnouncementRow.decided_at, window))
            .where(ModelRow.kind == Kind.ORIGINAL.value, ModelRow.stage == "settled")
            .group_by(ModelRow.id)
            .order_by(derivatives.desc(), ModelRow.id)
        )
        return [NewFamily(model_id, count) for model_id, count in await self._connection.execute(found.limit(limit))]

    async def latest_cards(self, guild_id: int, model_ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
        """Return channel and message of each model's latest card in a server."""
        found: dict[int, tuple[int, int]] = {}
        for ids in in_chunks(model_ids):
            rows = await self._connection.execute(
                select(DeliveryRow.model_id, DeliveryRow.channel_id, DeliveryRow.message_id)
                .where(
                    DeliveryRow.guild_id == guild_id,
                    DeliveryRow.model_id.in_(ids),
                    DeliveryRow.purpose == Purpose.CARD.value,
                    DeliveryRow.state == DeliveryState.SENT.value,
                    DeliveryRow.message_id.is_not(None),
                )
                .order_by(DeliveryRow.id)
            )
            found |= {row.model_id: (row.channel_id, row.message_id) for row in rows}
        return found


def _within(at: Any, window: Window) -> list[ColumnElement[bool]]:  # noqa: ANN401 - a column of moments
    return [at < window.end, *([at >= window.start] if window.start is not None else [])]
