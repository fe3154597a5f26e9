"""A channel that is deleted, as moderators meet it: in /watch list, in /status, in a notice."""

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.domain.watches import PausedBecause, WatchState
from bot.workflows.close_channel import CloseChannel
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


async def test_one_channel_that_cannot_be_closed_does_not_keep_the_rest_open(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two that were deleted while the bot was away, the second is closed all the same."""
    for channel_id, author in ((4241, "qwen"), (4242, "mistralai")):
        await play.say("watch add", authors=author)
        newest = (await play.watches())[-1]
        async with play.database.unit_of_work() as work:
            await work.watches.update(replace(newest, channel_id=channel_id))
            await work.commit()
    close = CloseChannel.__call__

    async def fails_for_the_first(self: CloseChannel, guild_id: int, channel_id: int) -> bool:
        if channel_id == 4241:
            raise OSError
        return await close(self, guild_id, channel_id)

    monkeypatch.setattr(CloseChannel, "__call__", fails_for_the_first)
    await play.restart()
    await play.env.settle()
    assert [watch.paused_reason for watch in await play.watches()] == [None, PausedBecause.CHANNEL_GONE]


async def test_a_start_without_an_answer_from_the_database_goes_on(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so in the log, and looks again at its next start."""
    await play.say("watch add", authors="qwen")

    async def busy(_: CloseChannel) -> dict[int, set[int]]:
        raise OSError

    monkeypatch.setattr(CloseChannel, "watched", busy)
    with capture_logs() as logs:
        await play.restart()
        await play.env.settle()
    assert "channels_not_looked_for" in [entry["event"] for entry in logs]
    assert "#1" in await play.say("watch list")


async def test_a_setup_step_whose_channel_is_deleted_meanwhile_says_so(play: Play) -> None:
    """The next step asks for another channel."""
    channel = play.guild.create_text_channel("doomed")
    shown = await play.moderator.slash(play.channel, "setup", channel=channel, preset="labs", language="en")
    await play.delete_channel(channel)
    (button,) = [one for one in ids_in(shown.response.components) if one.startswith("v1:setup:timezone")]
    shown = await play.moderator.select(shown.response, ["UTC"], custom_id=button)
    (save,) = [one for one in ids_in(shown.response.components) if one.startswith("v1:setup:save")]
    assert "does not exist any more" in text_of(await play.moderator.click(shown.response, custom_id=save))
