"""Cards that members show to a channel with `/model show public:True`: they follow as every other copy does."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

from bot.discord_bot import RootstockBot
from bot.domain.delivery import Purpose
from bot.workflows.share_card import COPIES_THAT_FOLLOW
from tests.cogs.delivering import card_in, deliver, post_card
from tests.cogs.stage import Play, bot_of, ids_in, reading, text_of, texts_in
from tests.domain.builders import hub_model

QWEN = hub_model("Qwen/Qwen3-8B", likes=500)


async def show(play: Play, channel: Any = None) -> discord.Message:  # noqa: ANN401 - SimCord's channel
    """Let a member show the card to a channel; the message that everybody sees."""
    place = channel or play.channel
    await play.member.slash(place, "model show", model="Qwen/Qwen3-8B", public=True)
    shown = play.env.backend.get_channel(place.id).last_message_id
    return next(message for message in place.history() if message.id == shown)


async def follow(play: Play) -> None:
    """Let the time pass after which cards are edited."""
    play.clock.turn(timedelta(minutes=5))
    await deliver(play)


def texts_of(play: Play, *messages: discord.Message) -> list[str]:
    """Return what these messages say by now."""
    now = [play.env.backend.get_message(message.channel.id, message.id) for message in messages]
    return ["\n".join(texts_in(message.components)) for message in now]


async def recorded(play: Play) -> Sequence[Purpose]:
    """Return what follows in the server, by purpose."""
    async with play.database.unit_of_work() as work:
        model = await work.models.by_name(QWEN.source, QWEN.repo_id)
        assert model is not None
        cards = await work.deliveries.cards_of(play.guild.id, [model.id])
        found = [await work.deliveries.delivery(card.delivery_id) for card in cards]
    return [one.purpose for one in found if one is not None]


async def test_a_public_card_follows(play: Play) -> None:
    """A vote pressed on it shows on it and on the channel's own card, also after a restart."""
    model = await post_card(play, QWEN)
    copy = await show(play)
    await play.restart()
    await play.member.click(copy, custom_id=f"v1:up:{model}")
    await play.member.slash(play.channel, "tag add", model="Qwen/Qwen3-8B", tags="coding")
    await follow(play)
    for said in texts_of(play, card_in(play.channel), copy):
        assert ("Worth building on · 1" in said, "coding" in said) == (True, True)
    assert len(list(play.channel.history())) == 2


async def test_a_card_shown_in_a_thread_follows(play: Play) -> None:
    """A thread is a channel too."""
    model = await post_card(play, QWEN)
    await play.member.click(card_in(play.channel), custom_id=f"v1:discuss:{model}")
    copy = await show(play, play.channel.threads[0])
    await play.member.click(copy, custom_id=f"v1:up:{model}")
    await follow(play)
    (said,) = texts_of(play, copy)
    assert "Worth building on · 1" in said


async def test_only_the_latest_copies_follow(play: Play) -> None:
    """Older ones are edited once more: they lose their numbers, wrong some day, and keep their buttons."""
    await play.remember(QWEN)
    first = await show(play)
    await play.member.slash(play.channel, "vote", model="Qwen/Qwen3-8B", choice="up")
    await follow(play)
    assert "Worth building on · 1" in texts_of(play, first)[0]
    later = [await show(play) for _ in range(COPIES_THAT_FOLLOW)]
    await follow(play)
    old, *rest = texts_of(play, first, *later)
    assert ("building on · 1" in old, "Worth building on" in old, "worth building on" in old) == (False, True, False)
    assert [("Worth building on · 1" in said) for said in rest] == [True] * COPIES_THAT_FOLLOW
    assert await recorded(play) == [Purpose.COPY] * COPIES_THAT_FOLLOW
    await play.moderator.slash(play.channel, "vote", model="Qwen/Qwen3-8B", choice="up")
    await follow(play)
    assert texts_of(play, first) == [old]
    assert "Worth building on · 2" in texts_of(play, *later)[-1]


async def test_what_changes_while_it_is_shown_is_not_missed(play: Play) -> None:
    """The card was read before the vote and recorded after it: its first edit comes without being asked for."""
    await play.remember(QWEN)
    copy = await show(play)
    edits: list[str | None] = []
    for _ in range(3):
        edits.append(play.env.backend.get_message(copy.channel.id, copy.id).edited_timestamp)
        await follow(play)
    assert (edits[0], edits[1] is None, edits[1] == edits[2]) == (None, False, True)


async def test_where_it_cannot_be_edited_it_counts_nothing(play: Play) -> None:
    """In a channel that Rootstock cannot look into a card can be shown, and voted on, but would never follow."""
    await play.remember(QWEN)
    await play.member.slash(play.channel, "vote", model="Qwen/Qwen3-8B", choice="up")
    closed = play.guild.create_text_channel("closed")
    us = bot_of(play.env).user
    assert us is not None
    unseen = discord.Permissions(view_channel=True).value
    play.env.backend.set_overwrite(closed.id, Overwrite(us.id, OverwriteType.MEMBER, allow=0, deny=unseen))
    copy = await show(play, closed)
    (said,) = texts_of(play, copy)
    assert ("Worth building on" in said, "building on · 1" in said, "worth building on" in said) == (True, False, False)
    assert await recorded(play) == []


async def test_brought_along_it_reads(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Rootstock is no member, a card that is shown to a channel has nothing to vote with, and is not recorded."""
    await play.remember(QWEN)

    def no_server(_bot: object, _guild_id: int) -> None:
        """Be a member nowhere."""

    monkeypatch.setattr(RootstockBot, "get_guild", no_server)
    copy = await show(play)
    ids = list(ids_in(play.env.backend.get_message(copy.channel.id, copy.id).components))
    assert [one.rpartition(":")[0] for one in ids] == ["v1:details"]
    assert await recorded(play) == []


async def test_a_copy_that_is_deleted_stops_nothing(play: Play) -> None:
    """Nobody is told, and what else follows goes on."""
    model = await post_card(play, QWEN)
    copy = await show(play)
    play.env.backend.delete_message(copy.channel.id, copy.id)
    await play.member.click(card_in(play.channel), custom_id=f"v1:up:{model}")
    await follow(play)
    assert "Worth building on · 1" in texts_of(play, card_in(play.channel))[0]
    assert await recorded(play) == [Purpose.CARD]


async def test_a_channel_that_closes_pauses_nothing(play: Play) -> None:
    """A member chose it, no moderator: its copy follows no more, and the channel is not paused."""
    await play.remember(QWEN)
    elsewhere = play.guild.create_text_channel("elsewhere")
    await show(play, elsewhere)
    await play.member.slash(play.channel, "vote", model="Qwen/Qwen3-8B", choice="up")
    play.env.inject_error("PATCH", f"/channels/{elsewhere.id}/messages/*", status=403, code=50001)
    await follow(play)
    async with play.database.unit_of_work() as work:
        lanes = await work.deliveries.lane_reports(play.guild.id)
    assert ([lane.paused_reason for lane in lanes], await recorded(play)) == ([None], [])


async def test_what_everybody_sees_is_in_the_servers_language(play: Play) -> None:
    """Whoever shows it; the word to them is in their own."""
    await play.say("settings", language="zh-CN")
    await play.remember(QWEN)
    with reading("en-US"):
        said = text_of(await play.member.slash(play.channel, "model show", model="Qwen/Qwen3-8B", public=True))
        assert "whole channel" in said
    copy = next(iter(play.channel.history()))
    before = texts_of(play, copy)
    await follow(play)
    assert ("原创模型" in before[0], texts_of(play, copy)) == (True, before)


async def test_in_an_announcement_channel_it_stays_a_layout(play: Play) -> None:
    """It is an answer there, no announcement."""
    await play.remember(QWEN)
    news = play.guild.create_news_channel("news")
    copy = await show(play, news)
    await play.member.slash(play.channel, "vote", model="Qwen/Qwen3-8B", choice="up")
    await follow(play)
    assert "Worth building on · 1" in texts_of(play, copy)[0]
    assert play.env.backend.get_message(copy.channel.id, copy.id).embeds == []


async def test_a_discussion_can_start_from_a_copy(play: Play) -> None:
    """Where no watch has posted the model, the card that a member showed is its card."""
    await play.remember(QWEN)
    copy = await show(play)
    said = text_of(await play.member.slash(play.channel, "discuss", model="Qwen/Qwen3-8B"))
    (thread,) = play.channel.threads
    assert (thread.id, f"<#{copy.id}>" in said) == (copy.id, True)


async def test_a_copy_is_no_announcement(play: Play) -> None:
    """The watch's own card still comes, once."""
    await play.remember(QWEN)
    await show(play)
    await post_card(play, QWEN)
    assert await recorded(play) == [Purpose.COPY, Purpose.CARD]
    assert len(list(play.channel.history())) == 2
