"""What a server's members think of a model, as its card there shows it."""

from dataclasses import dataclass, field, replace

from bot.domain.reviews import ReviewSummary
from bot.domain.votes import Tally

TAGS_ON_A_CARD = 5
"""More would wrap on a phone; `/tag list` shows all."""


@dataclass(frozen=True, slots=True)
class TagCount:
    """A tag by its label (hostile text; `bot.cards.tag_names` names it) and how many members put it there."""

    label: str
    members: int


@dataclass(frozen=True, slots=True)
class CommunityFacts:
    """Votes, tags, reviews and the discussion of one model in one server."""

    tally: Tally = field(default_factory=Tally)
    tags: tuple[TagCount, ...] = ()
    """Most used first, at most `TAGS_ON_A_CARD`."""
    reviews: ReviewSummary | None = None
    thread_id: int | None = None
    """The thread or forum post in which it is discussed."""


def without_numbers(community: CommunityFacts) -> CommunityFacts:
    """Return what a card shows that does not follow: nothing that is wrong after the next vote, tag or review."""
    return replace(community, tally=Tally(), tags=(), reviews=None)
