"""Writes docs/commands.md from the commands themselves: `python -m tests.cogs.write_command_page`."""

import asyncio
from pathlib import Path
from typing import Any

import discord

from bot.discord_bot import command_payload
from storage.engine import open_database
from tests.cogs.stage import SmallHub, make_bot
from tests.turnable_clock import TurnableClock

COMMANDS_PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
SUBCOMMAND = discord.AppCommandOptionType.subcommand.value
USER_INSTALL = 1
"""Discord's number for what users can add to their own account."""


def below(node: dict[str, Any], kind: str = "options") -> list[dict[str, Any]]:
    """Return a command's options, or an option's choices."""
    found: list[dict[str, Any]] = node.get(kind) or []
    return found


def command_page(payload: list[dict[str, Any]]) -> str:
    """Write the page of all commands."""
    lines = [
        "# Commands",
        "",
        "Every command and option, as Discord shows them in English; names and descriptions are there in Simplified",
        "Chinese too. Answers are private. Commands marked **M** are for members who may manage the server; who else",
        "sees them is settled in Discord's *Server Settings > Integrations*. Those marked **U** also work anywhere, in",
        "direct conversations too, for whoever adds Rootstock to their own account: there they read and never vote.",
        "This page is written from the code: `python -m tests.cogs.write_command_page`.",
    ]
    typed = [one for one in payload if one["type"] == discord.AppCommandType.chat_input.value]
    for command in sorted(typed, key=lambda one: one["name"]):
        children = [child for child in below(command) if child["type"] == SUBCOMMAND]
        mark = " **M**" if command["default_member_permissions"] else ""
        mark += " **U**" if USER_INSTALL in command["integration_types"] else ""
        if children:
            lines += ["", f"## /{command['name']}{mark}", "", command["description"] + "."]
        for leaf in children or [command]:
            name = f"{command['name']} {leaf['name']}" if children else leaf["name"]
            lines += [
                "",
                f"{'###' if children else '##'} /{name}{'' if children else mark}",
                "",
                f"{leaf['description']}.",
            ]
            lines += _options(leaf)
    menus = sorted(one["name"] for one in payload if one not in typed)
    lines += ["", "## In the menu of a message", "", *(f"- *Apps > {name}*" for name in menus)]
    return "\n".join(lines) + "\n"


def _options(leaf: dict[str, Any]) -> list[str]:
    options = below(leaf)
    if not options:
        return []
    rows = [f"| `{one['name']}`{' (required)' if one.get('required') else ''} | {_meaning(one)} |" for one in options]
    return ["", "| option | meaning |", "|---|---|", *rows]


def _meaning(option: dict[str, Any]) -> str:
    choices = [f"`{choice['value']}` ({choice['name']})" for choice in below(option, "choices")]
    return option["description"] + (": " + ", ".join(choices) if choices else "")


async def page() -> str:
    """Make the bot without connecting it, and write down what it would tell Discord."""
    database = open_database("sqlite:///:memory:")
    bot = make_bot(database, SmallHub(), TurnableClock())
    await bot.setup_hook()
    text = command_page(await command_payload(bot.tree))
    await database.close()
    return text


if __name__ == "__main__":
    COMMANDS_PAGE.write_text(asyncio.run(page()), "utf-8")
