"""A member who lived in every corner of Rootstock: all of it is exported, and nothing that is left leads to them."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from bot.domain.clock import Clock
from bot.domain.delivery import Purpose
from bot.domain.leaderboard import Schedule
from bot.domain.votes import Choice
from bot.workflows.cast_vote import Vote, cast_votes
from bot.workflows.export_member import ExportMember
from bot.workflows.forget_member import ForgetMember
from bot.workflows.publish_leaderboard import publish_week
from bot.workflows.read_tags import ReadTags
from bot.workflows.recount_standings import recount_all
from bot.workflows.tag_model import TagModel
from storage.engine import Database
from storage.tables import Base
from tests.domain.builders import NOW
from tests.storage.stored import store_names
from tests.storage.test_members import in_every_table, rows_of, transaction_of
from tests.turnable_clock import TurnableClock
from tests.workflows.bell import Bell

DISCORD_EPOCH = 1_420_070_400_000
"""Milliseconds; the first one of 2015, from which Discord's ids count (its documentation, Snowflakes)."""

CREATED = NOW - timedelta(days=2, milliseconds=1_234_567)
JOINED = NOW - timedelta(days=1, milliseconds=7_654_321)
ME = ((int(CREATED.timestamp() * 1000) - DISCORD_EPOCH) << 22) + 77
OTHERS = range(1, 5)
HERE, THERE, CONVERSATION = 500, 501, 1_456_074_443_980_800_027
OLD = NOW - timedelta(days=900)


def traces() -> set[str]:
    """Return everything that follows from the id, as it could be written: whole, by its moment, or as that ages."""
    ages = (timedelta(), timedelta(days=3), timedelta(days=7))
    moments = [moment + age for moment in (CREATED, JOINED) for age in ages]
    moments += [rounded for moment in moments for rounded in around(moment)]
    numbers = [str(ME), f"{ME:x}", str(ME >> 22), str(int(CREATED.timestamp() * 1000)), str(CONVERSATION)]
    return {*numbers, *(moment.isoformat() for moment in moments)}


def around(moment: datetime) -> Iterator[datetime]:
    """Yield a moment to the second, and the whole minutes, hours and days before and after it."""
    second = moment.replace(microsecond=0)
    yield second
    minute = second.replace(second=0)
    for whole, step in ((minute, {"minutes": 1}), (minute.replace(minute=0), {"hours": 1})):
        yield from (whole, whole + timedelta(**step))
    day = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    yield from (day, day + timedelta(days=1))


def leads_to_me(row: Mapping[str, Any]) -> bool:
    """Tell whether any value of a row holds a trace."""
    written = [value.isoformat() if isinstance(value, datetime) else str(value) for value in row.values()]
    return any(trace in text for trace in traces() for text in written)


async def led_to_me(database: Database) -> dict[str, list[Mapping[str, Any]]]:
    """Return the rows of every table that lead to me."""
    found = {
        table: [row for row in await rows_of(database, table) if leads_to_me(row)] for table in Base.metadata.tables
    }
    return {table: rows for table, rows in found.items() if rows}


async def live(database: Database, clock: TurnableClock) -> None:
    """Be in every table; vote with a fresh account; be written to directly; a week is published in one server."""
    models = await store_names(database, "Qwen/One", "Qwen/Two", "Qwen/Three")
    async with database.unit_of_work() as work:
        for table, rows in in_every_table(ME, models, 11).items():
            for row in rows:
                await transaction_of(work).connection.execute(insert(Base.metadata.tables[table]).values(row))
        await cast_votes(work, list(votes(models)), clock.now())
        await work.deliveries.enqueue(
            guild_id=HERE,
            channel_id=CONVERSATION,
            subject="paused",
            purpose=Purpose.NOTICE,
            now=clock.now(),
            recipient=ME,
        )
        await work.commit()
    clock.turn(timedelta(days=5, hours=3))
    async with database.unit_of_work() as work:
        schedule = Schedule(HERE, 5, 3, 12, 0, "UTC", quiet_weeks=True, next_at=NOW)
        assert await publish_week(work, schedule, due_at=clock.now(), now=clock.now())
        await work.commit()


def votes(models: Sequence[int]) -> Iterator[Vote]:
    """Yield my fresh votes in two servers, one of them changed, and those of a few others who are not fresh."""
    for number, (guild, model, choice) in enumerate(
        [(HERE, 0, Choice.UP), (HERE, 1, Choice.DOWN), (HERE, 1, Choice.UP), (THERE, 0, Choice.UP)]
    ):
        yield Vote(ME + 1000 + number, guild, models[model], ME, choice, CREATED, JOINED)
    for number in OTHERS:
        yield Vote(number, HERE, models[0], number, Choice.UP, OLD, OLD)


async def recounts(database: Database) -> list[tuple[int, Sequence[object]]]:
    """Return how many places each published week has, and what a recount finds otherwise."""
    return [(one.places, one.differences) async for one in recount_all(database.unit_of_work)]


async def test_the_export_holds_every_row_that_leads_to_me(database: Database, clock: TurnableClock) -> None:
    """Whatever column it is in: nothing that could be found about me is kept from me."""
    await live(database, clock)
    found = await led_to_me(database)
    async with database.unit_of_work() as work:
        exported = await work.members.everything_of(ME)
    missing = {
        table: [row for row in rows if row["id" if "id" in row else "guild_id"] not in known(exported.get(table, ()))]
        for table, rows in found.items()
    }
    assert {table: rows for table, rows in missing.items() if rows} == {}
    assert {table for table, rows in exported.items() if rows} == found.keys() | {"delivery", "lane"}


def known(rows: Sequence[Mapping[str, Any]]) -> set[Any]:
    """Return what tells the rows of an export apart."""
    return {row["id" if "id" in row else "guild_id"] for row in rows}


async def test_nothing_that_is_left_leads_to_me(database: Database, clock: TurnableClock) -> None:
    """No id, no conversation, and no moment that follows from when the account was made or joined.

    A server that had set me aside keeps a hash, which only somebody who knows my id can find: I am told of it.
    """
    await live(database, clock)
    assert "ballot_log" in await led_to_me(database)
    await ForgetMember(database.unit_of_work, clock, Bell())(ME)
    assert await led_to_me(database) == {}
    async with database.unit_of_work() as work:
        found = await work.members.everything_of(ME)
    assert {table: len(rows) for table, rows in found.items() if rows} == {"forgotten_aside": 1}
    assert (await ExportMember(database.unit_of_work, clock)(ME, str)).things == 1


async def test_published_weeks_are_recounted_as_before(database: Database, clock: TurnableClock) -> None:
    """My ballots had aged in one of them, and still count there."""
    await live(database, clock)
    (before,) = await recounts(database)
    await ForgetMember(database.unit_of_work, clock, Bell())(ME)
    assert await recounts(database) == [before]
    assert (before[0], list(before[1])) == (2, [])


async def test_others_can_be_written_to_and_are_not_read(database: Database, clock: Clock) -> None:
    """Forgetting one member leaves another's conversation alone."""
    async with database.unit_of_work() as work:
        for person in (ME, 7):
            await work.deliveries.enqueue(
                guild_id=HERE, channel_id=person % 1000, subject="x", purpose=Purpose.NOTICE, now=NOW, recipient=person
            )
        await work.commit()
    forgotten = await ForgetMember(database.unit_of_work, clock, Bell())(ME)
    assert forgotten.notices == 1
    assert [row["recipient"] for row in await rows_of(database, "lane")] == [7]
    assert len(await rows_of(database, "delivery")) == 1


async def test_a_tag_that_others_put_meanwhile_stays(database: Database, clock: Clock) -> None:
    """Whoever tags while I am forgotten loses nothing, though nobody else had used the tag before."""
    (model,) = await store_names(database, "Qwen/One")
    tags, read = TagModel(database.unit_of_work, clock), ReadTags(database.unit_of_work, clock)
    await tags.add(HERE, model, ME, "shared, mine alone")
    await asyncio.gather(
        *(tags.add(HERE, model, person, "shared") for person in range(10, 14)),
        ForgetMember(database.unit_of_work, clock, Bell())(ME),
        *(tags.add(HERE, model, person, "Shared") for person in range(20, 24)),
    )
    tagged = await read.of_model(HERE, model, ME)
    assert (tagged.model.id, [(one.tag.key, one.members) for one in tagged.tags]) == (model, [("shared", 8)])
    assert [tag.key for tag in await read.known(HERE)] == ["shared"]
