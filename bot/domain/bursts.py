"""Burst limits: how many cards a channel takes before the rest becomes one digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SAME_ORIGIN_WINDOW = timedelta(minutes=60)
CARDS_PER_AUTHOR = 3
"""A release day is one to three cards (Qwen3.6: 27B, 35B-A3B and their FP8); the fourth within the hour is a
series. Seen in 23 minutes of the newest feed: four ablation runs of one author in two minutes, five `co###` of one
account in one minute."""

CARDS_PER_BASE = 3
"""After a large release many publish the same derivative within the hour (Qwen3.6-27B: 41 on one trending list);
the first three tell the channel that it has begun, the digest tells the rest."""

CHANNEL_WINDOW = timedelta(minutes=15)
CARDS_PER_CHANNEL = 8
"""Two screens of cards on a desktop. Unrelated releases come a few an hour; more than eight in a quarter of an hour
is a catch-up after downtime or a filter that is too wide, and both are better read as one list."""

OVERFLOW_WAIT = timedelta(minutes=30)
"""Long enough to gather a flood's tail into one message, short enough that its first model is still news."""


@dataclass(frozen=True, slots=True)
class BurstLimits:
    """Within what time cards are counted, and how long the rest waits; the demo plays faster than life."""

    same_origin_window: timedelta = SAME_ORIGIN_WINDOW
    channel_window: timedelta = CHANNEL_WINDOW
    overflow_wait: timedelta = OVERFLOW_WAIT


IN_LIFE = BurstLimits()


@dataclass(frozen=True, slots=True)
class RecentPost:
    """A card that a channel was given, or is about to be given."""

    model_id: int
    author: str
    parent_ids: frozenset[int]
    """Direct parents."""
    decided_at: datetime


def can_be_burst(recent: int) -> bool:
    """Tell whether a channel that was given so many cards lately could be full at all: most are far from it."""
    return recent >= min(CARDS_PER_AUTHOR, CARDS_PER_BASE, CARDS_PER_CHANNEL)


def is_burst(recent: Sequence[RecentPost], candidate: RecentPost, now: datetime, limits: BurstLimits = IN_LIFE) -> bool:
    """Tell whether one more card would be too much for the channel; then it goes to the overflow digest.

    `recent` holds the channel's cards of at least the last `limits.same_origin_window`, in any order.
    """
    others = [post for post in recent if post.model_id != candidate.model_id]
    lately = [post for post in others if now - post.decided_at < limits.same_origin_window]
    in_channel = sum(now - post.decided_at < limits.channel_window for post in others)
    return (
        in_channel >= CARDS_PER_CHANNEL
        or _by_author(lately, candidate) >= CARDS_PER_AUTHOR
        or _most_of_one_base(lately, candidate) >= CARDS_PER_BASE
    )


def overflow_due_at(now: datetime, limits: BurstLimits = IN_LIFE) -> datetime:
    """Return when the digest is posted that a burst's first model opens; what follows joins it while it is open."""
    return now + limits.overflow_wait


def _by_author(lately: Sequence[RecentPost], candidate: RecentPost) -> int:
    author = candidate.author.casefold()
    return sum(post.author.casefold() == author for post in lately) if author else 0


def _most_of_one_base(lately: Sequence[RecentPost], candidate: RecentPost) -> int:
    return max((sum(base in post.parent_ids for post in lately) for base in candidate.parent_ids), default=0)
