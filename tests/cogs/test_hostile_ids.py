"""Whatever stands in the id of something to press, or in a form's, is answered: privately, and nothing is logged."""

from typing import Any

import discord
import pytest
from structlog.testing import capture_logs

from bot.cards.layout import Accent, block, message
from cogs.setup_steps import ZONE_FIELD
from tests.cogs.stage import Play, bot_of, reading, text_of
from tests.cogs.test_hostile_values import HOSTILE, body_of, mentions_in
from tests.domain.builders import hub_model
from tests.wire.limits_of_messages import errors_in_message

CRAFTED = (
    "v1:setup:timezone:7905:j:Z:",
    "v1:setup:locale:7905:labs:zz:UTC",
    "v1:setup:save:99999999999999999999:labs:en:UTC",
    "v1:setup:save:1:nonsense:en:UTC",
    "v1:setup:save:1:labs:en:Nowhere/Land",
    "v1:setup:timezone:1:labs:en:../../etc",
    "v1:zone:1:labs:xx:",
    "v1:zone:99999999999999999999:x:zh-CN:",
    "v1:found:999:-----.0.0.\u202e",
    "v1:found:0:-----.ffffffffffffffffffff.-1.x",
    "v1:found:0:zzzzz.0.0.",
    "v1:found:0:-----.0_1.1.x",
    "v1:board:0:e|week|||||",
    "v1:board:0:|||||||||||",
    "v1:board:999:s|all|||||文",
    "v1:week:99999999999999999999:0000-W00:0",
    "v1:week:1:2026-W54:9999",
    "v1:digest:9223372036854775808:999999",
    "v1:read:9223372036854775808:999999",
    "v1:up:9999999999999999999",
    "v1:up:٣",
    "v1:tagged:9999999999999999999:999999",
    "v1:reviews:9999999999999999999:999999",
    "v1:nothing:of:this",
    "not ours",
)
FORMS = (
    "v1:zoneform:1:labs:xx:",
    "v1:zoneform:99999999999999999999:labs:en:",
    "v1:zoneform:1:nonsense:zh-CN:",
    "v1:tagform:9999999999999999999:9999999999999999:1",
    "v1:tagform:1:0:1",
    "v1:reviewform:9999999999999999999:1",
    "v1:nothing:1",
)


async def hold(play: Play, custom_id: str, who: Any) -> None:  # noqa: ANN401 - SimCord's member
    """Press something with this id and check what must hold whatever it says."""
    pressed = await play.bot_message(custom_id)
    with capture_logs() as logs:
        result = await who.click(pressed, custom_id=custom_id)
    check(result, logs, custom_id)


def check(result: Any, logs: Any, custom_id: str) -> None:  # noqa: ANN401 - SimCord's result, structlog's events
    """Assert that it was answered, harmlessly and within Discord's limits, and that no operator was woken."""
    failures = [event for event in logs if event["log_level"] in {"error", "critical"}]
    assert (custom_id, failures) == (custom_id, [])
    assert (custom_id, result.acknowledged) == (custom_id, True)
    if result.modal:
        return
    said = text_of(result)
    assert (custom_id, bool(said.strip()), mentions_in(said)) == (custom_id, True, [])
    answers = [one for one in (result.response, *result.followups) if one is not None]
    assert [error for one in answers for error in errors_in_message(body_of(one))] == []


@pytest.mark.parametrize("custom_id", CRAFTED)
async def test_crafted_ids_are_answered(play: Play, custom_id: str) -> None:
    """Values that no button of ours ever had, in either language."""
    await play.remember(hub_model("org/x"))
    for locale in ("en-US", "zh-CN"):
        with reading(locale):
            await hold(play, custom_id, play.moderator)


@pytest.mark.parametrize("custom_id", CRAFTED)
async def test_a_crafted_id_never_speaks_for_the_whole_channel(play: Play, custom_id: str) -> None:
    """What a member did not press on a message of theirs is answered to them alone."""
    pressed = await play.bot_message(custom_id)
    result = await play.member.click(pressed, custom_id=custom_id)
    told = [one for one in (result.response, *result.followups) if one is not None]
    assert [one.ephemeral for one in told] == [True] * len(told)


@pytest.mark.parametrize("custom_id", FORMS)
async def test_crafted_forms_are_answered(play: Play, custom_id: str) -> None:
    """Filled in with hostile text as well."""
    for text in HOSTILE:
        opened = await opened_form(play, custom_id)
        with capture_logs() as logs:
            result = await play.moderator.submit_modal(opened, {ZONE_FIELD: text[:64]})
        check(result, logs, custom_id)


async def opened_form(play: Play, custom_id: str) -> Any:  # noqa: ANN401 - SimCord's result
    """Let a form with this id be open."""
    pressed = await play.bot_message("v1:zone:1:::")
    opened = await play.moderator.click(pressed, custom_id="v1:zone:1:::")
    opened.modal["custom_id"] = custom_id
    return opened


@pytest.mark.parametrize(
    ("custom_id", "value"),
    [
        ("v1:setup:preset::::", "nonsense"),
        ("v1:setup:channel::::", "not a number"),
        ("v1:setup:channel::::", "9" * 30),
        ("v1:setup:timezone:1:labs:en:", "Nowhere/Land"),
        ("v1:votelink:0", "../../etc/passwd"),
        ("v1:votelink:0", "@everyone"),
        ("v1:tagpick:1", "x" * 90),
        ("v1:tagpick:9999999999999999999", "fast"),
        ("v1:tagopen", "\u200b"),
    ],
)
async def test_crafted_choices_are_answered(play: Play, custom_id: str, value: str) -> None:
    """A menu from which was picked what it never offered."""
    await play.remember(hub_model("org/x"))
    menu = discord.ui.Select[discord.ui.LayoutView](
        custom_id=custom_id, options=[discord.SelectOption(label="x", value=value)]
    )
    layout = message(Accent.PLAIN, block(["A menu"], 100), discord.ui.ActionRow[discord.ui.LayoutView](menu))
    layout.stop()
    channel = bot_of(play.env).get_channel(play.channel.id)
    assert isinstance(channel, discord.TextChannel)
    with capture_logs() as logs:
        result = await play.moderator.select(await channel.send(view=layout), [value], custom_id=custom_id)
    check(result, logs, custom_id)
