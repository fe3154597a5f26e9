"""What discussions need from the outside: the store, and Discord's threads."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from bot.domain.discussions import Discussion, Opening, Place, Started, ThreadState


class StoreDiscussions(Protocol):
    """Which thread or forum post discusses a model in a server; part of `bot.workflows.ports.Work`."""

    async def threads(
        self, guild_id: int, model_ids: Sequence[int], *, seen_from: int | None = None
    ) -> Mapping[int, int]:
        """Return the thread ids of models that have one, for everybody to see.

        Hidden ones are absent, but for those that stand in the very channel where they are `seen_from`.
        """
        ...

    async def get(self, guild_id: int, model_id: int) -> Discussion | None:
        """Return what is recorded about a model's discussion in a server."""
        ...

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
        """Take it upon oneself to open a discussion, on the database's clock; False where it is open or being opened.

        Of two at once one gets it. A claim whose time is over can be taken by somebody else. With `instead_of` the
        thread that is recorded may be that one, which stands until another is settled.
        """
        ...

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
        """Record the thread unless another than `instead_of` is recorded, and return the one that stands.

        A `hidden` one stands where not everybody can look in: `threads` passes it over.
        """
        ...

    async def release(self, guild_id: int, model_id: int, opener: str) -> None:
        """Give up a claim whose thread could not be opened."""
        ...

    async def forget(self, guild_id: int, model_id: int, thread_id: int) -> None:
        """Forget a thread that was deleted, unless another is recorded by now."""
        ...

    async def cards(self, guild_id: int, model_id: int) -> Sequence[Place]:
        """Return the messages that show this model's card in a server, the latest first; copies after the others."""
        ...

    async def our_tags(self, thread_id: int) -> frozenset[int] | None:
        """Return the ids of the forum tags that Rootstock put on a post; None where nothing is remembered of it."""
        ...

    async def remember_our_tags(self, thread_id: int, tag_ids: Collection[int]) -> None:
        """Remember them, in place of what was remembered of this post."""
        ...


class ForumTagMemory(Protocol):
    """Which tags of a forum's post are Rootstock's own, so that it never takes off what somebody put by hand."""

    async def recall(self, thread_id: int) -> frozenset[int] | None:
        """Return their ids; None where nothing is remembered of this post."""
        ...

    async def remember(self, thread_id: int, tag_ids: Collection[int]) -> None:
        """Remember them, in place of what was remembered of this post."""
        ...


class Access(Protocol):
    """What the member who asks, and everybody else, may do in a server's channels."""

    def sees(self, channel_id: int) -> bool:
        """Tell whether the member can look into a channel."""
        ...

    def may_write(self, channel_id: int) -> bool:
        """Tell whether the member may write in a channel's threads."""
        ...

    def may_open(self, channel_id: int) -> bool:
        """Tell whether the member may open threads in a channel, and write in them."""
        ...

    def everybody_sees(self, channel_id: int) -> bool:
        """Tell whether a channel is open to every member of the server, whatever their roles."""
        ...


class Discussions(Protocol):
    """Discord's threads. Every method raises the `SendFailure` classes of `bot.domain.errors`."""

    async def visit(self, thread_id: int, *, opens: bool) -> ThreadState:
        """Look at a thread, and open it again where it was only archived and this visitor `opens` it."""
        ...

    def is_forum(self, channel_id: int) -> bool:
        """Tell whether each thread in this channel is a post, which begins with a card."""
        ...

    async def start(self, place: Place, opening: Opening) -> Started:
        """Start a thread; where a call before this one started it already, return that one.

        Raises:
            MessageGone: nothing can be started from this message (any more).
            PermissionsMissing: Rootstock may not start threads there.
            TooManyThreads: the server has as many as Discord allows.
        """
        ...

    async def begin(self, thread_id: int, opening: Opening) -> int:
        """Say what the discussion begins with, unless the thread shows it already; that message's id.

        Raises:
            MessageRefused: Discord will not take it, in this thread or at all.
        """
        ...
