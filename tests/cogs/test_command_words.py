"""What Discord is told about the commands: whole, within its limits, in every language."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import discord
import pytest
import simcord
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord_bot import command_payload, payload_hash, point_discord_at, sync_commands, synced_ids
from bot.language.command_names import OPTION, PLAIN, PRESSED
from bot.language.words import CATALOGUES, Language, Template, read_catalogue
from storage.engine import Database
from tests.cogs.stage import LANGUAGE, Play, SmallHub, bot_of, make_bot, text_of
from tests.cogs.write_command_page import below
from tests.turnable_clock import TurnableClock
from tests.wire.limits_of_commands import CHAT_INPUT, errors_in_commands

COMMAND_LIMIT = 8000
"""Characters of a command with everything below it (DISCORD.md, Limits)."""

BRACES = re.compile(r"\{[^}]*\}")

NAME = re.compile(r"[-_'\w]{1,32}")
"""Discord's rule for command and option names; letters of any script, lower case where the script has cases."""


def templates_of(locale: str) -> dict[str, tuple[Template, ...]]:
    """Return every text of a language, by its key."""
    return dict(read_catalogue(CATALOGUES / f"{locale.replace('-', '_')}.po"))


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


async def test_descriptions_end_alike(env: simcord.Env) -> None:
    """Without a full stop, in every language: they are labels, and the page of all commands adds its own."""
    payload = await slash_commands(env)
    texts = {
        text for node in nodes(payload) for text in (node["description"], *node["description_localizations"].values())
    }
    assert [text for text in sorted(texts) if text[-1] in ".。!！?？…,，:："] == []


async def test_descriptions_are_words_and_not_keys(env: simcord.Env) -> None:
    """No description or choice is a bare catalogue key or a docstring."""
    english = LANGUAGE.words()
    described = ("command.", "option.", "choice.")
    texts = {english(key) for key in templates_of("en") if key.startswith(described)}
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


async def test_texts_name_only_commands_and_options_that_exist(env: simcord.Env) -> None:
    """No text anywhere sends a reader to a command, or an option of one, that is not there."""
    commands = {command.qualified_name: command for command in bot_of(env).tree.walk_commands()}
    options = {node["name"] for node in nodes(await slash_commands(env))}
    unknown = {
        (words.locale, key, reference)
        for words in LANGUAGE.all()
        for key, templates in templates_of(words.locale).items()
        for reference in {name for template in templates for name in template.references}
        if not is_there(reference, commands, options)
    }
    assert unknown == set()


def is_there(reference: str, commands: Mapping[str, Any], options: Collection[str]) -> bool:
    """Tell whether a reference in a text leads somewhere; a group of commands cannot be pressed."""
    if reference.startswith(OPTION):
        return reference.removeprefix(OPTION) in options
    command = commands.get(reference.removeprefix(PLAIN).removeprefix(PRESSED))
    return isinstance(command, app_commands.Command)


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_no_text_spells_a_command_or_an_option_out(locale: str) -> None:
    """Discord shows them in the reader's language: a text says `{/tag browse}` or `{option tag}` instead.

    Where this fails on a text of yours, put the name into such a reference (docs/decisions/0014). The demo's page
    takes commands by their English names only, whatever its reader's language is.
    """
    names = {key.rpartition(".")[2] for key in templates_of("en") if key.startswith(("command-name.", "option-name."))}
    spelt = re.compile(rf"(?<![\w{{/.:])/[a-z]{{2,}}|[`“](?:{'|'.join(sorted(names))})[`”:：]")
    found = {
        key: template.text
        for key, templates in templates_of(locale).items()
        for template in templates
        if spelt.search(BRACES.sub("", template.text)) and not key.startswith("demo.")
    }
    assert found == {}


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_what_cannot_be_pressed_is_no_mention(locale: str) -> None:
    """Descriptions, choices, menus and the terminal show text as it is: a mention there would be a row of digits."""
    shown_as_they_are = ("command.", "option.", "choice.", "preset.", "demo.", "export.", "picture.", "discord.status")
    pressed = {
        key
        for key, templates in templates_of(locale).items()
        if key.startswith(shown_as_they_are)
        for template in templates
        if any(name.startswith(PRESSED) for name in template.references)
    }
    assert pressed == set()


async def test_readers_of_another_chinese_find_what_texts_name(env: simcord.Env) -> None:
    """Taiwan reads our Simplified Chinese: its commands are called so there, too."""
    for node in nodes(await slash_commands(env)):
        assert node["name_localizations"]["zh-TW"] == node["name_localizations"]["zh-CN"]
        assert "en-GB" not in node["name_localizations"]


async def test_texts_mention_commands_once_their_ids_are_known(play: Play) -> None:
    """As clients show them: to press, in each reader's own language. Until then they are named in ours."""
    language = Language.load()
    english, chinese = language.words("en"), language.words("zh-CN")
    assert ("`/privacy export`" in english("me.next"), "`/隐私 导出`" in chinese("me.next")) == (True, True)
    await sync_commands(bot_of(play.env), play.database.unit_of_work)
    language.learn_commands(await synced_ids(bot_of(play.env), play.database.unit_of_work))
    real = {one.name: one.id for one in await bot_of(play.env).tree.fetch_commands()}
    for words in (english, chinese):
        assert f"</privacy export:{real['privacy']}>" in words("me.next")
    assert "用“加入”选项" in chinese("tag.curated-none")
    assert chinese("option.setup.preset").endswith("/关注 新增 自定义")


async def test_ids_are_known_again_after_a_restart(play: Play) -> None:
    """Another process reads what the one that synced wrote down; a database of before that syncs once more."""
    bot, work = bot_of(play.env), play.database.unit_of_work
    assert await synced_ids(bot, work) == {}
    async with work() as opened:
        await opened.notes.put(f"commands:{bot.application_id}", await payload_hash(bot.tree))
        await opened.commit()
    assert [await sync_commands(bot, work), await sync_commands(bot, work)] == [True, False]
    assert (await synced_ids(bot, work)).keys() == {command.name for command in await bot.tree.fetch_commands()}


def test_discord_can_be_pointed_elsewhere() -> None:
    """REST and gateway go where they are told, for a proxy or a stand-in."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    try:
        point_discord_at("http://127.0.0.1:1/api/v10/", "ws://127.0.0.1:2/")
        assert Route("GET", "/x").url == "http://127.0.0.1:1/api/v10/x"
        assert str(DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:2/"
    finally:
        point_discord_at(base, str(gateway))
