"""When a model was released, as Rootstock saw it: the moment it became publicly visible, which no hub states.

The rule, in one place. `created_at` is when the repository was made, often weeks before anybody could see it
(HUB.md, point 1), so it is believed only where nothing better is known:

| first seen | the release is |
|---|---|
| in a publisher's first listing, or in the first page of the first newest or trending read | `created_at` |
| in a later listing of its publisher, or by a notice that it was made or made public | now: it was not there before |
| in the newest feed | `created_at` where that is after the previous read, else now: it was staged in private |
| anywhere else, by a publisher whose listing is known | now: the listing did not show it |
| in the trending feed, made after that feed began | now |
| in the trending feed, made at most 90 days ago, most of its likes new | now |
| anywhere else (an ancestor that was looked up, an old model that comes into sight) | `created_at` |

`created_at` unknown means the release is unknown too (`None`): such a model is never posted as new.
After downtime nothing is lost: what appeared meanwhile is released when it is first seen.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.model import HubModel

LONGEST_STAGING = timedelta(days=90)
"""How long a repository may have been private and still count as released when it appears among the trending
models. The measured lags: nearly all under 45 days, one of 130 (HUB.md, point 1)."""

FRESH_SHARE = 0.5
"""The trending score counts recent likes: a model that was published days ago has a score near its likes (measured:
0.95 to 1.0), an old one that comes back into sight a fraction of them (0.01 to 0.1)."""


class Sight(StrEnum):
    """How a record came before Rootstock's eyes."""

    BASELINE = "baseline"
    """A first listing: it says what was there already."""
    PUBLISHER = "publisher"
    NEWEST = "newest"
    TRENDING = "trending"
    CREATED_NOTICE = "created-notice"
    """The hub says that it was made or made public just now."""
    CHANGED_NOTICE = "changed-notice"
    SECOND_LOOK = "second-look"
    ANCESTOR = "ancestor"
    """Looked up because something was made from it."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """How a batch of records was seen, and since when the feed that showed it has been read."""

    sight: Sight
    feed_started_at: datetime | None = None
    last_read_at: datetime | None = None


def release_moment(
    facts: HubModel, sighting: Sighting, *, now: datetime, publisher_listed: bool = False
) -> datetime | None:
    """Return when a model that was never seen before was released; see the module's table.

    `publisher_listed`: everything its publisher shows was known before, and this model was not among it.
    """
    created = None if facts.created_at is None else min(facts.created_at, now)
    if sighting.sight is Sight.BASELINE:
        return created
    if sighting.sight in {Sight.PUBLISHER, Sight.CREATED_NOTICE}:
        return now
    if sighting.sight is Sight.NEWEST:
        return _from_newest(created, sighting, now)
    if publisher_listed or (sighting.sight is Sight.TRENDING and _appeared(facts, created, sighting, now)):
        return now
    return created


def settled_moment(
    facts: HubModel, *, first_seen_at: datetime, first_thought: datetime | None, now: datetime
) -> datetime | None:
    """Return when a model was released that had come into sight unsettled: now, if it has changed since.

    Otherwise what was thought at first sight stands: a listing that merely said too little to judge it must not make
    an old model new.
    """
    changed = facts.last_modified is not None and facts.last_modified >= first_seen_at
    return now if changed else first_thought


def _from_newest(created: datetime | None, sighting: Sighting, now: datetime) -> datetime:
    in_the_gap = created is not None and sighting.last_read_at is not None and created >= sighting.last_read_at
    return created if in_the_gap and created is not None else now


def _appeared(facts: HubModel, created: datetime | None, sighting: Sighting, now: datetime) -> bool:
    if created is None:
        return False
    if sighting.feed_started_at is not None and created >= sighting.feed_started_at:
        return True
    return now - created <= LONGEST_STAGING and _mostly_new_likes(facts)


def _mostly_new_likes(facts: HubModel) -> bool:
    if facts.likes is None or facts.trending is None:
        return False
    return facts.trending >= FRESH_SHARE * facts.likes
