"""No value of any option ends in silence, a traceback, a mention, or a broken layout."""

from collections.abc import Iterator
from typing import Any

import discord
import pytest
from simcord.results import ResponseMessage
from structlog.testing import capture_logs

from bot.discord_bot import command_payload
from tests.cogs.stage import Play, bot_of, text_of
from tests.wire.limits_of_messages import errors_in_message

STRING, INTEGER, BOOLEAN, USER, CHANNEL = 3, 4, 5, 6, 7
"""Discord's option types that our commands use."""

CHAT_INPUT = discord.AppCommandType.chat_input.value

HOSTILE = (
    "@everyone @here <@1> <@&2> <#3>",
    "**bold** ~~x~~ `code` ```block``` ||spoiler|| > quote\n# head\n- list",
    "[link](https://evil.example) https://evil.example <https://evil.example>",
    "\u202egnp.exe \u2066\u200f\u200b\u2028",
    "\x00\x01\x1b[31m\x7f",
    "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
    "文" * 500,
    "{name} {0} %s $x {{}}",
    "'; DROP TABLE watch; --",
    "a," * 400,
    "٣٧B",
    "1e309",
    "-1",
    "NaN",
    "💩" * 999,
)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_in_every_text_option(play: Play, text: str) -> None:
    """Each option by itself: answered privately, nobody mentioned, nothing logged as an error."""
    for option in await text_options(play, "watch add"):
        await hold(play, "watch add", {option["name"]: cut(text, option)})


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_names_are_harmless_wherever_they_are_shown(play: Play, text: str) -> None:
    """A name made to mention or to break out is stored plainly and shown harmlessly in lists and suggestions."""
    name = text[:100]
    await play.say("watch add", name=name, authors="qwen", keywords=text[:90].replace(",", " ") or "x")
    listed = await play.say("watch list")
    offered = await play.moderator.autocomplete(play.channel, "watch edit", "watch", "")
    assert mentions_in(listed) == []
    assert all(1 <= len(one["name"]) <= 100 for one in offered)
    assert "\x00" not in listed


async def hold(play: Play, command: str, options: dict[str, Any]) -> None:
    """Use a command and check what must hold whatever the values."""
    with capture_logs() as logs:
        result = await play.moderator.slash(play.channel, command, **options)
    said = text_of(result)
    assert (result.acknowledged, result.ephemeral, bool(said.strip())) == (True, True, True)
    assert [event for event in logs if event["log_level"] in {"error", "critical"}] == []
    assert mentions_in(said) == []
    answers = [one for one in (result.response, *result.followups) if one is not None]
    assert [error for one in answers for error in errors_in_message(body_of(one))] == []


def body_of(answer: ResponseMessage) -> dict[str, Any]:
    """Return an answer as it went to Discord, for the limits that SimCord does not know."""
    return {"flags": answer.flags.value, "content": answer.content or None, "components": answer.components}


def mentions_in(said: str) -> list[str]:
    """Return what would mention somebody; a channel that the bot names itself is fine."""
    return [one for one in ("@everyone", "@here", "<@1>", "<@&2>") if one in said]


def cut(text: str, option: dict[str, Any]) -> str:
    """Cut a text as Discord's own input field does."""
    return text[: option.get("max_length", 6000)]


async def leaves_of(play: Play) -> list[tuple[str, dict[str, Any]]]:
    """Return every command that can be typed, with its description; context menus take no options."""
    found: list[tuple[str, dict[str, Any]]] = []
    typed = [one for one in await command_payload(bot_of(play.env).tree) if one.get("type", CHAT_INPUT) == CHAT_INPUT]
    for command in typed:
        options: list[dict[str, Any]] = command.get("options") or []
        below = [one for one in options if one["type"] == 1]
        found += [(f"{command['name']} {one['name']}", one) for one in below] or [(command["name"], command)]
    return found


async def text_options(play: Play, command: str) -> Iterator[dict[str, Any]]:
    """Return the text options of a command that have no fixed choices."""
    leaf = dict(await leaves_of(play))[command]
    options: list[dict[str, Any]] = leaf["options"]
    return (one for one in options if one["type"] == STRING and not one.get("choices"))
