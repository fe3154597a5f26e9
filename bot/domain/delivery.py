"""A delivery: one thing owed to one channel, sent exactly once, whatever happens."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

NONCE_LENGTH = 20
"""Discord takes at most 25 characters (DISCORD.md, Sending)."""

NONCE_WINDOW = timedelta(minutes=2)
"""Discord suppresses a repeated nonce "in the past few minutes"; a re-send within two is safe on its own.
After that the outcome of an interrupted attempt is unknown and the channel is read first."""


class Purpose(StrEnum):
    """Why something is sent to a channel."""

    CARD = "card"
    DIGEST = "digest"
    NOTICE = "notice"
    LEADERBOARD = "leaderboard"
    COPY = "copy"
    """A card that a member showed to a channel; there may be many."""
    OLD_COPY = "old-copy"
    """A copy that follows no more, since newer ones do: it shows no numbers."""
    OPENING = "opening"
    """What a discussion begins with, in a thread of a text or announcement channel."""
    PUBLICATION = "publication"
    """Not a message of its own: that a post is sent on to the servers that follow its channel."""


FOLLOWING = frozenset({Purpose.CARD, Purpose.COPY, Purpose.OPENING})
"""Messages that show what a server's members decide, and follow when they do."""

BY_MEMBERS = frozenset({Purpose.COPY, Purpose.OLD_COPY, Purpose.OPENING})
"""Messages that members brought about, in channels that no moderator may have chosen: where one of them cannot be
edited any more, that says nothing about a channel and concerns nobody."""


class DeliveryState(StrEnum):
    """Where a delivery stands; see ARCHITECTURE, "Delivery: once, whatever happens"."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class LaneState(StrEnum):
    """A channel's queue: open, or paused because the channel refuses messages."""

    OPEN = "open"
    PAUSED = "paused"


class Form(StrEnum):
    """How a model reaches a channel: as a card of its own, or as a line in a digest."""

    CARD = "card"
    DIGEST = "digest"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing owed to one channel. Unique by (channel, subject, purpose)."""

    id: int
    guild_id: int
    channel_id: int
    subject: str
    """What it is about: `model:<id>`, `digest:<due moment>`, `paused:<channel>:<moment>`, `week:2026-W48`."""
    purpose: Purpose
    model_id: int | None
    payload: Mapping[str, str]
    """What the renderer needs beyond the model itself; short strings only."""
    state: DeliveryState
    attempts: int
    created_at: datetime
    sending_at: datetime | None = None
    message_id: int | None = None
    wanted_revision: int = 0
    shown_revision: int = 0
    """The message is edited when it shows an older revision than is wanted."""
    error: str | None = None

    @property
    def nonce(self) -> str:
        """The same 20 characters for ever for the same (channel, subject, purpose)."""
        return nonce_of(self.channel_id, self.subject, self.purpose)


@dataclass(frozen=True, slots=True)
class LaneLease:
    """The right to work one channel's queue until `until`; `epoch` tells this lease from earlier ones."""

    channel_id: int
    guild_id: int
    owner: str
    epoch: int
    until: datetime
    failures: int


@dataclass(frozen=True, slots=True)
class Announcement:
    """The decision that a channel gets a model. Unique by (channel, model): once per channel, ever."""

    channel_id: int
    model_id: int
    guild_id: int
    watch_id: int
    form: Form
    decided_at: datetime
    due_at: datetime
    """At once for a card; the digest's moment for a line in a digest."""
    crossed: tuple[str, ...] = field(default=())
    """Thresholds that let it through, as `likes:1000`: shown on the card."""
    delivery_id: int | None = None


@dataclass(frozen=True, slots=True)
class PostedCard:
    """A copy of a model's card in a server. `edit_due_at`: when an edit is due that was asked for and not yet made."""

    channel_id: int
    model_id: int
    delivery_id: int
    posted_at: datetime
    edit_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """A message that stands in a channel although no sender sent it, as deliveries know one."""

    guild_id: int
    channel_id: int
    subject: str
    purpose: Purpose
    message_id: int
    model_id: int | None = None


@dataclass(frozen=True, slots=True)
class LaneReport:
    """One channel in `/status`."""

    channel_id: int
    paused_reason: str | None
    pending: int
    failures: int
    last_sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much is owed in all."""

    pending: int
    unknown: int
    paused_lanes: int
    oldest_pending_at: datetime | None


def card_subject(model_id: int) -> str:
    """Return the subject of a model's card: one a channel, ever."""
    return f"model:{model_id}"


def nonce_of(channel_id: int, subject: str, purpose: str) -> str:
    """Derive the nonce under which Discord knows this delivery, stable across restarts and processes."""
    text = f"{channel_id}/{subject}/{purpose}"
    return hashlib.blake2b(text.encode(), digest_size=NONCE_LENGTH // 2).hexdigest()
