"""Whatever goes wrong, somebody reads a short private answer, and the log has the same id."""

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest
from discord import app_commands
from structlog.testing import capture_logs

from storage.engine import Database
from tests.cogs.stage import Play, bot_of, ids_in, reading, text_of


class BrokenDatabaseError(Exception):
    """What a driver might raise."""


def refuse(_interaction: discord.Interaction) -> bool:
    """A check that lets nobody through."""
    return False


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every transaction fail from now on."""

    @asynccontextmanager
    async def fail(_self: Database) -> AsyncGenerator[Any, None]:
        raise BrokenDatabaseError("disk full")
        yield

    monkeypatch.setattr(Database, "unit_of_work", fail)


COMMANDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("watch add", {"authors": "qwen"}),
    ("watch list", {}),
    ("watch edit", {"watch": "1", "name": "x"}),
    ("watch remove", {"watch": "1"}),
    ("watch pause", {"watch": "1"}),
    ("watch resume", {"watch": "1"}),
    ("watch preview", {}),
    ("watch why", {"model": "Qwen/Qwen3-8B"}),
    ("settings", {}),
    ("status", {}),
)


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize(("command", "options"), COMMANDS)
async def test_a_failing_database_is_answered_with_an_id(play: Play, command: str, options: dict[str, Any]) -> None:
    """The reader gets an id instead of a stack trace; an operator finds the exception under it."""
    with capture_logs() as logs:
        result = await play.moderator.slash(play.channel, command, **options)
    said = text_of(result)
    (shown,) = re.findall(r"`([0-9A-F]{8})`", said)
    (event,) = [event for event in logs if event["event"] == "interaction_failed"]
    assert (event["error_id"], event["what"], event["guild"]) == (shown, command, play.guild.id)
    assert isinstance(event["exc_info"], BrokenDatabaseError)
    assert (result.ephemeral, "disk full" in said) == (True, False)


@pytest.mark.usefixtures("broken")
async def test_a_failing_suggestion_is_an_empty_list(play: Play) -> None:
    """Autocomplete has nobody to apologise to: it offers nothing, and the log says why."""
    with capture_logs() as logs:
        assert await play.suggestions("watch add", "tasks", "te") == []
    assert [event["event"] for event in logs if event["log_level"] == "error"] == ["suggestions_failed"]


@pytest.mark.usefixtures("broken")
async def test_a_failing_button_is_answered_with_an_id(play: Play) -> None:
    """Buttons are wrapped once, for all of them."""
    message = await play.bot_message("v1:details:1")
    with capture_logs() as logs, reading("zh-CN"):
        result = await play.member.click(message, custom_id="v1:details:1")
    (event,) = [event for event in logs if event["event"] == "interaction_failed"]
    assert event["error_id"] in text_of(result)
    assert "编号" in text_of(result)


@pytest.mark.parametrize("custom_id", ["v0:old:1", "v1:unheard-of:1", "v1:details:12345678901234567890"])
async def test_a_button_nobody_knows_is_answered(play: Play, custom_id: str) -> None:
    """A button of another age says so, instead of "This interaction failed"."""
    message = await play.bot_message(custom_id)
    result = await play.member.click(message, custom_id=custom_id)
    assert (result.ephemeral, "older version" in text_of(result)) == (True, True)


async def test_a_button_of_something_forgotten_is_answered(play: Play) -> None:
    """A card of a model, and a digest, that are not in the database."""
    details = await play.bot_message("v1:details:9223372036854775808")
    digest = await play.bot_message("v1:digest:99:4")
    assert "no longer know this model" in text_of(
        await play.member.click(details, custom_id="v1:details:9223372036854775808")
    )
    assert "This digest is gone" in text_of(await play.member.click(digest, custom_id="v1:digest:99:4"))


async def test_a_form_nobody_knows_is_answered(play: Play) -> None:
    """A form of another age is answered too."""
    shown = await play.moderator.slash(play.channel, "setup", channel=play.channel, preset="labs", language="en")
    (zone,) = [one for one in ids_in(shown.response.components) if one.startswith("v1:zone:")]
    form = await play.moderator.click(shown.response, custom_id=zone)
    form._interaction.modal["custom_id"] = "v1:older-form:1"  # the id as an older version wrote it
    result = await play.moderator.submit_modal(form, {"timezone": "UTC"})
    assert "older version" in text_of(result)


async def test_an_expired_command_does_nothing(play: Play) -> None:
    """10062: nobody can be told any more, so nothing is done, and it is no error."""
    play.env.inject_error("POST", "/interactions/*/*/callback", status=404, code=10062)
    with capture_logs() as logs:
        await play.moderator.slash(play.channel, "watch add", authors="qwen")
    assert [event["event"] for event in logs] == ["interaction_expired"]
    assert (await play.watches(), len(play.env.errors)) == ([], 1)


async def test_a_lost_acknowledgement_is_taken_for_one(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """40060: Discord has the acknowledgement, only its reply was lost; the work goes on and is answered."""
    real = discord.InteractionResponse.defer

    async def lose_the_reply(response: Any, **options: Any) -> None:  # noqa: ANN401 - discord.py's signature
        await real(response, **options)
        answer: Any = type("Answer", (), {"status": 400, "reason": "Bad Request"})()
        raise discord.HTTPException(answer, {"code": 40060, "message": "already acknowledged"})

    monkeypatch.setattr(discord.InteractionResponse, "defer", lose_the_reply)
    assert "Watching" in await play.say("watch add", authors="qwen")
    assert len(await play.watches()) == 1


async def test_a_button_pressed_too_late_is_no_error(play: Play) -> None:
    """An expired press is noted, and nothing more."""
    message = await play.bot_message("v1:details:1")
    play.env.inject_error("POST", "/interactions/*/*/callback", status=404, code=10062)
    with capture_logs() as logs:
        await play.member.click(message, custom_id="v1:details:1")
    assert [event["event"] for event in logs] == ["interaction_expired"]


async def test_a_command_that_is_gone_says_how_to_refresh(play: Play) -> None:
    """A client that still shows an older command is told to reload."""
    bot_of(play.env).tree.remove_command("help")
    assert "has changed since" in await play.say("help")
    assert [type(error) for error in play.env.errors] == [app_commands.CommandNotFound]


async def test_a_failed_check_names_what_is_needed(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord's own checks are answered in our words."""
    command = bot_of(play.env).tree.get_command("help")
    monkeypatch.setattr(command, "checks", [refuse])
    assert "Manage Server" in await play.say("help")
    assert [type(error) for error in play.env.errors] == [app_commands.CheckFailure]


async def test_an_answer_that_discord_refuses_is_answered_again(play: Play) -> None:
    """When the answer itself fails, the reader still gets an id."""
    play.env.inject_error("PATCH", "/webhooks/*/*/messages/@original", status=400, code=50035)
    with capture_logs() as logs:
        said = await play.say("help")
    (event,) = [event for event in logs if event["event"] == "interaction_failed"]
    assert event["error_id"] in said
