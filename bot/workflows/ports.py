"""What the workflows need from the outside, as protocols: a hub, a messenger, a store.

`storage`, `bot.hub` and `bot.announcing` fit these by shape; `bot.assembly` puts them together.
The store's own protocols stand beside this file: `store_ports`, `community_ports`.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.card import Post
from bot.domain.delivery import Backlog, LaneReport
from bot.domain.feeds import FeedState
from bot.domain.model import HubModel, ModelToPut, Source
from bot.workflows.community_ports import StoreReviews, StoreVotes
from bot.workflows.discussion_ports import StoreDiscussions
from bot.workflows.integrity_ports import StoreIntegrity
from bot.workflows.leaderboard_ports import StoreLeaderboards
from bot.workflows.member_ports import StoreMembers
from bot.workflows.standing_ports import StoreStandings
from bot.workflows.store_ports import (
    StoreDeliveries,
    StoreFeeds,
    StoreLeases,
    StoreModels,
    StoreNotes,
    StoreServers,
    StoreWatches,
)
from bot.workflows.tag_ports import StoreTags

# ---------------------------------------------------------------- the hub


@dataclass(frozen=True, slots=True)
class Rejection:
    """One record of a listing that could not be read: counted, logged, skipped."""

    repo_id: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing."""

    models: tuple[HubModel, ...]
    rejections: tuple[Rejection, ...] = ()


class Hub(Protocol):
    """A model hub. Every method raises `HubUnavailable` when the hub does not answer usefully."""

    source: Source

    def newest(self) -> AsyncIterator[Page]:
        """Page through all models, latest `created_at` first; the caller stops when it has seen enough."""
        ...

    def trending(self) -> AsyncIterator[Page]:
        """Page through the models by trending score, highest first."""
        ...

    def published_by(self, author: str) -> AsyncIterator[Page]:
        """Page through everything one publisher shows, in light records (no files, no card)."""
        ...

    async def latest_of(self, author: str) -> HubModel | None:
        """Return the model that a publisher made last, in a light record; `None` if it shows none by this spelling."""
        ...

    async def look_up(self, repo_id: str, *, urgent: bool = True) -> HubModel | None:
        """Return everything the hub says about one model; `None` if deleted, private or renamed away.

        What is not `urgent` waits behind everything that is, where the hub's budget is short.
        """
        ...

    async def summary_of(self, repo_id: str) -> str | None:
        """Return one plain sentence of what the model is, from its card; `None` if the card has none."""
        ...


# ---------------------------------------------------------------- Discord


@dataclass(frozen=True, slots=True)
class Preflight:
    """Permissions Rootstock lacks in a channel, by Discord's names (`send_messages`); empty means ready."""

    missing: tuple[str, ...]


class Messenger(Protocol):
    """Sends and edits messages; failures are the `SendFailure` classes of `bot.domain.errors`."""

    async def send(self, channel_id: int, post: Post, *, nonce: str) -> int:
        """Post and return the message's id."""
        ...

    async def edit(self, channel_id: int, message_id: int, post: Post) -> None:
        """Bring a message up to date."""
        ...

    async def find(self, channel_id: int, marker: str, *, since: datetime) -> int | None:
        """Return the id of our own message that carries `marker`, if the channel has one since then."""
        ...

    def begins_threads(self, channel_id: int) -> bool:
        """Tell whether each post in this channel is a thread, whose id `send` returned: a forum.

        Known of every channel that something was sent to or looked for in.
        """
        ...

    def publishes(self, channel_id: int) -> bool:
        """Tell whether posts in this channel can be sent on to other servers: an announcement channel.

        Known of every channel that something was sent to or looked for in.
        """
        ...

    async def publish(self, channel_id: int, message_id: int) -> None:
        """Send a post on to the servers that follow; one that was sent on already stays as it is."""
        ...

    async def open_dm(self, user_id: int) -> int:
        """Return the channel id of a direct conversation with this person."""
        ...


# ---------------------------------------------------------------- the store


class Work(Protocol):
    """One transaction: everything rolls back unless `commit` was called."""

    @property
    def models(self) -> StoreModels: ...
    @property
    def servers(self) -> StoreServers: ...
    @property
    def watches(self) -> StoreWatches: ...
    @property
    def deliveries(self) -> StoreDeliveries: ...
    @property
    def feeds(self) -> StoreFeeds: ...
    @property
    def leases(self) -> StoreLeases: ...
    @property
    def notes(self) -> StoreNotes: ...
    @property
    def votes(self) -> StoreVotes: ...
    @property
    def tags(self) -> StoreTags: ...
    @property
    def reviews(self) -> StoreReviews: ...
    @property
    def discussions(self) -> StoreDiscussions: ...
    @property
    def members(self) -> StoreMembers: ...
    @property
    def leaderboards(self) -> StoreLeaderboards: ...
    @property
    def integrity(self) -> StoreIntegrity: ...
    @property
    def standings(self) -> StoreStandings: ...
    async def commit(self) -> None: ...


UnitOfWork = Callable[[], AbstractAsyncContextManager[Work]]
"""Opens a transaction: `async with unit_of_work() as work: ...; await work.commit()`."""


class Doorbell(Protocol):
    """Tells senders that a lane has work; polling stands behind it, so a lost ring only costs seconds."""

    async def ring(self) -> None: ...
    async def wait(self, timeout: timedelta) -> None:
        """Return when rung, or after `timeout`."""
        ...


__all__ = [
    "Backlog",
    "Doorbell",
    "FeedState",
    "Hub",
    "LaneReport",
    "Messenger",
    "ModelToPut",
    "Page",
    "Preflight",
    "Rejection",
    "StoreDeliveries",
    "StoreFeeds",
    "StoreLeases",
    "StoreModels",
    "StoreNotes",
    "StoreServers",
    "StoreWatches",
    "UnitOfWork",
    "Work",
]
