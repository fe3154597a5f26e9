"""`rootstock migrate`: the database, brought to this version's tables."""

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import configure_logs
from bot.settings import Settings
from bot.terminal.run_command import CANNOT_START
from storage.engine import open_database


async def migrate_database(settings: Settings) -> int:
    """Migrate and say so; the exit code."""
    configure_logs(settings.log_level, settings.log_format)
    console = Console(stderr=True)
    try:
        database = open_database(settings.database_url)
        with console.status("Bringing the database up to date ..."):
            await database.migrate()
    except (SQLAlchemyError, ValueError) as error:
        console.print(f"DATABASE_URL: {str(error).splitlines()[0]}", style="red", highlight=False, soft_wrap=True)
        return CANNOT_START
    await database.close()
    console.print("The database is up to date.", style="green")
    return 0
