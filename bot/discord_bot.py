"""The Discord client: who Rootstock is there, and nothing it does on its own.

Cogs and buttons are handed in; every loop is started by `bot.assembly`, none here.
"""

import hashlib
import json
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, cast

import aiohttp
import discord
import structlog
import yarl
from discord import app_commands
from discord.app_commands import TranslationContextLocation as Location
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route
from tenacity import AsyncRetrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from bot.language.words import Language, Words
from bot.workflows.ports import UnitOfWork

LONGEST_RATELIMIT_WAIT = 60.0
"""Seconds. Without a bound a send may sleep for ever (DISCORD.md, Retries); the lane's own backoff takes over."""

GATEWAY_ATTEMPTS, LONGEST_GATEWAY_WAIT = 6, 10.0
"""How often, and with how many seconds between at most, Discord is asked for the number of shards: a hiccup at the
start must not end the process, an outage is for whoever restarts it."""

WHOLE_BOT: Mapping[str, Any] = MappingProxyType({})
"""No `shard_ids` and no `shard_count`: Discord says how many shards there are, and this process serves all."""

INTENTS = discord.Intents(guilds=True, moderation=True)
"""Servers and their channels; and bans, for docs/decisions/0006. Neither is privileged: no member list, no message."""

Button = type[discord.ui.DynamicItem[Any]]

OnCommandFailed = Callable[[discord.Interaction[Any], app_commands.AppCommandError], Coroutine[Any, Any, None]]
"""Answers what a command raised outside its own work."""

_log = structlog.get_logger()


class RootstockBot(commands.AutoShardedBot):
    """The client with its commands and buttons; sees servers and channels, never a member list or a message.

    `shards` is discord.py's `shard_ids` and `shard_count`, for a process that serves some of the shards only.
    """

    def __init__(
        self,
        *,
        language: Language,
        cogs: Sequence[commands.Cog],
        buttons: Sequence[Button],
        on_command_failed: OnCommandFailed,
        shards: Mapping[str, Any] = WHOLE_BOT,
        http_trace: aiohttp.TraceConfig | None = None,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=INTENTS,
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_RATELIMIT_WAIT,
            activity=discord.CustomActivity(name=language.words()("discord.status")),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
            **_given(http_trace),
            **shards,
        )
        self._language = language
        self._cogs_to_add = tuple(cogs)
        self._buttons = tuple(buttons)
        self.tree.error(on_command_failed)

    async def launch_shards(self) -> None:
        """Ask Discord for the number of shards only: where the gateway is, the operator may have said.

        discord.py follows the address that comes with the number, past a proxy or a stand-in.

        Raises:
            discord.GatewayNotFound: Discord did not answer, after several attempts.
        """
        if not self.shard_count:
            self.shard_count = await _shards_wanted(self.http)
        await super().launch_shards()

    async def setup_hook(self) -> None:
        """Take the commands and buttons that were handed in, and learn their words."""
        self.add_dynamic_items(*self._buttons)
        for cog in self._cogs_to_add:
            await self.add_cog(cog)
            for menu in getattr(cog, "menus", ()):
                self.tree.add_command(menu)
        describe(self.tree.walk_commands(), self._language.words())
        await self.tree.set_translator(CatalogueTranslator(self._language))


async def _shards_wanted(http: HTTPClient) -> int:
    """Return how many shards Discord recommends; one where the question is not known (404), as on a small proxy."""
    attempts = AsyncRetrying(
        stop=stop_after_attempt(GATEWAY_ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.5, max=LONGEST_GATEWAY_WAIT),
        retry=retry_if_exception(_may_pass),
        reraise=True,
    )
    try:
        told = cast("tuple[int, str, object]", await attempts(http.get_bot_gateway))
    except discord.GatewayNotFound as error:
        if isinstance(error.__cause__, discord.NotFound):
            return 1
        raise
    return told[0]


def _may_pass(error: BaseException) -> bool:
    if isinstance(error, discord.GatewayNotFound):
        return not isinstance(error.__cause__, discord.NotFound)
    return isinstance(error, (aiohttp.ClientError, OSError))


def _given(http_trace: aiohttp.TraceConfig | None) -> Any:  # noqa: ANN401 - keyword arguments
    """Leave the argument out where there is none: discord.py tells "not given" from None."""
    return {} if http_trace is None else {"http_trace": http_trace}


class CatalogueTranslator(app_commands.Translator):
    """Gives Discord the names and descriptions of commands in every language that Rootstock speaks."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._english = language.words()

    async def translate(
        self,
        string: app_commands.locale_str,  # noqa: ARG002 - discord.py's signature; the place of a text is its key
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        """Return the text in the language in which answers to this locale's readers are, unless that is English.

        Texts name commands as the reader's Discord shows them: whoever reads Simplified Chinese for want of their own
        (Taiwan) must find them under those names.
        """
        words = self._language.words(locale)
        if words is self._english:
            return None
        key = _key_of(context)
        return words(key) if key is not None and words.has(key) else None


def describe(tree: Iterable[app_commands.Command[Any, ..., Any] | app_commands.Group], words: Words) -> None:
    """Give commands and options their English descriptions, which Discord takes apart from the translations."""
    for command in tree:
        command.description = words(f"command.{_dotted(command)}")
        if isinstance(command, app_commands.Command):
            described = {
                option.name: app_commands.locale_str(words(option_key(command, option)))
                for option in command.parameters
            }
            app_commands.describe(**described)(command)
            for choice in (choice for option in command.parameters for choice in option.choices):
                choice.name = words(f"choice.{choice.value}")


def option_key(command: app_commands.Command[Any, ..., Any], option: app_commands.Parameter) -> str:
    """Return the catalogue key of an option's description: commands that filter alike share their options' words."""
    shared = command.extras.get("options")
    return f"option.{shared or _dotted(command)}.{option.name}"


def _key_of(context: app_commands.TranslationContextTypes) -> str | None:
    match context.location:
        case Location.command_name | Location.group_name:
            return f"command-name.{_dotted(context.data)}"
        case Location.command_description | Location.group_description:
            return f"command.{_dotted(context.data)}"
        case Location.parameter_name:
            return f"option-name.{context.data.name}"
        case Location.parameter_description:
            return option_key(context.data.command, context.data)
        case Location.choice_name:
            return f"choice.{context.data.value}"
        case _:
            return None


def _dotted(command: Any) -> str:  # noqa: ANN401 - a command, a group or a context menu: all have these names
    """Return a command's name as keys have it; an entry of a message's menu, shown as a sentence, brings its own."""
    return str(command.extras.get("words") or command.qualified_name).replace(" ", ".")


def point_discord_at(api_base: str, gateway_url: str) -> None:
    """Speak to this REST API and gateway instead of Discord's own; before any client is started.

    discord.py keeps both as class attributes, so they hold for the whole process (DISCORD.md, Intents).
    """
    # Rootstock does not speak: that the libraries for voice are missing is no news.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    Route.BASE = api_base.rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


async def sync_commands(bot: RootstockBot, unit_of_work: UnitOfWork, *, always: bool = False) -> bool:
    """Tell Discord the commands if they changed since the last time, or `always`; True if they were sent.

    The hash of what was sent, and the ids that Discord gave, are kept by application, so that a second process or a
    restart sends nothing.
    """
    name, ids = f"commands:{bot.application_id}", _note_of_ids(bot)
    digest = await payload_hash(bot.tree)
    async with unit_of_work() as work:
        if not always and await work.notes.get(name) == digest and await work.notes.get(ids):
            return False
    synced = await bot.tree.sync()
    async with unit_of_work() as work:
        await work.notes.put(name, digest)
        await work.notes.put(ids, json.dumps({command.name: str(command.id) for command in synced}))
        await work.commit()
    _log.info("commands_synced", commands=len(synced))
    return True


async def synced_ids(bot: RootstockBot, unit_of_work: UnitOfWork) -> Mapping[str, int]:
    """Return the ids of the commands as they were last synced, by whichever process; none before the first time."""
    async with unit_of_work() as work:
        noted = await work.notes.get(_note_of_ids(bot))
    return {name: int(number) for name, number in json.loads(noted or "{}").items()}


def _note_of_ids(bot: RootstockBot) -> str:
    return f"command-ids:{bot.application_id}"


async def payload_hash(tree: app_commands.CommandTree[Any]) -> str:
    """Return a hash of everything Discord would be told about the commands, translations included."""
    payload = await command_payload(tree)
    return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()


async def command_payload(tree: app_commands.CommandTree[Any]) -> list[dict[str, Any]]:
    """Return what Discord would be told about the commands."""
    translator = tree.translator
    if translator is None:
        return [command.to_dict(tree) for command in tree.get_commands()]
    return [await command.get_translated_payload(tree, translator) for command in tree.get_commands()]
