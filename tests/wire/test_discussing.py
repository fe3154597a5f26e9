"""Members who press Discuss at the same moment, over the gateway and REST: one thread."""

import asyncio
from dataclasses import replace
from pathlib import Path

import discord

from bot.announcing.discord_messenger import DiscordMessenger
from bot.domain.card import CardFacts
from bot.domain.community import CommunityFacts
from bot.domain.delivery import PostedMessage, Purpose, card_subject
from storage.engine import Database, open_database
from tests.cogs.stage import LANGUAGE, SmallHub, make_bot, new_database
from tests.domain.builders import NOW
from tests.storage.databases import StartsPostgres
from tests.storage.stored import store_names
from tests.turnable_clock import TurnableClock
from tests.wire.clients import connected
from tests.wire.discord_server import DiscordServer
from tests.wire.posts import card_post
from tests.wire.tag_memory import TagMemory

PRESSES = 8


async def card_posted(database: Database, server: DiscordServer, client: discord.Client, channel_id: int) -> int:
    """Let a model's card stand in a channel, as a sender leaves it; the model's id."""
    (model,) = await store_names(database, "Qwen/Qwen3-8B")
    post = card_post(model)
    assert isinstance(post.facts, CardFacts)
    card = replace(post, facts=replace(post.facts, community=CommunityFacts()))
    message_id = await DiscordMessenger(client, LANGUAGE, TagMemory()).send(channel_id, card, nonce="n" * 20)
    guild_id = int(server.world.channels[channel_id]["guild_id"])
    posted = PostedMessage(guild_id, channel_id, card_subject(model), Purpose.CARD, message_id, model)
    async with database.unit_of_work() as work:
        await work.deliveries.adopt(posted, now=NOW)
        await work.commit()
    return model


async def discussed_at_once(server: DiscordServer, channel_id: int, model: int) -> None:
    """Let many members press Discuss on the card at the same moment: all of them are led to the one thread on it."""
    (card,) = server.world.messages_in(channel_id)
    people = [server.person(f"member {number}") for number in range(PRESSES)]
    clicks = [server.members.click(card, f"v1:discuss:{model}", person) for person in people]
    replies = await asyncio.gather(*clicks)
    threads = [one for one in server.world.channels.values() if one.get("parent_id") == str(channel_id)]
    assert [f"<#{card['id']}>" in reply.text for reply in replies] == [True] * PRESSES
    assert ([one["id"] for one in threads], len(server.world.messages_in(int(card["id"])))) == ([card["id"]], 1)
    assert server.violations == []


async def test_eight_members_at_once_meet_in_one_thread(
    migrated_sqlite: Path, tmp_path: Path, clock: TurnableClock
) -> None:
    """Every one of them is led to the same thread, and it begins once."""
    database = new_database(migrated_sqlite, tmp_path, clock)
    async with DiscordServer() as server:
        guild = await server.add_guild("Open models")
        channel_id = int(guild["channels"][0]["id"])
        async with connected(server, lambda: make_bot(database, SmallHub(), clock)) as client:
            model = await card_posted(database, server, client, channel_id)
            await discussed_at_once(server, channel_id, model)
    await database.close()


async def test_two_processes_meet_in_one_thread(postgres: StartsPostgres, clock: TurnableClock) -> None:
    """Two whole bots, each with connections of its own to one PostgreSQL, and both are handed every click."""
    with postgres().database() as url:
        databases = [open_database(url, clock=clock) for _ in range(2)]
        bots = iter([make_bot(database, SmallHub(), clock) for database in databases])
        async with DiscordServer() as server:
            guild = await server.add_guild("Open models")
            channel_id = int(guild["channels"][0]["id"])
            async with connected(server, bots.__next__) as client, connected(server, bots.__next__):
                model = await card_posted(databases[0], server, client, channel_id)
                await discussed_at_once(server, channel_id, model)
            acknowledged = [note for note in server.rest.notes if note.path.endswith("/callback")]
            assert len(acknowledged) == 2 * PRESSES
        for database in databases:
            await database.close()
