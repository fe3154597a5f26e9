"""Posts in forums: a thread for each, whose first message is the card.

Discord knows no nonce here, so every post is looked for before it is made. What is returned as a message's id is
the thread's: on Discord a forum post and its first message have the same one.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

import discord
import structlog

from bot.announcing.failures import Code
from bot.announcing.forum_tags import WantedTag, wanted_tags
from bot.announcing.message_search import carries, our_id
from bot.announcing.only_once import only_once
from bot.announcing.pictures import Drawn, draw_pictures, files_of
from bot.announcing.tags_on_posts import TagsOnPosts
from bot.announcing.text_posts import LOOKING_BACK, layout, unarchiving
from bot.cards.discussion_card import forum_card
from bot.cards.post_titles import post_title
from bot.domain.card import CardFacts, Post
from bot.domain.errors import MessageGone, MessageRefused
from bot.language.words import Language
from bot.workflows.discussion_ports import ForumTagMemory

ARCHIVED_AT_MOST = 100
"""Archived posts looked at, latest first: one request. Ours would be younger than minutes."""

KEPT_OPEN = 10080
"""Minutes without a word after which Discord archives a post: a week, its longest."""

_log = structlog.get_logger()


class ForumPosts:
    """Sends, edits and finds. Raises what discord.py raises."""

    def __init__(self, client: discord.Client, language: Language, memory: ForumTagMemory) -> None:
        self._client = client
        self._language = language
        self._tags = TagsOnPosts(client, memory)

    async def send(self, forum: discord.ForumChannel, post: Post) -> int:
        """Post and return the thread's id; the one that is there already where there is one, brought up to date."""
        title = post_title(post, self._language.words(post.locale))
        known = await self._search(forum, post.marker, lambda thread: thread.name == title)
        if known is None:
            return await self._make(forum, title, post)
        _log.info("forum.found-again", thread=known, marker=post.marker)
        try:
            await self.edit(forum, known, post)
        except (discord.HTTPException, MessageGone, MessageRefused) as failure:
            _log.warning("forum.found-as-it-was", thread=known, reason=str(failure))
        return known

    async def _make(self, forum: discord.ForumChannel, title: str, post: Post) -> int:
        post, pictures = await draw_pictures(post, self._language)
        view, tags = self._layout(post), await self._tags.choose(forum, self._wanted(post))
        try:
            made = await _create(forum, title, view, tags, pictures)
        except discord.HTTPException as error:
            tags = await self._tags.demanded(forum, error)
            if not tags:
                raise
            made = await _create(forum, title, view, tags, pictures)
        await self._tags.remember(made, tags)
        return made

    async def edit(self, forum: discord.ForumChannel, thread_id: int, post: Post) -> None:
        """Bring a post up to date, its forum tags too; an archived one is opened first.

        Raises:
            MessageGone: the post was deleted, which says nothing about its forum.
        """
        post, pictures = await draw_pictures(post, self._language)
        view = self._layout(post, thread_id)
        try:
            await self._patch(thread_id, thread_id, view, pictures)
        except discord.NotFound as error:
            if error.code == Code.UNKNOWN_CHANNEL:
                raise MessageGone(str(error)) from error
            first = await self._first_message(thread_id) if error.code == Code.UNKNOWN_MESSAGE else None
            if first is None or not carries(first, post.marker, our_id(self._client)):
                raise
            await self._patch(thread_id, first.id, view, pictures)
        await self._tags.keep(forum, thread_id, self._wanted(post))

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

    def _layout(self, post: Post, thread_id: int | None = None) -> discord.ui.LayoutView:
        """Render; a card, which begins a discussion here, as such."""
        if not isinstance(post.facts, CardFacts):
            return layout(post, self._language)
        view = forum_card(post.facts, self._language.words(post.locale), thread_id)
        view.stop()
        return view

    def _wanted(self, post: Post) -> tuple[WantedTag, ...]:
        if not isinstance(post.facts, CardFacts):
            return ()
        return wanted_tags(post.facts, self._language, self._language.words(post.locale))


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
