"""Sends, edits and finds posts through discord.py, each kind of channel in its own way.

Fits `bot.workflows.ports.Messenger`.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import discord

from bot.announcing.announcement_posts import AnnouncementPosts
from bot.announcing.failures import Action, as_send_failures
from bot.announcing.forum_posts import ForumPosts
from bot.announcing.known_channels import Channel, KnownChannels
from bot.announcing.text_posts import TextPosts
from bot.domain.card import Post
from bot.domain.delivery import BY_MEMBERS
from bot.domain.errors import OutcomeUnknown, SendFailure
from bot.language.words import Language
from bot.workflows.discussion_ports import ForumTagMemory

PATIENCE = timedelta(seconds=60)
"""What one call may take in all. discord.py repeats a failing request for 25 seconds, and waits for rate limits."""

FIRST_REPEAT = 1.0
"""Seconds before discord.py sends again by itself after a 500, 502, 504 or 524, which may have posted the message.
When a call took that long, its last answer alone (503, 429, 403) does not prove that nothing was."""


class DiscordMessenger:
    """Discord as a messenger. Failures are the `SendFailure` classes of `bot.domain.errors`."""

    def __init__(
        self, client: discord.Client, language: Language, memory: ForumTagMemory, *, patience: timedelta = PATIENCE
    ) -> None:
        self._client = client
        self._channels = KnownChannels(client)
        self._text = TextPosts(client, language)
        self._announcements = AnnouncementPosts(client, language)
        self._forums = ForumPosts(client, language, memory)
        self._patience = patience.total_seconds()

    async def send(self, channel_id: int, post: Post, *, nonce: str) -> int:
        """Post and return the message's id; in a forum the new thread's, which is its first message's too.

        Raises:
            SendFailure: see its subclasses.
        """
        channel = await self._channel(channel_id)
        async with _doubting_repeats(), self._bounded(Action.SEND):
            if isinstance(channel, discord.ForumChannel):
                return await self._forums.send(channel, post)
            return await self._messages_of(channel).send(channel_id, post, nonce)

    async def edit(self, channel_id: int, message_id: int, post: Post) -> None:
        """Bring a message up to date.

        Raises:
            SendFailure: `MessageGone` when there is nothing to edit any more; see the other subclasses.
        """
        channel = await self._channel(channel_id)
        async with self._bounded(Action.EDIT):
            if isinstance(channel, discord.ForumChannel):
                await self._forums.edit(channel, message_id, post)
            else:
                messages = self._text if post.purpose in BY_MEMBERS else self._messages_of(channel)
                await messages.edit(channel_id, message_id, post)

    async def find(self, channel_id: int, marker: str, *, since: datetime) -> int | None:
        """Return the id of our own message that carries `marker`, if the channel has one since then.

        Raises:
            SendFailure: the channel could not be read.
        """
        channel = await self._channel(channel_id)
        async with self._bounded(Action.READ):
            if isinstance(channel, discord.ForumChannel):
                return await self._forums.find(channel, marker, since=since)
            return await self._text.find(channel_id, marker, since=since)

    def begins_threads(self, channel_id: int) -> bool:
        """Tell whether each post in this channel is a thread, whose id `send` returned."""
        return isinstance(self._channels.known(channel_id), discord.ForumChannel)

    def publishes(self, channel_id: int) -> bool:
        """Tell whether posts in this channel can be sent on to other servers."""
        return _is_news(self._channels.known(channel_id))

    async def publish(self, channel_id: int, message_id: int) -> None:
        """Send a post on to the servers that follow; one that was sent on already stays as it is.

        Raises:
            SendFailure: `TryLater` where Discord's limit of about ten an hour is reached; see the other subclasses.
        """
        async with self._bounded(Action.EDIT):
            await self._announcements.publish(channel_id, message_id)

    async def open_dm(self, user_id: int) -> int:
        """Return the channel id of a direct conversation with this person.

        Raises:
            SendFailure: `ChannelRefused` when they cannot be written to.
        """
        async with self._bounded(Action.READ):
            return (await self._client.create_dm(discord.Object(user_id))).id

    async def _channel(self, channel_id: int) -> Channel:
        async with self._bounded(Action.READ):
            return await self._channels.find(channel_id)

    def _messages_of(self, channel: Channel) -> TextPosts:
        return self._announcements if _is_news(channel) else self._text

    @asynccontextmanager
    async def _bounded(self, action: Action) -> AsyncGenerator[None]:
        async with as_send_failures(action), asyncio.timeout(self._patience):
            yield


def _is_news(channel: Channel | None) -> bool:
    return isinstance(channel, discord.TextChannel) and channel.is_news()


@asynccontextmanager
async def _doubting_repeats() -> AsyncGenerator[None]:
    """Turn "nothing was posted" into "unknown" where discord.py had the time to send more than once.

    Whoever asks again gets the last answer at once, if it still stands, and then it proves something.
    """
    clock = asyncio.get_running_loop()
    started = clock.time()
    try:
        yield
    except SendFailure as failure:
        if clock.time() - started < FIRST_REPEAT:
            raise
        raise OutcomeUnknown(failure.reason, failure.retry_after) from failure
