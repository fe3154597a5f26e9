"""Puts a forum's tags on Rootstock's posts, keeps them in step, and takes off only what Rootstock put there."""

from collections.abc import Collection, Sequence

import discord
import structlog

from bot.announcing.failures import Code
from bot.announcing.forum_tags import InStep, WantedTag, fallback, in_step, lacking, matching
from bot.announcing.preflight import granted_in
from bot.workflows.discussion_ports import ForumTagMemory

_log = structlog.get_logger()


class TagsOnPosts:
    """The tags of posts in forums. Raises what discord.py raises, but for `keep`."""

    def __init__(self, client: discord.Client, memory: ForumTagMemory) -> None:
        self._client = client
        self._memory = memory

    async def choose(self, forum: discord.ForumChannel, wanted: Sequence[WantedTag]) -> Sequence[discord.ForumTag]:
        """Return the tags for a new post; missing ones are made where a moderator gave Rootstock that permission."""
        available = await self._with_new_tags(forum, wanted)
        return matching(available, wanted) or (fallback(available) if forum.flags.require_tag else [])

    async def demanded(self, forum: discord.ForumChannel, error: discord.HTTPException) -> Sequence[discord.ForumTag]:
        """Return the tag that does least harm, where a forum took nothing without one; none for any other error."""
        if error.code != Code.NEEDS_A_TAG:
            return []
        fresh = await self._client.fetch_channel(forum.id)
        return fallback(_usable(fresh)) if isinstance(fresh, discord.ForumChannel) else []

    async def remember(self, thread_id: int, tags: Collection[discord.ForumTag]) -> None:
        """Remember what a new post was given."""
        await self._memory.remember(thread_id, [tag.id for tag in tags])

    async def keep(self, forum: discord.ForumChannel, thread_id: int, wanted: Sequence[WantedTag]) -> None:
        """Let a post's tags follow; they are worth no failed edit."""
        try:
            thread = forum.get_thread(thread_id) or await self._client.fetch_channel(thread_id)
            if isinstance(thread, discord.Thread):
                await self._bring_up_to_date(forum, thread, wanted)
        except discord.HTTPException as failure:
            _log.warning("forum.tags-not-kept", thread=thread_id, reason=str(failure))

    async def _bring_up_to_date(
        self, forum: discord.ForumChannel, thread: discord.Thread, wanted: Sequence[WantedTag]
    ) -> None:
        chosen = matching(await self._with_new_tags(forum, wanted), wanted)
        remembered = await self._memory.recall(thread.id)
        step = in_step(thread.applied_tags, chosen, _ours(thread, chosen) if remembered is None else remembered)
        if not step.tags and forum.flags.require_tag:
            step = _alone(fallback(_usable(forum)))
        step = await self._apply(forum, thread, step)
        if step.ours != remembered:
            await self._memory.remember(thread.id, step.ours)

    async def _apply(self, forum: discord.ForumChannel, thread: discord.Thread, step: InStep) -> InStep:
        """Show the tags; what is shown then, where the forum took nothing without a tag."""
        if {tag.id for tag in step.tags} == {tag.id for tag in thread.applied_tags}:
            return step
        try:
            await thread.edit(applied_tags=step.tags)
        except discord.HTTPException as error:
            demanded = await self.demanded(forum, error)
            if not demanded:
                raise
            await thread.edit(applied_tags=demanded)
            return _alone(demanded)
        return step

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


def _ours(thread: discord.Thread, chosen: Sequence[discord.ForumTag]) -> frozenset[int]:
    """Guess what is ours where a process ended before it could remember: what is there and wanted."""
    return frozenset(tag.id for tag in thread.applied_tags) & {tag.id for tag in chosen}


def _alone(tags: Sequence[discord.ForumTag]) -> InStep:
    return InStep(tuple(tags), frozenset(tag.id for tag in tags))


def _usable(forum: discord.ForumChannel) -> Sequence[discord.ForumTag]:
    """Return the tags that Rootstock may put on a post: moderated ones take the right to manage threads."""
    granted = granted_in(forum)
    manages = granted is not None and granted.manage_threads
    return [tag for tag in forum.available_tags if manages or not tag.moderated]
