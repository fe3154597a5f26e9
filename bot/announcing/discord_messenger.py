"""Sends, edits and finds messages through discord.py; fits `bot.workflows.ports.Messenger`."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import discord
import structlog

from bot.announcing.failures import Action, Code, as_send_failures
from bot.cards.rendering import render
from bot.domain.card import Post
from bot.domain.errors import OutcomeUnknown, SendFailure, TryLater
from bot.language.words import Language

log = structlog.get_logger()

LOOKING_BACK = timedelta(minutes=5)
"""How far before the attempt to start looking: our clock and Discord's may differ, and an earlier attempt may have
been the one that got through."""

LOOK_AT_MOST = 1000
"""Messages read when looking for one of ours, ten requests. They are read oldest first: ours is near the attempt."""

PATIENCE = timedelta(seconds=60)
"""What one call may take in all. discord.py repeats a failing request for 25 seconds, and waits for rate limits."""

FIRST_REPEAT = 1.0
"""Seconds before discord.py sends again by itself after a 500, 502, 504 or 524, which may have posted the message.
When a call took that long, its last answer alone (503, 429, 403) does not prove that nothing was."""


class DiscordMessenger:
    """Discord as a messenger. Failures are the `SendFailure` classes of `bot.domain.errors`."""

    def __init__(self, client: discord.Client, language: Language, *, patience: timedelta = PATIENCE) -> None:
        self._client = client
        self._language = language
        self._patience = patience.total_seconds()

    async def send(self, channel_id: int, post: Post, *, nonce: str) -> int:
        """Post and return the message's id. discord.py sends `enforce_nonce` along with the nonce.

        Raises:
            SendFailure: see its subclasses.
        """
        view = self._view(post)
        async with _doubting_repeats(), self._bounded(Action.SEND):
            try:
                return await self._post(channel_id, view, nonce)
            except discord.HTTPException as error:
                await self._unarchive_or_raise(channel_id, error)
                return await self._post(channel_id, view, nonce)

    async def edit(self, channel_id: int, message_id: int, post: Post) -> None:
        """Bring a message up to date.

        Raises:
            SendFailure: `MessageGone` when there is nothing to edit any more; see the other subclasses.
        """
        view = self._view(post)
        async with self._bounded(Action.EDIT):
            try:
                await self._patch(channel_id, message_id, view)
            except discord.HTTPException as error:
                await self._unarchive_or_raise(channel_id, error)
                await self._patch(channel_id, message_id, view)

    async def find(self, channel_id: int, marker: str, *, since: datetime) -> int | None:
        """Return the id of our own message that carries `marker`, if the channel has one since then.

        Raises:
            SendFailure: the channel could not be read.
        """
        us = self._our_id()
        start = since - LOOKING_BACK
        read = 0
        async with self._bounded(Action.READ):
            channel = self._client.get_partial_messageable(channel_id)
            async for message in channel.history(limit=LOOK_AT_MOST, after=start, oldest_first=True):
                read += 1
                if message.author.id == us and marker in _custom_ids(message.components):
                    return message.id
        if read == LOOK_AT_MOST:
            log.warning("looked_at_most", channel_id=channel_id, marker=marker, since=start.isoformat())
        return None

    async def open_dm(self, user_id: int) -> int:
        """Return the channel id of a direct conversation with this person.

        Raises:
            SendFailure: `ChannelRefused` when they cannot be written to.
        """
        async with self._bounded(Action.READ):
            return (await self._client.create_dm(discord.Object(user_id))).id

    def _view(self, post: Post) -> discord.ui.LayoutView:
        """Render, and stop the view: a stopped one is not kept in the client's memory for every message ever sent."""
        view = render(post, self._language)
        view.stop()
        return view

    async def _post(self, channel_id: int, view: discord.ui.LayoutView, nonce: str) -> int:
        channel = self._client.get_partial_messageable(channel_id)
        message = await channel.send(view=view, nonce=nonce, allowed_mentions=discord.AllowedMentions.none())
        return message.id

    async def _patch(self, channel_id: int, message_id: int, view: discord.ui.LayoutView) -> None:
        message = self._client.get_partial_messageable(channel_id).get_partial_message(message_id)
        await message.edit(view=view, allowed_mentions=discord.AllowedMentions.none())

    async def _unarchive_or_raise(self, channel_id: int, error: discord.HTTPException) -> None:
        """Open an archived thread again, or raise `error` when that was not the reason.

        Raises:
            discord.HTTPException: the error that was handed in.
        """
        if error.code != Code.THREAD_ARCHIVED:
            raise error
        thread = await self._client.fetch_channel(channel_id)
        if not isinstance(thread, discord.Thread):
            raise error
        await thread.edit(archived=False)

    @asynccontextmanager
    async def _bounded(self, action: Action) -> AsyncGenerator[None]:
        async with as_send_failures(action), asyncio.timeout(self._patience):
            yield

    def _our_id(self) -> int:
        if self._client.user is None:
            raise TryLater("not logged in yet")
        return self._client.user.id


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


def _custom_ids(components: Iterable[object]) -> Iterator[str]:
    """Walk every component, nested ones and accessories included."""
    for component in components:
        custom_id = getattr(component, "custom_id", None)
        if isinstance(custom_id, str):
            yield custom_id
        yield from _custom_ids(getattr(component, "children", ()))
        accessory = getattr(component, "accessory", None)
        if accessory is not None:
            yield from _custom_ids((accessory,))
