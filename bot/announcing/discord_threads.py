"""Opens, reopens and begins discussions through discord.py; fits `bot.workflows.discussion_ports.Discussions`."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Literal, TypeGuard

import discord
import structlog

from bot.announcing.failures import Action, as_send_failures
from bot.announcing.forum_posts import ForumPosts
from bot.announcing.known_channels import Channel, KnownChannels
from bot.announcing.message_search import carries, our_id
from bot.announcing.preflight import missing_for_discussions, preflight_channel
from bot.announcing.text_posts import layout
from bot.domain.card import Post
from bot.domain.delivery import Purpose
from bot.domain.discussions import Opening, Place, Started, ThreadState
from bot.domain.errors import ChannelRefused, MessageGone, PermissionsMissing, ThreadExists
from bot.language.words import Language
from bot.workflows.discussion_ports import ForumTagMemory

PATIENCE = timedelta(seconds=8)
"""What one call may take: a claim holds while a thread is opened in three of them."""

KEPT_OPEN: Literal[10080] = 10080
"""Minutes without a word after which Discord archives the thread: a week, its longest. A model is tried for days."""

FIRST_MESSAGES = 10
"""Where the opening is looked for: nothing but a few quick members can be before it."""

_log = structlog.get_logger()


class DiscordThreads:
    """Discord's threads. Failures are the `SendFailure` classes of `bot.domain.errors`."""

    def __init__(self, client: discord.Client, language: Language, memory: ForumTagMemory) -> None:
        self._client = client
        self._language = language
        self._channels = KnownChannels(client)
        self._forums = ForumPosts(client, language, memory)

    async def visit(self, thread_id: int, *, opens: bool) -> ThreadState:
        """Look at a thread, and open it again where it was only archived; what a moderator locked stays as it is.

        With Manage Threads Rootstock could open a locked one: it is not for Rootstock to do. One that it cannot see
        itself any more is there all the same for those who can.
        """
        async with _bounded(Action.READ):
            try:
                thread = await self._client.fetch_channel(thread_id)
            except discord.NotFound:
                return ThreadState.GONE
            except discord.Forbidden as refusal:
                _log.info("discussion.out-of-sight", thread=thread_id, reason=str(refusal))
                return ThreadState.OPEN
            if not isinstance(thread, discord.Thread):
                return ThreadState.GONE
            if thread.locked:
                return ThreadState.LOCKED
            return await self._unarchived(thread) if thread.archived and opens else ThreadState.OPEN

    def is_forum(self, channel_id: int) -> bool:
        """Tell whether each thread in this channel is a post, which begins with a card."""
        return _is_forum(self._channels.known(channel_id))

    async def start(self, place: Place, opening: Opening) -> Started:
        """Start a thread; where a call before this one started it already, return that one."""
        async with _bounded(Action.READ):
            channel = await self._channels.find(place.channel_id)
        if _is_forum(channel):
            return Started(await self._in_forum(channel, place.message_id, opening), is_post=True)
        if isinstance(channel, discord.Thread):
            raise MessageGone("a card in a thread begins no thread of its own")
        if not isinstance(channel, discord.TextChannel):
            raise ChannelRefused(f"no thread can start in a {type(channel).__name__}")
        missing = missing_for_discussions(channel.permissions_for(channel.guild.me))
        if missing:
            raise PermissionsMissing(channel.id, missing)
        if place.message_id is None:
            return Started(await self._without_message(channel, opening))
        return Started(await self._from_message(channel, place.message_id, opening))

    async def begin(self, thread_id: int, opening: Opening) -> int:
        """Say what the discussion begins with, unless the thread shows it already; that message's id."""
        thread = self._client.get_partial_messageable(thread_id)
        us = our_id(self._client)
        async with _bounded(Action.READ):
            async for message in thread.history(limit=FIRST_MESSAGES, oldest_first=True):
                if carries(message, opening.marker, us):
                    return message.id
        view = layout(_post(Purpose.OPENING, opening), self._language)
        nobody = discord.AllowedMentions.none()
        async with _bounded(Action.SEND):
            return (await thread.send(view=view, nonce=opening.nonce(thread_id), allowed_mentions=nobody)).id

    async def _in_forum(self, forum: discord.ForumChannel, thread_id: int | None, opening: Opening) -> int:
        """Lead to the model's own post, or make it: the card that a watch would have brought."""
        if thread_id is not None:
            if await self.visit(thread_id, opens=True) is ThreadState.GONE:
                raise MessageGone("its forum post was deleted")
            return thread_id
        missing = preflight_channel(forum).missing
        if missing:
            raise PermissionsMissing(forum.id, missing)
        async with _bounded(Action.SEND):
            return await self._forums.send(forum, _post(Purpose.CARD, opening))

    async def _from_message(self, channel: discord.TextChannel, message_id: int, opening: Opening) -> int:
        """Start it on a card. Such a thread has the message's own id, which is how one is found again."""
        try:
            async with _bounded(Action.EDIT):
                message = channel.get_partial_message(message_id)
                return (await message.create_thread(name=opening.title, auto_archive_duration=KEPT_OPEN)).id
        except ThreadExists as failure:
            if await self.visit(message_id, opens=True) is ThreadState.GONE:
                raise MessageGone("its thread was deleted, and no other can be started from it") from failure
            _log.info("discussion.found-again", thread=message_id)
            return message_id

    async def _without_message(self, channel: discord.TextChannel, opening: Opening) -> int:
        us = our_id(self._client)
        async with _bounded(Action.SEND):
            for thread in await channel.guild.active_threads():
                if (thread.parent_id, thread.owner_id, thread.name) == (channel.id, us, opening.title):
                    return thread.id
            kind = discord.ChannelType.news_thread if channel.is_news() else discord.ChannelType.public_thread
            thread = await channel.create_thread(name=opening.title, type=kind, auto_archive_duration=KEPT_OPEN)
            return thread.id

    async def _unarchived(self, thread: discord.Thread) -> ThreadState:
        """Open an archived thread again. Where Rootstock may not, the next member who writes there opens it."""
        try:
            await thread.edit(archived=False)
        except discord.Forbidden as refusal:
            _log.info("discussion.stays-archived", thread=thread.id, reason=str(refusal))
            return ThreadState.OPEN
        return ThreadState.REOPENED


def _is_forum(channel: Channel | None) -> TypeGuard[discord.ForumChannel]:
    """Tell forums from media channels, where each post needs a picture or a film."""
    return isinstance(channel, discord.ForumChannel) and not channel.is_media()


def _post(purpose: Purpose, opening: Opening) -> Post:
    return Post(purpose, opening.locale, opening.card, opening.marker)


@asynccontextmanager
async def _bounded(action: Action) -> AsyncGenerator[None]:
    async with as_send_failures(action), asyncio.timeout(PATIENCE.total_seconds()):
        yield
