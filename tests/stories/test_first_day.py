"""A server's first day: invited, set up, a release, a card, a click; restarts and a closed channel in between."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import discord
import pytest

from bot.announcing.discord_messenger import DiscordMessenger
from bot.domain.card import Post
from bot.domain.delivery import Delivery
from bot.domain.model import HubModel, Kind
from bot.domain.release_moments import Sight, Sighting
from bot.domain.watches import WatchState
from bot.workflows.deliver_pending import DeliverPending
from bot.workflows.gather_digests import gather_due_digests
from bot.workflows.matcher_cache import MatcherCache
from bot.workflows.observe_releases import Batch, ObserveReleases
from bot.workflows.ports import Work
from bot.workflows.prepare_post import prepare_post
from bot.workflows.remember_forum_tags import RememberForumTags
from bot.workflows.tell_moderators import TellModerators
from storage.doorbells import ProcessDoorbell
from tests.cogs.conftest import env, hub, play, stage_database
from tests.cogs.stage import LABS, LANGUAGE, Play, bot_of, ids_in, reading, text_of, texts_in
from tests.domain.builders import hub_model, parent

__all__ = ["env", "hub", "play", "stage_database"]

HOUR = timedelta(hours=1)


async def release(play: Play, *models: HubModel) -> None:
    """Let the hub's newest feed show models that were made just now."""
    bell = ProcessDoorbell()
    observe = ObserveReleases(
        play.database.unit_of_work, hub=play.hub, labs=LABS, matchers=MatcherCache(), clock=play.clock, doorbell=bell
    )
    now = play.clock.turn(timedelta(minutes=5))
    for facts in models:
        play.hub.models[facts.repo_id.casefold()] = facts
    fresh = [replace(facts, created_at=now, last_modified=now, files=("model.safetensors",)) for facts in models]
    for facts in fresh:
        play.hub.models[facts.repo_id.casefold()] = facts
    sighting = Sighting(Sight.NEWEST, feed_started_at=now - HOUR, last_read_at=now - timedelta(minutes=5))
    await observe(Batch(fresh, sighting))


async def deliver(play: Play) -> None:
    """Send everything that is owed through the bot's own connection."""
    messenger = DiscordMessenger(bot_of(play.env), LANGUAGE, RememberForumTags(play.database.unit_of_work))

    async def prepare(work: Work, delivery: Delivery) -> Post | None:
        return await prepare_post(work, delivery, LABS)

    sender = DeliverPending(
        play.database.unit_of_work,
        messenger,
        prepare,
        TellModerators(play.database.unit_of_work, messenger=messenger, clock=play.clock),
        clock=play.clock,
        doorbell=ProcessDoorbell(),
        owner="test",
        jitter=lambda: 0.0,
    )
    while await sender.run_once():
        pass


def cards(channel: Any) -> Sequence[discord.Message]:  # noqa: ANN401 - SimCord's channel
    """Return what the channel shows, oldest first."""
    return sorted(channel.history(), key=lambda message: message.id)


def shown(message: discord.Message) -> str:
    """Return what a member reads in a message."""
    return "\n".join(texts_in([one.to_dict() for one in message.components]))


def pressed(message: discord.Message) -> list[str]:
    """Return the ids of a message's buttons."""
    return list(ids_in([one.to_dict() for one in message.components]))


def details_of(message: discord.Message) -> str:
    """Return the id of a card's Details button."""
    return next(one for one in pressed(message) if one.startswith("v1:details:"))


async def test_the_first_day(play: Play) -> None:
    """A moderator sets up, a lab releases, a card appears, a member reads the details; nothing comes twice."""
    said = await play.say("setup", channel=play.channel, preset="labs", language="en", timezone="Europe/Berlin")
    assert f"From now on I watch for <#{play.channel.id}>" in said
    await release(play, hub_model("Qwen/Qwen4-8B", likes=3, parameters=8_000_000_000))
    await deliver(play)
    (card,) = cards(play.channel)
    assert "Qwen4-8B" in shown(card)

    details = await play.member.click(card, custom_id=details_of(card))
    assert (details.ephemeral, "Qwen/Qwen4-8B" in text_of(details)) == (True, True)

    await play.restart()
    await deliver(play)
    assert len(cards(play.channel)) == 1
    with reading("zh-CN"):
        again = await play.member.click(cards(play.channel)[0], custom_id=details_of(card))
    assert "原创" in text_of(again)

    why = await play.say("watch why", model="Qwen/Qwen4-8B")
    assert "brought this model here already" in why
    assert "**1** card" in await play.say("watch preview", watch="1")


async def test_a_quantisation_joins_the_card_and_the_answers_say_so(play: Play) -> None:
    """A GGUF of a posted model makes no post; /watch why says which card it joined."""
    await play.say("setup", channel=play.channel, preset="labs", language="en", timezone="UTC")
    await release(play, hub_model("Qwen/Qwen4-8B"))
    await play.say("watch add", channel=play.channel, derivative_of="Qwen/Qwen4-8B")
    await deliver(play)
    quantized = hub_model("bartowski/Qwen4-8B-GGUF", declared=(parent("Qwen/Qwen4-8B", Kind.QUANTIZED),))
    await release(play, quantized)
    await deliver(play)
    assert len(cards(play.channel)) == 1
    assert "that card names it, and there is no post of its own" in await play.say(
        "watch why", model="bartowski/Qwen4-8B-GGUF"
    )


async def test_a_daily_digest_and_its_pages(play: Play) -> None:
    """What a daily watch gathers comes as one message; its pages open privately and turn in place."""
    await play.say("watch add", channel=play.channel, authors="someone", pace="daily")
    await release(play, *(hub_model(f"someone/Model-{number:02}") for number in range(15)))
    play.clock.turn(24 * HOUR)
    await gather_due_digests(play.database.unit_of_work, play.clock, ProcessDoorbell(), LABS)
    await deliver(play)
    (digest,) = cards(play.channel)
    second = await play.member.click(digest, custom_id=next(one for one in pressed(digest) if one.endswith(":1")))
    assert second.ephemeral
    read = text_of(second)
    first = await play.member.click(
        second.response, custom_id=next(one for one in ids_in(second.response.components) if one.endswith(":0"))
    )
    names = {f"Model-{number:02}" for number in range(15)}
    assert {name for name in names if name in text_of(first) + read} == names
    assert len(cards(play.channel)) == 1


async def test_a_channel_that_closes_is_paused_told_and_resumed(play: Play) -> None:
    """Lost permissions pause the channel once; the moderator is told, resumes, and nothing was lost."""
    await play.say("setup", channel=play.channel, preset="labs", language="en", timezone="UTC")
    play.env.inject_error("POST", f"/channels/{play.channel.id}/messages", status=403, code=50013)
    await release(play, hub_model("Qwen/Qwen4-8B"))
    await deliver(play)
    assert cards(play.channel) == []
    notice = play.moderator.dm_channel.last_message if hasattr(play.moderator, "dm_channel") else None
    status = await play.moderator.slash(play.channel, "status")
    assert "is paused" in text_of(status)
    await play.moderator.click(status.response, custom_id=f"v1:resume:{play.channel.id}")
    await deliver(play)
    assert len(cards(play.channel)) == 1
    assert [watch.state for watch in await play.watches()] == [WatchState.ACTIVE]
    assert notice is None or "Status" in shown(notice)


@pytest.mark.parametrize("preset", ["labs", "builders", "quiet"])
async def test_every_preset_can_be_set_up_in_chinese(play: Play, preset: str) -> None:
    """A Chinese server gets Chinese names and a Chinese card."""
    with reading("zh-CN"):
        said = await play.say("setup", channel=play.channel, preset=preset, language="zh-CN", timezone="Asia/Shanghai")
    assert "设置完成" in said
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in watch.name) for watch in await play.watches())
