"""/discuss and the Discuss button, as members use them."""

from datetime import timedelta
from typing import Any

import discord
import pytest
from simcord.backend.models.channel import Overwrite
from simcord.enums import OverwriteType

from bot.domain.model import Kind
from tests.cogs.delivering import card_in, deliver, post_card
from tests.cogs.stage import Play, bot_of, ids_in, reading, text_of, texts_in
from tests.domain.builders import hub_model, parent

BASE = hub_model("Qwen/Qwen3-8B", likes=500)
FINETUNE = hub_model("someone/Tuned-8B", declared=(parent("Qwen/Qwen3-8B", Kind.FINETUNE),))

INSIDE = dict.fromkeys(("send_messages", "create_public_threads", "send_messages_in_threads"), True)
"""What somebody needs in a channel to discuss there."""


def said_in(thread: Any) -> str:  # noqa: ANN401 - SimCord's thread
    """Return everything that a reader sees in a channel or thread."""
    layouts = [[one.to_dict() for one in message.components] for message in thread.history()]
    return "\n".join(text for layout in layouts for text in texts_in(layout))


async def pressed(play: Play, member: Any, model: int, *, channel: Any = None) -> str:  # noqa: ANN401 - SimCord's
    """Let a member press Discuss on a card; what they read."""
    result = await member.click(card_in(channel or play.channel), custom_id=f"v1:discuss:{model}")
    assert result.ephemeral
    return text_of(result)


async def test_the_button_opens_a_thread_on_the_card(play: Play) -> None:
    """The thread begins with facts, family and a question; the answer is private and leads there."""
    await play.remember(BASE)
    model = await post_card(play, FINETUNE)
    said = await pressed(play, play.member, model)
    (thread,) = play.channel.threads
    assert thread.id == card_in(play.channel).id
    assert (thread.name, f"<#{thread.id}>" in said) == ("someone/Tuned-8B", True)
    opening = said_in(thread)
    assert "Qwen/Qwen3-8B" in opening
    assert "What does it do better than its base?" in opening
    assert f"v1:details:{model}" in list(ids_in([one.to_dict() for one in card_in(thread).components]))


async def test_the_card_shows_the_discussion(play: Play) -> None:
    """The card follows: it links the thread."""
    model = await post_card(play, BASE)
    await pressed(play, play.member, model)
    play.clock.turn(timedelta(seconds=5))
    await deliver(play)
    assert f"<#{play.channel.threads[0].id}>" in said_in(play.channel)


async def followed(play: Play) -> None:
    """Let the time pass after which cards are edited."""
    play.clock.turn(timedelta(minutes=5))
    await deliver(play)


async def test_what_a_discussion_begins_with_follows(play: Play) -> None:
    """Votes and tags in it are those of the card, also after a restart."""
    model = await post_card(play, BASE)
    await play.member.click(card_in(play.channel), custom_id=f"v1:up:{model}")
    await pressed(play, play.member, model)
    (thread,) = play.channel.threads
    assert "**1** worth building on" in said_in(thread)
    await play.restart()
    await play.moderator.click(card_in(play.channel), custom_id=f"v1:up:{model}")
    await play.member.slash(play.channel, "tag add", model="Qwen/Qwen3-8B", tags="coding")
    await followed(play)
    assert ("**2** worth building on" in said_in(thread), "coding" in said_in(thread)) == (True, True)
    assert ("Worth building on · 2" in str(card_in(play.channel).components), "coding" in said_in(play.channel)) == (
        True,
        True,
    )
    assert "What would you build on it?" in said_in(thread)


async def test_an_archived_thread_is_left_alone_until_somebody_comes(play: Play) -> None:
    """A vote opens no archived thread; whoever comes back by Discuss reads what is true now."""
    model = await post_card(play, BASE)
    await pressed(play, play.member, model)
    (thread,) = play.channel.threads
    metadata = play.env.backend.get_thread(thread.id).thread_metadata
    metadata.archived = True
    play.env.inject_error("PATCH", f"/channels/{thread.id}/messages/*", status=400, code=50083)
    await play.member.click(card_in(play.channel), custom_id=f"v1:up:{model}")
    await followed(play)
    assert (metadata.archived, "**1** worth building on" in said_in(thread)) == (True, False)
    await pressed(play, play.member, model)
    await followed(play)
    assert (metadata.archived, "**1** worth building on" in said_in(thread)) == (False, True)


async def test_a_thread_that_is_gone_pauses_nothing(play: Play) -> None:
    """Its opening follows no more; nobody is told, and the card goes on."""
    model = await post_card(play, BASE)
    await pressed(play, play.member, model)
    play.env.backend.delete_channel(play.channel.threads[0].id)
    await play.restart()
    await play.member.click(card_in(play.channel), custom_id=f"v1:up:{model}")
    await followed(play)
    async with play.database.unit_of_work() as work:
        lanes = await work.deliveries.lane_reports(play.guild.id)
    assert [lane.paused_reason for lane in lanes] == [None] * len(lanes)
    assert "Worth building on · 1" in said_in(play.channel)


async def test_automod_may_take_the_opening(play: Play) -> None:
    """Its rules may stop what we begin with (200000): the thread is there all the same, and is the discussion."""
    model = await post_card(play, BASE)
    play.env.inject_error("POST", f"/channels/{card_in(play.channel).id}/messages", status=400, code=200000)
    said = await pressed(play, play.member, model)
    (thread,) = play.channel.threads
    assert ("Opened." in said, f"<#{thread.id}>" in said, said_in(thread)) == (True, True, "")
    assert "is discussed in" in await pressed(play, play.moderator, model)


async def test_chinese_readers_and_servers(play: Play) -> None:
    """The answer is in the reader's language, the thread in the server's."""
    await play.say("settings", language="zh-CN")
    model = await post_card(play, BASE)
    with reading("en-US"):
        assert "Opened." in await pressed(play, play.member, model)
    with reading("zh-CN"):
        assert "的讨论在" in await pressed(play, play.member, model)
    assert "你会拿它当基座做什么" in said_in(play.channel.threads[0])


async def test_the_command_finds_what_the_button_opened_after_a_restart(play: Play) -> None:
    """`/discuss` anywhere in the server leads to the one thread."""
    model = await post_card(play, BASE)
    await pressed(play, play.member, model)
    await play.restart()
    elsewhere = play.guild.create_text_channel("elsewhere")
    said = text_of(await play.member.slash(elsewhere, "discuss", model="https://huggingface.co/qwen/qwen3-8b"))
    assert f"<#{play.channel.threads[0].id}>" in said
    assert elsewhere.threads == []


async def test_a_model_without_a_card_is_discussed_where_it_was_asked(play: Play) -> None:
    """The thread starts without a message; asking again finds it."""
    await play.remember(BASE)
    said = [text_of(await play.member.slash(play.channel, "discuss", model="Qwen/Qwen3-8B")) for _ in range(2)]
    (thread,) = play.channel.threads
    assert [f"<#{thread.id}>" in one for one in said] == [True, True]
    assert said_in(thread).count("What would you build on it?") == 1
    inside = text_of(await play.member.slash(thread, "discuss", model="Qwen/Qwen3-8B"))
    assert f"<#{thread.id}>" in inside


async def test_an_archived_thread_is_opened_again(play: Play) -> None:
    """Also after a restart."""
    model = await post_card(play, BASE)
    await pressed(play, play.member, model)
    (thread,) = play.channel.threads
    stored = play.env.backend.get_thread(thread.id)
    stored.thread_metadata.archived = True
    await play.restart()
    assert f"<#{thread.id}>" in await pressed(play, play.member, model)
    assert stored.thread_metadata.archived is False


async def test_an_archived_thread_that_we_may_not_open_is_found(play: Play) -> None:
    """Without the permission it stays archived: whoever writes there opens it."""
    model = await post_card(play, BASE)
    await pressed(play, play.member, model)
    (thread,) = play.channel.threads
    metadata = play.env.backend.get_thread(thread.id).thread_metadata
    metadata.archived = True
    play.env.inject_error("PATCH", f"/channels/{thread.id}", status=403, code=50013)
    said = await pressed(play, play.member, model)
    assert (f"<#{thread.id}>" in said, "locked" in said, metadata.archived) == (True, False, True)


async def test_a_thread_that_we_cannot_see_is_found(play: Play) -> None:
    """Moderators shut Rootstock out of the channel, not its members: they are led there all the same."""
    await post_card(play, BASE)
    await discuss(play.member, play.channel)
    (thread,) = play.channel.threads
    silence(play, play.channel, bot_of(play.env).user, "view_channel")
    elsewhere = play.guild.create_text_channel("elsewhere")
    assert f"<#{thread.id}>" in await discuss(play.member, elsewhere)
    assert elsewhere.threads == []


async def test_a_locked_thread_stays_locked(play: Play) -> None:
    """What a moderator closed is shown as closed."""
    model = await post_card(play, BASE)
    await pressed(play, play.member, model)
    stored = play.env.backend.get_thread(play.channel.threads[0].id)
    stored.thread_metadata.archived = stored.thread_metadata.locked = True
    play.env.inject_error("PATCH", "/channels/*", status=403, code=50013)
    assert "A moderator has locked it" in await pressed(play, play.member, model)


@pytest.mark.parametrize("archived", [False, True])
async def test_a_locked_thread_is_not_opened_by_who_may(play: Play, archived: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """With Manage Threads Rootstock could: what a moderator closed stays as it is, archived or not, and is told so."""
    model = await post_card(play, BASE)
    await pressed(play, play.member, model)
    metadata = play.env.backend.get_thread(play.channel.threads[0].id).thread_metadata
    metadata.locked, metadata.archived = True, archived
    await play.restart()
    assert "A moderator has locked it" in await pressed(play, play.member, model)
    assert (metadata.locked, metadata.archived) == (True, archived)


async def test_a_deleted_thread_is_made_anew(play: Play) -> None:
    """Its place is taken by another one, which the card and the command lead to."""
    model = await post_card(play, BASE)
    await pressed(play, play.member, model)
    play.env.backend.delete_channel(play.channel.threads[0].id)
    await play.env.settle()
    said = await pressed(play, play.member, model)
    (thread,) = play.channel.threads
    assert ("Opened." in said, f"<#{thread.id}>" in said) == (True, True)


async def test_a_thread_that_nobody_recorded_is_found_again(play: Play) -> None:
    """Discord says that the card has a thread already (160004): it has the card's id."""
    model = await post_card(play, BASE)
    card = card_in(play.channel)
    bot_channel = bot_of(play.env).get_channel(play.channel.id)
    assert isinstance(bot_channel, discord.TextChannel)
    await bot_channel.get_partial_message(card.id).create_thread(name="left behind")
    play.env.inject_error("POST", "/channels/*/messages/*/threads", status=400, code=160004)
    said = await pressed(play, play.member, model)
    (thread,) = play.channel.threads
    assert (thread.id, f"<#{card.id}>" in said) == (card.id, True)
    assert "What would you build on it?" in said_in(thread)


async def test_a_deleted_card_does_not_end_the_discussion(play: Play) -> None:
    """The thread starts without it."""
    model = await post_card(play, BASE)
    card = card_in(play.channel)
    play.env.backend.delete_message(play.channel.id, card.id)
    said = text_of(await play.member.slash(play.channel, "discuss", model="Qwen/Qwen3-8B"))
    (thread,) = play.channel.threads
    assert (f"<#{thread.id}>" in said, thread.id != card.id) == (True, True)
    assert f"v1:details:{model}" in list(ids_in([one.to_dict() for one in card_in(thread).components]))


def hidden_channel(play: Play, *people: Any) -> Any:  # noqa: ANN401 - SimCord's
    """Make a channel that only these people and Rootstock can look into."""
    closed = discord.PermissionOverwrite(view_channel=False)
    channel = play.guild.create_text_channel("hidden", overwrites={play.guild.default_role: closed})
    us = bot_of(play.env).user
    assert us is not None
    allowed = discord.Permissions(view_channel=True, **INSIDE).value
    for person in (us, *people):
        play.env.backend.set_overwrite(channel.id, Overwrite(person.id, OverwriteType.MEMBER, allow=allowed, deny=0))
    return channel


def silence(play: Play, channel: Any, member: Any, *denied: str) -> None:  # noqa: ANN401 - SimCord's
    """Take permissions from a member in a channel."""
    value = discord.Permissions(**dict.fromkeys(denied, True)).value
    play.env.backend.set_overwrite(channel.id, Overwrite(member.id, OverwriteType.MEMBER, allow=0, deny=value))


async def discuss(member: Any, channel: Any) -> str:  # noqa: ANN401 - SimCord's
    """Let a member use /discuss in a channel."""
    return text_of(await member.slash(channel, "discuss", model="Qwen/Qwen3-8B"))


async def test_a_discussion_that_a_member_cannot_see_makes_room(play: Play) -> None:
    """Moderators began it in a channel of their own: a member opens the one for all, and moderators are led there."""
    await play.remember(BASE)
    hidden = hidden_channel(play, play.moderator)
    await discuss(play.moderator, hidden)
    (theirs,) = hidden.threads
    said = await discuss(play.member, play.channel)
    (ours,) = play.channel.threads
    assert ("Opened." in said, f"<#{ours.id}>" in said, f"<#{theirs.id}>" in said) == (True, True, False)
    assert f"<#{ours.id}>" in await discuss(play.moderator, hidden)
    await play.restart()
    assert f"<#{ours.id}>" in await discuss(play.member, play.channel)
    assert (len(hidden.threads), len(play.channel.threads)) == (1, 1)


async def test_no_card_leads_to_a_hidden_discussion(play: Play) -> None:
    """Until it moves to where everybody can look in."""
    await play.remember(BASE)
    await discuss(play.moderator, hidden_channel(play, play.moderator))
    model = await post_card(play, BASE)
    shown = text_of(await play.member.slash(play.channel, "model show", model="Qwen/Qwen3-8B"))
    assert ("💬" in said_in(play.channel), "💬" in shown) == (False, False)
    await pressed(play, play.member, model)
    await followed(play)
    assert f"<#{play.channel.threads[0].id}>" in said_in(play.channel)


async def test_a_copy_in_a_hidden_channel_is_no_card_of_the_servers(play: Play) -> None:
    """A moderator showed the card there and discusses it: cards elsewhere do not lead there either."""
    await play.remember(BASE)
    hidden = hidden_channel(play, play.moderator)
    await play.moderator.slash(hidden, "model show", model="Qwen/Qwen3-8B", public=True)
    await discuss(play.moderator, hidden)
    await post_card(play, BASE)
    assert (len(hidden.threads), "💬" in said_in(play.channel)) == (1, False)


async def test_a_card_leads_to_what_its_own_readers_see(play: Play) -> None:
    """A channel for some: who reads the card there sees the discussion there, and other channels do not lead to it."""
    await play.remember(BASE)
    some = hidden_channel(play, play.member)
    await discuss(play.member, some)
    await post_card(play, BASE, channel=some)
    await post_card(play, BASE)
    link = f"<#{some.threads[0].id}>"
    assert (link in said_in(some), link in said_in(play.channel)) == (True, False)


async def test_a_card_for_everybody_is_preferred_to_a_hidden_one(play: Play) -> None:
    """Wherever it is asked, and also where the hidden one is the nearest and latest."""
    await post_card(play, BASE)
    hidden = hidden_channel(play, play.moderator)
    await post_card(play, BASE, channel=hidden)
    await discuss(play.moderator, hidden)
    assert (len(play.channel.threads), hidden.threads) == (1, [])


async def test_where_everybody_can_look_in_is_preferred_to_a_hidden_card(play: Play) -> None:
    """A thread without a card serves everybody."""
    hidden = hidden_channel(play, play.moderator)
    await post_card(play, BASE, channel=hidden)
    await discuss(play.moderator, play.channel)
    assert (len(play.channel.threads), hidden.threads) == (1, [])


async def test_who_is_kept_out_of_the_discussion_is_told(play: Play) -> None:
    """It stands where everybody else can look in: there is no second one for a member whom moderators keep out."""
    await post_card(play, BASE)
    await discuss(play.moderator, play.channel)
    silence(play, play.channel, play.member, "view_channel")
    elsewhere = play.guild.create_text_channel("elsewhere")
    assert "cannot look into" in await discuss(play.member, elsewhere)
    with reading("zh-CN"):
        assert "看不到" in await discuss(play.member, elsewhere)
    assert elsewhere.threads == []


@pytest.mark.parametrize("denied", ["create_public_threads", "send_messages_in_threads"])
async def test_who_may_open_no_thread_opens_none_through_us(play: Play, denied: str) -> None:
    """By button or command, with a card or without one; what others opened is found."""
    model = await post_card(play, BASE)
    silence(play, play.channel, play.member, denied)
    said = await pressed(play, play.member, model)
    assert ("you may not open threads" in said, f"<#{play.channel.id}>" in said) == (True, True)
    with reading("zh-CN"):
        assert "没有开子区的权限" in await discuss(play.member, play.channel)
    assert play.channel.threads == []
    await pressed(play, play.moderator, model)
    assert f"<#{play.channel.threads[0].id}>" in await pressed(play, play.member, model)


async def test_a_member_who_may_not_write_here_opens_it_where_they_may(play: Play) -> None:
    """On a card in another channel."""
    await post_card(play, BASE)
    quiet = play.guild.create_text_channel("quiet")
    silence(play, quiet, play.member, "create_public_threads")
    assert "Opened." in await discuss(play.member, quiet)
    assert (len(play.channel.threads), quiet.threads) == (1, [])


async def test_a_read_only_channel_is_discussed_in_threads(play: Play) -> None:
    """Where members may not write but may open threads, as in most channels of announcements."""
    model = await post_card(play, BASE)
    silence(play, play.channel, play.member, "send_messages")
    assert "Opened." in await pressed(play, play.member, model)


async def test_the_silenced_open_nothing_again(play: Play) -> None:
    """They are shown the way to an archived thread, which stays archived."""
    model = await post_card(play, BASE)
    await pressed(play, play.moderator, model)
    (thread,) = play.channel.threads
    metadata = play.env.backend.get_thread(thread.id).thread_metadata
    metadata.archived = True
    silence(play, play.channel, play.member, "send_messages_in_threads")
    assert f"<#{thread.id}>" in await pressed(play, play.member, model)
    assert metadata.archived is True


async def test_missing_permissions_are_named(play: Play) -> None:
    """In the reader's language, with the channel; nothing is left behind."""
    closed = play.guild.create_text_channel("closed")
    silence(play, closed, bot_of(play.env).user, "create_public_threads")
    model = await post_card(play, BASE, channel=closed)
    said = await pressed(play, play.member, model, channel=closed)
    assert ("Create Public Threads" in said, f"<#{closed.id}>" in said) == (True, True)
    with reading("zh-CN"):
        assert "创建公共子区" in await pressed(play, play.member, model, channel=closed)
    assert closed.threads == []


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        (200000, "AutoMod"),
        (160006, "as many active threads as Discord allows"),
        (160007, "as many active threads as Discord allows"),
        (200001, "AutoMod"),
    ],
)
async def test_what_discord_refuses_is_explained(play: Play, code: int, answer: str) -> None:
    """And trying again works as soon as Discord lets it."""
    model = await post_card(play, BASE)
    play.env.inject_error("POST", "/channels/*/messages/*/threads", status=400, code=code)
    assert answer in await pressed(play, play.member, model)
    assert "Opened." in await pressed(play, play.member, model)


@pytest.mark.parametrize("typed", ["no/such-model", "@everyone", "../..", "\u202e", "x" * 300])
async def test_unknown_models_are_refused_in_words(play: Play, typed: str) -> None:
    """Whatever is typed, the answer is private and pings nobody."""
    result = await play.member.slash(play.channel, "discuss", model=typed)
    said = text_of(result)
    assert ("I have not seen a model" in said or "I find no model" in said, result.ephemeral) == (True, True)


async def test_a_made_up_button_is_answered(play: Play) -> None:
    """A model id that no model has."""
    posted = await play.bot_message(f"v1:discuss:{2**63}")
    result = await play.member.click(posted, custom_id=f"v1:discuss:{2**63}")
    assert ("v1" not in text_of(result), result.ephemeral) == (True, True)
    await deliver(play)
