"""Writes docs/commands.md from the commands themselves: `python -m tests.cogs.write_command_page`."""

import asyncio

from bot.discord_bot import command_payload
from storage.engine import open_database
from tests.cogs.stage import SmallHub, make_bot
from tests.cogs.test_command_words import COMMANDS_PAGE, command_page
from tests.turnable_clock import TurnableClock


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
