"""`rootstock recount` as an operator runs it."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import update

from bot.domain.leaderboard import Schedule
from bot.domain.votes import Choice
from bot.workflows.cast_vote import Vote, cast_votes
from bot.workflows.publish_leaderboard import publish_week
from storage.engine import open_database
from storage.standing_tables import PublishedStandingRow
from tests.domain.builders import NOW
from tests.storage.stored import store_names
from tests.terminal.commands import command

HERE = 100
OLD = NOW - timedelta(days=900)


async def test_a_recount_says_same_or_shows_the_difference(tmp_path: Path) -> None:
    """Exit code 0 where every published number is what the log says, 1 where one is not."""
    database = open_database(f"sqlite:///{tmp_path / 'rootstock.db'}")
    await database.migrate()
    none = await command("recount", environment={}, folder=tmp_path)
    (model,) = await store_names(database, "a/one")
    async with database.unit_of_work() as work:
        votes = [Vote(user, HERE, model, user, Choice.UP, OLD, OLD) for user in range(1, 5)]
        await cast_votes(work, votes, NOW - timedelta(hours=1))
        schedule = Schedule(HERE, 5, 3, 12, 0, "UTC", quiet_weeks=True, next_at=NOW)
        await publish_week(work, schedule, due_at=NOW, now=NOW)
        await work.commit()
    same = await command("recount", environment={}, folder=tmp_path)
    async with database.engine.begin() as connection:
        await connection.execute(update(PublishedStandingRow).values(up=40))
    await database.close()
    different = await command("recount", environment={}, folder=tmp_path)
    assert [none.code, same.code, different.code] == [0, 0, 1]
    assert "No week has been published yet" in none.printed
    assert "same: 1 published week is what the ballot log says" in same.printed
    assert "(1 model)" in same.printed
    assert "server 100, 2026-W39: DIFFERENT" in different.printed
    assert "up was published as 40, the log says 4" in different.printed
