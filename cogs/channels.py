"""The channel a moderator means, and whether Rootstock may post there."""

from collections.abc import Iterable

import discord

from bot.announcing.preflight import preflight_channel
from bot.domain.errors import Refusal
from bot.language.words import Words
from cogs.answering import Interaction


def chosen_channel(interaction: Interaction, channel: discord.TextChannel | None) -> discord.TextChannel:
    """Return the channel that was chosen, else the one this is happening in. Raises `Refusal` for a thread."""
    chosen = channel or interaction.channel
    if not isinstance(chosen, discord.TextChannel):
        raise Refusal("channel-unfit")
    return chosen


def channel_by_id(interaction: Interaction, channel_id: int) -> discord.TextChannel:
    """Return a text channel of this server. Raises `Refusal` where there is none (any more)."""
    channel = interaction.guild.get_channel(channel_id) if interaction.guild else None
    if not isinstance(channel, discord.TextChannel):
        raise Refusal("channel-gone")
    return channel


def refuse_unless_ready(channel: discord.TextChannel, words: Words) -> None:
    """Raise a `Refusal` that names every permission Rootstock lacks in a channel."""
    missing = preflight_channel(channel).missing
    if missing:
        raise Refusal("channel-not-ready", channel=channel.id, missing=words.list(permission_names(missing, words)))


def permission_names(missing: Iterable[str], words: Words) -> list[str]:
    """Name Discord's permissions as Discord itself shows them to this reader."""
    return [words(f"permission.{name}") for name in missing]
