"""Rootstock comes to a server, and leaves it."""

import discord
import structlog
from discord.ext import commands

from bot.announcing.preflight import preflight_channel
from bot.cards.layout import Accent, block, message
from bot.language.words import Language
from bot.workflows.leave_server import LeaveServer

HELLO_LIMIT = 1000
_log = structlog.get_logger()


class Membership(commands.Cog):
    """Says a short hello where it may speak, and stops working for servers that removed it."""

    def __init__(self, language: Language, leave: LeaveServer) -> None:
        self._language = language
        self._leave = leave

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Say how to start, in the server's language; nothing where Rootstock may not speak."""
        _log.info("server_joined", guild=guild.id)
        channel = guild.system_channel
        if channel is None or preflight_channel(channel).missing:
            return
        words = self._language.words(guild.preferred_locale)
        layout = message(Accent.PLAIN, block([words("hello.title"), words("hello.start")], HELLO_LIMIT))
        layout.stop()
        try:
            await channel.send(view=layout)
        except discord.HTTPException as failure:
            _log.info("hello_not_delivered", guild=guild.id, reason=str(failure))

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Stop watching for a server that removed Rootstock."""
        try:
            await self._leave(guild.id)
        except Exception:  # noqa: BLE001 - nobody is there to be told; what is owed fails with 404 and pauses itself
            _log.exception("server_not_forgotten", guild=guild.id)
        else:
            _log.info("server_left", guild=guild.id)
