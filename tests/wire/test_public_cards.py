"""A card that a member shows to a channel, over the gateway and REST: an answer that is edited as a message later."""

from datetime import timedelta
from pathlib import Path

import discord

from bot.announcing.discord_messenger import DiscordMessenger
from bot.discord_bot import RootstockBot
from bot.domain.card import Post
from bot.domain.delivery import Delivery
from bot.workflows.deliver_pending import DeliverPending
from bot.workflows.ports import Work
from bot.workflows.prepare_post import prepare_post
from storage.doorbells import ProcessDoorbell
from storage.engine import Database
from tests.cogs.stage import LABS, LANGUAGE, SmallHub, make_bot, new_database
from tests.storage.stored import store_names
from tests.turnable_clock import TurnableClock
from tests.wire.clients import connected
from tests.wire.discord_server import DiscordServer
from tests.wire.tag_memory import TagMemory
from tests.wire.world import Person, text_of

OLD_ACCOUNT = 4242
"""An id from Discord's first day: its ballots count at once."""


async def prepare(work: Work, delivery: Delivery) -> Post | None:
    """Prepare with the labs of the stage."""
    return await prepare_post(work, delivery, LABS)


async def tell_nobody(guild_id: int, channel_id: int, reason: str) -> None:
    """No moderator is told."""


def sender(database: Database, client: discord.Client, clock: TurnableClock) -> DeliverPending:
    """Return a sender on this connection."""
    messenger = DiscordMessenger(client, LANGUAGE, TagMemory())
    return DeliverPending(
        database.unit_of_work, messenger, prepare, tell_nobody, clock=clock, doorbell=ProcessDoorbell(), owner="a"
    )


async def test_a_public_card_follows_over_the_wire(migrated_sqlite: Path, tmp_path: Path, clock: TurnableClock) -> None:
    """Shown by a followup of the interaction, edited by the channel's own address when a member has voted on it."""
    database = new_database(migrated_sqlite, tmp_path, clock)
    (model,) = await store_names(database, "Qwen/Qwen3-8B")
    async with DiscordServer() as server:
        guild = await server.add_guild("Open models")
        guild_id, channel_id = int(guild["id"]), int(guild["channels"][0]["id"])
        async with connected(server, lambda: make_bot(database, SmallHub(), clock)) as client:
            assert isinstance(client, RootstockBot)
            await client.tree.sync()
            ada = Person(OLD_ACCOUNT, "ada")
            wish = {"model": "Qwen/Qwen3-8B", "public": True}
            await server.members.slash(guild_id, channel_id, ada, "model", "show", options=wish)
            (copy,) = await server.messages.wait_for(channel_id, lambda messages: len(messages) == 1)
            await server.members.click(copy, f"v1:up:{model}", ada)
            clock.turn(timedelta(minutes=5))
            while await sender(database, client, clock).run_once():
                pass
            (message,) = server.world.messages_in(channel_id)
            assert "Worth building on · 1" in text_of(message)
            assert message["webhook_id"] == str(server.world.bot_id)
        address = f"/channels/{channel_id}/messages/{copy['id']}"
        assert [note.method for note in server.rest.notes if note.path.endswith(address)] == ["PATCH"]
        assert server.violations == []
    await database.close()
