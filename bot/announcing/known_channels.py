"""Which kind of channel an id is: from the gateway's cache, or by one fetch that is remembered."""

import discord

Channel = discord.abc.GuildChannel | discord.abc.PrivateChannel | discord.Thread

REMEMBERED = 1000
"""Channels kept that the gateway did not tell of: direct conversations, mostly."""


class KnownChannels:
    """Finds channels. The gateway's cache is asked first, as it follows every change."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._fetched: dict[int, Channel] = {}

    async def find(self, channel_id: int) -> Channel:
        """Return the channel.

        Raises:
            discord.HTTPException: there is none, or Rootstock may not see it.
        """
        known = self.known(channel_id)
        if known is not None:
            return known
        fetched = await self._client.fetch_channel(channel_id)
        if len(self._fetched) >= REMEMBERED:
            self._fetched.clear()
        self._fetched[channel_id] = fetched
        return fetched

    def known(self, channel_id: int) -> Channel | None:
        """Return a channel that the gateway told of or that was found before."""
        return self._client.get_channel(channel_id) or self._fetched.get(channel_id)
