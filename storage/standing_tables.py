"""The tables of standings: when they are posted, what was published, whose ballots were set aside."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.community_tables import Base


class LeaderboardScheduleRow(Base):
    """When and where a server's weekly post appears, in its own zone's time."""

    __tablename__ = "leaderboard_schedule"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel_id: Mapped[int]
    weekday: Mapped[int] = mapped_column(Integer)
    hour: Mapped[int] = mapped_column(Integer)
    minute: Mapped[int] = mapped_column(Integer)
    zone: Mapped[str] = mapped_column(String(64))
    quiet_weeks: Mapped[bool]
    """Whether a week without votes is posted too, in a sentence."""
    next_at: Mapped[datetime] = mapped_column(index=True)
    updated_by: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        CheckConstraint("minute BETWEEN 0 AND 59", name="minute"),
    )


class PublishedWeekRow(Base):
    """A server's published week: one for each local ISO week, because the key says so."""

    __tablename__ = "published_week"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    week: Mapped[str] = mapped_column(String(8), primary_key=True)
    """`2026-W48`."""
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), index=True)
    published_at: Mapped[datetime]
    due_at: Mapped[datetime]
    rule: Mapped[str] = mapped_column(String(30))
    window_start: Mapped[datetime]
    window_end: Mapped[datetime]
    log_id: Mapped[int | None]
    """The last entry of the ballot log that was counted: a recount replays up to here."""
    prior_up: Mapped[float | None]
    prior_down: Mapped[float | None]
    payload: Mapped[dict[str, Any]]


class PublishedStandingRow(Base):
    """One model's place in a published week, as it was shown. Without a rank it was too early."""

    __tablename__ = "published_standing"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    week: Mapped[str] = mapped_column(String(8), primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"), primary_key=True, autoincrement=False)
    scope: Mapped[str] = mapped_column(String(10))
    rank: Mapped[int | None] = mapped_column(Integer)
    score: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]
    up: Mapped[int]
    down: Mapped[int]
    voters: Mapped[int]
    released_at: Mapped[datetime | None]
    """What ties were broken by, as it was known then."""

    __table_args__ = (
        CheckConstraint("scope IN ('server', 'everywhere')", name="scope"),
        Index("ix_published_standing_model", "model_id", "guild_id", "week"),
    )


class EverywhereOptInRow(Base):
    """A server whose ballots count everywhere since a moment: it chose to (`/settings`)."""

    __tablename__ = "everywhere_opt_in"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    since: Mapped[datetime]
    voters: Mapped[int | None]
    """How many people vote here more than elsewhere, by which it has a say; empty until they have been counted."""


class EverywhereLeftOutRow(Base):
    """A model on which a server's ballots do not count everywhere (`bot.domain.contradictions`)."""

    __tablename__ = "everywhere_left_out"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"), primary_key=True, autoincrement=False)


class SetAsideBatchRow(Base):
    """Ballots that were found to be a burst or a bloc: they do not count until a moderator lets them in."""

    __tablename__ = "set_aside_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("model.id"))
    """The model of a burst; a bloc is about many."""
    found_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    evidence: Mapped[dict[str, Any]]
    """Figures that moderators are shown; never a member's id."""
    told_at: Mapped[datetime | None]
    """When moderators were told of it, or nobody was there to be told."""

    __table_args__ = (
        CheckConstraint("kind IN ('burst', 'bloc')", name="kind"),
        CheckConstraint("state IN ('open', 'accepted', 'rejected')", name="state"),
        Index("ix_set_aside_batch_guild_id", "guild_id", "state", "id"),
    )


class SetAsideBallotRow(Base):
    """One ballot of a batch; whoever casts it anew finds it there."""

    __tablename__ = "set_aside_ballot"

    batch_id: Mapped[int] = mapped_column(ForeignKey("set_aside_batch.id", ondelete="CASCADE"), primary_key=True)
    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    let_in_at: Mapped[datetime | None]
    """When a moderator let its member in by themselves: the rest of the batch is not touched by that."""

    __table_args__ = (Index("ix_set_aside_ballot_user", "user_id", "guild_id"),)


__all__ = [
    "Base",
    "EverywhereLeftOutRow",
    "EverywhereOptInRow",
    "LeaderboardScheduleRow",
    "PublishedStandingRow",
    "PublishedWeekRow",
    "SetAsideBallotRow",
    "SetAsideBatchRow",
]
