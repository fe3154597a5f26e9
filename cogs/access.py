"""What the member who is being answered, and everybody else, may do in a server's channels."""

import discord

from cogs.answering import Interaction


def may_edit_here(interaction: Interaction) -> bool:
    """Tell whether Rootstock could change a message of its own in this channel later.

    It can answer where it cannot look in. A private thread it sees only where moderators let it manage threads.
    """
    allowed, channel = interaction.app_permissions, interaction.channel
    is_private = isinstance(channel, discord.Thread) and channel.is_private()
    return allowed.view_channel and (allowed.manage_threads or not is_private)


class MembersAccess:
    """Fits `bot.workflows.discussion_ports.Access`. A channel that is not known (any more) is tried."""

    def __init__(self, interaction: Interaction) -> None:
        self._guild = interaction.guild
        self._user = interaction.user

    def sees(self, channel_id: int) -> bool:
        """Tell whether the member can look into a channel."""
        allowed = self._allowed(channel_id)
        return allowed is None or allowed.view_channel

    def may_write(self, channel_id: int) -> bool:
        """Tell whether the member may write in a channel's threads."""
        allowed = self._allowed(channel_id)
        return allowed is None or allowed.send_messages_in_threads

    def may_open(self, channel_id: int) -> bool:
        """Tell whether the member may open threads in a channel, and write in them: in a forum, make posts."""
        allowed = self._allowed(channel_id)
        if allowed is None:
            return True
        is_forum = isinstance(self._channel(channel_id), discord.ForumChannel)
        opens = allowed.send_messages if is_forum else allowed.create_public_threads
        return opens and allowed.send_messages_in_threads

    def everybody_sees(self, channel_id: int) -> bool:
        """Tell whether a channel is open to every member of the server, whatever their roles."""
        channel = self._channel(channel_id)
        return channel is not None and channel.permissions_for(channel.guild.default_role).view_channel

    def _allowed(self, channel_id: int) -> discord.Permissions | None:
        channel = self._channel(channel_id)
        if channel is None or not isinstance(self._user, discord.Member):
            return None
        return channel.permissions_for(self._user)

    def _channel(self, channel_id: int) -> discord.abc.GuildChannel | None:
        return self._guild.get_channel(channel_id) if self._guild else None
