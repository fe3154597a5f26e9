"""Every ballot counts in one week: also one that ages, or is let in, after the week in which it was cast is over."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.domain.leaderboard import PublishedWeek
from bot.domain.votes import AsideBecause, BallotKey, Choice
from bot.workflows.audit_ballots import AuditBallots
from bot.workflows.cast_vote import Vote, cast_votes
from bot.workflows.decide_integrity import DecideIntegrity
from bot.workflows.recount_standings import recount_all
from storage.engine import Database
from tests.storage.stored import store_names
from tests.turnable_clock import TurnableClock
from tests.workflows.test_publish_leaderboard import GUILD, HOUR, SUNDAY, WEEK, publish, scheduled

DAY = timedelta(days=1)
OLD = SUNDAY - timedelta(days=900)
MODERATOR = 1


class Box:
    """A server with a weekly post, in which members vote as their buttons let them."""

    def __init__(self, database: Database, clock: TurnableClock) -> None:
        self.database = database
        self.clock = clock
        self._votes = 0

    async def vote(self, model_id: int, users: Collection[int], *, created: datetime = OLD) -> None:
        """Let members vote a model up, now."""
        async with self.database.unit_of_work() as work:
            votes = [self._vote(model_id, user, created) for user in users]
            await cast_votes(work, votes, self.clock.now())
            await work.commit()

    def _vote(self, model_id: int, user: int, created: datetime) -> Vote:
        self._votes += 1
        return Vote(self._votes, GUILD, model_id, user, Choice.UP, created, OLD)

    async def weeks(self, *moments: datetime) -> Sequence[dict[int, int]]:
        """Let weeks be published at these moments; how many voters each model had in each."""
        counted: list[dict[int, int]] = []
        for moment in moments:
            self.clock.moment = moment
            await publish(self.database)
            counted.append(await self._voters())
        return counted

    async def _voters(self) -> dict[int, int]:
        async with self.database.unit_of_work() as work:
            (week,) = await work.leaderboards.weeks(GUILD, limit=1)
            places = await work.leaderboards.places(GUILD, week.week, offset=0, limit=100)
        return {one.model_id: round(one.voters) for one in places}

    async def set_aside(self, kind: AsideBecause, model_id: int, users: Collection[int]) -> None:
        """Set a batch of votes aside, as the watch does."""
        keys = [BallotKey(GUILD, model_id, user) for user in users]
        async with self.database.unit_of_work() as work:
            await work.integrity.set_aside(kind, keys, {"accounts": len(keys)}, self.clock.now())
            await work.commit()

    async def different(self) -> Sequence[PublishedWeek]:
        """Return the weeks that are recounted otherwise."""
        return [one.week async for one in recount_all(self.database.unit_of_work) if one.differences]


async def a_box(database: Database, clock: TurnableClock) -> tuple[Box, int, int]:
    """Return a server with two models, two days before its post is due."""
    await scheduled(database, clock)
    one, two = await store_names(database, "a/one", "a/two")
    clock.moment = SUNDAY - 2 * DAY
    return Box(database, clock), one, two


async def test_a_fresh_ballot_counts_in_the_week_in_which_it_ages(database: Database, clock: TurnableClock) -> None:
    """Cast on Friday by accounts that are a week old on Monday: in the next post, and only there."""
    box, one, two = await a_box(database, clock)
    await box.vote(one, range(1, 9), created=SUNDAY + DAY - timedelta(days=7))
    await box.vote(two, range(1, 5))
    assert await box.weeks(SUNDAY, SUNDAY + WEEK, SUNDAY + 2 * WEEK) == [{two: 4}, {one: 8}, {}]
    assert await box.different() == []


async def test_one_that_ages_before_a_late_post_waits_for_the_next(database: Database, clock: TurnableClock) -> None:
    """The week ends at its hour, whenever it is published."""
    box, one, _ = await a_box(database, clock)
    await box.vote(one, [1], created=SUNDAY + HOUR - timedelta(days=7))
    assert await box.weeks(SUNDAY + 5 * HOUR, SUNDAY + WEEK) == [{}, {one: 1}]


async def test_a_batch_counts_in_the_week_in_which_it_is_accepted(database: Database, clock: TurnableClock) -> None:
    """Found on Friday, let in on Tuesday: the week that is under way counts it."""
    box, one, two = await a_box(database, clock)
    await box.vote(one, range(1, 9))
    await box.vote(two, range(30, 34))
    clock.turn(timedelta(minutes=5))
    await box.set_aside(AsideBecause.BLOC, one, range(1, 9))
    first = await box.weeks(SUNDAY)
    clock.moment = SUNDAY + 2 * DAY
    await DecideIntegrity(database.unit_of_work, clock).accept(GUILD, 1, by=MODERATOR)
    assert [*first, *await box.weeks(SUNDAY + WEEK, SUNDAY + 2 * WEEK)] == [{two: 4}, {one: 8}, {}]
    assert await box.different() == []


async def test_one_that_was_counted_is_not_counted_again(database: Database, clock: TurnableClock) -> None:
    """A member who is set aside on Monday and let in on Tuesday has had their week; their old votes are no news."""
    box, one, two = await a_box(database, clock)
    await box.vote(one, range(1, 4))
    first = await box.weeks(SUNDAY)
    await box.vote(two, [1])
    audit = AuditBallots(database.unit_of_work, clock)
    clock.moment = SUNDAY + DAY
    await audit.set_aside(GUILD, 1, by=MODERATOR)
    clock.turn(DAY)
    await audit.let_in(GUILD, 1, by=MODERATOR)
    assert [*first, *await box.weeks(SUNDAY + WEEK)] == [{one: 3}, {two: 1}]
    assert await box.different() == []


async def test_one_that_is_let_in_before_its_week_is_over_stays_in_it(database: Database, clock: TurnableClock) -> None:
    """Nothing was published without it."""
    box, one, _ = await a_box(database, clock)
    await box.vote(one, range(1, 4))
    await box.set_aside(AsideBecause.BURST, one, range(1, 4))
    clock.turn(HOUR)
    await DecideIntegrity(database.unit_of_work, clock).accept(GUILD, 1, by=MODERATOR)
    assert await box.weeks(SUNDAY, SUNDAY + WEEK) == [{one: 3}, {}]


async def test_one_that_is_aside_for_two_reasons_enters_with_the_last(database: Database, clock: TurnableClock) -> None:
    """Its batch is accepted while its member is set aside: it counts when the member is let in."""
    box, one, _ = await a_box(database, clock)
    await box.vote(one, range(1, 4))
    await box.set_aside(AsideBecause.BLOC, one, range(1, 4))
    audit = AuditBallots(database.unit_of_work, clock)
    await audit.set_aside(GUILD, 1, by=MODERATOR)
    first = await box.weeks(SUNDAY)
    await DecideIntegrity(database.unit_of_work, clock).accept(GUILD, 1, by=MODERATOR)
    second = await box.weeks(SUNDAY + WEEK)
    await audit.let_in(GUILD, 1, by=MODERATOR)
    assert [*first, *second, *await box.weeks(SUNDAY + 2 * WEEK)] == [{}, {one: 2}, {one: 1}]
    assert await box.different() == []
