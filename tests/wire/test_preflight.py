"""What Rootstock lacks in a channel is known before a moderator relies on it, from the gateway's cache alone."""

import asyncio

import discord
import pytest

from bot.announcing.preflight import missing_for_discussions, preflight, preflight_channel
from tests.wire.clients import connected
from tests.wire.discord_server import DiscordServer

ALL = discord.Permissions(
    view_channel=True, send_messages=True, embed_links=True, read_message_history=True, send_messages_in_threads=True
)


@pytest.mark.parametrize("name", ["view_channel", "send_messages", "embed_links", "read_message_history"])
def test_each_permission_a_card_needs_is_named_when_it_lacks(name: str) -> None:
    """By Discord's own names."""
    granted = discord.Permissions(ALL.value)
    granted.update(**{name: False})
    assert preflight(granted).missing == (name,)


def test_in_a_thread_sending_has_a_permission_of_its_own() -> None:
    """`send_messages` is not asked for there."""
    granted = discord.Permissions(ALL.value)
    granted.update(send_messages=False)
    assert preflight(granted, in_thread=True).missing == ()
    granted.update(send_messages_in_threads=False)
    assert preflight(granted, in_thread=True).missing == ("send_messages_in_threads",)


def test_an_administrator_lacks_nothing() -> None:
    """Whatever the other bits say."""
    assert preflight(discord.Permissions(administrator=True)).missing == ()


def test_what_discussions_will_need_is_reported_apart() -> None:
    """A channel without threads takes cards all the same."""
    assert preflight(ALL).missing == ()
    assert missing_for_discussions(ALL) == ("create_public_threads",)


async def test_a_channel_is_checked_as_the_gateway_told_it() -> None:
    """Overwrites for the bot count, and a change is seen at once."""
    async with DiscordServer() as server:
        guild = await server.add_guild("Open models")
        channel_id = int(guild["channels"][0]["id"])
        async with connected(server) as client:
            channel = client.get_channel(channel_id)
            assert isinstance(channel, discord.TextChannel)
            assert preflight_channel(channel).missing == ()
            changed = asyncio.ensure_future(client.wait_for("guild_channel_update", timeout=5))
            await asyncio.sleep(0)
            await server.deny(channel_id, send_messages=True, embed_links=True)
            await changed
            assert preflight_channel(channel).missing == ("send_messages", "embed_links")
