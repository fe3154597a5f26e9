"""Which permissions Rootstock lacks in a channel, before a moderator relies on it."""

from typing import cast

import discord

from bot.workflows.ports import Preflight

POSTING = ("view_channel", "send_messages", "embed_links", "read_message_history")
"""What a card needs. `read_message_history` is for looking a message up when the outcome of a send is unknown."""

IN_A_FORUM = (*POSTING, "send_messages_in_threads")
"""In a forum `send_messages` is "Create Posts", and `create_public_threads` has no effect (Discord's documentation,
"Threads", permissions); the other one is for what Rootstock says in a post later."""

DISCUSSING = ("view_channel", "create_public_threads", "send_messages_in_threads", "read_message_history")
"""What threads under a card need; asked for with the invitation, not required for posting."""


def preflight(permissions: discord.Permissions, *, in_thread: bool = False) -> Preflight:
    """Compare what is granted with what posting needs. In a thread, sending has a permission of its own."""
    wanted = tuple("send_messages_in_threads" if in_thread and name == "send_messages" else name for name in POSTING)
    return Preflight(missing=_missing(permissions, wanted))


def preflight_channel(channel: discord.abc.GuildChannel | discord.Thread) -> Preflight:
    """Check a channel from the gateway's cache, as Rootstock's own member there."""
    granted = channel.permissions_for(channel.guild.me)
    if isinstance(channel, discord.ForumChannel):
        return Preflight(missing=_missing(granted, IN_A_FORUM))
    return preflight(granted, in_thread=isinstance(channel, discord.Thread))


def granted_in(channel: discord.abc.GuildChannel) -> discord.Permissions | None:
    """Return what Rootstock may do in a channel; None where the gateway has not told (yet) who it is there."""
    us = cast("discord.Member | None", channel.guild.me)  # discord.py declares it as always known
    return None if us is None else channel.permissions_for(us)


def missing_for_discussions(permissions: discord.Permissions) -> tuple[str, ...]:
    """Name what threads under cards would still need; a hint, never a reason to refuse a channel."""
    return _missing(permissions, DISCUSSING)


def _missing(permissions: discord.Permissions, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Discord's names; an administrator lacks nothing, whatever the other bits say."""
    if permissions.administrator:
        return ()
    return tuple(name for name in wanted if not getattr(permissions, name))
