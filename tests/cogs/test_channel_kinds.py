"""Forums and announcement channels: set up, posted to, discussed, kept in step."""

from datetime import timedelta
from typing import Any

import discord
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

from bot.discord_bot import command_payload
from bot.domain.delivery import Announcement, Form
from bot.domain.model import Kind
from tests.cogs.delivering import card_in, deliver, post_card
from tests.cogs.stage import Play, bot_of, ids_in, text_of, texts_in
from tests.domain.builders import hub_model, parent

BASE = hub_model("Qwen/Qwen3-8B", likes=500)
FINETUNE = hub_model("someone/Tuned-8B", declared=(parent("Qwen/Qwen3-8B", Kind.FINETUNE),))

MEDIA = 16
"""Discord's number for a media channel; SimCord makes none."""

FULL = tuple(f"topic {number}" for number in range(12))
"""Tags that fit nothing, as many as keep Rootstock from making its own."""


def forum_with(play: Play, *tags: str) -> Any:  # noqa: ANN401 - SimCord's channel
    """Make a forum with these tags, in this order, with the ids 1, 2, 3 and so on."""
    forum = play.guild.create_forum_channel("shelf")
    available = [
        {"id": str(number), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}
        for number, name in enumerate(tags, 1)
    ]
    play.env.backend.edit_channel(forum.id, {"available_tags": available})
    return forum


def deny(play: Play, channel: Any, **permissions: bool) -> None:  # noqa: ANN401 - SimCord's channel
    """Take permissions from the bot; by default SimCord gives more than our invitation asks for.

    Without Manage Channels it lets nobody change a thread; Discord lets who made it (discord.py, `Thread.edit`).
    """
    denied = discord.Permissions(**permissions).value
    us = bot_of(play.env).user
    assert us is not None
    play.env.backend.set_overwrite(
        channel.id, Overwrite(target_id=us.id, type=OverwriteType.MEMBER, allow=0, deny=denied)
    )


def tags_of(play: Play, thread: Any) -> list[int]:  # noqa: ANN401 - SimCord's thread
    """Return the ids of a post's forum tags."""
    return [int(tag) for tag in play.env.backend.get_thread(thread.id).applied_tags]


def shown_in(thread: Any) -> str:  # noqa: ANN401 - SimCord's thread
    """Return what a reader sees in a channel or thread."""
    layouts = [[one.to_dict() for one in message.components] for message in thread.history()]
    return "\n".join(text for layout in layouts for text in texts_in(layout))


async def tag(play: Play, label: str) -> None:
    """Let a member put a tag on a model, and the cards follow."""
    said = text_of(await play.member.slash(play.channel, "tag add", model="Qwen/Qwen3-8B", tags=label))
    assert "Added" in said
    await cards_follow(play)


async def cards_follow(play: Play) -> None:
    """Let the time pass after which cards are edited."""
    play.clock.turn(timedelta(minutes=5))
    await deliver(play)


async def test_a_forum_gets_a_post_a_model(play: Play) -> None:
    """Its title is the model's name, its first message the card, its forum tag the kind, in whatever language."""
    forum = forum_with(play, "Others", "微调", "Merge")
    await play.remember(BASE)
    model = await post_card(play, FINETUNE, channel=forum)
    (thread,) = forum.threads
    assert (thread.name, tags_of(play, thread)) == ("someone/Tuned-8B", [2])
    assert f"v1:details:{model}" in list(ids_in([one.to_dict() for one in card_in(thread).components]))


async def test_the_post_is_the_discussion(play: Play) -> None:
    """Discuss, in the post and by command anywhere, leads to it; nothing is said twice in it."""
    forum = forum_with(play)
    model = await post_card(play, BASE, channel=forum)
    (thread,) = forum.threads
    pressed = text_of(await play.member.click(card_in(thread), custom_id=f"v1:discuss:{model}"))
    await play.restart()
    asked = text_of(await play.member.slash(play.channel, "discuss", model="Qwen/Qwen3-8B"))
    assert [f"<#{thread.id}>" in said for said in (pressed, asked)] == [True, True]
    assert (len(thread.history()), play.channel.threads) == (1, [])


async def test_an_archived_post_is_opened_and_follows(play: Play) -> None:
    """A card that changes is edited although its post was archived."""
    forum = forum_with(play)
    model = await post_card(play, BASE, channel=forum)
    (thread,) = forum.threads
    stored = play.env.backend.get_thread(thread.id)
    stored.thread_metadata.archived = True
    play.env.inject_error("PATCH", "/channels/*/messages/*", status=400, code=50083)
    async with play.database.unit_of_work() as work:
        await work.deliveries.refresh_cards([model], due_at=play.clock.now())
        await work.commit()
    await deliver(play)
    assert stored.thread_metadata.archived is False
    async with play.database.unit_of_work() as work:
        assert await work.discussions.threads(play.guild.id, [model]) == {model: thread.id}


async def test_forum_tags_follow_members_tags(play: Play) -> None:
    """What members say joins the kind. A moderator who knows better has the last word, about the kind too."""
    forum = forum_with(play, "original", "coding", "pinned by hand", "finetune")
    await post_card(play, BASE, channel=forum)
    (thread,) = forum.threads
    assert tags_of(play, thread) == [1]
    play.env.backend.edit_channel(thread.id, {"applied_tags": [4, 3]})
    await play.env.settle()
    await tag(play, "Coding")
    assert tags_of(play, thread) == [2, 4, 3]


async def test_forum_tags_go_with_members_tags(play: Play) -> None:
    """What nobody says any more comes off, removed or banned; what a moderator put there by hand does not."""
    forum = forum_with(play, "original", "coding", "math", "pinned by hand")
    await post_card(play, BASE, channel=forum)
    (thread,) = forum.threads
    await tag(play, "coding, math")
    assert tags_of(play, thread) == [1, 2, 3]
    play.env.backend.edit_channel(thread.id, {"applied_tags": [1, 2, 3, 4]})
    await play.env.settle()
    await play.restart()
    await play.member.slash(play.channel, "tag remove", model="Qwen/Qwen3-8B", tags="coding")
    await cards_follow(play)
    assert tags_of(play, thread) == [1, 3, 4]
    await play.say("tag ban", tag="math")
    await cards_follow(play)
    assert tags_of(play, thread) == [1, 4]


async def test_the_last_forum_tag_comes_off(play: Play) -> None:
    """A post without any is what it was before somebody tagged its model."""
    forum = forum_with(play, "coding", *FULL)
    await post_card(play, BASE, channel=forum)
    await tag(play, "coding")
    assert tags_of(play, forum.threads[0]) == [1]
    await play.member.slash(play.channel, "tag remove", model="Qwen/Qwen3-8B", tags="coding")
    await cards_follow(play)
    assert tags_of(play, forum.threads[0]) == []


async def test_a_forum_that_demands_a_tag_keeps_one(play: Play) -> None:
    """When the last wanted one goes, Discord says so (40067): the tag that fits anything takes its place."""
    forum = forum_with(play, "questions", "Models", "coding", *FULL)
    await post_card(play, BASE, channel=forum)
    await tag(play, "coding")
    await play.member.slash(play.channel, "tag remove", model="Qwen/Qwen3-8B", tags="coding")
    play.env.inject_error("PATCH", f"/channels/{forum.threads[0].id}", status=400, code=40067)
    await cards_follow(play)
    assert tags_of(play, forum.threads[0]) == [2]


async def test_a_forum_that_demands_a_tag_gets_one(play: Play) -> None:
    """Discord says so (40067): the tag that fits anything is taken."""
    forum = forum_with(play, "questions", "Models")
    deny(play, forum, manage_channels=True)
    play.env.inject_error("POST", "/channels/*/threads", status=400, code=40067)
    await post_card(play, BASE, channel=forum)
    (thread,) = forum.threads
    assert tags_of(play, thread) == [2]


async def test_a_forum_without_any_tag_that_demands_one_is_paused(play: Play) -> None:
    """Nothing can be posted there until a moderator makes a tag."""
    forum = forum_with(play)
    deny(play, forum, manage_channels=True)
    play.env.inject_error("POST", "/channels/*/threads", status=400, code=40067)
    await post_card(play, BASE, channel=forum)
    async with play.database.unit_of_work() as work:
        (lane,) = await work.deliveries.lane_reports(play.guild.id)
    assert ("40067" in str(lane.paused_reason), lane.pending, forum.threads) == (True, 1, [])


async def test_a_deleted_post_is_made_anew_by_who_asks(play: Play) -> None:
    """In the forum, where the discussion was asked for there."""
    forum = forum_with(play, "original")
    await post_card(play, BASE, channel=forum)
    (gone,) = forum.threads
    stays = play.env.backend.create_thread(forum.id, "how to", play.member.id)
    await play.env.settle()
    play.env.backend.delete_channel(gone.id)
    await play.env.settle()
    inside = next(thread for thread in forum.threads if thread.id == stays.id)
    said = text_of(await play.member.slash(inside, "discuss", model="Qwen/Qwen3-8B"))
    (made,) = [thread for thread in forum.threads if thread.id != stays.id]
    assert (f"<#{made.id}>" in said, tags_of(play, made)) == (True, [1])
    assert "What would you build on it?" in shown_in(made)


async def test_setup_and_watches_take_a_forum(play: Play) -> None:
    """By option, and by default where the command is used in one of its posts."""
    forum = forum_with(play)
    said = await play.say("watch add", channel=forum, authors="qwen")
    assert f"<#{forum.id}>" in said
    await post_card(play, BASE, channel=forum)
    await play.moderator.slash(forum.threads[0], "watch add", authors="mistralai")
    assert [watch.channel_id for watch in await play.watches()] == [forum.id, forum.id]


async def test_discord_offers_the_kinds_it_knows(play: Play) -> None:
    """Text, announcement and forum; one type that Discord's description lacks would refuse all commands."""
    payload = await command_payload(bot_of(play.env).tree)
    (setup,) = [command for command in payload if command["name"] == "setup"]
    (channel,) = [option for option in setup["options"] if option["name"] == "channel"]
    assert channel["channel_types"] == [0, 5, 15]


async def test_what_a_forum_lacks_is_named(play: Play) -> None:
    """Before a moderator relies on it."""
    forum = forum_with(play)
    deny(play, forum, send_messages_in_threads=True)
    await play.env.settle()
    said = await play.say("watch add", channel=forum, authors="qwen")
    assert ("Send Messages in Threads" in said, await play.watches()) == (True, [])


async def test_missing_tags_are_made_where_that_is_allowed(play: Play) -> None:
    """One a post: the kind first."""
    forum = forum_with(play, "questions")
    await play.remember(BASE)
    await post_card(play, FINETUNE, channel=forum)
    (thread,) = forum.threads
    names = {int(tag["id"]): tag["name"] for tag in play.env.backend.get_channel(forum.id).available_tags}
    assert [names[tag] for tag in tags_of(play, thread)] == ["finetune"]
    assert list(names.values()) == ["questions", "finetune"]


async def test_an_announcement_channel_gets_an_embed_with_links(play: Play) -> None:
    """What a copy in another server keeps says everything; the original has its buttons, and they work."""
    news = play.guild.create_news_channel("news")
    await play.remember(BASE)
    model = await post_card(play, FINETUNE, channel=news)
    posted = card_in(news)
    (embed,) = posted.embeds
    assert embed.url == "https://huggingface.co/someone/Tuned-8B"
    assert "https://huggingface.co/Qwen/Qwen3-8B" in (embed.description or "")
    assert posted.flags.components_v2 is False
    said = text_of(await play.member.click(posted, custom_id=f"v1:details:{model}"))
    assert "someone/Tuned" in said.replace("\\", "")


async def test_an_announcement_follows_and_is_discussed(play: Play) -> None:
    """An edit keeps the embed; the thread starts from it."""
    news = play.guild.create_news_channel("news")
    model = await post_card(play, BASE, channel=news)
    said = text_of(await play.member.click(card_in(news), custom_id=f"v1:discuss:{model}"))
    (thread,) = news.threads
    play.clock.turn(timedelta(seconds=5))
    await deliver(play)
    assert (f"<#{thread.id}>" in said, thread.id, len(card_in(news).embeds)) == (True, card_in(news).id, 1)


async def test_publishing_is_up_to_the_moderators(play: Play) -> None:
    """Off at first; switched on, new posts are published; a failure to publish is no failed post."""
    news = play.guild.create_news_channel("news")
    await post_card(play, BASE, channel=news)
    assert "published to the servers" in await play.say("settings", publish=True)
    await post_card(play, FINETUNE, channel=news)
    play.env.inject_error("POST", "/channels/*/messages/*/crosspost", status=403, code=50013)
    await post_card(play, hub_model("org/third"), channel=news)
    # SimCord marks a published message with the flag of a copy.
    published = [message.flags.is_crossposted for message in news.history() if message.embeds]
    assert published == [False, True, False]
    async with play.database.unit_of_work() as work:
        (lane,) = await work.deliveries.lane_reports(play.guild.id)
    assert (lane.pending, lane.paused_reason) == (0, None)


async def test_a_locked_post_stops_no_other(play: Play) -> None:
    """What a moderator closed is not edited any more; the forum goes on."""
    forum = forum_with(play)
    model = await post_card(play, BASE, channel=forum)
    metadata = play.env.backend.get_thread(forum.threads[0].id).thread_metadata
    metadata.archived = metadata.locked = True
    play.env.inject_error("PATCH", "/channels/*/messages/*", status=400, code=50083)
    async with play.database.unit_of_work() as work:
        await work.deliveries.refresh_cards([model], due_at=play.clock.now())
        await work.commit()
    await deliver(play)
    assert (metadata.archived, metadata.locked) == (True, True)
    await post_card(play, FINETUNE, channel=forum)
    assert sorted(thread.name for thread in forum.threads) == ["Qwen/Qwen3-8B", "someone/Tuned-8B"]


async def test_a_deleted_post_stops_no_other(play: Play) -> None:
    """There is nothing left to edit; the forum is not to blame."""
    forum = forum_with(play)
    model = await post_card(play, BASE, channel=forum)
    play.env.backend.delete_channel(forum.threads[0].id)
    await play.env.settle()
    async with play.database.unit_of_work() as work:
        await work.deliveries.refresh_cards([model], due_at=play.clock.now())
        await work.commit()
    await deliver(play)
    await post_card(play, FINETUNE, channel=forum)
    assert [thread.name for thread in forum.threads] == ["someone/Tuned-8B"]
    async with play.database.unit_of_work() as work:
        (lane,) = await work.deliveries.lane_reports(play.guild.id)
    assert lane.paused_reason is None


async def discussed_in(play: Play, forum: Any) -> Any:  # noqa: ANN401 - SimCord's
    """Let a member ask for a discussion inside a forum; the post that was made for it."""
    talk = play.env.backend.create_thread(forum.id, "how to", play.member.id)
    await play.env.settle()
    await play.remember(BASE)
    inside = next(thread for thread in forum.threads if thread.id == talk.id)
    await play.member.slash(inside, "discuss", model="Qwen/Qwen3-8B")
    (made,) = [thread for thread in forum.threads if thread.id != talk.id]
    return made


async def test_a_discussion_that_began_in_the_forum_is_its_card(play: Play) -> None:
    """It follows what members say; a watch that brings the model later finds it there: one post, not two."""
    forum = forum_with(play, "original", "coding")
    made = await discussed_in(play, forum)
    assert (tags_of(play, made), "What would you build on it?" in shown_in(made)) == ([1], True)
    await play.member.slash(play.channel, "vote", model="Qwen/Qwen3-8B", choice="up")
    await tag(play, "Coding")
    assert tags_of(play, made) == [1, 2]
    await post_card(play, BASE, channel=forum)
    await play.moderator.slash(play.channel, "vote", model="Qwen/Qwen3-8B", choice="up")
    await cards_follow(play)
    shown = shown_in(made)
    assert "Worth building on · 2" in shown
    assert "coding" in shown
    assert sorted(thread.name for thread in forum.threads) == ["Qwen/Qwen3-8B", "how to"]
    assert len(made.history()) == 1


async def test_who_may_make_no_post_makes_none_through_us(play: Play) -> None:
    """In a forum, writing is making posts."""
    forum = forum_with(play)
    talk = play.env.backend.create_thread(forum.id, "how to", play.member.id)
    await play.env.settle()
    await play.remember(BASE)
    play.env.backend.set_overwrite(
        forum.id,
        Overwrite(play.member.id, OverwriteType.MEMBER, deny=discord.Permissions(send_messages=True).value),
    )
    (inside,) = [thread for thread in forum.threads if thread.id == talk.id]
    said = text_of(await play.member.slash(inside, "discuss", model="Qwen/Qwen3-8B"))
    assert ("you may not open threads" in said, len(forum.threads)) == (True, 1)


async def test_a_watch_brings_a_forum_no_second_card_after_a_discussion(play: Play) -> None:
    """The announcement is made, as every other; the post is there already."""
    forum = forum_with(play, "original")
    made = await discussed_in(play, forum)
    async with play.database.unit_of_work() as work:
        model = await work.models.by_name(BASE.source, BASE.repo_id)
        assert model is not None
        now = play.clock.now()
        decided = Announcement(forum.id, model.id, play.guild.id, 1, Form.CARD, decided_at=now, due_at=now)
        assert await work.deliveries.announce_many([decided], now=now)
        await work.commit()
    await deliver(play)
    assert [thread.id for thread in forum.threads if thread.name == "Qwen/Qwen3-8B"] == [made.id]


async def media_post(play: Play) -> Any:  # noqa: ANN401 - SimCord's thread
    """Make a media channel with somebody's post in it; the post."""
    gallery = play.guild.create_forum_channel("gallery")
    play.env.backend.get_channel(gallery.id).type = MEDIA
    await play.restart()
    post = play.env.backend.create_thread(gallery.id, "a picture", play.member.id)
    await play.env.settle()
    (inside,) = [thread for thread in gallery.threads if thread.id == post.id]
    return inside


async def test_a_media_channel_takes_no_cards(play: Play) -> None:
    """Each post there needs a picture or a film: no watch brings it any, and discussions begin elsewhere."""
    post = await media_post(play)
    assert "announcement channels and forums" in text_of(await play.moderator.slash(post, "watch add", authors="qwen"))
    await play.remember(BASE)
    asked = text_of(await play.member.slash(post, "discuss", model="Qwen/Qwen3-8B"))
    assert "does not let me open a discussion" in asked
    await post_card(play, BASE)
    asked = text_of(await play.member.slash(post, "discuss", model="Qwen/Qwen3-8B"))
    assert f"<#{play.channel.threads[0].id}>" in asked
