"""What was published is what the log says, through everything that can happen to ballots."""

from datetime import timedelta
from random import Random

from sqlalchemy import update

from bot.domain.leaderboard import PublishedWeek, Schedule
from bot.domain.recounting import Difference
from bot.domain.votes import AsideBecause, Choice
from bot.workflows.cast_vote import Vote, cast_votes
from bot.workflows.publish_leaderboard import publish_week
from bot.workflows.recount_standings import RecountedWeek, recount_all
from storage.engine import Database
from storage.standing_tables import PublishedStandingRow
from storage.unit_of_work import SqlWork
from tests.domain.builders import NOW
from tests.storage.stored import store_names
from tests.turnable_clock import TurnableClock

HERE = 100
SCHEDULE = Schedule(HERE, 5, 3, 12, 0, "UTC", quiet_weeks=True, next_at=NOW)
OLD = NOW - timedelta(days=900)


def a_vote(random: Random, model_id: int, number: int) -> Vote:
    """Return somebody's vote: for, against or withdrawn; some accounts are fresh."""
    created = OLD if random.random() < 0.8 else NOW - timedelta(days=random.randint(0, 8))
    choice = random.choice((Choice.UP, Choice.UP, Choice.DOWN, None))
    return Vote(number, HERE, model_id, random.randint(1, 25), choice, created, OLD)


async def live_through(database: Database, clock: TurnableClock, models: list[int]) -> None:
    """Three weeks of votes, moderators' decisions and a member who is forgotten, with a post each Thursday."""
    random, number = Random(7), 0
    for week in range(3):
        for day in range(7):
            async with database.unit_of_work() as work:
                for _ in range(30):
                    number += 1
                    await cast_votes(work, [a_vote(random, random.choice(models), number)], clock.now())
                await decide(work, random, clock)
                await work.commit()
            if (week, day) == (1, 3):
                async with database.unit_of_work() as work:
                    await work.members.forget(7, now=clock.now())
                    await work.commit()
            clock.turn(timedelta(days=1))
        await publish(database, clock)


async def decide(work: SqlWork, random: Random, clock: TurnableClock) -> None:
    """A moderator sets one member's votes aside and lets another's in."""
    await work.votes.set_aside(HERE, random.randint(1, 25), AsideBecause.MODERATOR, by=1, now=clock.now())
    await work.votes.let_in(HERE, random.randint(1, 25), now=clock.now())


async def publish(database: Database, clock: TurnableClock) -> PublishedWeek:
    """Publish the week that ends now."""
    async with database.unit_of_work() as work:
        published = await publish_week(work, SCHEDULE, due_at=clock.now(), now=clock.now())
        await work.commit()
    assert published is not None
    return published


async def recounted(database: Database) -> list[RecountedWeek]:
    """Recount everything."""
    return [one async for one in recount_all(database.unit_of_work)]


async def test_every_published_week_is_recounted_to_the_same_numbers(database: Database, clock: TurnableClock) -> None:
    """Votes changed, withdrawn, repeated, fresh, set aside, let in and forgotten; later votes change nothing."""
    models = await store_names(database, *(f"a/model-{number}" for number in range(12)))
    await live_through(database, clock, models)
    found = await recounted(database)
    assert [(list(one.differences), one.same_rule) for one in found] == [([], True)] * 3
    assert min(one.places for one in found) >= 10


async def test_a_number_that_was_changed_is_shown(database: Database, clock: TurnableClock) -> None:
    """The recount names the model, what was published and what the log says."""
    (model,) = await store_names(database, "a/one")
    async with database.unit_of_work() as work:
        votes = [Vote(user, HERE, model, user, Choice.UP, OLD, OLD) for user in range(1, 5)]
        await cast_votes(work, votes, clock.now())
        await work.commit()
    clock.turn(timedelta(hours=1))
    await publish(database, clock)
    async with database.engine.begin() as connection:
        await connection.execute(update(PublishedStandingRow).values(up=40))
    (week,) = await recounted(database)
    assert list(week.differences) == [Difference(model, "up", 40, 4)]
