"""Posts in announcement channels: an embed that survives being copied, published to the servers that follow."""

import asyncio
from datetime import timedelta

import discord

from bot.announcing.failures import Code
from bot.announcing.pictures import draw_pictures, files_of
from bot.announcing.text_posts import TextPosts
from bot.cards.embed_posts import embed_post
from bot.domain.card import Post

PUBLISHING_TAKES = timedelta(seconds=10)
"""Discord lets a channel publish about ten messages an hour; discord.py would wait up to a minute for the next."""


class AnnouncementPosts(TextPosts):
    """Sends, edits and publishes. They are found again as in any channel: the buttons stay below the original."""

    async def send(self, channel_id: int, post: Post, nonce: str) -> int:
        """Post and return the message's id."""
        drawn, pictures = await draw_pictures(post, self._language)
        embed, view = embed_post(drawn, self._language)
        view.stop()
        channel = self._client.get_partial_messageable(channel_id)
        nobody = discord.AllowedMentions.none()
        files = files_of(pictures)
        sent = await channel.send(embed=embed, view=view, files=files, nonce=nonce, allowed_mentions=nobody)
        return sent.id

    async def edit(self, channel_id: int, message_id: int, post: Post) -> None:
        """Bring a message up to date; Discord does the same with its copies.

        A message from before the channel was an announcement channel keeps its layout: Discord lets no message
        leave Components V2.
        """
        drawn, pictures = await draw_pictures(post, self._language)
        embed, view = embed_post(drawn, self._language)
        view.stop()
        message = self._client.get_partial_messageable(channel_id).get_partial_message(message_id)
        nobody = discord.AllowedMentions.none()
        try:
            await message.edit(embed=embed, view=view, attachments=files_of(pictures), allowed_mentions=nobody)
        except discord.HTTPException as error:
            if error.code != Code.INVALID_BODY:
                raise
            await super().edit(channel_id, message_id, post)

    async def publish(self, channel_id: int, message_id: int) -> None:
        """Publish a post; what was published before stays so (40033)."""
        message = self._client.get_partial_messageable(channel_id).get_partial_message(message_id)
        try:
            async with asyncio.timeout(PUBLISHING_TAKES.total_seconds()):
                await message.publish()
        except discord.HTTPException as error:
            if error.code != Code.ALREADY_CROSSPOSTED:
                raise
