"""A channel that remembers what was posted, honours nonces as Discord does, and fails as it is told."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.card import Post
from bot.domain.clock import Clock

DISCORD_REMEMBERS = timedelta(minutes=3)
"""How long this Discord recognises a nonce; the real one says "the past few minutes"."""


class Killed(BaseException):
    """The process ends here, as by kill -9: no handler of ours may answer it."""


@dataclass
class Message:
    """One message in a channel."""

    id: int
    marker: str
    nonce: str
    posted_at: datetime
    edits: int = 0


class FakeMessenger:
    """Fits `bot.workflows.ports.Messenger`.

    `before` and `after` are asked once a call for what goes wrong before or after the message is taken.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.channels: dict[int, list[Message]] = defaultdict(list)
        self.before: Callable[[], None] = nothing
        self.after: Callable[[], None] = nothing
        self.looked: list[str] = []
        self.forums: set[int] = set()
        self.news: set[int] = set()
        self.published: list[int] = []
        self.publishing: Callable[[], None] = nothing

    async def send(self, channel_id: int, post: Post, *, nonce: str) -> int:
        """Post, or return the message that has this nonce already."""
        self.before()
        known = [message for message in self.channels[channel_id] if message.nonce == nonce]
        recent = [message for message in known if self._clock.now() - message.posted_at < DISCORD_REMEMBERS]
        if not recent:
            message_id = 1000 + sum(len(messages) for messages in self.channels.values())
            recent = [Message(message_id, post.marker, nonce, self._clock.now())]
            self.channels[channel_id] += recent
        self.after()
        return recent[0].id

    async def edit(self, channel_id: int, message_id: int, post: Post) -> None:
        """Count an edit."""
        self.before()
        (message,) = [message for message in self.channels[channel_id] if message.id == message_id]
        message.edits += 1
        assert message.marker == post.marker
        self.after()

    async def find(self, channel_id: int, marker: str, *, since: datetime) -> int | None:
        """Look for a message by its marker."""
        self.looked.append(marker)
        self.before()
        found = [m.id for m in self.channels[channel_id] if m.marker == marker and m.posted_at >= since]
        return found[0] if found else None

    def begins_threads(self, channel_id: int) -> bool:
        """Tell whether a test made this channel a forum."""
        return channel_id in self.forums

    def publishes(self, channel_id: int) -> bool:
        """Tell whether a test made this an announcement channel."""
        return channel_id in self.news

    async def publish(self, channel_id: int, message_id: int) -> None:
        """Note what was sent on; `publishing` is asked first for what goes wrong."""
        self.publishing()
        assert message_id in [message.id for message in self.channels[channel_id]]
        self.published.append(message_id)

    async def open_dm(self, user_id: int) -> int:
        """Return a channel of its own for each person."""
        return user_id + 1

    def markers(self, channel_id: int) -> list[str]:
        """Return what a channel shows, in order."""
        return [message.marker for message in self.channels[channel_id]]


def nothing() -> None:
    """Nothing goes wrong."""


def fails(*faults: Exception | None) -> Callable[[], None]:
    """Raise these one call after the other, `None` being a call that goes well; then nothing any more."""
    left = list(faults)

    def fail() -> None:
        fault = left.pop(0) if left else None
        if fault is not None:
            raise fault

    return fail
