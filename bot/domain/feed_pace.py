"""How often each feed is read within what a hub allows: who is asked for, and who publishes, comes round first.

A publisher's listing costs one request whether it shows anything or not, and known labs have more organisations than
an anonymous address has requests in five minutes. So the requests go where releases are expected: half of them to
publishers whom watches name, the rest by how lately somebody published.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.feeds import FeedState

WINDOW = timedelta(minutes=5)
"""The hub counts requests in windows of five minutes (HUB.md, Rate limits)."""

PUBLISHERS_SHARE, NEWEST_SHARE, TRENDING_SHARE = 0.6, 0.15, 0.05
"""Of the requests that Rootstock allows itself. The rest is for second looks and for full records of what is posted."""

NAMED_SHARE = 0.5
"""Of the publishers' share: a watch that names an author is read often, and never at the cost of all others."""

LIVELY_WITHIN = timedelta(days=30)
"""Who published something within a month is likely to publish again soon."""


class Attention(StrEnum):
    """What is expected of a publisher, and so how often its listing is read."""

    NAMED = "named"
    """A watch names it, its lab, or its country."""
    LIVELY = "lively"
    QUIET = "quiet"
    EMPTY = "empty"
    """Shows nothing: most such names are reserved, or gone."""


WEIGHTS: Mapping[Attention, float] = {Attention.LIVELY: 4.0, Attention.QUIET: 1.0, Attention.EMPTY: 0.125}
"""How often publishers that nobody names are read, against each other."""


def attention_of(feed: FeedState, now: datetime, *, named: bool) -> Attention:
    """Return what a publisher deserves; one that was not read yet, or once and showed nothing, counts as quiet."""
    if named:
        return Attention.NAMED
    if feed.latest_at is not None and now - feed.latest_at <= LIVELY_WITHIN:
        return Attention.LIVELY
    return Attention.EMPTY if feed.cursor is not None and not feed.seen else Attention.QUIET


def publishers_waits(
    followed: Mapping[Attention, int], *, period: timedelta, allowed: float
) -> Mapping[Attention, timedelta]:
    """Return how long a publisher of each kind waits between two readings; never less than `period`.

    `followed` is how many there are of each, `allowed` how many requests in `WINDOW` Rootstock allows itself.
    """
    requests = PUBLISHERS_SHARE * allowed
    named = followed.get(Attention.NAMED, 0)
    waits = {Attention.NAMED: max(period, WINDOW * named / (NAMED_SHARE * requests))}
    left = requests - named * (WINDOW / waits[Attention.NAMED])
    unit = WINDOW * sum(weight * followed.get(kind, 0) for kind, weight in WEIGHTS.items()) / left
    return waits | {kind: max(period, unit / weight) for kind, weight in WEIGHTS.items()}


def general_wait(share: float, *, period: timedelta, allowed: float) -> timedelta:
    """Return how long the newest or the trending feed waits: `period`, or what its share of the requests allows."""
    return max(period, WINDOW / (share * allowed))
