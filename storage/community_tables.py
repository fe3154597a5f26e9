"""The tables of what members decide: ballots, tags, discussions, reviews. One metadata with `storage.tables`."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables import Base

COUNTED = ("entered_at", "model_id", "choice", "set_aside")
"""What counting reads: with it in the indexes, a standing of a million ballots reads no row."""


class BallotRow(Base):
    """A member's live ballot on a model in a server: one, because the key says so."""

    __tablename__ = "ballot"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    choice: Mapped[str] = mapped_column(String(4))
    cast_at: Mapped[datetime]
    counts_from: Mapped[datetime]
    """A fresh account's ballot counts once it has aged (ARCHITECTURE, Ranking)."""
    entered_at: Mapped[datetime]
    """From when it belongs to weeks (`bot.domain.votes.Ballot.entered_at`)."""
    is_fresh: Mapped[bool] = mapped_column(server_default=false())
    """Whether the account was fresh when it was cast; somebody old who has just joined is not."""
    set_aside: Mapped[str | None] = mapped_column(String(20))
    """Why it does not count for now (`bot.domain.votes.AsideBecause`); it is kept and can be let in again."""

    __table_args__ = (
        CheckConstraint("choice IN ('up', 'down')", name="choice"),
        Index("ix_ballot_of_server", "guild_id", *COUNTED),
        Index("ix_ballot_everywhere", *COUNTED, "user_id", "guild_id", "cast_at"),
        Index("ix_ballot_user", "user_id"),
        Index("ix_ballot_counts_from", "counts_from"),
    )


class VoterAsideRow(Base):
    """A member whose ballots in a server are set aside: those cast already, and those cast from now on."""

    __tablename__ = "voter_aside"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    because: Mapped[str] = mapped_column(String(20))
    by: Mapped[int | None]
    """The moderator who did it; empty where it followed from a ban."""
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("because IN ('banned', 'moderator')", name="because"),)


class ForgottenAsideRow(Base):
    """A member who was set aside and asked to be forgotten: recognised if they vote here again, and not before.

    `mark` is a keyed hash of the server and the member's id (`storage.forgotten_asides`); it cannot be turned back.
    """

    __tablename__ = "forgotten_aside"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    because: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("because IN ('banned', 'moderator')", name="because"),)


class AsideKeyRow(Base):
    """The random key of a server's marks, made with its first one."""

    __tablename__ = "aside_key"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64))


class BallotLogRow(Base):
    """The append-only ballot log: every standing can be recounted from it."""

    __tablename__ = "ballot_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int]
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"))
    voter: Mapped[int]
    """The member's id, or a negative random number after `/privacy forget`: one per model, joined to nothing."""
    action: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    counts_from: Mapped[datetime | None]
    event_id: Mapped[int | None] = mapped_column(unique=True)
    """The interaction that caused it: two gateway sessions may hand over the same click."""

    __table_args__ = (
        CheckConstraint("action IN ('up', 'down', 'withdrawn', 'set_aside', 'let_in')", name="action"),
        Index("ix_ballot_log_model", "guild_id", "model_id", "id"),
        Index("ix_ballot_log_voter", "voter", "guild_id", "model_id"),
    )


class TagRow(Base):
    """A server's tag. `key` is the normalised form that all spellings meet in, `label` what is shown."""

    __tablename__ = "tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(60))
    state: Mapped[str] = mapped_column(String(10))
    was_curated: Mapped[bool] = mapped_column(server_default=false())
    """For a banned tag: it goes back to the curated list once it is not banned any more."""
    created_by: Mapped[int | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("guild_id", "key"),
        CheckConstraint("state IN ('open', 'curated', 'banned')", name="state"),
    )


class TagAliasRow(Base):
    """Another spelling that leads to a server's tag."""

    __tablename__ = "tag_alias"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), index=True)


class TaggingRow(Base):
    """A member put a tag on a model."""

    __tablename__ = "tagging"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"), primary_key=True, autoincrement=False)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]

    __table_args__ = (Index("ix_tagging_tag", "tag_id", "model_id"), Index("ix_tagging_user", "user_id"))


class TagPolicyRow(Base):
    """Whether a server's members may use curated tags only."""

    __tablename__ = "tag_policy"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    curated: Mapped[bool]


class TagLogRow(Base):
    """What moderators did to tags, for `/tag log`."""

    __tablename__ = "tag_log"

    id: Mapped[int] = mapped_column(primary_key=True)
    guild_id: Mapped[int] = mapped_column(index=True)
    actor: Mapped[int]
    action: Mapped[str] = mapped_column(String(20))
    tag: Mapped[str] = mapped_column(String(60))
    other: Mapped[str | None] = mapped_column(String(60))
    at: Mapped[datetime]


class DiscussionRow(Base):
    """The one thread or forum post for a model in a server; `thread_id` is empty while somebody is opening it."""

    __tablename__ = "discussion"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"), primary_key=True, autoincrement=False)
    channel_id: Mapped[int]
    thread_id: Mapped[int | None] = mapped_column(index=True)
    opener: Mapped[str | None] = mapped_column(String(64))
    opener_until: Mapped[datetime | None]
    opened_by: Mapped[int | None]
    opened_at: Mapped[datetime]
    hidden: Mapped[bool] = mapped_column(server_default=false())
    """It stands where not everybody can look in: no card leads there."""


class ForumPostRow(Base):
    """What Rootstock put on a forum post, and may take off again: the ids of forum tags, with commas between them."""

    __tablename__ = "forum_post"

    thread_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    our_tags: Mapped[str] = mapped_column(String)


class ReviewRow(Base):
    """A "tried it" report: one a member a model a server."""

    __tablename__ = "review"

    guild_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id"), primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    verdict: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(String(100))
    hardware: Mapped[str] = mapped_column(String(40))
    format: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String)
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("verdict IN ('works-well', 'mixed', 'poor')", name="verdict"),
        Index("ix_review_user", "user_id"),
    )


__all__ = [
    "AsideKeyRow",
    "BallotLogRow",
    "BallotRow",
    "Base",
    "DiscussionRow",
    "ForgottenAsideRow",
    "ForumPostRow",
    "ReviewRow",
    "TagAliasRow",
    "TagLogRow",
    "TagPolicyRow",
    "TagRow",
    "TaggingRow",
]
