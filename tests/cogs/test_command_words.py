"""What Discord is told about the commands: whole, within its limits, in every language."""

import re
from collections.abc import Iterator
from typing import Any

import discord
import simcord
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord_bot import command_payload, payload_hash, point_discord_at, sync_commands
from bot.language.words import CATALOGUES, read_catalogue
from storage.engine import Database
from tests.cogs.stage import LANGUAGE, Play, SmallHub, bot_of, make_bot, text_of
from tests.cogs.write_command_page import below
from tests.turnable_clock import TurnableClock
from tests.wire.limits_of_commands import CHAT_INPUT, errors_in_commands

COMMAND_LIMIT = 8000
"""Characters of a command with everything below it (DISCORD.md, Limits)."""

NAME = re.compile(r"[-_'\w]{1,32}")
"""Discord's rule for command and option names; letters of any script, lower case where the script has cases."""


def texts_of(locale: str) -> list[str]:
    """Return every text of a language."""
    catalogue = read_catalogue(CATALOGUES / f"{locale.replace('-', '_')}.po")
    return [template.text for templates in catalogue.values() for template in templates]


def nodes(payload: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Return every command, subcommand and option."""
    for node in payload:
        yield node
        yield from nodes(below(node))


def characters(node: dict[str, Any]) -> int:
    """Count a command's characters as Discord does: the longest localisation of each text."""
    names: dict[str, str] = node.get("name_localizations") or {}
    descriptions: dict[str, str] = node.get("description_localizations") or {}
    choices: list[dict[str, str]] = below(node, "choices")
    return (
        max(map(len, (node["name"], *names.values())))
        + max(map(len, (node["description"], *descriptions.values())))
        + sum(len(choice["name"]) + len(str(choice["value"])) for choice in choices)
        + sum(map(characters, below(node)))
    )


async def slash_commands(env: simcord.Env) -> list[dict[str, Any]]:
    """Return what Discord would be told about what can be typed; entries in menus have no description."""
    return [one for one in await command_payload(bot_of(env).tree) if one["type"] == CHAT_INPUT]


async def test_menu_entries_are_sentences_in_every_language(env: simcord.Env) -> None:
    """An entry in a message's menu has a Chinese name, and no key for one."""
    menus = [one for one in await command_payload(bot_of(env).tree) if one["type"] != CHAT_INPUT]
    assert {one["name"]: one["name_localizations"]["zh-CN"] for one in menus} == {"Vote on this model": "为此模型投票"}


async def test_every_text_exists_in_chinese_too(env: simcord.Env) -> None:
    """Every name, description and choice has its Chinese localisation."""
    payload = await slash_commands(env)
    lacking = [
        (node["name"], kind)
        for node in nodes(payload)
        for kind in ("name_localizations", "description_localizations")
        if "zh-CN" not in (node.get(kind) or {})
    ]
    assert lacking == []


async def test_names_are_what_discord_takes(env: simcord.Env) -> None:
    """Names and their translations fit Discord's rule and are unique beside one another."""
    payload = await slash_commands(env)
    names = [name for node in nodes(payload) for name in (node["name"], *node["name_localizations"].values())]
    assert [name for name in names if not NAME.fullmatch(name) or name != name.lower()] == []
    for siblings in (payload, *(below(node) for node in nodes(payload) if below(node))):
        localised = [node["name_localizations"]["zh-CN"] for node in siblings]
        assert sorted(set(localised)) == sorted(localised)


async def test_commands_stay_within_discords_limits(env: simcord.Env) -> None:
    """25 options, descriptions of 100 characters, 8,000 characters a command, required options first."""
    payload = await command_payload(bot_of(env).tree)
    assert errors_in_commands(payload) == []
    payload = await slash_commands(env)
    assert [node["name"] for node in payload if characters(node) > COMMAND_LIMIT] == []
    assert [node["name"] for node in nodes(payload) if len(below(node)) > 25] == []
    long = [node["name"] for node in nodes(payload) if not 1 <= len(node["description"]) <= 100]
    assert long == []
    for node in nodes(payload):
        required = [option.get("required", False) for option in below(node)]
        assert required == sorted(required, reverse=True)


async def test_descriptions_are_words_and_not_keys(env: simcord.Env) -> None:
    """No description or choice is a bare catalogue key or a docstring."""
    texts = {template[0].text for template in read_catalogue(CATALOGUES / "en.po").values()}
    payload = await slash_commands(env)
    assert [node["description"] for node in nodes(payload) if node["description"] not in texts] == []
    choices = [choice["name"] for node in nodes(payload) for choice in below(node, "choices")]
    assert [name for name in choices if name not in texts] == []


async def test_no_text_of_the_commands_is_left_over(env: simcord.Env) -> None:
    """Every `command.`, `option.` and name key of the catalogue belongs to something that exists."""
    tree = bot_of(env).tree
    payload = await command_payload(tree)
    names = {node["name"] for node in nodes(payload)}
    catalogue = read_catalogue(CATALOGUES / "en.po")
    left_over = [key for key in catalogue if key.startswith("option-name.") and key.partition(".")[2] not in names]
    commands = {command.qualified_name.replace(" ", ".") for command in tree.walk_commands()}
    commands |= {menu.extras["words"] for menu in tree.get_commands(type=discord.AppCommandType.message)}
    for prefix in ("command.", "command-name."):
        left_over += [key for key in catalogue if key.startswith(prefix) and key.removeprefix(prefix) not in commands]
    assert left_over == []


async def test_commands_are_synced_once_until_they_change(play: Play) -> None:
    """The same commands are sent once; a second start sends nothing; `sync-commands` always does."""
    bot = bot_of(play.env)
    assert [
        await sync_commands(bot, play.database.unit_of_work),
        await sync_commands(bot, play.database.unit_of_work),
        await sync_commands(bot, play.database.unit_of_work, always=True),
    ] == [True, False, True]


async def test_the_hash_of_the_commands_is_the_same_in_every_process(
    env: simcord.Env, stage_database: Database, clock: TurnableClock
) -> None:
    """A second bot computes the same hash, so that it does not sync again."""
    other = make_bot(stage_database, SmallHub(), clock)
    await other.setup_hook()
    assert await payload_hash(other.tree) == await payload_hash(bot_of(env).tree)


async def test_help_names_only_commands_that_exist(play: Play) -> None:
    """Every command in /help exists, and every command of moderators is in it."""
    said = await play.say("help")
    named = {name.strip() for name in re.findall(r"`/([a-z]+(?: [a-z]+)?)`", said)}
    real = {command.qualified_name for command in bot_of(play.env).tree.walk_commands()}
    groups = {name.rpartition(" ")[0] for name in real}
    assert (named - real, real - groups - {"help"} - named) == (set(), set())


async def test_members_are_pointed_to_a_moderator(play: Play) -> None:
    """A member's /help names no command that they cannot use."""
    said = text_of(await play.member.slash(play.channel, "help"))
    assert "/setup" not in said


async def test_texts_in_every_language_name_only_commands_that_exist(env: simcord.Env) -> None:
    """No text anywhere sends a reader to a command that is not there."""
    real = {command.qualified_name for command in bot_of(env).tree.walk_commands()}
    unknown = {
        (words.locale, name)
        for words in LANGUAGE.all()
        for text in texts_of(words.locale)
        for name in re.findall(r"`/([a-z]+(?: [a-z]+)?)", text)
        if name not in real and name.split(" ", 1)[0] not in real
    }
    assert unknown == set()


def test_discord_can_be_pointed_elsewhere() -> None:
    """REST and gateway go where they are told, for a proxy or a stand-in."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    try:
        point_discord_at("http://127.0.0.1:1/api/v10/", "ws://127.0.0.1:2/")
        assert Route("GET", "/x").url == "http://127.0.0.1:1/api/v10/x"
        assert str(DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:2/"
    finally:
        point_discord_at(base, str(gateway))
