"""A channel that is deleted, as moderators meet it: in /watch list, in /status, in a notice."""

from dataclasses import replace

from bot.domain.watches import PausedBecause, WatchState
from tests.cogs.delivering import deliver
from tests.cogs.stage import Play, ids_in, reading, text_of, texts_in


async def doomed(play: Play) -> None:
    """Watch in a channel that is deleted then; notices go to the channel that stays."""
    channel = play.guild.create_text_channel("doomed")
    await play.say("settings", notice_channel=play.channel)
    await play.say("watch add", channel=channel, name="Mine", authors="qwen")
    await play.delete_channel(channel)


async def test_its_watches_do_not_seem_to_be_at_work(play: Play) -> None:
    """The list says why, and so does the status: no permission helps, another channel does."""
    await doomed(play)
    listed, status = await play.say("watch list"), await play.say("status")
    assert "its channel was deleted" in listed
    assert "at work" not in listed
    assert "**#1 Mine**" in status
    assert "`/watch edit`" in status
    assert "Resume" not in status
    assert "View Channel" not in status
    with reading("zh-CN"):
        assert "频道已被删除" in await play.say("watch list")
        assert "频道已被删除" in await play.say("status")


async def test_moderators_are_told_in_their_channel(play: Play) -> None:
    """Once, with the watch by name."""
    await doomed(play)
    await deliver(play)
    (said,) = ["\n".join(texts_in([part.to_dict() for part in one.components])) for one in play.channel.history()]
    assert "#1 Mine" in said
    assert "was deleted" in said


async def test_another_channel_wakes_the_watch(play: Play) -> None:
    """Resuming says what to do; moving does it."""
    await doomed(play)
    assert "`/watch edit`" in await play.say("watch resume", watch="1")
    assert "Changed" in await play.say("watch edit", watch="1", channel=play.channel)
    assert [watch.state for watch in await play.watches()] == [WatchState.ACTIVE]
    assert "was deleted" not in await play.say("status")


async def test_removing_the_watch_ends_it_too(play: Play) -> None:
    """Nothing about the channel is left in the status."""
    await doomed(play)
    await play.say("watch remove", watch="1")
    said = await play.say("status")
    assert "deleted" not in said
    assert "paused" not in said


async def test_a_channel_deleted_while_the_bot_was_away_is_found_at_its_start(play: Play) -> None:
    """Nobody told: the gateway's list of channels lacks it."""
    await play.say("watch add", authors="qwen")
    (watch,) = await play.watches()
    async with play.database.unit_of_work() as work:
        await work.watches.update(replace(watch, channel_id=4242))
        await work.commit()
    await play.restart()
    await play.env.settle()
    assert [watch.paused_reason for watch in await play.watches()] == [PausedBecause.CHANNEL_GONE]


async def test_a_setup_step_whose_channel_is_deleted_meanwhile_says_so(play: Play) -> None:
    """The next step asks for another channel."""
    channel = play.guild.create_text_channel("doomed")
    shown = await play.moderator.slash(play.channel, "setup", channel=channel, preset="labs", language="en")
    await play.delete_channel(channel)
    (button,) = [one for one in ids_in(shown.response.components) if one.startswith("v1:setup:timezone")]
    shown = await play.moderator.select(shown.response, ["UTC"], custom_id=button)
    (save,) = [one for one in ids_in(shown.response.components) if one.startswith("v1:setup:save")]
    assert "does not exist any more" in text_of(await play.moderator.click(shown.response, custom_id=save))
