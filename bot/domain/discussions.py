"""Discussions: the one thread, or forum post, in which a server's members talk about a model."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.card import CardFacts
from bot.domain.delivery import Purpose, nonce_of
from bot.domain.plain_text import plain
from bot.domain.server import Locale

TITLE_LENGTH = 100
"""Discord's limit for the name of a thread or forum post."""


@dataclass(frozen=True, slots=True)
class Discussion:
    """What is recorded; without a `thread_id` somebody is opening it right now, or was when a process ended."""

    channel_id: int
    """The channel that the thread stands in."""
    thread_id: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thread can start: from a card's message, or, without one, in the channel itself."""

    channel_id: int
    message_id: int | None = None
    is_copy: bool = False
    """A member showed this card there; every other one stands where moderators wanted cards."""


@dataclass(frozen=True, slots=True)
class Started:
    """A discussion's thread: a forum's post, which begins with the model's card, or one that needs an opening yet."""

    thread_id: int
    is_post: bool = False


class ThreadState(StrEnum):
    """How a thread that was recorded stands: open, archived until now, locked by a moderator, or deleted."""

    OPEN = "open"
    REOPENED = "reopened"
    LOCKED = "locked"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a discussion begins with: the facts as they are now, in its server's language."""

    card: CardFacts
    locale: Locale

    @property
    def marker(self) -> str:
        """The `custom_id` by which its first message is recognised: the details button, as on a card."""
        return f"v1:details:{self.card.model_id}"

    @property
    def title(self) -> str:
        """The thread's name."""
        return title_of(self.card.facts.repo_id)

    @property
    def subject(self) -> str:
        """What its first message is about, as deliveries name it."""
        return f"discussion:{self.card.model_id}"

    def nonce(self, thread_id: int) -> str:
        """Return the nonce of the first message in a thread: the same for ever."""
        return nonce_of(thread_id, self.subject, Purpose.OPENING)


def title_of(repo_id: str) -> str:
    """Return a model's name as the title of its thread: with the publisher, as two can give the same name.

    Never empty: Discord refuses that, and a name from a hub may consist of characters that show nothing.
    """
    name = repo_id if len(repo_id) <= TITLE_LENGTH else repo_id.rpartition("/")[2]
    return plain(name, TITLE_LENGTH) or "?"
