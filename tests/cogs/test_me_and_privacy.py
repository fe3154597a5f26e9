"""/me and /privacy, as members use them: in servers, in private, and after a restart."""

import gzip
import json
from datetime import timedelta
from typing import Any

import discord
import pytest
from sqlalchemy import insert, update

from bot.workflows.export_member import ExportMember
from storage.tables import Base
from tests.cogs.delivering import a_sent_card
from tests.cogs.stage import Play, ids_in, reading, text_of
from tests.domain.builders import hub_model

ABOUT_THE_FILE = {"member", "exported_at", "explained"}
MODEL = hub_model("Qwen/Qwen3-8B", likes=500)


async def press(play: Play, person: Any, custom_id: str) -> Any:  # noqa: ANN401 - SimCord's results
    """Press a button on a card."""
    return await person.click(await play.bot_message(custom_id), custom_id=custom_id)


async def decide_something(play: Play, person: Any, *, label: str = "Good at maths") -> None:  # noqa: ANN401 - SimCord's member
    """Vote, tag and review."""
    await press(play, person, "v1:up:1")
    await person.slash(play.channel, "review add", model="Qwen/Qwen3-8B", verdict="mixed", note="Slow.")
    now, guild_id = play.clock.now(), play.guild.id
    tag = {"id": person.id, "guild_id": guild_id, "key": label.casefold(), "label": label, "state": "open"}
    tagging = {"guild_id": guild_id, "model_id": 1, "tag_id": person.id, "user_id": person.id, "at": now}
    async with play.database.unit_of_work() as work:
        connection = work.members._transaction.connection  # pyright: ignore[reportPrivateUsage] - tags are others' subject
        for table, row in (("tag", {**tag, "created_by": person.id, "created_at": now}), ("tagging", tagging)):
            await connection.execute(insert(Base.metadata.tables[table]).values(row))
        await work.commit()


async def file_of(play: Play, result: Any) -> dict[str, Any]:  # noqa: ANN401 - SimCord's result
    """Read the file of an answer."""
    (attached,) = result.response.attachments
    content = play.env.backend.cdn.get(attached.url)
    assert isinstance(content, bytes)
    return json.loads(content)


async def test_me_shows_what_i_said_here(play: Play) -> None:
    """Votes, tags and reviews of this server, privately; hostile tags are harmless."""
    await play.remember(MODEL)
    await decide_something(play, play.member, label="@everyone <@1>")
    shown = await play.member.slash(play.channel, "me")
    said = text_of(shown)
    assert shown.ephemeral
    assert "1 vote" in said
    assert "tagged once" in said
    assert "1 review" in said
    assert "**[Qwen/Qwen3-8B](https://huggingface.co/Qwen/Qwen3-8B)**" in said
    assert "Worth building on" in said
    assert "Mixed" in said
    assert [one for one in ("@everyone", "<@1>") if one in said] == []
    assert "have not voted" in text_of(await play.moderator.slash(play.channel, "me"))
    elsewhere = await play.another_server()
    assert "have not voted" in await elsewhere.say("me")


@pytest.mark.parametrize(
    ("because", "english", "chinese"),
    [
        ("moderator", "The moderators have set your votes", "管理员已把你在本服务器的票设为暂不计入"),
        ("banned", "set aside with a ban", "因封禁暂不计入"),
        ("burst", "set aside for now, with others", "一起暂不计入"),
        ("bloc", "set aside for now, with others", "一起暂不计入"),
    ],
)
async def test_me_says_why_a_vote_does_not_count(play: Play, because: str, english: str, chinese: str) -> None:
    """In the words of its reason: what was found by itself is no moderator's doing."""
    await play.remember(MODEL)
    await press(play, play.member, "v1:up:1")
    async with play.database.unit_of_work() as work:
        connection = work.members._transaction.connection  # pyright: ignore[reportPrivateUsage] - whoever set it aside
        await connection.execute(update(Base.metadata.tables["ballot"]).values(set_aside=because))
        await work.commit()
    assert english in text_of(await play.member.slash(play.channel, "me"))
    with reading("zh-CN"):
        assert chinese in text_of(await play.member.slash(play.channel, "me"))


async def test_me_says_when_a_fresh_vote_counts(play: Play) -> None:
    """A new account's vote is there, with its moment."""
    await play.remember(MODEL)
    play.clock.moment = discord.utils.snowflake_time(play.member.id) + timedelta(hours=2)
    await press(play, play.member, "v1:up:1")
    assert "counts <t:" in text_of(await play.member.slash(play.channel, "me"))


async def test_pages_turn_after_a_restart(play: Play) -> None:
    """Four models a page; a page that is gone becomes the last one."""
    await play.remember(*[hub_model(f"org/model-{number}") for number in range(5)])
    for number in range(5):
        play.clock.turn(timedelta(seconds=1))
        await play.member.slash(play.channel, "review add", model=f"org/model-{number}", verdict="poor")
    first = await play.member.slash(play.channel, "me")
    await play.restart()
    last = await play.member.click(first.response, custom_id="v1:me:1")
    assert "org/model-0" in text_of(last)
    assert list(ids_in(last.response.components)) == ["v1:me:0"]
    again = await play.member.click(await play.bot_message("v1:me:999999"), custom_id="v1:me:999999")
    assert again.acknowledged


async def test_a_page_of_the_longest_names_and_all_tags_is_whole(play: Play) -> None:
    """Names as long as the hub allows, ten tags each, a vote and a review: nothing is left out of the message."""
    owner, tags = "o_" * 21, [f"tag_{number}_".ljust(30, "x") for number in range(10)]
    names = [f"{owner}/{f'm{number}'.ljust(96, '_')}" for number in range(4)]
    await play.remember(*[hub_model(name) for name in names])
    for name in names:
        await play.member.slash(play.channel, "vote", model=name, choice="up")
        await play.member.slash(play.channel, "review add", model=name, verdict="works-well")
        await play.member.slash(play.channel, "tag add", model=name, tags=", ".join(tags))
    said = text_of(await play.member.slash(play.channel, "me"))
    assert said.count(tags[-1]) == len(names)
    assert said.count(f"(https://huggingface.co/{owner}/m") == len(names)
    assert "/privacy forget" in said


async def test_export_is_complete_in_every_server_and_in_private(play: Play) -> None:
    """The file holds ballots, their log, tags and reviews, whether asked for in a server or in a direct message."""
    await play.remember(MODEL)
    await decide_something(play, play.member)
    here = await play.member.slash(play.channel, "privacy export")
    assert here.ephemeral
    found = await file_of(play, here)
    assert found["member"] == str(play.member.id)
    assert {table for table, rows in found.items() if rows} - ABOUT_THE_FILE == {
        *("ballot", "ballot_log", "tag", "tagging", "review")
    }
    assert (found["review"][0]["model"], found["review"][0]["note"]) == ("Qwen/Qwen3-8B", "Slow.")
    assert found["tagging"][0]["tag"] == "Good at maths"
    assert found["ballot"][0]["guild_id"] == str(play.guild.id)
    assert found["explained"].keys() == found.keys() - ABOUT_THE_FILE
    assert "your votes" in found["explained"]["ballot"].casefold()
    in_private = await play.member.user.slash("privacy export")
    assert await file_of(play, in_private) == found


async def test_an_export_too_long_for_discord_is_compressed(play: Play) -> None:
    """Nothing is left out."""
    await play.remember(MODEL)
    await decide_something(play, play.member)
    export = await ExportMember(play.database.unit_of_work, play.clock, largest=100)(play.member.id, str)
    assert export.name == "rootstock.json.gz"
    assert json.loads(gzip.decompress(export.content))["review"][0]["note"] == "Slow."


async def test_forget_asks_first_and_then_says_what_was_done(play: Play) -> None:
    """The buttons work after a restart; `Keep everything` changes nothing."""
    await play.remember(MODEL)
    await decide_something(play, play.member)
    asked = await play.member.slash(play.channel, "privacy forget")
    assert asked.ephemeral
    assert list(ids_in(asked.response.components)) == ["v1:forget:yes", "v1:forget:no"]
    kept = await play.member.click(asked.response, custom_id="v1:forget:no")
    assert "Nothing was changed" in text_of(kept)
    asked = await play.member.slash(play.channel, "privacy forget")
    await play.restart()
    said = text_of(await play.member.click(asked.response, custom_id="v1:forget:yes"))
    for done in ("1 vote withdrawn", "2 entries of the vote log", "1 tag taken off", "1 review deleted"):
        assert done in said
    assert "1 tag deleted that nobody else uses" in said
    assert "have not voted" in text_of(await play.member.slash(play.channel, "me"))
    found = await file_of(play, await play.member.slash(play.channel, "privacy export"))
    assert {table for table, rows in found.items() if rows} == ABOUT_THE_FILE


async def test_only_whoever_presses_is_forgotten(play: Play) -> None:
    """A button from anywhere is about the presser; whoever has nothing is told so."""
    await play.remember(MODEL)
    await decide_something(play, play.member)
    said = text_of(await press(play, play.moderator, "v1:forget:yes"))
    assert "I store nothing about you" in said
    assert "1 vote" in text_of(await play.member.slash(play.channel, "me"))


async def test_forget_in_private_reaches_every_server_and_its_cards(play: Play) -> None:
    """A direct message is enough; the cards of what was said follow."""
    await play.remember(MODEL)
    await decide_something(play, play.member)
    sent = await a_sent_card(play)
    asked = await play.member.user.slash("privacy forget")
    said = text_of(await play.member.user.click(asked.response, custom_id="v1:forget:yes"))
    assert "1 vote withdrawn" in said
    async with play.database.unit_of_work() as work:
        delivery = await work.deliveries.delivery(sent)
        tallies = await work.votes.tallies(play.guild.id, [1])
    assert delivery is not None
    assert (delivery.wanted_revision > delivery.shown_revision, dict(tallies)) == (True, {})


async def test_everything_in_chinese(play: Play) -> None:
    """The reader's language, from question to answer."""
    await play.remember(MODEL)
    await decide_something(play, play.member)
    with reading("zh-CN"):
        assert "你在本服务器的记录" in text_of(await play.member.slash(play.channel, "me"))
        exported = await play.member.slash(play.channel, "privacy export")
        assert "我存储的关于你的全部内容" in text_of(exported)
        assert "你的票" in (await file_of(play, exported))["explained"]["ballot"]
        asked = await play.member.slash(play.channel, "privacy forget")
        assert "要我忘记你吗" in text_of(asked)
        assert "撤回 1 票" in text_of(await play.member.click(asked.response, custom_id="v1:forget:yes"))
        assert "还没有投票" in text_of(await play.member.slash(play.channel, "me"))
