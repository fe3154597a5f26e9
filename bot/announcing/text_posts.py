"""Posts in text channels, threads and direct conversations: the layout itself, under a nonce."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import discord
import structlog

from bot.announcing.failures import Code
from bot.announcing.message_search import carries, our_id
from bot.announcing.pictures import draw_pictures, files_of
from bot.cards.rendering import render
from bot.domain.card import Post
from bot.domain.delivery import BY_MEMBERS
from bot.domain.errors import MessageRefused
from bot.language.words import Language

LOOKING_BACK = timedelta(minutes=5)
"""How far before the attempt to start looking: our clock and Discord's may differ, and an earlier attempt may have
been the one that got through."""

LOOK_AT_MOST = 1000
"""Messages read when looking for one of ours, ten requests. They are read oldest first: ours is near the attempt."""

_log = structlog.get_logger()


class TextPosts:
    """Sends, edits and finds. Raises what discord.py raises."""

    def __init__(self, client: discord.Client, language: Language) -> None:
        self._client = client
        self._language = language

    async def send(self, channel_id: int, post: Post, nonce: str) -> int:
        """Post and return the message's id. discord.py sends `enforce_nonce` along with the nonce."""
        post, pictures = await draw_pictures(post, self._language)
        view = layout(post, self._language)
        channel = self._client.get_partial_messageable(channel_id)
        nobody = discord.AllowedMentions.none()
        sent = await unarchiving(
            self._client,
            channel_id,
            lambda: channel.send(view=view, files=files_of(pictures), nonce=nonce, allowed_mentions=nobody),
        )
        return sent.id

    async def edit(self, channel_id: int, message_id: int, post: Post) -> None:
        """Bring a message up to date, its pictures too."""
        post, pictures = await draw_pictures(post, self._language)
        view = layout(post, self._language)
        message = self._client.get_partial_messageable(channel_id).get_partial_message(message_id)
        nobody = discord.AllowedMentions.none()

        def call() -> Awaitable[discord.Message]:
            return message.edit(view=view, attachments=files_of(pictures), allowed_mentions=nobody)

        if post.purpose in BY_MEMBERS:
            await unless_archived(call)
        else:
            await unarchiving(self._client, channel_id, call)

    async def find(self, channel_id: int, marker: str, *, since: datetime) -> int | None:
        """Return the id of our own message that carries `marker`, if the channel has one since then."""
        us = our_id(self._client)
        start = since - LOOKING_BACK
        read = 0
        channel = self._client.get_partial_messageable(channel_id)
        async for message in channel.history(limit=LOOK_AT_MOST, after=start, oldest_first=True):
            read += 1
            if carries(message, marker, us):
                return message.id
        if read == LOOK_AT_MOST:
            _log.warning("looked_at_most", channel_id=channel_id, marker=marker, since=start.isoformat())
        return None


def layout(post: Post, language: Language) -> discord.ui.LayoutView:
    """Render, and stop the view: a stopped one is not kept in the client's memory for every message ever sent."""
    view = render(post, language)
    view.stop()
    return view


async def unless_archived(call: Callable[[], Awaitable[discord.Message]]) -> None:
    """Make a call; an archived thread (50083) is left alone: nobody reads it, and opening it would be noise."""
    try:
        await call()
    except discord.HTTPException as error:
        if error.code != Code.THREAD_ARCHIVED:
            raise
        _log.info("thread.left-archived", reason=str(error))


async def unarchiving(
    client: discord.Client, channel_id: int, call: Callable[[], Awaitable[discord.Message]]
) -> discord.Message:
    """Make a call; where an archived thread is in the way (50083), open it and make the call again.

    Raises:
        discord.HTTPException: what the call met otherwise.
        MessageRefused: the thread is locked. That concerns this thread alone, not the channel that it stands in.
    """
    try:
        return await call()
    except discord.HTTPException as error:
        if error.code != Code.THREAD_ARCHIVED:
            raise
        thread = await client.fetch_channel(channel_id)
        if not isinstance(thread, discord.Thread):
            raise
        await _open(thread)
    return await call()


async def _open(thread: discord.Thread) -> None:
    if thread.locked:
        raise MessageRefused("a moderator has locked the thread")
    try:
        await thread.edit(archived=False)
    except discord.Forbidden as refusal:
        raise MessageRefused(f"the thread is archived and stays so: {refusal}") from refusal
