"""`/integrity`: moderators see what was set aside by itself, and decide."""

from datetime import timedelta
from random import Random

import discord

from bot.announcing.discord_messenger import DiscordMessenger
from bot.domain.server import Server
from bot.domain.votes import AsideBecause, Ballot, BallotKey, Choice
from bot.workflows.remember_forum_tags import RememberForumTags
from bot.workflows.tell_moderators import TellModerators
from bot.workflows.watch_integrity import watch_integrity
from tests.cogs.delivering import card_in, deliver
from tests.cogs.stage import LANGUAGE, Play, bot_of, reading, text_of, texts_in
from tests.domain.builders import hub_model

MODELS, BLOC = 30, 16


async def a_bloc(play: Play) -> None:
    """Let honest members vote, and a bloc on the last four models; let it be found."""
    await play.remember(*[hub_model(f"lab/model-{number}") for number in range(1, MODELS)], hub_model("lab/@everyone"))
    random, at = Random(3), play.clock.now() - timedelta(days=1)
    honest = {(100 + random.randrange(60), random.randint(1, 24)) for _ in range(300)}
    bloc = {(9_000 + user, model) for user in range(BLOC) for model in range(MODELS - 3, MODELS + 1)}
    async with play.database.unit_of_work() as work:
        ballots = {BallotKey(play.guild.id, model, user): Ballot(Choice.UP, at, at) for user, model in honest | bloc}
        await work.votes.put(ballots)
        await work.commit()
    assert await watch_integrity(play.database.unit_of_work, play.clock) == 4 * BLOC


async def test_moderators_let_a_batch_count(play: Play) -> None:
    """They see figures and models, no member; accepted, it counts, and cannot be decided on again."""
    await a_bloc(play)
    listed = await play.say("integrity list")
    assert f"{BLOC} accounts voted 4 models up together" in listed
    assert "waits for you" in listed
    assert "[lab/model-27](https://huggingface.co/lab/model-27)" in listed
    assert "9000" not in listed.replace("900 ", "")
    assert "4 models changed their standing" in await play.say("integrity accept", batch=1)
    assert "counts" in await play.say("integrity list")
    assert "no such batch" in await play.say("integrity accept", batch=1)


async def test_moderators_keep_a_batch_aside(play: Play) -> None:
    """After a restart too, in their language; and may think again."""
    await a_bloc(play)
    await play.restart()
    assert "stays aside" in await play.say("integrity reject", batch=1)
    with reading("zh-CN"):
        assert "不计入" in await play.say("integrity list")
    assert "no such batch" in await play.say("integrity reject", batch=1)
    assert "counts now" in await play.say("integrity accept", batch=1)


async def a_notice(play: Play) -> discord.Message:
    """Let a bloc be found and the channel be told; the message."""
    await a_bloc(play)
    async with play.database.unit_of_work() as work:
        await work.servers.put(Server(play.guild.id, notice_channel_id=play.channel.id))
        await work.commit()
    bot = bot_of(play.env)
    messenger = DiscordMessenger(bot, LANGUAGE, RememberForumTags(play.database.unit_of_work))
    assert await TellModerators(play.database.unit_of_work, messenger=messenger, clock=play.clock).of_batches() == 1
    await deliver(play)
    return card_in(play.channel)


async def test_a_notice_tells_moderators_and_they_decide_under_it(play: Play) -> None:
    """After a restart too; members see the notice and may not decide; who is in it is read privately."""
    notice = await a_notice(play)
    said = "\n".join(texts_in([one.to_dict() for one in notice.components]))
    assert f"**{4 * BLOC}** votes of **{BLOC}** members" in said
    await play.restart()
    refused = await play.member.click(notice, custom_id="v1:batchin:1")
    assert "Manage Server" in text_of(refused)
    who = await play.moderator.click(notice, custom_id="v1:batchwho:1:0")
    assert (who.response.flags.ephemeral, "<@9000>" in text_of(who)) == (True, True)
    kept = text_of(await play.moderator.click(notice, custom_id="v1:batchout:1"))
    assert "stays aside" in kept
    let_in = text_of(await play.moderator.click(notice, custom_id="v1:batchin:1"))
    assert "4 models changed their standing" in let_in
    again = text_of(await play.moderator.click(notice, custom_id="v1:batchout:1"))
    assert "no such batch" in again


async def test_a_long_list_has_pages(play: Play) -> None:
    """Undecided batches first; decided with a button, the list shows what is left."""
    await play.remember(*[hub_model(f"lab/model-{number}") for number in range(12)])
    at = play.clock.now()
    async with play.database.unit_of_work() as work:
        for model in range(1, 13):
            keys = [BallotKey(play.guild.id, model, 100 * model + user) for user in range(3)]
            await work.votes.put({key: Ballot(Choice.UP, at, at) for key in keys})
            evidence = {"fresh": 3, "together": 3, "minutes": 5, "usual": 1}
            await work.integrity.set_aside(AsideBecause.BURST, keys, evidence, at)
        await work.commit()
    shown = await play.moderator.slash(play.channel, "integrity list")
    assert "1 of 4" in text_of(shown)
    second = await play.moderator.click(shown.response, custom_id="v1:batches:1")
    assert "2 of 4" in text_of(second)
    decided = await play.moderator.click(second.response, custom_id="v1:batchout:8")
    assert "1 of 4" in text_of(decided)


async def test_there_may_be_nothing(play: Play) -> None:
    """An honest server reads so; another server's batch is not there; members are refused."""
    assert "No votes were set aside" in await play.say("integrity list")
    assert "no such batch" in await play.say("integrity accept", batch=7)
    await play.let_everybody_in("integrity")
    said = await play.member.slash(play.channel, "integrity list")
    assert "No votes" not in str(said)
