"""A feed: one way in which Rootstock hears of models, and how far it has read."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FeedState:
    """Where a feed stands: `name` is `newest`, `trending` or `publisher:<author>`.

    `cursor` is the feed's own short text (the newest `created_at` seen; the first listing's moment).
    """

    name: str
    cursor: str | None = None
    last_ok_at: datetime | None = None
    last_error: str | None = None
    failures: int = 0
    next_at: datetime | None = None
    seen: int = 0
    rejected: int = 0
    latest_at: datetime | None = None
    """For a publisher: when it last published something, as far as its listing says."""
