"""Every option of every command: no input ends in an unanswered interaction or a logged traceback."""

from collections.abc import Mapping
from itertools import cycle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simcord import actors

from tests.cogs.hostile import (
    LOCALES,
    PEOPLE,
    Standing,
    examples,
    leaves_at_rest,
    options_of,
    renew,
    required,
    stage,
    texts,
    value_of,
)
from tests.cogs.stage import reading

__all__ = ["stage"]

COMMANDS = leaves_at_rest()
FILL_UP_OR_EMPTY = frozenset(
    {"watch add", "watch remove", "tag curate", "tag rename", "tag merge", "tag delete", "tag ban"}
)
"""After some examples of these nothing would be left to refuse, or to find."""

CHOICES, LONGEST = 25, 100
"""Discord's limits for what is offered while somebody types."""


@pytest.mark.parametrize("command", COMMANDS)
def test_no_value_of_any_option_ends_in_silence_or_a_traceback(stage: Standing, command: str) -> None:
    """All options at once and each by itself in its turn, typed and sent, by a moderator and a member.

    In both languages; the hub may be down meanwhile.
    """
    leaf = stage.leaves[command]
    names = [one["name"] for one in options_of(leaf)]
    turns, beside = cycle(names), cycle((True, False))
    stage.run(renew(stage.play))

    @examples(stage)
    @given(data=st.data(), who=st.sampled_from(PEOPLE), locale=st.sampled_from(LOCALES), hub_is_down=st.booleans())
    def whatever_is_sent(data: st.DataObject, who: str, locale: str, hub_is_down: bool) -> None:  # noqa: FBT001 - drawn
        stage.play.hub.is_down = hub_is_down
        values = {one["name"]: data.draw(value_of(one, stage.play), one["name"]) for one in options_of(leaf)}
        typed = data.draw(texts, "typed")
        alone = next(turns) if names else None
        with reading(locale):
            stage.run(example(stage, command, stage.who(who), values, typed, alone, is_complete=next(beside)))

    whatever_is_sent()
    stage.play.hub.is_down = False


@pytest.mark.parametrize("command", [name for name in COMMANDS if name.startswith(("model ", "privacy "))])
def test_no_value_in_a_direct_conversation_does_either(stage: Standing, command: str) -> None:
    """What can be used there, where no server is and nobody moderates: all options at once."""
    leaf, person = stage.leaves[command], stage.play.member.user
    assert command in person.available_commands()

    @examples(stage)
    @given(data=st.data(), locale=st.sampled_from(LOCALES))
    def whatever_is_sent(data: st.DataObject, locale: str) -> None:
        values = {one["name"]: data.draw(value_of(one, stage.play), one["name"]) for one in options_of(leaf)}
        with reading(locale), stage.nothing_logged((command, values)):
            result = stage.run(person.slash(command, **values))
        stage.answered(result, (command, values), public=bool(values.get("public")))

    whatever_is_sent()


async def example(
    stage: Standing,
    command: str,
    who: Any,  # noqa: ANN401 - SimCord's member
    values: Mapping[str, Any],
    typed: str,
    alone: str | None,
    *,
    is_complete: bool,
) -> None:
    """Send one value alone, the others valid; then all of them; and type into what is completed, beside either."""
    leaf = stage.leaves[command]
    if command in FILL_UP_OR_EMPTY:
        await renew(stage.play)
    if alone is not None:
        await use(stage, command, who, {**required(leaf), alone: values[alone]})
    await use(stage, command, who, values)
    for option in options_of(leaf):
        if option.get("autocomplete"):
            filled = values if is_complete else required(leaf)
            others = {name: value for name, value in filled.items() if name != option["name"]}
            await type_into(stage, command, who, option["name"], typed, others)


async def use(stage: Standing, command: str, who: Any, values: Mapping[str, Any]) -> None:  # noqa: ANN401 - SimCord's member
    """Use a command and check what must hold."""
    with stage.nothing_logged((command, values)):
        result = await who.slash(stage.play.channel, command, **values)
    stage.answered(result, (command, values), public=bool(values.get("public")))


async def type_into(
    stage: Standing,
    command: str,
    who: Any,  # noqa: ANN401 - SimCord's member
    option: str,
    typed: str,
    others: Mapping[str, Any],
) -> None:
    """Type into an option and check that Discord takes what is offered."""
    what = (command, option, typed, others)
    with stage.nothing_logged(what):
        result = await actors._autocomplete_result(who, stage.play.channel, command, option, typed, dict(others))  # pyright: ignore[reportPrivateUsage] - the public one hides what was never answered
    offered = result.autocomplete_choices
    assert (what, result.acknowledged, offered is not None) == (what, True, True)
    lengths = [len(one[key]) for one in offered or () for key in ("name", "value")]
    assert (what, len(offered or ()) <= CHOICES, [one for one in lengths if not 1 <= one <= LONGEST]) == (
        what,
        True,
        [],
    )
