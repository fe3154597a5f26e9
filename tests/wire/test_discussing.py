"""Members who press Discuss at the same moment, over the gateway and REST: one thread."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.announcing.discord_messenger import DiscordMessenger
from bot.domain.card import CardFacts
from bot.domain.community import CommunityFacts
from bot.domain.delivery import Purpose
from tests.cogs.stage import LANGUAGE, SmallHub, make_bot, new_database
from tests.storage.stored import LEASE, store_names
from tests.turnable_clock import TurnableClock
from tests.wire.clients import connected
from tests.wire.discord_server import DiscordServer
from tests.wire.posts import card_post
from tests.wire.tag_memory import TagMemory

PRESSES = 8


async def test_eight_members_at_once_meet_in_one_thread(
    migrated_sqlite: Path, tmp_path: Path, clock: TurnableClock
) -> None:
    """Every one of them is led to the same thread, and it begins once."""
    database = new_database(migrated_sqlite, tmp_path, clock)
    (model,) = await store_names(database, "Qwen/Qwen3-8B")
    async with DiscordServer() as server:
        guild = await server.add_guild("Open models")
        guild_id, channel_id = int(guild["id"]), int(guild["channels"][0]["id"])
        async with connected(server, lambda: make_bot(database, SmallHub(), clock)) as client:
            post = card_post(model)
            assert isinstance(post.facts, CardFacts)
            card = replace(post, facts=replace(post.facts, community=CommunityFacts()))
            message_id = await DiscordMessenger(client, LANGUAGE, TagMemory()).send(channel_id, card, nonce="n" * 20)
            async with database.unit_of_work() as work:
                owed = await work.deliveries.enqueue(
                    guild_id=guild_id, channel_id=channel_id, subject="card", purpose=Purpose.CARD, now=clock.now(),
                    model_id=model,
                )  # fmt: skip
                held = await work.deliveries.claim_lane("test", lease=LEASE)
                assert owed is not None
                assert held is not None
                await work.deliveries.begin_attempt(held, owed, now=clock.now())
                await work.deliveries.mark_sent(held, owed, message_id, now=clock.now())
                await work.commit()
            people = [server.person(f"member {number}") for number in range(PRESSES)]
            shown = server.world.messages_in(channel_id)[0]
            clicks = [server.members.click(shown, f"v1:discuss:{model}", person) for person in people]
            replies = await asyncio.gather(*clicks)
        threads = [one for one in server.world.channels.values() if one.get("parent_id") == str(channel_id)]
        assert [f"<#{message_id}>" in reply.text for reply in replies] == [True] * PRESSES
        assert ([int(one["id"]) for one in threads], len(server.world.messages_in(message_id))) == ([message_id], 1)
        assert server.violations == []
    await database.close()
