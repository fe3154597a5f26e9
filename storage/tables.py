"""Every table, as SQLAlchemy declares it. The migrations must make exactly these (tests compare them)."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    TypeDecorator,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES_OF_CONSTRAINTS = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Key = BigInteger().with_variant(Integer, "sqlite")
"""SQLite gives out row ids only for a column typed exactly INTEGER."""


MOMENTS_AT_ONCE = 64
"""Moments whose form for the database is remembered: those of one batch."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC, strictly: SQLite drops offsets silently, so a naive or foreign one is refused on the way in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Refuse naive moments and turn the others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a moment without its offset: {value!r}"
            raise ValueError(message)
        return value.astimezone(UTC)

    if not TYPE_CHECKING:  # SQLAlchemy's own type for what is returned is not public

        def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
            """Write a moment out once: hundreds of rows of one statement carry the same."""
            process = super().bind_processor(dialect)
            return process and lru_cache(maxsize=MOMENTS_AT_ONCE)(process)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Give UTC back, whatever the driver dropped."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def clean(text: str) -> str:
    """Return `text` without what PostgreSQL cannot hold: null bytes and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


class CleanText(TypeDecorator[str]):
    """Text that every database takes; a hub's or a member's text may hold anything."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Take out what PostgreSQL would refuse."""
        return value if value is None or (value.isascii() and "\x00" not in value) else clean(value)


class Base(DeclarativeBase):
    """The one metadata of all tables."""

    metadata = MetaData(naming_convention=NAMES_OF_CONSTRAINTS)
    type_annotation_map = {datetime: UtcDateTime, int: Key, dict[str, Any]: JSON}  # noqa: RUF012 - SQLAlchemy's own form


class ServerRow(Base):
    """A server's settings."""

    __tablename__ = "server"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    locale: Mapped[str] = mapped_column(CleanText(10))
    timezone: Mapped[str] = mapped_column(CleanText(64))
    digest_hour: Mapped[int] = mapped_column(Integer)
    digest_weekday: Mapped[int] = mapped_column(Integer)
    notice_channel_id: Mapped[int | None]
    publishes: Mapped[bool] = mapped_column(server_default=false())
    set_up_by: Mapped[int | None]
    set_up_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("digest_hour BETWEEN 0 AND 23", name="digest_hour"),
        CheckConstraint("digest_weekday BETWEEN 0 AND 6", name="digest_weekday"),
    )


class WatchRow(Base):
    """A watch; the filter is JSON because it is only ever read whole, by the matcher's compiler."""

    __tablename__ = "watch"

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(index=True)
    channel_id: Mapped[int] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(CleanText(100))
    filter: Mapped[dict[str, Any]]
    pace: Mapped[str] = mapped_column(CleanText(10))
    state: Mapped[str] = mapped_column(CleanText(10))
    paused_reason: Mapped[str | None] = mapped_column(CleanText(50))
    starts_at: Mapped[datetime]
    created_by: Mapped[int]
    created_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("pace IN ('instant', 'daily', 'weekly')", name="pace"),
        CheckConstraint("state IN ('active', 'paused')", name="state"),
    )


class CounterRow(Base):
    """Numbers that only rise, by name: `watch_version` tells processes that their compiled matcher is stale."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(CleanText(50), primary_key=True)
    value: Mapped[int]


SEARCHED = ("repo_id", "id", "kind", "licence_class", "parameters", "released_at", "author_key", "task", "trending")
"""Columns that a search reads besides `findable`, `likes`, `name_key`. With them its index answers by itself: reading
the rows would mean reading every record (2 kB each). The id is in it for PostgreSQL, whose indexes do not hold it."""


class ModelRow(Base):
    """A model. `facts` is the latest hub record as parsed; the columns beside it are what queries ask for."""

    __tablename__ = "model"

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(CleanText(10))
    repo_id: Mapped[str] = mapped_column(CleanText(250))
    name_key: Mapped[str] = mapped_column(CleanText(250))
    """`repo_id` casefolded: hubs treat names as equal whatever their case. Freed when the identity is gone."""
    hub_id: Mapped[str | None] = mapped_column(CleanText(50))
    author_key: Mapped[str] = mapped_column(CleanText(100))
    stage: Mapped[str] = mapped_column(CleanText(12))
    findable: Mapped[bool] = mapped_column(server_default=false())
    """Whether searches show it: it has settled, or somebody asked for it by name before that, and it is not gone."""
    facts: Mapped[dict[str, Any]]
    kind: Mapped[str | None] = mapped_column(CleanText(12))
    kind_reason: Mapped[str] = mapped_column(CleanText(50), default="")
    kind_details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    task: Mapped[str | None] = mapped_column(CleanText(100))
    library: Mapped[str | None] = mapped_column(CleanText(100))
    licence: Mapped[str | None] = mapped_column(CleanText(100))
    licence_class: Mapped[str | None] = mapped_column(CleanText(16))
    parameters: Mapped[int | None]
    """What running it takes follows from this count (`bot.domain.sizes`); read from the files or from the name."""
    likes: Mapped[int | None]
    downloads: Mapped[int | None]
    trending: Mapped[float | None]
    first_seen_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    observed_at: Mapped[datetime]
    look_at: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(Integer, default=0)

    __table_args__ = (
        UniqueConstraint("source", "name_key"),
        UniqueConstraint("source", "hub_id"),
        CheckConstraint("stage IN ('stub', 'unsettled', 'settled', 'given_up', 'gone')", name="stage"),
        Index("ix_model_author", "author_key", "source", "repo_id"),
        Index("ix_model_task", "task"),
        Index("ix_model_library", "library"),
        Index("ix_model_licence", "licence"),
        Index("ix_model_look_at", "look_at"),
        Index("ix_model_released_at", "released_at"),
        Index("ix_model_search", "findable", "likes", "name_key", *SEARCHED),
        Index("ix_model_trending", "trending"),
        Index("ix_model_trending_names", "findable", "trending", "name_key", "repo_id", "id", "likes"),
    )


class EdgeRow(Base):
    """One declared parent of one model."""

    __tablename__ = "edge"

    child_id: Mapped[int] = mapped_column(ForeignKey("model.id", ondelete="CASCADE"), primary_key=True)
    parent_id: Mapped[int] = mapped_column(ForeignKey("model.id", ondelete="CASCADE"), primary_key=True)
    relation: Mapped[str | None] = mapped_column(CleanText(12))
    position: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint("child_id <> parent_id", name="no_self_parent"),
        Index("ix_edge_parent", "parent_id"),
    )


class FeedRow(Base):
    """A feed's cursor and health."""

    __tablename__ = "feed"

    name: Mapped[str] = mapped_column(CleanText(120), primary_key=True)
    cursor: Mapped[str | None] = mapped_column(CleanText())
    last_ok_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(CleanText())
    failures: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime | None]
    seen: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    latest_at: Mapped[datetime | None]


class LaneRow(Base):
    """A channel's queue: who works it, when it is next due, whether it is paused."""

    __tablename__ = "lane"

    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    guild_id: Mapped[int] = mapped_column(index=True)
    recipient: Mapped[int | None]
    """The member whose direct conversation with Rootstock this is; empty for a channel of a server."""
    state: Mapped[str] = mapped_column(CleanText(10))
    paused_reason: Mapped[str | None] = mapped_column(CleanText())
    due_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    """The end of a wait that Discord asked for or that backoff chose: nothing enqueued meanwhile cuts it short."""
    failures: Mapped[int] = mapped_column(Integer, default=0)
    lease_owner: Mapped[str | None] = mapped_column(CleanText(64))
    lease_epoch: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    last_sent_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("state IN ('open', 'paused')", name="state"),
        Index("ix_lane_due", "state", "due_at"),
    )


class DeliveryRow(Base):
    """One thing owed to one channel; see `bot.domain.delivery`."""

    __tablename__ = "delivery"

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int]
    channel_id: Mapped[int] = mapped_column(ForeignKey("lane.channel_id"))
    subject: Mapped[str] = mapped_column(CleanText(100))
    purpose: Mapped[str] = mapped_column(CleanText(12))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("model.id"))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(CleanText(10))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[datetime]
    sending_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[int | None]
    wanted_revision: Mapped[int] = mapped_column(Integer, default=0)
    shown_revision: Mapped[int] = mapped_column(Integer, default=0)
    edit_due_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(CleanText())

    __table_args__ = (
        UniqueConstraint("channel_id", "subject", "purpose"),
        CheckConstraint("state IN ('pending', 'sending', 'sent', 'unknown', 'failed', 'withdrawn')", name="state"),
        Index("ix_delivery_lane", "channel_id", "state", "id"),
        Index("ix_delivery_model", "model_id"),
        Index("ix_delivery_state", "state", "created_at"),
        Index("ix_delivery_edit_due", "channel_id", "edit_due_at"),
    )


class AnnouncementRow(Base):
    """The decision that a channel gets a model: once per channel, ever, because the database says so."""

    __tablename__ = "announcement"

    channel_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"), primary_key=True, autoincrement=False)
    guild_id: Mapped[int]
    watch_id: Mapped[int]
    form: Mapped[str] = mapped_column(CleanText(10))
    crossed: Mapped[str] = mapped_column(CleanText(), default="")
    decided_at: Mapped[datetime]
    due_at: Mapped[datetime]
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))

    __table_args__ = (
        CheckConstraint("form IN ('card', 'digest')", name="form"),
        Index("ix_announcement_recent", "channel_id", "decided_at"),
        Index("ix_announcement_due", "form", "delivery_id", "due_at"),
        Index("ix_announcement_delivery", "delivery_id"),
        Index("ix_announcement_model", "model_id", "channel_id"),
    )


class LeaseRow(Base):
    """A singleton across processes (`watcher`), held until a moment on the database's clock."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(CleanText(50), primary_key=True)
    owner: Mapped[str] = mapped_column(CleanText(64))
    until: Mapped[datetime]


class SlotRow(Base):
    """A GCRA limiter shared by all processes: the theoretical arrival time of the next slot."""

    __tablename__ = "slot"

    name: Mapped[str] = mapped_column(CleanText(50), primary_key=True)
    arrival_at: Mapped[datetime]


class NoteRow(Base):
    """A short text by name that processes leave for one another: `commands:<application>` is what was last synced."""

    __tablename__ = "note"

    name: Mapped[str] = mapped_column(CleanText(100), primary_key=True)
    text: Mapped[str] = mapped_column(CleanText())
