"""`rootstock recount`: every published standing, counted again from the ballot log."""

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from bot.logs import configure_logs
from bot.settings import Settings
from bot.terminal.run_command import CANNOT_START
from bot.workflows.recount_standings import RecountedWeek, recount_all
from storage.engine import Database, open_database

DIFFERENT = 1
"""The exit code when a published number is not what the log says."""


async def recount_published_weeks(settings: Settings) -> int:
    """Recount and print a line a week; the exit code."""
    configure_logs("ERROR", settings.log_format)
    try:
        database = open_database(settings.database_url)
        try:
            return await _recount(database, Console())
        finally:
            await database.close()
    except (SQLAlchemyError, ValueError) as error:
        problem = f"DATABASE_URL: {str(error).splitlines()[0]}"
        Console(stderr=True).print(problem, style="red", highlight=False, soft_wrap=True)
        return CANNOT_START


async def _recount(database: Database, console: Console) -> int:
    weeks, different = 0, 0
    async for one in recount_all(database.unit_of_work):
        weeks += 1
        different += bool(one.differences)
        _show(console, one)
    if not weeks:
        console.print("No week has been published yet.")
    elif not different:
        console.print(f"same: {weeks} published weeks are what the ballot log says.", style="green")
    else:
        console.print(f"DIFFERENT: {different} of {weeks} published weeks.", style="red")
    return DIFFERENT if different else 0


def _show(console: Console, one: RecountedWeek) -> None:
    where = f"server {one.week.guild_id}, {one.week.week}"
    if not one.same_rule:
        console.print(f"{where}: published by the rule {one.week.rule}; not recounted", highlight=False)
        return
    said = "DIFFERENT" if one.differences else "same"
    console.print(f"{where}: {said} ({one.places} models)", highlight=False, soft_wrap=True)
    for found in one.differences:
        subject = "whole week" if found.model_id is None else f"model {found.model_id}"
        console.print(
            f"    {subject}: {found.what} was published as {found.published}, the log says {found.recounted}",
            highlight=False,
            soft_wrap=True,
        )
