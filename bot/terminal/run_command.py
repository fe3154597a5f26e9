"""`rootstock run`: the bot for real, until it is told to stop."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import aiohttp
import discord
import structlog

from bot.assembly import Rootstock, assemble
from bot.discord_bot import point_discord_at
from bot.garbage import search_rarely
from bot.logs import configure_logs
from bot.settings import Role, Settings
from bot.stop_signals import stop_requested
from bot.terminal.sentences import UNREACHABLE, CannotStart, complain, settings_to_blame
from bot.web.server import CannotListen

STARTED = 0
"""The exit code of a run that was stopped as asked."""

NO_TOKEN = 'DISCORD_TOKEN is not set: put your bot\'s token into .env (README, "Run it for your community").'  # noqa: S105 - a sentence, no secret
REFUSED_TOKEN = "Discord refused DISCORD_TOKEN: copy it anew from the developer portal (Bot, Reset Token)."  # noqa: S105 - a sentence, no secret

REFUSED_BY_GATEWAY = 4004
"""Close code "Authentication failed" (Discord's documentation, Gateway Close Event Codes)."""

_log = structlog.get_logger()


async def run_until_stopped(settings: Settings, roles: frozenset[Role]) -> int:
    """Run these roles until Ctrl-C or SIGTERM; the exit code."""
    configure_logs(settings.log_level, settings.log_format)
    try:
        await _run(settings, roles)
    except CannotStart as reason:
        complain(reason)
        return reason.code
    return STARTED


def token_of(settings: Settings) -> str:
    """Return the bot's token; raises `CannotStart` where there is none."""
    if settings.discord_token is None:
        raise CannotStart(NO_TOKEN)
    return settings.discord_token.get_secret_value()


@asynccontextmanager
async def assembled(settings: Settings) -> AsyncGenerator[Rootstock]:
    """Assemble every part; what an operator has to change becomes `CannotStart`."""
    point_discord_at(settings.discord_api_base, settings.discord_gateway_url)
    async with AsyncExitStack() as stack:
        with settings_to_blame():
            rootstock = await stack.enter_async_context(assemble(settings))
        yield rootstock


async def log_in(bot: discord.Client, token: str) -> None:
    """Log in over REST; raises `CannotStart` where Discord refuses the token, or no header could carry it."""
    try:
        await bot.login(token)
    except (discord.LoginFailure, ValueError) as error:
        raise CannotStart(REFUSED_TOKEN) from error
    except (aiohttp.ClientError, discord.HTTPException, OSError) as error:
        raise CannotStart(f"Discord can't be reached: {error}", UNREACHABLE) from error


async def _run(settings: Settings, roles: frozenset[Role]) -> None:
    token = token_of(settings)
    async with assembled(settings) as rootstock, stop_requested() as stop, rootstock.bot:
        await log_in(rootstock.bot, token)
        search_rarely()
        async with AsyncExitStack() as stack:
            try:
                address = await stack.enter_async_context(rootstock.background(roles))
            except CannotListen as error:
                raise CannotStart(f"HTTP_PORT: {error}; choose another, or 0 for any free one.") from error
            _log.info("rootstock.started", roles=sorted(roles), web=address or None)
            await _connected_until(stop, rootstock, roles, stack.aclose)
    _log.info("rootstock.stopped")


async def _connected_until(
    stop: asyncio.Event, rootstock: Rootstock, roles: frozenset[Role], end_background: Callable[[], Awaitable[None]]
) -> None:
    """Keep the gateway connected, if that is one of the roles, until `stop` is set or the connection ends for good.

    Sends in flight finish before their connection is closed.
    """
    running: set[asyncio.Task[object]] = {asyncio.create_task(stop.wait(), name="stop")}
    if Role.GATEWAY in roles:
        await rootstock.sync()
        running.add(asyncio.create_task(_connect(rootstock.bot), name="gateway"))
    else:
        await rootstock.learn_commands()
    ended, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
    await end_background()
    await rootstock.bot.close()
    for task in running - ended:
        task.cancel()
    await asyncio.gather(*(running - ended), return_exceptions=True)
    for task in ended:
        task.result()


async def _connect(bot: discord.Client) -> None:
    try:
        await bot.connect()
    except discord.PrivilegedIntentsRequired as error:
        raise CannotStart("Discord refused the intents; Rootstock asks for none that is privileged.") from error
    except discord.ConnectionClosed as error:
        if error.code == REFUSED_BY_GATEWAY:
            raise CannotStart(REFUSED_TOKEN) from error
        raise
    except (discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
        raise CannotStart(f"Discord can't be reached: {error}", UNREACHABLE) from error
