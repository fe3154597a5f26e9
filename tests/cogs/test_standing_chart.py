"""`/leaderboard chart`: a model's weeks as a picture, for whoever asks."""

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from bot.workflows.publish_leaderboard import publish_due_weeks
from storage.doorbells import ProcessDoorbell
from tests.cogs.stage import Play, reading, text_of
from tests.cogs.test_leaderboard import SUNDAY, WEEK, voted
from tests.domain.builders import hub_model

MODEL = "Qwen/Qwen3-8B"


async def publish_weeks(play: Play, weeks: int) -> None:
    """Let so many weeks be published, with votes in each."""
    await play.moderator.slash(play.channel, "leaderboard schedule", channel=play.channel, day="sunday", hour=18)
    for week in range(weeks):
        play.clock.moment = SUNDAY + week * WEEK - timedelta(hours=1)
        await voted(play, ups=(5 + week, 4))
        play.clock.moment = SUNDAY + week * WEEK
        await publish_due_weeks(play.database.unit_of_work, ProcessDoorbell())


async def test_before_the_first_week_there_is_no_chart(play: Play) -> None:
    """A sentence says what begins it; so it does for a model that was never ranked, and one that nobody knows."""
    await voted(play)
    assert "No leaderboard has been published" in await play.say("leaderboard chart", model=MODEL)
    assert "I find no model called" in await play.say("leaderboard chart", model="nobody/knows-it")


async def test_the_chart_shows_every_published_week(play: Play) -> None:
    """Privately: one picture with its alt text, the latest and the best rank; the same after a restart."""
    await publish_weeks(play, 3)
    for _ in range(2):
        said = await play.member.slash(play.channel, "leaderboard chart", model=MODEL)
        text = text_of(said)
        assert (said.ephemeral, MODEL in text) == (True, True)
        assert "Ranked in 3 published weeks · last time #1 · best #1" in text
        (file,) = said.response.attachments
        assert Image.open(BytesIO(await file.read())).width == 1080
        assert "W41: rank 1" in (file.description or "")
        await play.restart()


async def test_the_chart_is_in_the_readers_language(play: Play) -> None:
    """Chinese words in the message, the picture and its alt text."""
    await publish_weeks(play, 1)
    with reading("zh-CN"):
        said = await play.member.slash(play.channel, "leaderboard chart", model=MODEL)
    assert "在 1 期周榜上有名次 · 最近一次第 1 名" in text_of(said)
    (file,) = said.response.attachments
    assert "39周：第 1 名" in (file.description or "")


async def test_a_model_that_was_never_ranked_has_no_chart(play: Play) -> None:
    """Known here, voted on by two: too early in every week."""
    await publish_weeks(play, 1)
    await play.remember(hub_model("lab/unranked"))
    assert "has not been ranked" in await play.say("leaderboard chart", model="lab/unranked")


async def test_models_are_offered_while_typing(play: Play) -> None:
    """As in every command that takes a model."""
    await voted(play)
    assert MODEL in await play.suggestions("leaderboard chart", "model", "qwen")


@pytest.mark.parametrize("typed", ["", "x" * 300, "\u202e\x00", "@everyone", "../..", "模型"])
async def test_hostile_names_are_answered(play: Play, typed: str) -> None:
    """A sentence, never a failure."""
    await publish_weeks(play, 1)
    assert "went wrong" not in await play.say("leaderboard chart", model=typed or " ")
