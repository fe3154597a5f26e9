"""Lets the stage's bot post what channels are owed, as the sender does."""

from datetime import timedelta
from typing import Any

import discord

from bot.announcing.discord_messenger import DiscordMessenger
from bot.domain.delivery import Delivery, Purpose
from bot.domain.model import HubModel
from bot.workflows.deliver_pending import DeliverPending
from bot.workflows.ports import Work
from bot.workflows.prepare_post import prepare_post
from bot.workflows.remember_forum_tags import RememberForumTags
from storage.doorbells import ProcessDoorbell
from tests.cogs.stage import LABS, LANGUAGE, Play, bot_of


async def deliver(play: Play) -> None:
    """Send and edit everything that is due."""
    sender = DeliverPending(
        play.database.unit_of_work,
        DiscordMessenger(bot_of(play.env), LANGUAGE, RememberForumTags(play.database.unit_of_work)),
        prepare,
        tell_nobody,
        clock=play.clock,
        doorbell=ProcessDoorbell(),
        owner="test",
    )
    while await sender.run_once():
        pass
    await play.env.settle()


async def prepare(work: Work, delivery: Delivery) -> Any:  # noqa: ANN401 - a post or nothing
    """Prepare with the labs of the stage."""
    return await prepare_post(work, delivery, LABS)


async def tell_nobody(guild_id: int, channel_id: int, reason: str) -> None:
    """No moderator is told."""


async def post_card(play: Play, facts: HubModel, *, channel: Any = None) -> int:  # noqa: ANN401 - SimCord's channel
    """Post a model's card into a channel; the model's id."""
    await play.remember(facts)
    async with play.database.unit_of_work() as work:
        model = await work.models.by_name(facts.source, facts.repo_id)
        assert model is not None
        await work.deliveries.enqueue(
            guild_id=play.guild.id,
            channel_id=(channel or play.channel).id,
            subject=f"model:{model.id}",
            purpose=Purpose.CARD,
            now=play.clock.now(),
            model_id=model.id,
        )
        await work.commit()
    await deliver(play)
    return model.id


def card_in(channel: Any) -> discord.Message:  # noqa: ANN401 - SimCord's channel
    """Return the first message of Rootstock in a channel or thread that has anything to press or read."""
    return next(message for message in channel.history() if message.components or message.embeds)


async def a_sent_card(play: Play) -> int:
    """Note the card of the first model that was remembered as sent, without sending it; the delivery's id."""
    now = play.clock.now()
    async with play.database.unit_of_work() as work:
        owed = await work.deliveries.enqueue(
            guild_id=play.guild.id, channel_id=1, subject="model:1", purpose=Purpose.CARD, now=now, model_id=1
        )
        held = await work.deliveries.claim_lane("a sender", lease=timedelta(days=730))
        assert owed is not None
        assert held is not None
        await work.deliveries.begin_attempt(held, owed, now=now)
        await work.deliveries.mark_sent(held, owed, 77, now=now)
        await work.commit()
    return owed
