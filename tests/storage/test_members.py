"""One member's own things over all tables: nothing that carries their id is missed."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Integer, insert, select

from bot.domain.members import Forgotten, Mine
from bot.domain.model import Source
from bot.domain.reviews import Report, Verdict
from bot.domain.votes import Ballot, BallotEvent, Choice, recount
from storage.engine import Database
from storage.members import PERSONAL  # With it every table is declared.
from storage.tables import Base
from storage.transaction import Transaction
from tests.domain.builders import NOW
from tests.storage.stored import store_names

ME, OTHER = 7_000_000_000_000_000_001, 7_000_000_000_000_010_007
HERE, THERE = 100, 101

NAMES_OF_PERSONAL_COLUMNS = {"user_id", "voter", "created_by", "set_up_by", "opened_by", "actor", "by"} | {
    "updated_by",
    "decided_by",
    "recipient",
}
"""How columns that hold a member's id are called."""

IMPERSONAL_COLUMNS = {
    *("id", "guild_id", "channel_id", "notice_channel_id", "thread_id", "message_id", "event_id"),
    *("model_id", "child_id", "parent_id", "tag_id", "watch_id", "delivery_id"),
    *("digest_hour", "digest_weekday", "position", "value", "looks", "likes", "downloads", "parameters"),
    *("failures", "seen", "rejected", "attempts", "wanted_revision", "shown_revision", "lease_epoch"),
    *("weekday", "hour", "minute", "log_id", "rank", "up", "down", "voters", "batch_id"),
}
"""Whole numbers that are nobody's id. A new column belongs here or above, and there also into storage/members.py."""


def whole_numbers() -> set[tuple[str, str]]:
    """Return (table, column) of every column that could hold a Discord id."""
    return {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Integer)
    }


def personal() -> set[tuple[str, str]]:
    """Return (table, column) of what export and forget know of."""
    return {(holding.table.__tablename__, holding.column) for holding in PERSONAL}


def test_every_column_that_holds_a_member_is_exported_and_forgotten() -> None:
    """By its name, in whatever table."""
    holding = {(table, column) for table, column in whole_numbers() if column in NAMES_OF_PERSONAL_COLUMNS}
    assert holding == personal()


def test_every_whole_number_is_known_to_be_somebodys_or_nobodys() -> None:
    """A new column makes whoever adds it decide whether it holds a member's id."""
    names = {column for _, column in whole_numbers()}
    assert names - NAMES_OF_PERSONAL_COLUMNS - IMPERSONAL_COLUMNS == set()


def test_the_privacy_page_names_every_part_of_the_export() -> None:
    """docs/privacy.md says of each table with a member's id what it is for."""
    page = (Path(__file__).parents[2] / "docs" / "privacy.md").read_text("utf-8")
    assert [table for table, _ in sorted(personal()) if f"`{table}`" not in page] == []


async def rows_of(database: Database, table: str) -> list[Mapping[str, Any]]:
    """Return everything in a table."""
    async with database.unit_of_work() as work:
        connection = transaction_of(work).connection
        found = await connection.execute(select(Base.metadata.tables[table]))
        return [dict(row) for row in found.mappings()]


def transaction_of(work: Any) -> Transaction:  # noqa: ANN401 - a unit of work
    """Reach below the ports: this test looks at every table, whoever it belongs to."""
    return work.members._transaction


def in_every_table(user_id: int, models: list[int], tag_id: int) -> dict[str, list[dict[str, Any]]]:
    """Return rows that carry a member's id, in every table that can; two ballots of three are live."""
    one, two, three = models
    moment = {"at": NOW}
    aside = {"guild_id": HERE, "because": "moderator", **moment}
    cast = {"cast_at": NOW, "counts_from": NOW, "entered_at": NOW, "choice": "up"}
    logged = {"voter": user_id, "counts_from": NOW, **moment}
    said = {"verdict": "poor", "purpose": "chat", "hardware": "", "format": "", "note": "@everyone", **moment}
    return {
        "server": [{"guild_id": user_id % 1000, **a_server(), "set_up_by": user_id}],
        "watch": [{"guild_id": HERE, **a_watch(), "created_by": user_id}],
        "tag": [
            {"id": tag_id, "guild_id": HERE, "key": f"tag {tag_id}", "label": f"Tag {tag_id}", "state": "open"}
            | {"created_by": user_id, "created_at": NOW}
        ],
        "tagging": [{"guild_id": HERE, "model_id": one, "tag_id": tag_id, "user_id": user_id, **moment}],
        "tag_log": [{"guild_id": HERE, "actor": user_id, "action": "merge", "tag": "a", "other": "b", **moment}],
        "discussion": [
            {"guild_id": user_id % 1000, "model_id": one, "channel_id": 5, "opened_by": user_id, "opened_at": NOW}
        ],
        "review": [{"guild_id": THERE, "model_id": two, "user_id": user_id, **said}],
        "ballot": [
            {"guild_id": HERE, "model_id": one, "user_id": user_id, **cast},
            {"guild_id": THERE, "model_id": one, "user_id": user_id, **cast},
        ],
        "ballot_log": [
            {"guild_id": HERE, "model_id": one, "action": "up", "event_id": user_id + 1, **logged},
            {"guild_id": THERE, "model_id": one, "action": "up", "event_id": user_id + 2, **logged},
            {"guild_id": HERE, "model_id": three, "action": "down", "event_id": user_id + 3, **logged},
            {"guild_id": HERE, "model_id": three, "action": "withdrawn", "event_id": user_id + 4, **logged},
        ],
        "leaderboard_schedule": [{"guild_id": user_id % 1000, **a_schedule(), "updated_by": user_id}],
        "set_aside_batch": [{"id": tag_id, "guild_id": HERE, **a_batch(), "decided_by": user_id}],
        "set_aside_ballot": [{"batch_id": tag_id, "guild_id": HERE, "model_id": one, "user_id": user_id}],
        "lane": [{"channel_id": user_id % 1000, "guild_id": HERE, "recipient": user_id, "state": "open"}],
        "delivery": [
            {"guild_id": HERE, "channel_id": user_id % 1000, "subject": "paused", "purpose": "notice"}
            | {"state": "sent", "created_at": NOW, "payload": {}}
        ],
        "voter_aside": [{**aside, "user_id": user_id, "by": None}, {**aside, "user_id": user_id + 50, "by": user_id}],
    }


def a_server() -> dict[str, Any]:
    """Return a server's settings."""
    return {"locale": "en", "timezone": "UTC", "digest_hour": 9, "digest_weekday": 0}


def a_schedule() -> dict[str, Any]:
    """Return a weekly post's day, hour and channel."""
    when: dict[str, Any] = {"weekday": 6, "hour": 18, "minute": 0, "zone": "UTC", "next_at": NOW}
    return {"channel_id": 5, "quiet_weeks": True, **when}


def a_batch() -> dict[str, Any]:
    """Return a decided bloc."""
    return {"kind": "bloc", "state": "accepted", "found_at": NOW, "decided_at": NOW, "evidence": {}}


def a_watch() -> dict[str, Any]:
    """Return a watch that runs."""
    order: dict[str, Any] = {"channel_id": 5, "name": "everything", "filter": {}, "pace": "instant", "state": "active"}
    return {**order, "starts_at": NOW, "created_at": NOW}


async def fill(database: Database) -> list[int]:
    """Let two members be in every table; the models' ids."""
    models = await store_names(database, "Qwen/One", "Qwen/Two", "Qwen/Three")
    async with database.unit_of_work() as work:
        connection = transaction_of(work).connection
        for user_id, tag_id in ((ME, 11), (OTHER, 12)):
            for table, rows in in_every_table(user_id, models, tag_id).items():
                for row in rows:
                    await connection.execute(insert(Base.metadata.tables[table]).values(row))
        await work.commit()
    return models


async def forget(database: Database, user_id: int = ME) -> Forgotten:
    """Forget somebody."""
    async with database.unit_of_work() as work:
        forgotten = await work.members.forget(user_id, now=NOW + timedelta(hours=1))
        await work.commit()
    return forgotten


async def test_the_export_holds_every_row_and_nobody_else(database: Database) -> None:
    """All tables and servers, with names of models and tags; other members' ids are left out."""
    models = await fill(database)
    async with database.unit_of_work() as work:
        found = await work.members.everything_of(ME)
    expected = {table: len(rows) for table, rows in in_every_table(ME, models, 11).items()}
    assert {table: len(rows) for table, rows in found.items()} == expected
    everything = [value for rows in found.values() for row in rows for value in row.values()]
    assert not {OTHER, ME + 50} & {value for value in everything if isinstance(value, int)}
    assert (found["tagging"][0]["model"], found["tagging"][0]["tag"]) == ("Qwen/One", "Tag 11")
    assert [row["model"] for row in found["ballot_log"]] == ["Qwen/One", "Qwen/One", "Qwen/Three", "Qwen/Three"]


async def test_nothing_that_is_forgotten_carries_the_id(database: Database) -> None:
    """No whole number in any table is the member's id any more; the other member keeps everything."""
    await fill(database)
    before = {table: await rows_of(database, table) for table, _ in personal()}
    await forget(database)
    for table in {table for table, _ in whole_numbers()}:
        left = [value for row in await rows_of(database, table) for value in row.values()]
        assert ME not in left, table
    for table, rows in before.items():
        others = [row for row in rows if OTHER in row.values()]
        now = await rows_of(database, table)
        assert [row for row in others if row not in now] == [], table


async def test_what_is_said_was_done_is_what_was_done(database: Database) -> None:
    """The figures, and whose cards change."""
    one, two, _ = await fill(database)
    assert await forget(database) == Forgotten(
        ballots=2,
        ballot_events=6,
        taggings=1,
        tags=1,
        reviews=1,
        asides=2,
        marks=1,
        names=7,
        notices=1,
        cards={HERE: frozenset({one}), THERE: frozenset({one, two})},
    )
    assert (await forget(database)).total == 0


async def test_standings_are_recounted_from_the_log_as_before(database: Database) -> None:
    """The withdrawal is logged; one number a model in all servers, joined to nothing."""
    one, _, three = await fill(database)
    await forget(database)
    log = [row for row in await rows_of(database, "ballot_log") if row["voter"] < 0]
    voters = {(row["model_id"], row["voter"]) for row in log}
    assert (len(voters), {model for model, _ in voters}) == (2, {one, three})
    assert {row["event_id"] for row in log} == {None}
    assert sorted(row["action"] for row in log) == ["down", "up", "up", "withdrawn", "withdrawn", "withdrawn"]
    everybody = [
        row for row in await rows_of(database, "ballot_log") if (row["guild_id"], row["model_id"]) == (HERE, one)
    ]
    tally = recount([event(row) for row in sorted(everybody, key=lambda row: row["id"])], NOW + timedelta(days=1))
    assert (tally.up, tally.down) == (1, 0)


def event(row: Mapping[str, Any]) -> BallotEvent:
    """Return a row of the log as the domain reads it."""
    return BallotEvent(**{name: row[name] for name in row if name != "id"})


async def test_watches_run_on_without_their_name(database: Database) -> None:
    """The watch stays active, and processes learn that it changed."""
    await fill(database)
    await forget(database)
    watches = await rows_of(database, "watch")
    assert sorted((watch["state"], watch["created_by"]) for watch in watches) == [("active", 0), ("active", OTHER)]
    async with database.unit_of_work() as work:
        assert await work.watches.version() == 1


async def test_a_ballot_cast_meanwhile_is_forgotten_whole_or_counts_whole(database: Database) -> None:
    """However they meet: a live ballot's log entry is its voter's, a forgotten one is nobody's."""
    (one,) = await store_names(database, "a/one")

    async def cast(number: int) -> None:
        async with database.unit_of_work() as work:
            connection = transaction_of(work).connection
            row = {"guild_id": number, "model_id": one, "user_id": ME, "choice": "up"}
            row |= dict.fromkeys(("cast_at", "counts_from", "entered_at"), NOW)
            logged = {"guild_id": number, "model_id": one, "voter": ME, "action": "up", "at": NOW, "counts_from": NOW}
            await connection.execute(insert(Base.metadata.tables["ballot"]).values(row))
            await connection.execute(insert(Base.metadata.tables["ballot_log"]).values(logged))
            await work.commit()

    await asyncio.gather(*(cast(number) for number in range(1, 9)), forget(database))
    live = {row["guild_id"] for row in await rows_of(database, "ballot")}
    log = await rows_of(database, "ballot_log")
    assert {row["guild_id"] for row in log if row["voter"] == ME} == live
    assert {row["guild_id"] for row in log if row["action"] == "withdrawn"} == set(range(1, 9)) - live


async def test_mine_is_gathered_by_model(database: Database) -> None:
    """One server, one member; what was said latest first."""
    one, two, _ = await fill(database)
    async with database.unit_of_work() as work:
        assert await work.members.mine(HERE, ME) == [
            Mine(one, Source.HUGGING_FACE, "Qwen/One", NOW, ballot=Ballot(Choice.UP, NOW, NOW), tags=("Tag 11",))
        ]
        said = Report(Verdict.POOR, "chat", note="@everyone")
        assert [mine.report for mine in await work.members.mine(THERE, ME)] == [said, None]
        assert [mine.model_id for mine in await work.members.mine(THERE, ME)] == [two, one]
        assert await work.members.mine(102, ME) == []
