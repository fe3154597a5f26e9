"""A server's week: published once, with what it counts; late, by hand, quiet, twice at once, and killed in between."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.delivery import Purpose
from bot.domain.errors import Refusal
from bot.domain.leaderboard import LeaderboardFacts, PublishedWeek, Schedule
from bot.domain.model import Kind
from bot.domain.reviews import Report, Review, Verdict
from bot.domain.server import Server
from bot.domain.votes import Ballot, BallotKey, Choice
from bot.domain.windows import Week
from bot.workflows.deliver_pending import DeliverPending
from bot.workflows.ports import Work
from bot.workflows.prepare_post import prepare_post
from bot.workflows.publish_leaderboard import publish_due_weeks
from bot.workflows.read_leaderboard import week_facts
from bot.workflows.schedule_leaderboard import ScheduleLeaderboard, ScheduleWish
from storage.engine import Database, open_database
from tests.domain.builders import classification, hub_model
from tests.storage.stored import store, to_put
from tests.turnable_clock import TurnableClock
from tests.workflows.bell import Bell
from tests.workflows.fake_messenger import FakeMessenger, Killed
from tests.workflows.scenes import LABS

GUILD, CHANNEL, OWNER = 100, 200, 300
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
SUNDAY = datetime(2026, 9, 27, 18, tzinfo=UTC)
"""When the post is due by default, in the week in which tests play (W39)."""


def scheduling(database: Database, clock: TurnableClock) -> ScheduleLeaderboard:
    """Return the workflow."""
    return ScheduleLeaderboard(database.unit_of_work, clock, Bell())


async def scheduled(database: Database, clock: TurnableClock, wish: ScheduleWish | None = None) -> Schedule:
    """Let a server have its weekly post, by default on Sunday at six, UTC."""
    async with database.unit_of_work() as work:
        await work.servers.put(Server(GUILD, set_up_by=OWNER))
        await work.commit()
    return await scheduling(database, clock).change(GUILD, wish or ScheduleWish(), here=CHANNEL, by=OWNER)


async def models(database: Database) -> tuple[int, int, int]:
    """Store an original, a derivative of it and another original; their ids."""
    puts = [
        to_put(hub_model("Qwen/Qwen3-8B"), classification=classification(Kind.ORIGINAL)),
        to_put(hub_model("abacusai/Liberated"), classification=classification(Kind.FINETUNE)),
        to_put(hub_model("mistralai/Mistral-7B"), classification=classification(Kind.ORIGINAL)),
    ]
    first, second, third = [model.id for model in await store(database, *puts)]
    return first, second, third


async def vote(database: Database, at: datetime, model_id: int, up: int, down: int = 0, *, begin: int = 1) -> None:
    """Let members vote, each with a ballot that counts at once."""
    ballots = {
        BallotKey(GUILD, model_id, begin + number): Ballot(Choice.UP if number < up else Choice.DOWN, at, at)
        for number in range(up + down)
    }
    async with database.unit_of_work() as work:
        await work.votes.put(ballots)
        await work.commit()


async def publish(database: Database) -> int:
    """Let the scheduler's tick come round."""
    return await publish_due_weeks(database.unit_of_work, Bell())


async def owed(database: Database) -> Sequence[PublishedWeek]:
    """Return the weeks that are published, the latest first."""
    async with database.unit_of_work() as work:
        return await work.leaderboards.weeks(GUILD, limit=100)


async def facts_of(database: Database, week: Week) -> LeaderboardFacts:
    """Return what a week's post shows."""
    async with database.unit_of_work() as work:
        facts = await week_facts(work, GUILD, week)
    assert facts is not None
    return facts


async def test_a_week_is_published_at_its_hour_and_once(database: Database, clock: TurnableClock) -> None:
    """Not before, and not again at the next tick."""
    schedule = await scheduled(database, clock)
    first, second, _ = await models(database)
    await vote(database, clock.now(), first, 5, 1)
    await vote(database, clock.now(), second, 2)
    assert schedule.next_at == SUNDAY
    clock.moment = SUNDAY - timedelta(seconds=1)
    assert await publish(database) == 0
    clock.moment = SUNDAY
    assert [await publish(database), await publish(database)] == [1, 0]
    facts = await facts_of(database, Week(2026, 39))
    assert [(line.model.repo_id, line.standing.rank, line.standing.voters) for line in facts.lines] == [
        ("Qwen/Qwen3-8B", 1, 6),
        ("abacusai/Liberated", 0, 2),
    ]
    assert (facts.counts.ranked, facts.counts.too_early, facts.counts.votes) == (1, 1, 8)
    assert [(one.author, one.models, one.up) for one in facts.builders] == [("abacusai", 1, 2)]
    assert not facts.week.is_late


async def test_the_next_week_tells_what_moved(database: Database, clock: TurnableClock) -> None:
    """Each ballot belongs to one week: the second counts what came after the first was published."""
    await scheduled(database, clock)
    first, second, third = await models(database)
    await vote(database, clock.now(), first, 5)
    await vote(database, clock.now(), second, 4)
    clock.moment = SUNDAY
    await publish(database)
    await vote(database, SUNDAY + HOUR, second, 6, begin=50)
    await vote(database, SUNDAY + HOUR, first, 3, begin=50)
    await vote(database, SUNDAY + HOUR, third, 4, begin=50)
    clock.moment = SUNDAY + WEEK
    assert await publish(database) == 1
    facts = await facts_of(database, Week(2026, 40))
    told = [(line.model.model_id, line.movement.since.value, line.movement.places) for line in facts.lines]
    assert told == [(second, "moved", 1), (third, "new", 0), (first, "moved", -2)]
    assert (facts.week.window.start, facts.week.window.end) == (SUNDAY, SUNDAY + WEEK)


async def test_a_quiet_week_is_no_week_to_compare_with(database: Database, clock: TurnableClock) -> None:
    """Movement is told since the last week that ranked anything; who was ranked before is back, not new."""
    await scheduled(database, clock)
    first, second, third = await models(database)
    await vote(database, clock.now(), first, 5)
    await vote(database, clock.now(), second, 4)
    clock.moment = SUNDAY
    await publish(database)
    await vote(database, SUNDAY + HOUR, second, 5, begin=30)
    clock.moment = SUNDAY + WEEK
    await publish(database)
    clock.moment = SUNDAY + 2 * WEEK
    await publish(database)
    for model, up in ((third, 6), (second, 5), (first, 4)):
        await vote(database, SUNDAY + 2 * WEEK + HOUR, model, up, begin=50)
    clock.moment = SUNDAY + 3 * WEEK
    await publish(database)
    facts = await facts_of(database, Week(2026, 42))
    told = [(line.model.model_id, line.movement.since.value, line.movement.places) for line in facts.lines]
    assert told == [(third, "new", 0), (second, "moved", -1), (first, "back", 0)]
    assert facts.week.before == Week(2026, 40)


async def test_a_stored_week_does_not_change(database: Database, clock: TurnableClock) -> None:
    """Votes change afterwards, a model is renamed: places and votes stay, the name is today's."""
    await scheduled(database, clock)
    first, *_ = await models(database)
    await vote(database, clock.now(), first, 5)
    clock.moment = SUNDAY
    await publish(database)
    await vote(database, SUNDAY + HOUR, first, 0, 5)
    await store(database, to_put(hub_model("Qwen/Qwen3-8B-renamed", hub_id=hub_model("Qwen/Qwen3-8B").hub_id)))
    (line,) = (await facts_of(database, Week(2026, 39))).lines
    assert (line.standing.up, line.standing.down) == (5, 0)


async def test_what_was_missed_is_posted_late_and_once(database: Database, clock: TurnableClock) -> None:
    """Down at the hour: the post says so. Down for three weeks: the last one is posted, not all of them."""
    await scheduled(database, clock)
    first, *_ = await models(database)
    await vote(database, clock.now(), first, 3)
    clock.moment = SUNDAY + 5 * HOUR
    await publish(database)
    clock.moment = SUNDAY + 4 * WEEK + HOUR
    await vote(database, SUNDAY + 4 * WEEK - HOUR, first, 3, begin=50)
    await publish(database)
    assert await publish(database) == 0
    assert [(str(one.week), one.is_late) for one in await owed(database)] == [("2026-W43", True), ("2026-W39", True)]


@pytest.mark.parametrize("wants_quiet_weeks", [True, False])
async def test_a_week_without_votes(database: Database, clock: TurnableClock, *, wants_quiet_weeks: bool) -> None:
    """A short honest post, or none, as the server chose."""
    await scheduled(database, clock, ScheduleWish(quiet_weeks=wants_quiet_weeks))
    clock.moment = SUNDAY
    assert await publish(database) == int(wants_quiet_weeks)
    clock.moment += WEEK
    assert await publish(database) == int(wants_quiet_weeks)


async def test_a_changed_hour_never_makes_a_second_post(database: Database, clock: TurnableClock) -> None:
    """Published on Sunday, moved to Monday: Monday is next week's. Moved before it: the new hour counts."""
    await scheduled(database, clock)
    change = scheduling(database, clock).change
    moved = await change(GUILD, ScheduleWish(weekday=4, hour=9), here=CHANNEL, by=OWNER)
    clock.moment = moved.next_at
    posted = await publish(database)
    again = await change(GUILD, ScheduleWish(weekday=6, hour=18), here=CHANNEL, by=OWNER)
    clock.moment = SUNDAY
    assert (posted, await publish(database)) == (1, 0)
    assert again.next_at == SUNDAY + WEEK


async def test_a_changed_day_never_skips_a_week(database: Database, clock: TurnableClock) -> None:
    """Moved on Friday to Mondays: this week keeps its Sunday, the next has its Monday."""
    await scheduled(database, clock)
    moved = await scheduling(database, clock).change(GUILD, ScheduleWish(weekday=0, hour=9), here=CHANNEL, by=OWNER)
    assert moved.coming(2) == [SUNDAY, SUNDAY + 15 * HOUR]
    clock.moment = SUNDAY
    first = await publish(database)
    clock.moment = SUNDAY + 15 * HOUR
    assert (first, await publish(database)) == (1, 1)
    assert [str(one.week) for one in await owed(database)] == ["2026-W40", "2026-W39"]


async def test_a_changed_zone_never_makes_a_second_post(database: Database, clock: TurnableClock) -> None:
    """Monday in Auckland is still Sunday in Honolulu: that week was published."""
    await scheduled(database, clock, ScheduleWish(weekday=0, hour=1, zone="Pacific/Auckland"))
    clock.moment = datetime(2026, 9, 27, 12, tzinfo=UTC)
    posted = await publish(database)
    moved = await scheduling(database, clock).change(
        GUILD, ScheduleWish(weekday=6, zone="Pacific/Honolulu"), here=CHANNEL, by=OWNER
    )
    assert posted == 1
    assert moved.week_of(moved.next_at) == Week(2026, 41)
    (week,) = await owed(database)
    assert week.week == Week(2026, 40)


async def test_a_moderator_posts_now(database: Database, clock: TurnableClock) -> None:
    """This week's post is out then; the hour brings none, and what follows is counted next week."""
    await scheduled(database, clock)
    post_now = scheduling(database, clock).post_now
    with pytest.raises(Refusal, match="week-without-votes"):
        await post_now(GUILD)
    first, *_ = await models(database)
    await vote(database, clock.now() - HOUR, first, 4)
    now = clock.now()
    published = await post_now(GUILD)
    with pytest.raises(Refusal, match="week-published"):
        await post_now(GUILD)
    clock.moment = SUNDAY
    assert await publish(database) == 0
    await vote(database, SUNDAY - HOUR, first, 3, begin=50)
    clock.moment = SUNDAY + WEEK
    assert await publish(database) == 1
    latest, earlier = await owed(database)
    assert (earlier.week, earlier.window.end) == (published.week, now)
    assert latest.window.start == now
    assert (await facts_of(database, latest.week)).counts.votes == 3


async def test_a_server_without_a_schedule_is_refused(database: Database, clock: TurnableClock) -> None:
    """There is nothing to post or to end."""
    schedule = scheduling(database, clock)
    for act in (schedule.post_now, schedule.end):
        with pytest.raises(Refusal, match="leaderboard-off"):
            await act(GUILD)


async def test_an_unknown_zone_is_refused(database: Database, clock: TurnableClock) -> None:
    """Whatever is typed; nothing is stored."""
    for zone in ("Mars/Olympus", "", "x" * 300):
        with pytest.raises(Refusal, match="timezone-unknown"):
            await scheduling(database, clock).change(GUILD, ScheduleWish(zone=zone), here=CHANNEL, by=OWNER)
    assert await scheduling(database, clock).read(GUILD) is None


async def test_a_server_that_was_left_gets_nothing(database: Database, clock: TurnableClock) -> None:
    """Its moments pass; back again, it goes on with the next one."""
    await scheduled(database, clock)
    async with database.unit_of_work() as work:
        await work.servers.forget(GUILD, now=clock.now())
        await work.commit()
    clock.moment = SUNDAY
    left = await publish(database)
    async with database.unit_of_work() as work:
        await work.servers.put(Server(GUILD))
        await work.commit()
    clock.moment = SUNDAY + HOUR
    back = await publish(database)
    clock.moment = SUNDAY + WEEK
    assert (left, back, await publish(database)) == (0, 0, 1)


async def test_builders_built_on_what_others_made(database: Database, clock: TurnableClock) -> None:
    """A lab's quantisation of its own model makes it no builder; one parent of somebody else's does."""
    await scheduled(database, clock)
    base, other, *made = await store(
        database,
        to_put(hub_model("Qwen/Qwen3-8B"), classification=classification(Kind.ORIGINAL)),
        to_put(hub_model("mistralai/Mistral-7B"), classification=classification(Kind.ORIGINAL)),
        to_put(hub_model("qwen/Qwen3-8B-GGUF"), classification=classification(Kind.QUANTIZED)),
        to_put(hub_model("Qwen/Qwen-Mistral"), classification=classification(Kind.MERGE)),
        to_put(hub_model("bartowski/Qwen3-8B-GGUF"), classification=classification(Kind.QUANTIZED)),
        to_put(hub_model("bartowski/Mystery-GGUF"), classification=classification(Kind.QUANTIZED)),
    )
    own, merged, quantised, _ = made
    async with database.unit_of_work() as work:
        bases = {own.id: [base.id], merged.id: [base.id, other.id], quantised.id: [base.id]}
        await work.models.set_parents_of({child: [(id_, None) for id_ in above] for child, above in bases.items()})
        await work.commit()
    for model in (base, *made):
        await vote(database, clock.now(), model.id, 2)
    clock.moment = SUNDAY
    await publish(database)
    builders = (await facts_of(database, Week(2026, 39))).builders
    assert [(one.author, one.models) for one in builders] == [("bartowski", 2), ("Qwen", 1)]


async def test_what_was_said_is_counted(database: Database, clock: TurnableClock) -> None:
    """Reviews, tags and discussions of the week make the most discussed, but for those that not everybody sees."""
    await scheduled(database, clock)
    first, second, third = await models(database)
    now = clock.now()
    async with database.unit_of_work() as work:
        for user_id in (1, 2):
            await work.reviews.put(Review(GUILD, second, user_id, Report(Verdict.WORKS_WELL), now))
        await work.reviews.put(Review(GUILD, third, 1, Report(Verdict.POOR), now - 30 * WEEK))
        await work.discussions.settle(GUILD, first, channel_id=CHANNEL, thread_id=77, opened_by=1)
        await work.discussions.settle(GUILD, third, channel_id=CHANNEL, thread_id=78, opened_by=1, hidden=True)
        await work.commit()
    clock.moment = SUNDAY
    await publish(database)
    told = (await facts_of(database, Week(2026, 39))).discussed
    assert [(model.model_id, talk.reviews, talk.opened) for model, talk in told] == [
        (second, 2, False),
        (first, 0, True),
    ]


async def test_two_schedulers_at_once_publish_once(database: Database, database_url: str, clock: TurnableClock) -> None:
    """Every process ticks; the database lets one of them have each server."""
    await scheduled(database, clock)
    clock.moment = SUNDAY
    second = open_database(database_url, clock=clock) if database.dialect == "postgresql" else database
    posts = await asyncio.gather(*(publish(one) for one in (database, second) * 4))
    if second is not database:
        await second.close()
    assert sum(posts) == 1
    assert len(await owed(database)) == 1


class Dying:
    """A process that is killed at its `steps`-th commit, before or after it."""

    def __init__(self, database: Database, *, commits: int, after: bool) -> None:
        self._database = database
        self._left = commits
        self._after = after

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncGenerator[Work]:
        """Open a transaction whose commit may be the last thing that happens."""
        async with self._database.unit_of_work() as work:
            commit = work.commit

            async def dying() -> None:
                if self._left == 0 and not self._after:
                    raise Killed
                await commit()
                if self._left == 0:
                    raise Killed
                self._left -= 1

            work.commit = dying
            yield work


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("commits", range(5))
async def test_a_kill_around_the_moment_leaves_one_post(
    database: Database, clock: TurnableClock, commits: int, *, after: bool
) -> None:
    """Wherever the process dies while it publishes and sends, the next one finishes, and the channel has one post."""
    await scheduled(database, clock)
    first, *_ = await models(database)
    await vote(database, clock.now(), first, 4)
    clock.moment = SUNDAY
    messenger = FakeMessenger(clock)
    dying = Dying(database, commits=commits, after=after)
    try:
        await publish_due_weeks(dying.unit_of_work, Bell())
        await sender(dying.unit_of_work, messenger, clock).run_once()
    except Killed:
        pass
    clock.turn(timedelta(minutes=1))
    await publish(database)
    while await sender(database.unit_of_work, messenger, clock).run_once():
        clock.turn(timedelta(seconds=30))
    assert messenger.markers(CHANNEL) == [f"v1:week:{GUILD}:2026-W39:0"]


def sender(unit_of_work: object, messenger: FakeMessenger, clock: TurnableClock) -> DeliverPending:
    """Return a sender of this process."""

    async def prepare(work: Work, delivery: object) -> object:
        return await prepare_post(work, delivery, LABS)  # pyright: ignore[reportArgumentType] - handed through

    async def tell(*_: object) -> None:
        return None

    return DeliverPending(unit_of_work, messenger, prepare, tell, clock=clock, doorbell=Bell(), owner="test")  # pyright: ignore[reportArgumentType] - handed through


async def test_a_channel_that_was_paused_gets_the_latest_week_only(database: Database, clock: TurnableClock) -> None:
    """What waited for weeks is withdrawn; it can be looked up all the same."""
    await scheduled(database, clock)
    for number in range(3):
        clock.moment = SUNDAY + number * WEEK
        await publish(database)
    messenger = FakeMessenger(clock)
    while await sender(database.unit_of_work, messenger, clock).run_once():
        pass
    assert messenger.markers(CHANNEL) == [f"v1:week:{GUILD}:2026-W41:0"]
    assert len(await owed(database)) == 3


def test_the_coming_moments_follow_the_clock() -> None:
    """What a moderator is shown is what will be: six in the evening before and after the change."""
    schedule = Schedule(GUILD, CHANNEL, 6, 18, 0, "Europe/Berlin", quiet_weeks=True, next_at=SUNDAY)
    schedule = replace(schedule, next_at=schedule.after(datetime(2026, 10, 14, tzinfo=UTC)))
    assert [moment.hour for moment in schedule.coming(3)] == [16, 17, 17]
    assert Purpose.LEADERBOARD.value == "leaderboard"
