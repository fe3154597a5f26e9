"""Posts in forums: a thread for each, whose first message is the card.

Discord knows no nonce here, so every post is looked for before it is made. What is returned as a message's id is
the thread's: on Discord a forum post and its first message have the same one.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

import discord
import structlog

from bot.announcing.failures import Code
from bot.announcing.forum_tags import WantedTag, fallback, in_step, lacking, matching, wanted_tags
from bot.announcing.message_search import carries, our_id
from bot.announcing.only_once import only_once
from bot.announcing.pictures import Drawn, draw_pictures, files_of
from bot.announcing.preflight import granted_in
from bot.announcing.text_posts import LOOKING_BACK, layout, unarchiving
from bot.cards.post_titles import post_title
from bot.domain.card import CardFacts, Post
from bot.domain.errors import MessageGone
from bot.language.words import Language

ARCHIVED_AT_MOST = 100
"""Archived posts looked at, latest first: one request. Ours would be younger than minutes."""

KEPT_OPEN = 10080
"""Minutes without a word after which Discord archives a post: a week, its longest."""

_log = structlog.get_logger()


class ForumPosts:
    """Sends, edits and finds. Raises what discord.py raises."""

    def __init__(self, client: discord.Client, language: Language) -> None:
        self._client = client
        self._language = language

    async def send(self, forum: discord.ForumChannel, post: Post) -> int:
        """Post and return the thread's id; the one that is there already where there is one."""
        title = post_title(post, self._language.words(post.locale))
        post, pictures = await draw_pictures(post, self._language)
        view = layout(post, self._language)
        return await self.open(forum, title, view, post.marker, self._wanted(post), pictures=pictures)

    async def open(
        self,
        forum: discord.ForumChannel,
        title: str,
        view: discord.ui.LayoutView,
        marker: str,
        wanted: Sequence[WantedTag],
        *,
        pictures: Sequence[Drawn] = (),
    ) -> int:
        """Make a post of this title unless there is one with this marker; the thread's id."""
        known = await self._search(forum, marker, lambda thread: thread.name == title)
        if known is not None:
            _log.info("forum.found-again", thread=known, marker=marker)
            return known
        tags = await self._tags(forum, wanted)
        try:
            return await _create(forum, title, view, tags, pictures)
        except discord.HTTPException as error:
            if error.code != Code.NEEDS_A_TAG:
                raise
            fresh = await self._client.fetch_channel(forum.id)
            demanded = fallback(_usable(fresh)) if isinstance(fresh, discord.ForumChannel) else []
            if not demanded:
                raise
            return await _create(forum, title, view, demanded, pictures)

    async def edit(self, forum: discord.ForumChannel, thread_id: int, post: Post) -> None:
        """Bring a post up to date, its forum tags too; an archived one is opened first.

        Raises:
            MessageGone: the post was deleted, which says nothing about its forum.
        """
        post, pictures = await draw_pictures(post, self._language)
        view = layout(post, self._language)
        try:
            await self._patch(thread_id, thread_id, view, pictures)
        except discord.NotFound as error:
            if error.code == Code.UNKNOWN_CHANNEL:
                raise MessageGone(str(error)) from error
            first = await self._first_message(thread_id) if error.code == Code.UNKNOWN_MESSAGE else None
            if first is None or not carries(first, post.marker, our_id(self._client)):
                raise
            await self._patch(thread_id, first.id, view, pictures)
        await self._keep_tags(forum, thread_id, self._wanted(post))

    async def find(self, forum: discord.ForumChannel, marker: str, *, since: datetime) -> int | None:
        """Return the id of our own post that carries `marker`, if the forum has one since then."""
        start = since - LOOKING_BACK
        return await self._search(forum, marker, lambda thread: discord.utils.snowflake_time(thread.id) >= start)

    async def _search(
        self, forum: discord.ForumChannel, marker: str, may_be: Callable[[discord.Thread], bool]
    ) -> int | None:
        us = our_id(self._client)
        async for thread in _threads(forum):
            if thread.owner_id == us and may_be(thread):
                first = await self._first_message(thread.id)
                if first is not None and carries(first, marker, us):
                    return thread.id
        return None

    async def _first_message(self, thread_id: int) -> discord.Message | None:
        thread = self._client.get_partial_messageable(thread_id)
        return await anext(aiter(thread.history(limit=1, oldest_first=True)), None)

    async def _patch(
        self, thread_id: int, message_id: int, view: discord.ui.LayoutView, pictures: Sequence[Drawn]
    ) -> None:
        message = self._client.get_partial_messageable(thread_id).get_partial_message(message_id)
        nobody = discord.AllowedMentions.none()
        await unarchiving(
            self._client,
            thread_id,
            lambda: message.edit(view=view, attachments=files_of(pictures), allowed_mentions=nobody),
        )

    def _wanted(self, post: Post) -> tuple[WantedTag, ...]:
        if not isinstance(post.facts, CardFacts):
            return ()
        return wanted_tags(post.facts, self._language, self._language.words(post.locale))

    async def _tags(self, forum: discord.ForumChannel, wanted: Sequence[WantedTag]) -> list[discord.ForumTag]:
        """Return the tags for a new post; missing ones are made where a moderator gave Rootstock that permission."""
        available = await self._with_new_tags(forum, wanted)
        return matching(available, wanted) or (fallback(available) if forum.flags.require_tag else [])

    async def _with_new_tags(
        self, forum: discord.ForumChannel, wanted: Sequence[WantedTag]
    ) -> Sequence[discord.ForumTag]:
        """Return the forum's tags and at most one new one, where Rootstock may make any.

        discord.py knows a new tag only when the gateway told of it: a second one made from the same list would undo
        the first. The next post or edit makes the next.
        """
        available = _usable(forum)
        missing = lacking(forum.available_tags, wanted)
        granted = granted_in(forum)
        if not missing or granted is None or not granted.manage_channels:
            return available
        try:
            return [*available, await forum.create_tag(name=missing[0].name)]
        except discord.HTTPException as failure:
            _log.warning("forum.tag-not-made", forum=forum.id, tag=missing[0].name, reason=str(failure))
            return available

    async def _keep_tags(self, forum: discord.ForumChannel, thread_id: int, wanted: Sequence[WantedTag]) -> None:
        """Let a post's tags follow; they are worth no failed edit."""
        try:
            thread = forum.get_thread(thread_id) or await self._client.fetch_channel(thread_id)
            if not isinstance(thread, discord.Thread):
                return
            chosen = matching(await self._with_new_tags(forum, wanted), wanted)
            tags = in_step(thread.applied_tags, chosen, self._language)
            if tags and {tag.id for tag in tags} != {tag.id for tag in thread.applied_tags}:
                await thread.edit(applied_tags=tags)
        except discord.HTTPException as failure:
            _log.warning("forum.tags-not-kept", thread=thread_id, reason=str(failure))


async def _create(
    forum: discord.ForumChannel,
    title: str,
    view: discord.ui.LayoutView,
    tags: Sequence[discord.ForumTag],
    pictures: Sequence[Drawn],
) -> int:
    with only_once():
        made = await forum.create_thread(
            name=title,
            view=view,
            files=files_of(pictures),
            applied_tags=tags,
            auto_archive_duration=KEPT_OPEN,
            allowed_mentions=discord.AllowedMentions.none(),
        )
    return made.thread.id


async def _threads(forum: discord.ForumChannel) -> AsyncIterator[discord.Thread]:
    """Walk a forum's posts: those that are open, then the latest archived ones."""
    for thread in await forum.guild.active_threads():
        if thread.parent_id == forum.id:
            yield thread
    async for thread in forum.archived_threads(limit=ARCHIVED_AT_MOST):
        yield thread


def _usable(forum: discord.ForumChannel) -> Sequence[discord.ForumTag]:
    """Return the tags that Rootstock may put on a post: moderated ones take the right to manage threads."""
    granted = granted_in(forum)
    manages = granted is not None and granted.manage_threads
    return [tag for tag in forum.available_tags if manages or not tag.moderated]
