"""Which thread or forum post discusses a model in a server."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, case, delete, or_, select, update

from bot.domain.delivery import DeliveryState, Purpose
from bot.domain.discussions import Discussion, Place
from storage.community_tables import DiscussionRow, ForumPostRow
from storage.tables import DeliveryRow
from storage.transaction import Queries

KEY = ("guild_id", "model_id")


class Discussions(Queries):
    """Fits `bot.workflows.discussion_ports.StoreDiscussions`."""

    async def threads(
        self, guild_id: int, model_ids: Sequence[int], *, seen_from: int | None = None
    ) -> Mapping[int, int]:
        """Return the thread ids of models that have one, for everybody to see.

        Hidden ones are absent, but for those that stand in the very channel where they are `seen_from`.
        """
        found = select(DiscussionRow.model_id, DiscussionRow.thread_id).where(
            DiscussionRow.guild_id == guild_id,
            DiscussionRow.model_id.in_(model_ids),
            DiscussionRow.thread_id.is_not(None),
            or_(DiscussionRow.hidden.is_(False), DiscussionRow.channel_id == seen_from),
        )
        rows = await self._connection.execute(found)
        return {model_id: thread_id for model_id, thread_id in rows if thread_id is not None}

    async def get(self, guild_id: int, model_id: int) -> Discussion | None:
        """Return what is recorded about a model's discussion in a server."""
        found = select(DiscussionRow.channel_id, DiscussionRow.thread_id).where(_is_one(guild_id, model_id))
        row = (await self._connection.execute(found)).one_or_none()
        return None if row is None else Discussion(row.channel_id, row.thread_id)

    async def claim(
        self,
        guild_id: int,
        model_id: int,
        *,
        channel_id: int,
        opener: str,
        lease: timedelta,
        instead_of: int | None = None,
    ) -> bool:
        """Take it upon oneself to open a discussion; False where it is open or being opened."""
        now = self._transaction.now()
        claim = {"opener": opener, "opener_until": self._transaction.now(lease)}
        insert = self._transaction.insert(DiscussionRow).values(
            guild_id=guild_id, model_id=model_id, channel_id=channel_id, opened_at=now, **claim
        )
        nobody_opens_it = or_(DiscussionRow.opener_until.is_(None), DiscussionRow.opener_until <= now)
        claimed = insert.on_conflict_do_update(
            index_elements=KEY, set_=claim, where=_may_be_settled(instead_of) & nobody_opens_it
        )
        holder = (await self._connection.execute(claimed.returning(DiscussionRow.opener))).scalar_one_or_none()
        return holder == opener

    async def settle(
        self,
        guild_id: int,
        model_id: int,
        *,
        channel_id: int,
        thread_id: int,
        opened_by: int | None = None,
        hidden: bool = False,
        instead_of: int | None = None,
    ) -> int:
        """Record the thread unless another than `instead_of` is recorded, and return the one that stands."""
        values = {
            "channel_id": channel_id,
            "thread_id": thread_id,
            "opener": None,
            "opener_until": None,
            "opened_by": opened_by,
            "opened_at": self._transaction.now(),
            "hidden": hidden,
        }
        insert = self._transaction.insert(DiscussionRow).values(guild_id=guild_id, model_id=model_id, **values)
        stands = insert.on_conflict_do_update(index_elements=KEY, set_=values, where=_may_be_settled(instead_of))
        await self._connection.execute(stands)
        found = await self._connection.execute(select(DiscussionRow.thread_id).where(_is_one(guild_id, model_id)))
        return found.scalar_one() or thread_id

    async def release(self, guild_id: int, model_id: int, opener: str) -> None:
        """Give up a claim whose thread could not be opened; a thread that is recorded stays."""
        mine = _is_one(guild_id, model_id) & (DiscussionRow.opener == opener)
        await self._connection.execute(delete(DiscussionRow).where(mine, DiscussionRow.thread_id.is_(None)))
        await self._connection.execute(update(DiscussionRow).where(mine).values(opener=None, opener_until=None))

    async def forget(self, guild_id: int, model_id: int, thread_id: int) -> None:
        """Forget a thread that was deleted, unless another is recorded by now."""
        this = DiscussionRow.thread_id == thread_id
        await self._connection.execute(delete(DiscussionRow).where(_is_one(guild_id, model_id), this))

    async def cards(self, guild_id: int, model_id: int) -> Sequence[Place]:
        """Return the messages that show this model's card in a server, the latest first; copies after the others."""
        is_copy = case((DeliveryRow.purpose == Purpose.COPY.value, 1), else_=0)
        sent = (
            select(DeliveryRow.channel_id, DeliveryRow.message_id, is_copy)
            .where(
                DeliveryRow.guild_id == guild_id,
                DeliveryRow.model_id == model_id,
                DeliveryRow.purpose.in_((Purpose.CARD.value, Purpose.COPY.value)),
                DeliveryRow.state == DeliveryState.SENT.value,
                DeliveryRow.message_id.is_not(None),
            )
            .order_by(is_copy, DeliveryRow.id.desc())
        )
        rows = await self._connection.execute(sent)
        return [Place(channel_id, message_id, bool(copied)) for channel_id, message_id, copied in rows]

    async def our_tags(self, thread_id: int) -> frozenset[int] | None:
        """Return the ids of the forum tags that Rootstock put on a post; None where nothing is remembered of it."""
        found = select(ForumPostRow.our_tags).where(ForumPostRow.thread_id == thread_id)
        tags = (await self._connection.execute(found)).scalar_one_or_none()
        return None if tags is None else frozenset(int(tag) for tag in tags.split(",") if tag)

    async def remember_our_tags(self, thread_id: int, tag_ids: Collection[int]) -> None:
        """Remember them, in place of what was remembered of this post."""
        values = {"our_tags": ",".join(map(str, sorted(tag_ids)))}
        insert = self._transaction.insert(ForumPostRow).values(thread_id=thread_id, **values)
        await self._connection.execute(insert.on_conflict_do_update(index_elements=["thread_id"], set_=values))


def _may_be_settled(instead_of: int | None) -> ColumnElement[bool]:
    """No thread is recorded, or the one that another is to stand in for."""
    return or_(DiscussionRow.thread_id.is_(None), DiscussionRow.thread_id == instead_of)


def _is_one(guild_id: int, model_id: int) -> ColumnElement[bool]:
    return (DiscussionRow.guild_id == guild_id) & (DiscussionRow.model_id == model_id)
