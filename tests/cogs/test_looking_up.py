"""A model that nobody here has met: every command and button that takes one finds it, by one way for all."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.model import Stage
from tests.cogs.stage import Play, reading, text_of
from tests.cogs.test_models import FRESH, OLD, QWEN, buttons_of, stage_of
from tests.domain.builders import NOW, hub_model

ADDRESS = "https://huggingface.co/org/Old-70B#usage"

TAKING_A_MODEL: tuple[tuple[str, dict[str, str], str], ...] = (
    ("vote", {"choice": "up"}, "You voted on **org/Old-70B**"),
    ("model show", {}, "Old-70B"),
    ("model search", {"option": "derivative_of"}, "derived from org/Old-70B"),
    ("tag add", {"tags": "fast"}, "org/Old-70B"),
    ("tag remove", {"tags": "fast"}, "org/Old-70B"),
    ("tag list", {}, "org/Old-70B"),
    ("tag suggest", {}, "org/Old-70B"),
    ("tag delete", {"tag": "fast"}, "has no tag “fast”"),
    ("review add", {"verdict": "mixed"}, "org/Old-70B"),
    ("review edit", {"note": "x"}, "org/Old-70B"),
    ("review remove", {}, "org/Old-70B"),
    ("review list", {}, "org/Old-70B"),
    ("discuss", {}, "org/Old-70B"),
    ("audit", {}, "Votes on org/Old-70B"),
    ("leaderboard explain", {}, "org/Old-70B"),
    ("leaderboard chart", {}, "week"),
    ("watch why", {}, "org/Old-70B"),
)


async def used(play: Play, command: str, options: dict[str, str], model: str) -> str:
    """Let a moderator, who may use them all, use a command on a model."""
    given = dict(options)
    option = given.pop("option", "model")
    return await play.say(command, **given, **{option: model})


@pytest.mark.parametrize(("command", "options", "expected"), TAKING_A_MODEL)
async def test_a_model_that_only_the_hub_knows_is_found(
    play: Play, command: str, options: dict[str, str], expected: str
) -> None:
    """By its pasted address; one that no hub has is refused by the same words everywhere."""
    play.hub.models["org/old-70b"] = OLD
    assert expected in await used(play, command, options, ADDRESS)
    assert "I find no model called “org/none” on the hub" in await used(play, command, options, "org/none")


@pytest.mark.parametrize(("command", "options", "expected"), TAKING_A_MODEL)
async def test_a_hub_that_is_down_hides_only_what_is_not_known(
    play: Play, command: str, options: dict[str, str], expected: str
) -> None:
    """What was met before needs no hub; for the rest the hub is said not to answer, in the reader's language."""
    await play.remember(OLD)
    play.hub.is_down = True
    assert expected in await used(play, command, options, ADDRESS)
    assert "The model hub does not answer" in await used(play, command, options, "org/other")
    with reading("zh-CN"):
        assert "没有响应" in await used(play, command, options, "org/other")


async def looked_up(play: Play) -> Any:  # noqa: ANN401 - SimCord's result
    """Let a member look a young model up, which no feed has brought yet; the card."""
    play.hub.models["org/fresh-4b"] = FRESH
    shown = await play.member.slash(play.channel, "model show", model="org/Fresh-4B")
    assert await stage_of(play, "org/Fresh-4B") == (Stage.STUB, False)
    return shown


def button(result: Any, verb: str) -> str:  # noqa: ANN401 - SimCord's result
    """Return the id of one of a card's buttons."""
    return next(one for one in buttons_of(result) if one.startswith(f"v1:{verb}:"))


@pytest.mark.parametrize(
    ("verb", "expected"),
    [("up", "You voted"), ("down", "You voted"), ("discuss", "is discussed in"), ("details", "org/Fresh-4B")],
)
async def test_every_button_of_a_looked_up_card_works(play: Play, verb: str, expected: str) -> None:
    """Votes, the discussion and the details of a model that no feed has brought."""
    shown = await looked_up(play)
    pressed = await play.member.click(shown.response, custom_id=button(shown, verb))
    assert expected in text_of(pressed)


@pytest.mark.parametrize(
    ("verb", "filled_in", "expected"),
    [("tag", {"typed": "fast"}, "fast"), ("review", {"verdict": "mixed", "note": "tried"}, "tried")],
)
async def test_every_form_of_a_looked_up_card_works(
    play: Play, verb: str, filled_in: dict[str, str], expected: str
) -> None:
    """Tags and reviews likewise."""
    shown = await looked_up(play)
    form = await play.member.click(shown.response, custom_id=button(shown, verb))
    assert expected in text_of(await play.member.submit_modal(form, filled_in))


async def test_a_vote_under_an_old_name_leaves_the_model_where_it_is(play: Play) -> None:
    """The hub leads from the old name to a model that is known and settled: it stays so, and stays to be found."""
    await play.remember(QWEN)
    play.hub.models["qwen/old-name"] = QWEN
    voted = text_of(await play.member.slash(play.channel, "vote", model="Qwen/Old-Name", choice="up"))
    assert "You voted on **Qwen/Qwen3-8B**" in voted
    assert await stage_of(play, QWEN.repo_id) == (Stage.SETTLED, True)
    assert "Qwen/Qwen3-8B" in await play.say("model search", words="qwen")


async def test_a_new_name_of_a_known_model_is_taken_over(play: Play) -> None:
    """Looked up by its new name it is the same model, with its votes, and is called so from then on."""
    await play.remember(QWEN)
    await play.member.slash(play.channel, "vote", model="Qwen/Qwen3-8B", choice="up")
    play.hub.models["qwen/new-name-8b"] = replace(QWEN, repo_id="Qwen/New-Name-8B")
    voted = text_of(await play.member.slash(play.channel, "vote", model="Qwen/New-Name-8B", choice="up"))
    assert "Your vote on **Qwen/New-Name-8B** stands" in voted
    assert await stage_of(play, "Qwen/New-Name-8B") == (Stage.SETTLED, True)


async def test_a_model_that_was_gone_comes_back(play: Play) -> None:
    """While the hub hides it, what is remembered is shown; once it shows it again, it is settled as before."""
    await play.remember(QWEN)
    async with play.database.unit_of_work() as work:
        await work.models.mark_gone(1, now=play.clock.now())
        await work.commit()
    assert "8.2B" in await play.say("model show", model="Qwen/Qwen3-8B")
    play.hub.is_down = True
    assert "8.2B" in await play.say("model show", model="Qwen/Qwen3-8B")
    play.hub.is_down = False
    play.hub.models["qwen/qwen3-8b"] = QWEN
    assert "8.2B" in await play.say("model show", model="Qwen/Qwen3-8B")
    assert await stage_of(play, QWEN.repo_id) == (Stage.SETTLED, True)


async def test_nothing_is_decided_about_a_member_where_the_model_is_not_found(play: Play) -> None:
    """A decision and the audit that goes with it happen together or not at all."""
    await play.remember(QWEN)
    await play.member.slash(play.channel, "vote", model="Qwen/Qwen3-8B", choice="up")
    await play.say("audit", model="org/none", member=play.member, decision="set-aside")
    assert "set aside" not in await play.say("audit", model="Qwen/Qwen3-8B")


async def test_a_base_of_which_only_the_name_is_known_needs_no_hub(play: Play) -> None:
    """What was made from it can be searched for all the same."""
    tuned = hub_model("meadow/Rowan-8B", created_at=NOW - timedelta(days=9))
    await play.remember(replace(tuned, declared=()))
    async with play.database.unit_of_work() as work:
        base = await work.models.name_stub(QWEN.source, "lab/Base", now=NOW)
        await work.models.set_parents_of({1: [(base, None)]})
        await work.commit()
    play.hub.is_down = True
    assert "Rowan-8B" in await play.say("model search", derivative_of="lab/base")
