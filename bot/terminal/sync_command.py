"""`rootstock sync-commands`: the slash commands, published now."""

from rich.console import Console

from bot.discord_bot import sync_commands
from bot.logs import configure_logs
from bot.settings import Settings
from bot.terminal.run_command import assembled, log_in, token_of
from bot.terminal.sentences import CannotStart, complain


async def sync_commands_now(settings: Settings) -> int:
    """Publish the commands whether or not they changed; the exit code."""
    configure_logs(settings.log_level, settings.log_format)
    console = Console(stderr=True)
    try:
        token = token_of(settings)
        async with assembled(settings) as rootstock, rootstock.bot:
            with console.status("Publishing the slash commands ..."):
                await log_in(rootstock.bot, token)
                await sync_commands(rootstock.bot, rootstock.database.unit_of_work, always=True)
    except CannotStart as reason:
        complain(reason)
        return reason.code
    console.print("Discord knows the commands; members see them within a minute.", style="green")
    return 0
