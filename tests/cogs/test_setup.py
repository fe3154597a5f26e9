"""/setup: from invited to working, step by step or in one go, restarts included."""

from typing import Any

import pytest
from discord import app_commands

from bot.domain.presets import PRESETS
from bot.domain.watches import WatchState
from tests.cogs.stage import Play, bot_of, ids_in, reading, text_of


def only_id(result: Any, begins: str) -> str:  # noqa: ANN401 - SimCord's result
    """Return the one id in an answer that begins so."""
    (found,) = [one for one in ids_in(result.response.components) if one.startswith(begins)]
    return found


async def choose(play: Play, shown: Any, step: str, value: Any) -> Any:  # noqa: ANN401 - SimCord's results and values
    """Pick a value in the menu of a step."""
    return await play.moderator.select(shown.response, [value], custom_id=only_id(shown, f"v1:setup:{step}:"))


@pytest.mark.parametrize("restarting", [False, True])
async def test_step_by_step(play: Play, *, restarting: bool) -> None:
    """Five choices set a server up, in one private message, even when the bot restarts between them."""
    shown = await play.moderator.slash(play.channel, "setup")
    assert shown.ephemeral
    shown = await choose(play, shown, "channel", play.channel)
    if restarting:
        await play.restart()
    shown = await choose(play, shown, "preset", "builders")
    chinese = [one for one in ids_in(shown.response.components) if ":zh-CN:" in one]
    shown = await play.moderator.click(shown.response, custom_id=chinese[0])
    if restarting:
        await play.restart()
    shown = await choose(play, shown, "timezone", "Asia/Shanghai")
    assert "Lab releases" in text_of(shown)
    assert await play.watches() == []
    if restarting:
        await play.restart()
    shown = await play.moderator.click(shown.response, custom_id=only_id(shown, "v1:setup:save:"))
    server = await play.server()
    assert f"From now on I watch for <#{play.channel.id}>" in text_of(shown)
    assert (str(server.locale), server.timezone) == ("zh-CN", "Asia/Shanghai")
    assert [watch.name for watch in await play.watches()] == ["机构新模型", "受欢迎的模型"]


async def test_a_timezone_can_be_typed(play: Play) -> None:
    """The form takes a city; it is served by its id, so a restart loses nothing."""
    shown = await play.moderator.slash(play.channel, "setup", channel=play.channel, preset="labs", language="en")
    form = await play.moderator.click(shown.response, custom_id=only_id(shown, "v1:zone:"))
    await play.restart()
    shown = await play.moderator.submit_modal(form, {"timezone": "são paulo"})
    assert "America/Sao Paulo" in text_of(shown)


async def test_a_timezone_that_does_not_exist_is_refused_and_the_step_stays(play: Play) -> None:
    """The refusal comes beside the form's message, which still asks."""
    shown = await play.moderator.slash(play.channel, "setup", channel=play.channel, preset="labs", language="en")
    form = await play.moderator.click(shown.response, custom_id=only_id(shown, "v1:zone:"))
    refused = await play.moderator.submit_modal(form, {"timezone": "Atlantis\x00@everyone"})
    assert "I know no timezone" in text_of(refused)
    again = await choose(play, shown, "timezone", "UTC")
    assert "Save and start" in text_of(again)


@pytest.mark.parametrize("preset", [preset.key for preset in PRESETS])
async def test_in_one_go(play: Play, preset: str) -> None:
    """With every option given, one command sets up each preset."""
    said = await play.say("setup", channel=play.channel, preset=preset, language="en", timezone="berlin")
    server = await play.server()
    assert "Done" in said
    assert (server.timezone, bool(await play.watches())) == ("Europe/Berlin", True)


async def test_custom_leaves_what_is_watched_as_it_is(play: Play) -> None:
    """Settings change; nobody is told that nothing is watched."""
    await play.say("watch add", authors="qwen")
    said = await play.say("setup", channel=play.channel, preset="custom", language="en", timezone="UTC")
    assert "The 1 watch of this server goes on as it was" in said


async def test_a_quiet_start_says_when_the_first_digest_comes(play: Play) -> None:
    """A channel that stays silent for days would seem broken otherwise."""
    said = await play.say("setup", channel=play.channel, preset="quiet", language="en", timezone="UTC")
    assert "The first digest comes on <t:" in said
    other = await play.say("setup", channel=play.channel, preset="labs", language="en", timezone="UTC")
    assert "first digest" not in other


async def test_custom_points_to_watch_add(play: Play) -> None:
    """Without a preset the settings are saved and the next step is named."""
    said = await play.say("setup", channel=play.channel, preset="custom", language="en", timezone="UTC")
    assert "/watch add" in said
    assert (await play.watches(), (await play.server()).timezone) == ([], "UTC")


async def test_given_options_skip_their_steps(play: Play) -> None:
    """What is given is not asked again."""
    said = await play.say("setup", channel=play.channel, preset="quiet", timezone="UTC")
    assert "Which language" in said


async def test_twice_adds_nothing_twice(play: Play) -> None:
    """A second run, or a double click, leaves one watch of each kind."""
    for _ in range(2):
        await play.say("setup", channel=play.channel, preset="labs", language="en", timezone="UTC")
    assert len(await play.watches()) == 1


async def test_a_second_preset_says_what_it_adds_and_what_is_there(play: Play) -> None:
    """What the channel has is named and not added again, before saving and after; the rest is named as kept."""
    await play.say("setup", channel=play.channel, preset="labs", language="en", timezone="UTC")
    await play.say("watch add", authors="qwen", name="Only Qwen")
    shown = await play.moderator.slash(play.channel, "setup", channel=play.channel, preset="builders", language="en")
    shown = await choose(play, shown, "timezone", "UTC")
    here = f"<#{play.channel.id}>"
    told = (
        f"New in {here}:\n**Liked models** (daily digest): 0 posts in the last 7 days, as far as I have seen\n"
        f"In {here} already, so not added again: **Lab releases** (at once).\n"
        f"{here} keeps what else it had: **Only Qwen** (at once). No model comes twice."
    )
    assert told in text_of(shown)
    saved = await play.moderator.click(shown.response, custom_id=only_id(shown, "v1:setup:save:"))
    assert told in text_of(saved)
    assert [watch.name for watch in await play.watches()] == ["Lab releases", "Only Qwen", "Liked models"]


async def test_the_same_preset_again_says_that_nothing_was_added(play: Play) -> None:
    """A first run speaks of nothing that was there; a second one says that all of it was, in the reader's language."""
    first = await play.say("setup", channel=play.channel, preset="quiet", language="en", timezone="UTC")
    assert "already" not in first
    again = await play.say("setup", channel=play.channel, preset="quiet", language="en", timezone="UTC")
    assert f"<#{play.channel.id}> had all of it already: no watch was added." in again
    assert ("first digest" in first, "first digest" in again) == (True, False)
    with reading("zh-CN"):
        again = await play.say("setup", channel=play.channel, preset="quiet", language="en", timezone="UTC")
    assert f"<#{play.channel.id}> 里已经有，不重复添加：**Best of the week**（每周汇总）。" in again


async def test_a_preset_is_called_the_same_everywhere(play: Play) -> None:
    """The option, the menu, the answer and the list have one name for it, and a preset of one watch its watch's."""
    shown = await play.moderator.slash(play.channel, "setup", channel=play.channel)
    assert "Best of the week" in text_of(shown)
    said = await play.say("setup", channel=play.channel, preset="quiet", language="en", timezone="UTC")
    assert "**Best of the week** (weekly digest)" in said
    assert "Best of the week" in await play.say("watch list")
    setup = bot_of(play.env).tree.get_command("setup")
    assert isinstance(setup, app_commands.Command)
    (offered,) = [option.choices for option in setup.parameters if option.name == "preset"]
    assert {one.value: one.name for one in offered}["quiet"] == "Best of the week"


async def test_coming_back_wakes_what_rested(play: Play) -> None:
    """After Rootstock was removed and invited again, /setup puts the same watches to work."""
    await play.say("setup", channel=play.channel, preset="labs", language="en", timezone="UTC")
    async with play.database.unit_of_work() as work:
        await work.servers.forget(play.guild.id, now=play.clock.now())
        await work.commit()
    assert [watch.state for watch in await play.watches()] == [WatchState.PAUSED]
    said = await play.say("setup", channel=play.channel, preset="labs", language="en", timezone="UTC")
    assert "Was paused, and is at work again: **Lab releases** (at once)." in said
    assert [watch.state for watch in await play.watches()] == [WatchState.ACTIVE]


async def test_a_channel_that_is_closed_is_refused_at_its_step(play: Play) -> None:
    """The missing permissions are named beside the step, which can be taken again with another channel."""
    closed = play.closed_channel("closed")
    shown = await play.moderator.slash(play.channel, "setup")
    refused = await choose(play, shown, "channel", closed)
    assert "Send Messages" in text_of(refused)
    again = await choose(play, shown, "channel", play.channel)
    assert "What should I watch?" in text_of(again)


async def test_the_guide_speaks_the_readers_language(play: Play) -> None:
    """A Chinese moderator is guided in Chinese."""
    with reading("zh-CN"):
        shown = await play.moderator.slash(play.channel, "setup")
        assert "新模型发到哪个频道" in text_of(shown)
        shown = await choose(play, shown, "channel", play.channel)
        assert "想关注什么" in text_of(shown)


async def test_the_preview_is_shown_before_anything_is_saved(play: Play) -> None:
    """The last step says what the preset would have posted lately."""
    said = await play.say("setup", channel=play.channel, preset="labs", language="en")
    assert "timezone" in said
    shown = await play.moderator.slash(play.channel, "setup", channel=play.channel, preset="labs", language="en")
    shown = await choose(play, shown, "timezone", "UTC")
    assert "in the last 7 days" in text_of(shown)
