"""What belongs to one member: what they decided, and what is left of it when they ask to be forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.model import Source
from bot.domain.reviews import Report
from bot.domain.votes import Ballot

NOBODY = 0
"""Stands where a member's id must stand, once the member is forgotten; no Discord id is 0."""


@dataclass(frozen=True, slots=True)
class Mine:
    """All that one member said about one model in one server."""

    model_id: int
    source: Source
    repo_id: str
    latest_at: datetime
    ballot: Ballot | None = None
    tags: tuple[str, ...] = ()
    """Labels, hostile text, in the order in which they were put there."""
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done when a member asked to be forgotten, in all servers together."""

    ballots: int = 0
    """Live ballots withdrawn."""
    ballot_events: int = 0
    """Entries of the ballot log that carry a random number now, the withdrawals included."""
    taggings: int = 0
    tags: int = 0
    """Tags that nobody else uses: they are gone from their server too."""
    reviews: int = 0
    asides: int = 0
    """Marks by which the member's ballots in a server did not count; these are gone too."""
    marks: int = 0
    """Servers that keep a hash by which the member is recognised, because their moderators had set them aside."""
    names: int = 0
    """Watches, set-ups, tags, discussions, log entries and other acts that stay without the member's name."""
    notices: int = 0
    """Records of messages that were written to the member directly."""
    cards: Mapping[int, frozenset[int]] = field(default_factory=dict[int, frozenset[int]])
    """Whose cards show something else now: model ids by server."""

    @property
    def total(self) -> int:
        """How many things there were; 0 if nothing was stored about this member."""
        own = self.ballots + self.ballot_events + self.taggings + self.tags + self.reviews + self.notices
        return own + self.asides + self.names
