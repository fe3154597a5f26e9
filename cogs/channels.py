"""The channel a moderator means, and whether Rootstock may post there."""

from collections.abc import Iterable
from typing import Any, TypeGuard

import discord
from discord import app_commands

from bot.announcing.preflight import preflight_channel
from bot.domain.errors import Refusal
from bot.language.words import Words
from cogs.answering import Interaction
from cogs.error_texts import refusal_text

PostingChannel = discord.TextChannel | discord.ForumChannel
"""Where cards are posted: text and announcement channels, forums."""

POSTING_TYPES = (discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum)
"""What Discord lets one pick. Not media channels, which discord.py takes for forums: Discord's description of
commands does not know them, and refuses all commands for one unknown type."""


def takes_cards(channel: object) -> TypeGuard[PostingChannel]:
    """Tell whether cards can be posted in a channel; each post in a media channel needs a picture or a film."""
    is_media = isinstance(channel, discord.ForumChannel) and channel.is_media()
    return isinstance(channel, PostingChannel) and not is_media


class Posting(app_commands.Transformer):
    """An option that takes a channel in which cards can be posted."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """Say that it is a channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Say which kinds of channels."""
        return list(POSTING_TYPES)

    async def transform(self, _interaction: Interaction, value: Any, /) -> PostingChannel:  # noqa: ANN401 - what Discord sends
        """Return the channel itself. Raises `Refusal` where Rootstock cannot see it."""
        channel = value.resolve()
        if not takes_cards(channel):
            raise Refusal("channel-gone")
        return channel


PostingOption = app_commands.Transform[PostingChannel, Posting]
"""The type of such an option."""


def chosen_channel(interaction: Interaction, channel: PostingChannel | None) -> PostingChannel:
    """Return the channel that was chosen, else the one this is happening in; in a forum's post, the forum.

    Raises `Refusal` for a thread of a text channel.
    """
    chosen = channel or interaction.channel
    if isinstance(chosen, discord.Thread) and isinstance(chosen.parent, discord.ForumChannel):
        chosen = chosen.parent
    if not takes_cards(chosen):
        raise Refusal("channel-unfit")
    return chosen


def channel_by_id(interaction: Interaction, channel_id: int) -> PostingChannel:
    """Return a channel of this server that can be posted to. Raises `Refusal` where there is none (any more)."""
    channel = interaction.guild.get_channel(channel_id) if interaction.guild else None
    if not takes_cards(channel):
        raise Refusal("channel-gone")
    return channel


def refuse_unless_ready(channel: PostingChannel, words: Words) -> None:
    """Raise a `Refusal` that names every permission Rootstock lacks in a channel."""
    missing = preflight_channel(channel).missing
    if missing:
        raise Refusal("channel-not-ready", channel=channel.id, missing=words.list(permission_names(missing, words)))


def trouble_with(interaction: Interaction, channel_id: int, words: Words) -> str | None:
    """Return in words why Rootstock cannot post in a channel that was chosen earlier; None where it can."""
    try:
        refuse_unless_ready(channel_by_id(interaction, channel_id), words)
    except Refusal as refusal:
        return f"⚠️ {refusal_text(refusal, words)}"
    return None


def permission_names(missing: Iterable[str], words: Words) -> list[str]:
    """Name Discord's permissions as Discord itself shows them to this reader."""
    return [words(f"permission.{name}") for name in missing]
