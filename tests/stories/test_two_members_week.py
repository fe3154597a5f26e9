"""Two members' week, in English and in Chinese, with the bot restarted every night and now and then by day."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import discord
import pytest
from discord import app_commands
from sqlalchemy import select
from structlog.testing import capture_logs

from storage.community_tables import BallotRow
from storage.tables import Base
from tests.cogs.conftest import env, hub, play, stage_database
from tests.cogs.stage import LANGUAGE, Play, bot_of, reading, texts_in
from tests.stories.days import WEEK, moving_in, night
from tests.stories.notebook import Notebook, cogs_without_a_story, not_told
from tests.stories.people import Person, Week, pressable

__all__ = ["env", "hub", "play", "stage_database"]


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
async def test_two_members_week(play: Play, locale: str) -> None:
    """All that members can do is done, wrongly too; cards, database and exports agree; at the end one is forgotten."""
    with reading(locale), capture_logs() as logs:
        week = Week(play, locale)
        await moving_in(week)
        for day in WEEK:
            for happens in day:
                await happens(week)
            await night(week)
        await the_cards_say_what_the_ballots_say(week)
        await everybodys_export_is_complete(week)
        await one_is_forgotten(week)
    assert [event for event in logs if event["log_level"] in {"error", "critical"}] == []
    assert not_told(bot_of(play.env), week.notebook) == []


async def the_cards_say_what_the_ballots_say(week: Week) -> None:
    """Every card in the server counts the ballots that count, whether a feed posted it or a member showed it."""
    rows = await rows_of(week.play, BallotRow.__table__)
    now = week.play.clock.now()
    counted = Counter(
        (row["model_id"], str(row["choice"])) for row in rows if row["set_aside"] is None and row["counts_from"] <= now
    )
    seen: set[int] = set()
    for layout in everybodys_messages(week):
        for model, choice, number in counters_on(layout):
            seen.add(model)
            if f"v1:discuss:{model}" in pressable(layout):
                assert number == counted[model, choice]
            elif counted[model, choice]:
                # A discussion's opening counts in its text; its buttons never do.
                told = LANGUAGE.words(week.locale)(f"community.{choice}", count=counted[model, choice])
                assert told in "\n".join(texts_in(layout)).replace("**", "")
    assert seen >= set(week.models.values())
    assert len(counted) >= 5


def everybodys_messages(week: Week) -> Iterator[Any]:
    """Yield the layout of every message of Rootstock that everybody sees, in channels and threads."""
    us = week.play.env.backend.bot_user.id
    for channel in week.play.guild.channels.values():
        for message in (one for place in (channel, *channel.threads) for one in place.history()):
            if message.author.id == us and not message.flags.ephemeral:
                yield [one.to_dict() for one in message.components]


def counters_on(components: Any) -> Iterator[tuple[int, str, int]]:  # noqa: ANN401 - what Discord was sent
    """Yield model, choice and number of each vote button."""
    for component in components:
        what, _, model = component.get("custom_id", "").removeprefix("v1:").partition(":")
        if what in {"up", "down"}:
            yield int(model), what, int("".join(filter(str.isdigit, component["label"])) or 0)
        yield from counters_on(component.get("components") or [])


async def rows_of(play: Play, table: Any) -> list[Mapping[str, Any]]:  # noqa: ANN401 - any table
    """Read a table as it is stored."""
    async with play.database.engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(select(table))).mappings()]


async def everybodys_export_is_complete(week: Week) -> None:
    """It holds every row of the whole database that carries the member's id, with what they said in it."""
    for person in (week.em, week.mo):
        exported = await export_of(week, person)
        stored = await rows_about(week, person)
        assert {table: len(exported[table]) for table in stored} == {table: len(rows) for table, rows in stored.items()}
        for table, rows in stored.items():
            for told, kept in zip(by_key(table, exported[table]), by_key(table, rows), strict=True):
                assert texts_and_numbers(told, kept) == texts_and_numbers(kept, told), table
    em, mo = [await export_of(week, person) for person in (week.em, week.mo)]
    assert {"ballot", "ballot_log", "tagging", "tag", "review", "discussion"} <= set(await rows_about(week, week.em))
    assert {(row["model"], row["choice"]) for row in em["ballot"]} >= {("Qwen/Qwen3-8B", "up")}
    assert "Fast." in {row["note"] for row in em["review"]}
    assert "笔记本能跑" in {row["tag"] for row in em["tagging"]}
    assert {row["action"] for row in em["ballot_log"]} >= {"up", "down", "withdrawn", "set_aside", "let_in"}
    assert {"ban", "unban", "merge", "rename", "alias"} <= {row["action"] for row in mo["tag_log"]}


async def rows_about(week: Week, person: Person) -> Mapping[str, list[Mapping[str, Any]]]:
    """Return every row of the database in which a member's id stands anywhere."""
    everything = {name: await rows_of(week.play, table) for name, table in Base.metadata.tables.items()}
    about = {name: [row for row in rows if person.id in row.values()] for name, rows in everything.items()}
    return {name: rows for name, rows in about.items() if rows}


async def export_of(week: Week, person: Person) -> Mapping[str, list[Mapping[str, Any]]]:
    """Let a member ask for their file; what is in it."""
    answer = (await person.uses("privacy export")).says("privacy.exported")
    (attached,) = answer.message.attachments
    return json.loads(week.play.env.backend.cdn.get(attached.url))


def by_key(table: str, rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Sort rows of a table by its key, written as text."""
    key = [column.name for column in Base.metadata.tables[table].primary_key]
    return sorted(rows, key=lambda row: [str(row[name]) for name in key if name in row])


def texts_and_numbers(row: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the texts and numbers of a row that the other has as well, written as text; moments are written anew."""
    return {
        name: str(value)
        for name, value in row.items()
        if name in other and isinstance(value, str | int) and not is_moment(name)
    }


def is_moment(name: str) -> bool:
    """Tell whether a column holds a moment, which a file writes as text."""
    return name == "at" or name.endswith(("_at", "_from"))


async def one_is_forgotten(week: Week) -> None:
    """Whoever says no keeps everything; whoever says yes is nowhere any more, and cards count on without them."""
    em = week.em
    before = await rows_about(week, em)
    asked = (await em.uses("privacy forget")).says("privacy.ask")
    (await em.presses(asked.message, "v1:forget:no")).says("privacy.kept")
    assert await rows_about(week, em) == before
    asked = await em.uses("privacy forget")
    await night(week)
    (await em.presses(asked.message, "v1:forget:yes")).says("privacy.forgotten", "privacy.done.reviews")
    assert await rows_about(week, em) == {}
    (await em.uses("me")).says("me.nothing-yet")
    await night(week)
    await the_cards_say_what_the_ballots_say(week)
    (await week.mo.uses("audit", model="Qwen/Qwen3-8B")).says("audit.forgotten").hides(f"<@{em.id}>")


async def test_what_nobody_did_is_named(play: Play) -> None:
    """The proof has teeth: in a story in which nothing happens, every command, option and button is missing."""
    bot, notebook = bot_of(play.env), Notebook()
    missing = not_told(bot, notebook)
    assert {"vote", "vote choice withdraw", "vote model?", "Vote on this model", "tag curate", "v1:tagopen"} <= set(
        missing
    )
    notebook.follow(bot)
    await play.member.slash(play.channel, "vote", model="nobody/nothing", choice="up")
    assert set(missing) - set(not_told(bot, notebook)) == {"vote", "vote model", "vote choice", "vote choice up"}
    assert cogs_without_a_story(bot) == set()


async def test_a_new_command_without_a_story_is_named(play: Play) -> None:
    """A command that is added to a cog of the story is asked for."""
    bot = bot_of(play.env)
    everything = not_told(bot, Notebook())

    async def invented(interaction: discord.Interaction) -> None:
        """Do nothing."""
        del interaction

    command = app_commands.Command[Any, ..., None](name="invented", description="New", callback=invented)
    bot.cogs["Voting"].__cog_app_commands__.append(command)
    assert set(not_told(bot, Notebook())) - set(everything) == {"invented"}
