"""`rootstock check`: everything an installation stands on, each with what to do about it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp
import discord
from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from bot.data.labs_file import LabsFileInvalid, read_labs
from bot.discord_bot import point_discord_at
from bot.hub.hub_client import HubClient, Limits
from bot.hub.hub_doctor import ping_hub
from bot.logs import configure_logs
from bot.settings import Settings
from bot.terminal.sentences import first_line
from storage.engine import NoSuchFile, open_database
from storage.migrations.running import Tables

CLOCK_TOLERANCE = timedelta(seconds=30)
"""Discord refuses nothing over clocks, but digests and leases follow them: half a minute is where people notice."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, what was seen, and what to do if it is not."""

    what: str
    well: bool
    seen: str
    remedy: str = ""


async def check_everything(settings: Settings) -> int:
    """Look at all of it, print each finding as it comes; 0 if everything is well, 1 otherwise."""
    configure_logs("ERROR", settings.log_format)
    console = Console()
    well = True
    for what, look in _CHECKS:
        with console.status(f"Looking at {what} ..."):
            findings = await look(settings)
        for finding in findings:
            _show(console, finding)
            well = well and finding.well
    return 0 if well else 1


def _show(console: Console, finding: Finding) -> None:
    mark, style = ("ok ", "green") if finding.well else ("BAD", "red")
    console.print(f"[{style}]{mark}[/] [bold]{finding.what}[/]: ", end="")
    console.print(finding.seen, markup=False, highlight=False, soft_wrap=True)
    if finding.remedy:
        console.print(f"    -> {finding.remedy}", markup=False, highlight=False, soft_wrap=True)


async def _discord(settings: Settings) -> Sequence[Finding]:
    if settings.discord_token is None:
        return [Finding("token", well=False, seen="DISCORD_TOKEN is not set", remedy="Put your bot's token into .env.")]
    point_discord_at(settings.discord_api_base, settings.discord_gateway_url)
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        try:
            await client.login(settings.discord_token.get_secret_value())
        except discord.LoginFailure:
            remedy = "Copy it anew from the developer portal: Bot, Reset Token."
            return [Finding("token", well=False, seen="Discord refused DISCORD_TOKEN", remedy=remedy)]
        except (aiohttp.ClientError, discord.HTTPException, OSError) as error:
            remedy = "Check the network and DISCORD_API_BASE."
            return [Finding("token", well=False, seen=f"Discord can't be reached: {error}", remedy=remedy)]
        return [_account(client), _intents(), await _install_link(client)]


def _account(client: discord.Client) -> Finding:
    return Finding("token", well=True, seen=f"Discord knows this bot as {client.user}")


def _intents() -> Finding:
    return Finding("intents", well=True, seen="'guilds' and 'moderation' are asked for; neither needs approval")


async def _install_link(client: discord.Client) -> Finding:
    try:
        application = await client.application_info()
    except discord.HTTPException as error:
        return Finding("application", well=False, seen=str(error), remedy="Try again; Discord did not answer usefully.")
    url = discord.utils.oauth_url(application.id, permissions=INVITED_WITH, scopes=("bot", "applications.commands"))
    return Finding("application", well=True, seen=f"{application.name}; invite it with {url}")


INVITED_WITH = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    create_public_threads=True,
    send_messages_in_threads=True,
    view_audit_log=True,
)
"""What the invitation asks for (README): cards, the weekly picture, threads to discuss in; and to be told of bans,
which Discord does only for bots that hold View Audit Log or Ban Members. The audit log itself is never read."""


async def _hub(settings: Settings) -> Sequence[Finding]:
    token = settings.hf_token.get_secret_value() if settings.hf_token else None
    async with aiohttp.ClientSession() as session:
        health = await ping_hub(HubClient(session, settings.hf_endpoint, token, Limits(attempts=1)))
    if health.token_refused:
        remedy = "Make a new read token in the Hub's settings, or leave HF_TOKEN empty."
        return [Finding("hub", well=False, seen=f"{settings.hf_endpoint} refused HF_TOKEN", remedy=remedy)]
    if not health.reachable:
        remedy = "Check the network and HF_ENDPOINT; Rootstock waits and catches up by itself."
        return [Finding("hub", well=False, seen=f"{settings.hf_endpoint}: {health.problem}", remedy=remedy)]
    who = f"as {health.token_owner}" if health.token_owner else "anonymously (HF_TOKEN would double the budget)"
    return [
        Finding(
            "hub", well=True, seen=f"{settings.hf_endpoint} answers {who}; {_budget(health.allowed_in_five_minutes)}"
        )
    ]


def _budget(allowed: int) -> str:
    return f"at most {allowed} requests in five minutes will be made"


async def _database(settings: Settings) -> Sequence[Finding]:
    """Look at the database without making or changing anything in it."""
    try:
        database = open_database(settings.database_url, look_only=True)
        try:
            tables, ahead = await database.tables(), await database.ping()
        finally:
            await database.close()
    except NoSuchFile:
        return [Finding("database", well=True, seen="sqlite, not made yet; `run` or `migrate` makes it")]
    except (SQLAlchemyError, ValueError, OSError) as error:
        remedy = "Check DATABASE_URL, that the server runs and that the account may create tables."
        return [Finding("database", well=False, seen=first_line(error), remedy=remedy)]
    remedy = "Update Rootstock." if tables is Tables.LATER else ""
    seen = f"{database.dialect}, {_TABLES[tables]}"
    return [Finding("database", tables is not Tables.LATER, seen, remedy), _clock("database's clock", ahead)]


_TABLES = {
    Tables.ABSENT: "without tables yet; `run` or `migrate` makes them",
    Tables.EARLIER: "tables of an earlier version; `run` or `migrate` brings them up to date",
    Tables.CURRENT: "tables are up to date",
    Tables.LATER: "tables of a later version of Rootstock",
}


async def _time(settings: Settings) -> Sequence[Finding]:
    """Compare this machine's clock with the `Date` of the hub's answer, which comes from a well-kept one."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
            session.head(settings.hf_endpoint, allow_redirects=False) as answer,
        ):
            theirs = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError) as error:
        return [Finding("clock", well=True, seen=f"not compared: {type(error).__name__} from the hub")]
    return [_clock("clock", datetime.now(UTC) - theirs)]


def _clock(what: str, off: timedelta) -> Finding:
    seconds = abs(off.total_seconds())
    if seconds <= CLOCK_TOLERANCE.total_seconds():
        return Finding(what, well=True, seen=f"within {max(seconds, 1):.0f} s")
    return Finding(what, well=False, seen=f"{seconds:.0f} s off", remedy="Switch on time synchronisation (NTP).")


async def _labs(settings: Settings) -> Sequence[Finding]:
    try:
        book = read_labs(settings.labs_file)
    except LabsFileInvalid as error:
        return [Finding("labs", well=False, seen=str(error), remedy="Correct LABS_FILE or leave it empty.")]
    return [Finding("labs", well=True, seen=f"{len(book.labs)} known labs, {len(book.publishers())} followed listings")]


_CHECKS: Sequence[tuple[str, Callable[[Settings], Awaitable[Sequence[Finding]]]]] = (
    ("Discord", _discord),
    ("the hub", _hub),
    ("the database", _database),
    ("the clock", _time),
    ("the labs", _labs),
)
