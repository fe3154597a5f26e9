"""Channels that are deleted, while Rootstock listens and while it does not."""

import discord
import structlog
from discord.ext import commands

from bot.workflows.close_channel import CloseChannel

_log = structlog.get_logger()


class DeletedChannels:
    """Hears what Discord says of deleted channels.

    No cog: moderators are told through the messenger, which is made from the client, which is made from its cogs.
    """

    def __init__(self, client: discord.Client, close: CloseChannel) -> None:
        self._client = client
        self._close = close

    def listen_to(self, bot: commands.AutoShardedBot) -> None:
        """Begin to listen."""
        bot.add_listener(self.on_guild_channel_delete)
        bot.add_listener(self.on_ready)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Close a channel that was deleted."""
        await self._careful(channel.guild.id, channel.id)

    async def on_ready(self) -> None:
        """Look, after every new beginning, for channels that were deleted meanwhile; finding none twice is harmless."""
        try:
            watched = await self._close.watched()
        except Exception:  # noqa: BLE001 - nobody is there to be told; the next beginning looks again
            _log.exception("channels_not_looked_for")
            return
        for guild_id, channel_ids in watched.items():
            guild = self._client.get_guild(guild_id)
            if guild is not None and not guild.unavailable:
                for channel_id in sorted(channel_ids):
                    if guild.get_channel(channel_id) is None:
                        await self._careful(guild_id, channel_id)

    async def _careful(self, guild_id: int, channel_id: int) -> None:
        try:
            await self._close(guild_id, channel_id)
        except Exception:  # noqa: BLE001 - nobody is there to be told; the next message to it finds out by itself
            _log.exception("channel_not_closed", guild=guild_id, channel=channel_id)
