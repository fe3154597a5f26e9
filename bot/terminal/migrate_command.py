"""`rootstock migrate`: the database, brought to this version's tables."""

from rich.console import Console

from bot.logs import configure_logs
from bot.settings import Settings
from bot.terminal.sentences import CannotStart, complain, settings_to_blame
from storage.engine import open_database


async def migrate_database(settings: Settings) -> int:
    """Migrate and say so; the exit code."""
    configure_logs(settings.log_level, settings.log_format)
    console = Console(stderr=True)
    try:
        with settings_to_blame():
            database = open_database(settings.database_url)
            with console.status("Bringing the database up to date ..."):
                await database.migrate()
    except CannotStart as reason:
        complain(reason)
        return reason.code
    await database.close()
    console.print("The database is up to date.", style="green")
    return 0
