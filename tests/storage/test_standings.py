"""Standings are counted from the ballots that count, on both databases."""

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.model import HubModel, Kind, LicenceClass
from bot.domain.standing_filter import ALL_MODELS, SizeClass, StandingFilter
from bot.domain.standings import EVERYWHERE, RULE, Scope, Standings, prior_of
from bot.domain.votes import AsideBecause, Ballot, BallotKey, Choice, Tally
from bot.domain.windows import Window
from bot.workflows.compute_standings import standings
from storage.engine import Database
from tests.domain.builders import NOW, hub_model
from tests.storage.stored import store, store_names, to_put

HERE, THERE, ELSEWHERE = 100, 101, 102
WEEK = Window(NOW - timedelta(days=7), NOW)
ALWAYS = Window(None, NOW)

Cast = Mapping[tuple[int, int, int], tuple[Choice, timedelta]]
"""By server, model and member: the choice, and how long ago."""


def up(days: float = 1) -> tuple[Choice, timedelta]:
    """Return a ballot for a model."""
    return Choice.UP, timedelta(days=days)


def down(days: float = 1) -> tuple[Choice, timedelta]:
    """Return a ballot against a model."""
    return Choice.DOWN, timedelta(days=days)


async def cast(database: Database, ballots: Cast, set_aside: AsideBecause | None = None) -> None:
    """Put ballots that are not fresh."""
    async with database.unit_of_work() as work:
        for (guild, model, user), (choice, ago) in ballots.items():
            at = NOW - ago
            await work.votes.put({BallotKey(guild, model, user): Ballot(choice, at, at, set_aside)})
        await work.commit()


async def opt_in(database: Database, *guilds: int) -> None:
    """Let servers count everywhere."""
    async with database.unit_of_work() as work:
        for guild in guilds:
            await work.standings.opt_in(guild, NOW)
        await work.commit()


async def counted(
    database: Database, scope: Scope, window: Window = WEEK, filters: StandingFilter = ALL_MODELS
) -> Standings:
    """Compute standings."""
    async with database.unit_of_work() as work:
        return await standings(work, scope, window, filters, NOW)


def tallies(found: Standings) -> dict[int, Tally]:
    """Return what was counted."""
    return {one.model_id: Tally(round(one.up), round(one.down)) for one in (*found.ranked, *found.too_early)}


async def test_a_server_counts_its_own_ballots_of_the_window(database: Database) -> None:
    """Older ones count in all time and, up to 90 days back, in the prior."""
    one, two = await store_names(database, "a/one", "a/two")
    mine = {(HERE, one, user): up() for user in range(1, 5)} | {(HERE, one, 9): up(8), (HERE, two, 9): down(50)}
    await cast(database, mine | {(HERE, two, 8): down(100), (THERE, two, 1): up()})
    week, always = await counted(database, Scope(HERE)), await counted(database, Scope(HERE), ALWAYS)
    assert (tallies(week), week.rule) == ({one: Tally(4, 0)}, RULE)
    assert tallies(always) == {one: Tally(5, 0), two: Tally(0, 2)}
    assert week.prior == prior_of(5, 1)


async def test_what_is_fresh_or_set_aside_does_not_count(database: Database) -> None:
    """A fresh ballot counts from when it has aged, in the weeks from then on."""
    (one,) = await store_names(database, "a/one")
    await cast(database, {(HERE, one, 1): up()})
    await cast(database, {(HERE, one, 2): up()}, set_aside=AsideBecause.MODERATOR)
    async with database.unit_of_work() as work:
        fresh = Ballot(Choice.UP, NOW - timedelta(days=1), NOW + timedelta(days=1))
        await work.votes.put({BallotKey(HERE, one, 3): fresh})
        await work.commit()
        later = NOW + timedelta(days=2)
        same_week = await standings(work, Scope(HERE), WEEK, ALL_MODELS, later)
        next_week = await standings(work, Scope(HERE), Window(WEEK.end, later), ALL_MODELS, later)
    assert tallies(await counted(database, Scope(HERE))) == tallies(same_week) == {one: Tally(1, 0)}
    assert tallies(next_week) == {one: Tally(1, 0)}


async def test_everywhere_a_person_has_one_ballot(database: Database) -> None:
    """The latest, of servers that opted in; no server passes its cap."""
    one, two = await store_names(database, "a/one", "a/two")
    await opt_in(database, HERE, THERE)
    await cast(database, {(HERE, one, 1): up(3), (THERE, one, 1): down(2), (ELSEWHERE, one, 1): up(1)})
    await cast(database, {(HERE, two, user): up() for user in range(1, 31)} | {(THERE, two, 99): down()})
    found = await counted(database, EVERYWHERE)
    assert tallies(found) == {one: Tally(0, 1), two: Tally(10, 1)}


async def test_the_common_habit_is_one_ballot_a_person_and_no_one_servers(database: Database) -> None:
    """Four people say no in four servers; a fifth server is full of yes, and one person of it is in all of them."""
    (one,) = await store_names(database, "a/one")
    servers = range(1, 6)
    await opt_in(database, *servers)
    await cast(database, {(server, one, 10 * server): down() for server in servers if server != HERE and server < 5})
    await cast(database, {(server, one, 7): up(9 - server) for server in servers})
    await cast(database, {(5, one, user): up() for user in range(1_000, 1_400)})
    assert (await counted(database, EVERYWHERE, ALWAYS)).prior == prior_of(10, 4)


async def test_a_server_may_leave_everywhere_again(database: Database) -> None:
    """Opting in twice keeps the first moment."""
    (one,) = await store_names(database, "a/one")
    await cast(database, {(HERE, one, 1): up()})
    await opt_in(database, HERE, HERE)
    async with database.unit_of_work() as work:
        assert await work.standings.opted_in() == {HERE: NOW}
        await work.standings.opt_in(HERE, None)
        await work.commit()
    assert tallies(await counted(database, EVERYWHERE)) == {}


async def test_standings_are_asked_for_by_what_models_are(database: Database) -> None:
    """Kind, task, size and licence class; the prior stays the server's."""
    names = await store_records(
        database,
        hub_model("a/one-8b", licence="apache-2.0", task="text-generation", parameters=8 * 10**9),
        hub_model("a/two-70b", licence="cc-by-nc-4.0", task="text-generation", parameters=70 * 10**9),
        hub_model("a/three", licence=None, task="text-to-image"),
    )
    await cast(database, {(HERE, model, user): up() for model in names for user in range(3)})
    one, two, three = names
    for filters, expected in (
        (ALL_MODELS, {one, two, three}),
        (StandingFilter(task="text-to-image"), {three}),
        (StandingFilter(size=SizeClass.SMALL), {one}),
        (StandingFilter(size=SizeClass.LARGE), {two}),
        (StandingFilter(size=SizeClass.HUGE), set[int]()),
        (StandingFilter(licence_class=LicenceClass.PERMISSIVE), {one}),
        (StandingFilter(licence_class=LicenceClass.NON_COMMERCIAL, size=SizeClass.LARGE), {two}),
        (StandingFilter(kind=Kind.MERGE), set[int]()),
    ):
        found = await counted(database, Scope(HERE), filters=filters)
        assert (set(tallies(found)), found.prior) == (expected, prior_of(1, 0)), filters


async def store_records(database: Database, *records: HubModel) -> list[int]:
    """Store settled models; their ids."""
    return [model.id for model in await store(database, *map(to_put, records))]


async def test_standings_are_asked_for_by_tag(database: Database) -> None:
    """A server's own tag; everywhere, the same tag of all that opted in."""
    one, two = await store_names(database, "a/one", "a/two")
    await cast(
        database, {(guild, model, user): up() for guild in (HERE, THERE) for model in (one, two) for user in (1, 2)}
    )
    await opt_in(database, HERE, THERE)
    await tag(database, HERE, one)
    await tag(database, THERE, two)
    coding = StandingFilter(tag="coding")
    assert set(tallies(await counted(database, Scope(HERE), filters=coding))) == {one}
    assert set(tallies(await counted(database, EVERYWHERE, filters=coding))) == {one, two}


async def tag(database: Database, guild_id: int, model_id: int) -> None:
    """Put the tag Coding on a model."""
    async with database.unit_of_work() as work:
        made = await work.tags.make(guild_id, {"coding": "Coding"}, user_id=1, now=NOW)
        await work.tags.put(guild_id, model_id, [made["coding"].id], user_id=1, now=NOW)
        await work.commit()


async def test_nothing_is_cast_while_a_week_is_counted(database: Database) -> None:
    """Held still, the end of the log is known."""
    async with database.unit_of_work() as work:
        assert await work.standings.hold_still() == 0


async def test_a_tag_is_known_everywhere_where_a_server_takes_part(database: Database) -> None:
    """What is only said in servers that keep their votes to themselves is nobody else's business."""
    (one,) = await store_names(database, "a/one")
    async with database.unit_of_work() as work:
        for guild, name in ((HERE, "ours"), (THERE, "theirs")):
            await work.tags.hold(guild)
            made = await work.tags.make(guild, {name: name}, user_id=1, now=NOW)
            await work.tags.put(guild, one, [tag.id for tag in made.values()], user_id=1, now=NOW)
        await work.commit()
    await opt_in(database, HERE)
    async with database.unit_of_work() as work:
        known = [await work.standings.is_tag(key) for key in ("ours", "theirs", "nobody's")]
    assert known == [True, False, False]
