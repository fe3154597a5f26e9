"""What the workflows need from the store of models, servers, watches and deliveries: part of `ports.Work`.

Every method runs inside the transaction of the unit of work that handed its store out.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.domain.delivery import (
    Announcement,
    Backlog,
    Delivery,
    LaneLease,
    LaneReport,
    PostedCard,
    PostedMessage,
    Purpose,
)
from bot.domain.feeds import FeedState
from bot.domain.model import Classification, HubModel, Kind, Metrics, Model, ModelToPut, Source, Stage
from bot.domain.server import Server
from bot.domain.watches import Watch
from bot.workflows.search_ports import StoreSearch
from bot.workflows.waiting_ports import StoreWaitingLines


class StoreModels(StoreSearch, Protocol):
    """Models and lineage."""

    async def by_id(self, model_id: int) -> Model | None: ...
    async def by_ids(self, model_ids: Sequence[int]) -> Mapping[int, Model]: ...
    async def names_of(self, model_ids: Sequence[int]) -> Mapping[int, str]:
        """Return the names of those of these models that are known (`Model.is_known`)."""
        ...

    async def by_name(self, source: Source, repo_id: str) -> Model | None:
        """Find by today's name, whatever its case."""
        ...

    async def by_names(self, source: Source, repo_ids: Sequence[str]) -> Mapping[str, Model]:
        """Find many; keys are casefolded names, missing ones are absent."""
        ...

    async def recall(self, facts: Sequence[HubModel]) -> Mapping[str, Model]:
        """Find what is stored for these records: by hub id first, then by name. Keys are `facts.repo_id`."""
        ...

    async def put(
        self,
        facts: HubModel,
        *,
        stage: Stage,
        now: datetime,
        released_at: datetime | None,
        classification: Classification | None,
        look_at: datetime | None,
        looks: int = 0,
    ) -> Model:
        """Insert or update one model (rename included) and return it. A name held by another identity is freed.

        What the record does not say is kept from what is stored (`bot.domain.merging`); `first_seen_at` and a
        known `released_at` stay for ever, the latter once the model has settled.
        """
        ...

    async def put_many(self, models: Sequence[ModelToPut], *, now: datetime) -> Sequence[Model]:
        """Do what `put` does for many, in few statements; the models in the order they were given."""
        ...

    async def update_metrics(self, numbers: Mapping[int, Metrics], *, now: datetime) -> None:
        """Overwrite the numbers of many models; `None` leaves what is stored."""
        ...

    async def leave_trending(self, staying: Sequence[int], *, score: float) -> None:
        """Set the trending score of every model that had a higher one, but is not among `staying`, to `score`."""
        ...

    async def known_metrics(self, source: Source, author: str) -> Mapping[str, tuple[int, Metrics]]:
        """Return (id, numbers) of this author's models by casefolded name: settled ones only."""
        ...

    async def name_stubs(self, source: Source, repo_ids: Sequence[str], *, now: datetime) -> Mapping[str, int]:
        """Do what `name_stub` does for many; keys are casefolded names."""
        ...

    async def set_parents_of(self, parents: Mapping[int, Sequence[tuple[int, Kind | None]]]) -> None:
        """Replace the declared parents of models, in order."""
        ...

    async def name_stub(self, source: Source, repo_id: str, *, now: datetime) -> int:
        """Return the id of the model with this name, making a stub where there is none."""
        ...

    async def ancestors(self, model_ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
        """Return all ancestors at any depth for each id, safe against cycles."""
        ...

    async def path_to_root(self, model_id: int) -> Sequence[Model]:
        """Return the line of first parents from the family's root down to the first parent; no cycle is followed."""
        ...

    async def parents(self, model_id: int) -> Sequence[Model]: ...
    async def parent_ids(self, model_ids: Sequence[int]) -> Mapping[int, frozenset[int]]:
        """Return the direct parents of many models; a model without any is absent."""
        ...

    async def derivative_counts(self, model_id: int) -> Mapping[Kind, int]: ...
    async def quantizations(self, model_id: int, *, limit: int) -> Sequence[Model]:
        """Return direct quantised derivatives, most downloaded first."""
        ...

    async def due_for_a_look(self, now: datetime, *, limit: int) -> Sequence[Model]: ...
    async def known_names(self, source: Source, author: str) -> frozenset[str]:
        """Return the casefolded names of this author's models that a listing has shown (stubs are not)."""
        ...

    async def released_since(self, start: datetime, *, after: Model | None, limit: int) -> Sequence[Model]:
        """Return settled models released at `start` or later, oldest first; those that come `after` one of them."""
        ...

    async def metrics_of(self, model_ids: Sequence[int]) -> Mapping[int, Metrics]: ...
    async def make_findable(self, model_id: int) -> None:
        """Let searches show a model that has not settled yet: somebody asked for it by name."""
        ...

    async def mark_gone(self, model_id: int, *, now: datetime) -> None: ...
    async def authors_of(self, source: Source, keys: Sequence[str]) -> frozenset[str]:
        """Return those of these casefolded authors of whom a hub has shown a model."""
        ...


class StoreServers(Protocol):
    """Servers and their settings."""

    async def get(self, guild_id: int) -> Server | None: ...
    async def get_many(self, guild_ids: Sequence[int]) -> Mapping[int, Server]:
        """Return the settings of those servers that have any."""
        ...

    async def put(self, server: Server) -> None: ...
    async def forget(self, guild_id: int, *, now: datetime) -> None:
        """The bot was removed: pause watches, withdraw what is owed, count no more everywhere; settings stay."""
        ...


class StoreWatches(Protocol):
    """Watches. Every change raises the version that compiled matchers are checked against."""

    async def version(self) -> int: ...
    async def all(self) -> Sequence[Watch]: ...
    async def of_server(self, guild_id: int) -> Sequence[Watch]: ...
    async def watched_channels(self) -> Sequence[tuple[int, int]]:
        """Return (guild, channel) of every watch that posts, or only waits for its channel; each once."""
        ...

    async def get(self, guild_id: int, watch_id: int) -> Watch | None: ...
    async def add(self, watch: Watch) -> Watch:
        """Store a new watch (its `id` is ignored) and return it with its id."""
        ...

    async def update(self, watch: Watch) -> None: ...
    async def remove(self, guild_id: int, watch_id: int) -> bool: ...
    async def pause_channel(self, channel_id: int, reason: str) -> Sequence[Watch]:
        """Pause every active watch of a channel and return them."""
        ...


class StoreDeliveries(StoreWaitingLines, Protocol):
    """Announcements, deliveries and lanes."""

    async def announced(self, model_ids: Sequence[int]) -> frozenset[tuple[int, int]]:
        """Return the (channel, model) pairs already decided."""
        ...

    async def announce(self, announcement: Announcement) -> bool:
        """Record the decision; False if this channel was given this model before. Makes no delivery."""
        ...

    async def announce_many(self, announcements: Sequence[Announcement], *, now: datetime) -> Sequence[Announcement]:
        """Record decisions, owe a card (subject `model:<id>`) for each of form CARD and wake its lane.

        Returns those that were new, in order; a channel that was given the model before keeps what it has.
        """
        ...

    async def announcement(self, channel_id: int, model_id: int) -> Announcement | None:
        """Return the decision that this channel gets this model, if there is one."""
        ...

    async def recent_announcements(self, channel_id: int, *, since: datetime) -> Sequence[tuple[Announcement, Model]]:
        """Return what a channel was given since then as cards, for burst limits."""
        ...

    async def recent_cards(
        self, channel_ids: Sequence[int], *, since: datetime
    ) -> Mapping[int, Sequence[tuple[int, str, datetime]]]:
        """Return (model, author, decided at) of the cards that each of these channels was given since then."""
        ...

    async def channels_with_cards(self, model_ids: Sequence[int]) -> frozenset[tuple[int, int]]:
        """Return the (channel, model) pairs where one of these models has a card, sent or owed."""
        ...

    async def due_digests(self, now: datetime) -> Sequence[tuple[int, int, datetime]]:
        """Return (guild, channel, due_at) groups of digest announcements that are due and not yet in a delivery."""
        ...

    async def gather_digest(self, channel_id: int, due_at: datetime, delivery_id: int) -> int:
        """Put a due group of announcements into a delivery; return how many."""
        ...

    async def digest_lines(
        self, delivery_id: int, *, offset: int = 0, limit: int = 10
    ) -> tuple[Sequence[Announcement], int]:
        """Return one page of a digest's announcements and how many there are in all."""
        ...

    async def next_digest_due(self, channel_id: int, *, after: datetime) -> datetime | None:
        """Return the due moment of a digest group of this channel that is still open, if there is one."""
        ...

    async def enqueue(
        self,
        *,
        guild_id: int,
        channel_id: int,
        subject: str,
        purpose: Purpose,
        now: datetime,
        model_id: int | None = None,
        payload: Mapping[str, str] | None = None,
        recipient: int | None = None,
    ) -> int | None:
        """Owe something to a channel and wake its lane; the delivery's id, or None if it was owed before.

        A `recipient` is the member whose direct conversation the channel is.
        """
        ...

    async def adopt(self, message: PostedMessage, *, now: datetime, edit_due_at: datetime | None = None) -> None:
        """Record a message that stands in a channel as what it was owed, in place of what is recorded of it.

        With `edit_due_at` it is brought up to date then.
        """
        ...

    async def retire_copies(self, guild_id: int, model_id: int, *, keep: int, due_at: datetime) -> int:
        """Let all copies of a model's card in a server but the latest follow no more; how many.

        Each is asked for one last edit, which takes its numbers away.
        """
        ...

    async def crossed_of(self, channel_id: int, model_id: int) -> tuple[str, ...]: ...
    async def refresh_cards(
        self,
        model_ids: Sequence[int],
        *,
        due_at: datetime,
        guild_id: int | None = None,
    ) -> int:
        """Ask for an edit of every sent card of these models (one pending edit per message); how many."""
        ...

    async def cards_of(self, guild_id: int, model_ids: Sequence[int]) -> Sequence[PostedCard]:
        """Return the cards of these models in a server, by channel in ascending order."""
        ...

    async def ask_for_edits(self, cards: Mapping[PostedCard, datetime]) -> int:
        """Ask for an edit of each of these cards by its moment; how many. One that is due sooner stays so."""
        ...

    async def claim_lane(self, owner: str, *, lease: timedelta) -> LaneLease | None:
        """Lease the channel that has waited longest. On the database's clock. None if nothing is due."""
        ...

    async def take_lane(self, channel_id: int, guild_id: int, owner: str, *, lease: timedelta) -> LaneLease | None:
        """Lease this very channel, even if it is paused or nothing is due; None while a sender works it.

        For who posts into it beside the senders, and gives it back by `leave_lane`.
        """
        ...

    async def leave_lane(self, held: LaneLease) -> None:
        """Give a taken lane back as it was: what it waits for, it goes on waiting for."""
        ...

    async def renew(self, held: LaneLease, *, lease: timedelta) -> bool:
        """Extend a lease; False if it was lost to another sender."""
        ...

    async def next_in_lane(self, held: LaneLease, *, now: datetime) -> Delivery | None:
        """Return the first thing this channel is owed: what an interrupted sender left, then pending, then edits.

        An interrupted attempt older than `NONCE_WINDOW` on the database's clock comes as UNKNOWN. None if the lease
        was lost or the lane is paused.
        """
        ...

    async def delivery(self, delivery_id: int) -> Delivery | None:
        """Return one delivery, for readers of its message."""
        ...

    async def begin_attempt(self, held: LaneLease, delivery_id: int, *, now: datetime) -> bool:
        """Mark as sending; False if the lease was lost. Must be committed before the send."""
        ...

    async def mark_sent(self, held: LaneLease, delivery_id: int, message_id: int, *, now: datetime) -> None: ...
    async def mark_shown(self, delivery_id: int, revision: int) -> None: ...
    async def mark_failed(self, delivery_id: int, error: str) -> None: ...
    async def mark_withdrawn(self, delivery_id: int) -> None: ...
    async def put_back(self, delivery_id: int) -> None:
        """Make an attempt undone that certainly posted nothing: the delivery is pending again."""
        ...

    async def stop_editing(self, delivery_id: int) -> None:
        """The message was deleted by somebody: there is nothing left to keep up to date."""
        ...

    async def postpone_edit(self, delivery_id: int, *, due_at: datetime) -> None:
        """Try an edit again later: Discord limits edits of older messages by themselves (DISCORD.md, 30046)."""
        ...

    async def release_lane(self, held: LaneLease, *, now: datetime, wait: timedelta | None = None) -> None:
        """Give the lane back: due at once if something is pending (looked at under the row's lock), or after `wait`.

        A wait counts as a failure in a row, and nothing that is enqueued meanwhile cuts it short.
        """
        ...

    async def pause_lane(self, channel_id: int, reason: str, *, now: datetime) -> bool:
        """Pause; True the first time, when a moderator must be told."""
        ...

    async def resume_lane(self, channel_id: int, *, now: datetime) -> None: ...
    async def reopen_lane(self, channel_id: int) -> None:
        """Try a paused channel once more; an open one goes on waiting for what it waits for."""
        ...

    async def move(self, delivery_id: int, *, guild_id: int, channel_id: int) -> bool:
        """Owe what is pending to another channel; False where somebody is sending it, or has."""
        ...

    async def long_backlogs(self, *, older_than: datetime, more_than: int) -> Sequence[tuple[int, int]]:
        """Return (guild, channel) of lanes that owe more pending cards than that, or one older than that."""
        ...

    async def fold_backlog(
        self, *, guild_id: int, channel_id: int, older_than: datetime, more_than: int, now: datetime
    ) -> int:
        """Turn a lane's backlog of cards into one digest, under the lane's lock; return how many cards."""
        ...

    async def lane_reports(self, guild_id: int) -> Sequence[LaneReport]:
        """Return how the channels of a server stand; direct conversations are nobody else's business."""
        ...

    async def backlog(self) -> Backlog:
        """Return figures over all lanes, for /metrics and `rootstock check`."""
        ...


class StoreFeeds(Protocol):
    """The feeds' cursors, which survive a kill because they move in the transaction that stores what was seen."""

    async def get(self, name: str) -> FeedState: ...
    async def put(self, state: FeedState) -> None: ...
    async def all(self) -> Sequence[FeedState]: ...


class StoreLeases(Protocol):
    """Singletons across processes, on the database's clock."""

    async def take(self, name: str, owner: str, *, lease: timedelta) -> bool:
        """Take or renew a lease; False while somebody else holds it."""
        ...

    async def drop(self, name: str, owner: str) -> None: ...
    async def void(self, name: str) -> None:
        """End a lease, whoever holds it: for a holder that is known to be dead."""
        ...

    async def take_slot(self, name: str, *, interval: timedelta, burst: int) -> timedelta:
        """Take a slot of a GCRA limiter and return how long to wait before using it."""
        ...


class StoreNotes(Protocol):
    """Short texts by name that processes leave for one another (the hash of the commands that were last synced)."""

    async def get(self, name: str) -> str | None: ...
    async def put(self, name: str, text: str) -> None: ...
