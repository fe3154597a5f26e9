"""What reached the bot in a story, and what of all that members can do was not among it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord
from discord import app_commands

from bot.discord_bot import RootstockBot
from cogs.all_cogs import BUTTONS

TOLD_HERE = frozenset({"Voting", "Tags", "Discussing", "Reviews", "Models", "Me", "Privacy", "Auditing"})
"""The cogs whose every command and button is in the two members' week."""

TOLD_ELSEWHERE: Mapping[str, str] = {
    "Cards": "tests/stories/test_first_day.py",
    "Setup": "tests/stories/test_first_day.py",
    "Watches": "tests/stories/test_first_day.py",
    "Status": "tests/stories/test_first_day.py",
    "ServerSettings": "tests/cogs/test_settings_and_status.py",
    "Help": "tests/cogs/test_settings_and_status.py",
    "Leaderboard": "tests/cogs/test_leaderboard.py",
    "Integrity": "tests/cogs/test_integrity.py",
    "Membership": "tests/cogs/test_setup.py",
    "ErrorReplies": "tests/cogs/test_error_replies.py",
}
"""A new cog must be named here or above."""


@dataclass
class Notebook:
    """Everything that members did, as the bot was told of it."""

    used: set[str] = field(default_factory=set[str])
    """Commands; options, `vote model`; choices, `vote choice up`; options that were typed into, `vote model?`."""
    ids: set[str] = field(default_factory=set[str])
    """Of what was pressed, and of forms that were sent."""

    def follow(self, bot: RootstockBot) -> None:
        """Listen to a bot; to be done anew after a restart."""
        bot.add_listener(self._note, "on_interaction")

    async def _note(self, interaction: discord.Interaction[Any]) -> None:
        data: dict[str, Any] = dict(interaction.data or {})
        if "custom_id" in data:
            self.ids.add(data["custom_id"])
        elif interaction.command is not None:
            self.used |= set(_told(interaction.command.qualified_name, data.get("options") or []))


def _told(command: str, options: Any) -> Iterator[str]:  # noqa: ANN401 - what Discord sends
    yield command
    for option in options:
        if "options" in option:
            yield from _told(command, option["options"])
        elif option.get("focused"):
            yield f"{command} {option['name']}?"
        elif "value" in option:
            yield f"{command} {option['name']}"
            yield f"{command} {option['name']} {option['value']}"


def not_told(bot: RootstockBot, notebook: Notebook) -> list[str]:
    """Return every command, option, choice, button and form of the story's cogs that nobody used in it."""
    return [*_unused(bot, notebook), *_unpressed(notebook), *_unsent(bot, notebook)]


def cogs_without_a_story(bot: RootstockBot) -> set[str]:
    """Return the cogs of which nobody said where their story is told."""
    return set(bot.cogs) ^ (TOLD_HERE | TOLD_ELSEWHERE.keys())


def _unused(bot: RootstockBot, notebook: Notebook) -> Iterator[str]:
    for name, cog in bot.cogs.items():
        if name in TOLD_HERE:
            commands = [one for one in cog.walk_app_commands() if isinstance(one, app_commands.Command)]
            menus = [menu.qualified_name for menu in getattr(cog, "menus", ())]
            wanted = [*menus, *(each for command in commands for each in _wanted(command))]
            yield from (each for each in wanted if each not in notebook.used)


def _wanted(command: app_commands.Command[Any, ..., Any]) -> Iterator[str]:
    yield command.qualified_name
    for option in command.parameters:
        yield f"{command.qualified_name} {option.name}"
        yield from (f"{command.qualified_name} {option.name} {choice.value}" for choice in option.choices)
        if option.autocomplete:
            yield f"{command.qualified_name} {option.name}?"


def _unpressed(notebook: Notebook) -> Iterator[str]:
    for button in BUTTONS:
        pattern = button.__discord_ui_compiled_template__
        if button.cog in TOLD_HERE and not any(map(pattern.fullmatch, notebook.ids)):
            yield pattern.pattern


def _unsent(bot: RootstockBot, notebook: Notebook) -> Iterator[str]:
    for name, cog in bot.cogs.items():
        for form in getattr(cog, "forms", ()) if name in TOLD_HERE else ():
            if not any(map(form.pattern.fullmatch, notebook.ids)):
                yield form.pattern.pattern
