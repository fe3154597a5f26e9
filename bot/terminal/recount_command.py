"""`rootstock recount`: every published standing, counted again from the ballot log."""

from rich.console import Console

from bot.logs import configure_logs
from bot.settings import Settings
from bot.terminal.sentences import CannotStart, complain, settings_to_blame
from bot.workflows.recount_standings import RecountedWeek, recount_all
from storage.engine import Database, open_database
from storage.migrations.running import Tables

NOT_THESE_TABLES = {
    Tables.ABSENT: "it has no tables yet: nothing was ever counted",
    Tables.EARLIER: "its tables are of an earlier version: `migrate` brings them up to date",
    Tables.LATER: "its tables were made by a later version of Rootstock: update this one",
}
"""Why nothing can be counted."""

DIFFERENT = 1
"""The exit code when a published number is not what the log says."""


async def recount_published_weeks(settings: Settings) -> int:
    """Recount and print a line a week; the exit code."""
    configure_logs("ERROR", settings.log_format)
    try:
        with settings_to_blame():
            database = open_database(settings.database_url, look_only=True)
            try:
                return await _recount(database, Console())
            finally:
                await database.close()
    except CannotStart as reason:
        complain(reason)
        return reason.code


async def _recount(database: Database, console: Console) -> int:
    if await database.tables() is not Tables.CURRENT:
        raise ValueError(NOT_THESE_TABLES[await database.tables()])
    weeks, different = 0, 0
    async for one in recount_all(database.unit_of_work):
        weeks += 1
        different += bool(one.differences)
        _show(console, one)
    if not weeks:
        console.print("No week has been published yet.")
    elif not different:
        console.print(f"same: {_are(weeks)} what the ballot log says.", style="green")
    else:
        console.print(f"DIFFERENT: {different} of {weeks} published weeks.", style="red")
    return DIFFERENT if different else 0


def _are(weeks: int) -> str:
    return "1 published week is" if weeks == 1 else f"{weeks} published weeks are"


def _show(console: Console, one: RecountedWeek) -> None:
    where = f"server {one.week.guild_id}, {one.week.week}"
    if not one.same_rule:
        console.print(f"{where}: published by the rule {one.week.rule}; not recounted", highlight=False)
        return
    said = "DIFFERENT" if one.differences else "same"
    console.print(
        f"{where}: {said} ({one.places} {'model' if one.places == 1 else 'models'})", highlight=False, soft_wrap=True
    )
    for found in one.differences:
        subject = "whole week" if found.model_id is None else f"model {found.model_id}"
        console.print(
            f"    {subject}: {found.what} was published as {found.published}, the log says {found.recounted}",
            highlight=False,
            soft_wrap=True,
        )
