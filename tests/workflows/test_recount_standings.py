"""What was published is what the log says, through everything that can happen to ballots."""

from datetime import timedelta
from random import Random

from sqlalchemy import delete, update

from bot.domain.leaderboard import PublishedWeek, Schedule
from bot.domain.recounting import Difference
from bot.domain.votes import AsideBecause, Choice
from bot.workflows.cast_vote import Vote, cast_votes
from bot.workflows.publish_leaderboard import publish_week
from bot.workflows.recount_standings import RecountedWeek, recount_all
from storage.engine import Database
from storage.standing_tables import PublishedStandingRow
from storage.tables import ModelRow
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


async def two_equals(database: Database, clock: TurnableClock) -> tuple[int, int]:
    """Return two models with the same votes, of which the first came out first."""
    one, two = await store_names(database, "a/one", "a/two")
    await change(database, one, released_at=NOW - timedelta(days=5))
    await change(database, two, released_at=NOW - timedelta(days=3))
    async with database.unit_of_work() as work:
        votes = [
            Vote(100 * model + user, HERE, model, user, Choice.UP, OLD, OLD)
            for model in (one, two)
            for user in (1, 2, 3)
        ]
        await cast_votes(work, votes, clock.now())
        await work.commit()
    clock.turn(timedelta(hours=1))
    return one, two


async def change(database: Database, model_id: int, **values: object) -> None:
    """Change what is known of a model."""
    async with database.engine.begin() as connection:
        await connection.execute(update(ModelRow).where(ModelRow.id == model_id).values(values))


async def test_a_release_date_that_is_learnt_later_changes_nothing(database: Database, clock: TurnableClock) -> None:
    """Ties were broken by what was known then, and that is kept with the week."""
    _, two = await two_equals(database, clock)
    await publish(database, clock)
    await change(database, two, released_at=NOW - timedelta(days=9))
    (week,) = await recounted(database)
    assert list(week.differences) == []


async def test_a_model_that_was_away_may_come_back(database: Database, clock: TurnableClock) -> None:
    """Gone when the week was published, there again later; and the other way round."""
    one, two = await two_equals(database, clock)
    await change(database, one, stage="gone")
    await publish(database, clock)
    await change(database, one, stage="settled")
    await change(database, two, stage="gone")
    (week,) = await recounted(database)
    assert (week.places, list(week.differences)) == (1, [])


async def test_a_model_that_was_left_out_by_hand_is_shown(database: Database, clock: TurnableClock) -> None:
    """A place that is no longer there was not left out when the week was published."""
    one, _ = await two_equals(database, clock)
    await publish(database, clock)
    async with database.engine.begin() as connection:
        await connection.execute(delete(PublishedStandingRow).where(PublishedStandingRow.model_id == one))
    (week,) = await recounted(database)
    assert Difference(one, "voters", None, 3) in week.differences


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
