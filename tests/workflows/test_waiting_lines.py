"""What waits for a digest follows the watches: removed, paused, moved, quickened, or due at another hour."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.card import DigestFacts
from bot.domain.server import Server
from bot.domain.watches import Pace, WatchFilter, WatchState
from bot.workflows.change_settings import ChangeSettings, SettingsChange
from bot.workflows.manage_watches import ManageWatches, WatchChange
from tests.workflows.scenes import CHANNEL, GUILD, LABS, OWNER, Scene
from tests.workflows.test_announcing_stories import begin

ELSEWHERE = CHANNEL + 77
TODAY = datetime(2026, 5, 5, tzinfo=UTC)
"""A Tuesday; weekly digests come on Mondays."""

HOUR = timedelta(hours=1)
SIX, NINE, TOMORROW = TODAY + 6 * HOUR, TODAY + 9 * HOUR, TODAY + 33 * HOUR
NEXT_MONDAY = TODAY + timedelta(days=6, hours=9)


@pytest.fixture
async def waiting(scene: Scene) -> Scene:
    """At six in the morning a daily watch takes a model; its digest is due at nine."""
    async with scene.unit_of_work() as work:
        await work.servers.put(Server(GUILD, timezone="UTC", set_up_by=OWNER))
        await work.commit()
    scene.clock.moment = SIX
    await begin(scene, pace=Pace.DAILY)
    scene.publish("a/One")
    await scene.poll_after()
    return scene


def manage(scene: Scene) -> ManageWatches:
    """Return what moderators do with watches."""
    return ManageWatches(scene.unit_of_work, scene.clock, scene.bell, LABS)


async def digests_at(scene: Scene, moment: datetime) -> list[tuple[int, str, list[str]]]:
    """Return channel, reason and names of the digests that are posted at a moment."""
    scene.clock.moment = moment
    await scene.gather()
    return [
        (delivery.channel_id, post.facts.reason, [line.facts.repo_id for line in post.facts.lines])
        for delivery, post in await scene.deliver()
        if isinstance(post.facts, DigestFacts)
    ]


async def test_a_removed_watch_posts_no_digest(waiting: Scene) -> None:
    """What it had gathered is withdrawn, and the answer can say how much that was."""
    removed = await manage(waiting).remove(GUILD, "1")
    assert (removed.withdrawn, await digests_at(waiting, NINE), await digests_at(waiting, TOMORROW)) == (1, [], [])


async def test_a_paused_watch_posts_no_digest_and_does_not_make_up_for_it(waiting: Scene) -> None:
    """What it had gathered is withdrawn; when it wakes, it goes on with what is new."""
    paused = await manage(waiting).pause(GUILD, "1")
    assert (paused.withdrawn, await digests_at(waiting, NINE)) == (1, [])
    waiting.publish("b/Meanwhile", empty=True)
    await waiting.poll_after()
    waiting.let_pass(HOUR)
    await manage(waiting).resume(GUILD, "1")
    waiting.hub.settle("b/Meanwhile")
    waiting.publish("c/New")
    await waiting.poll_after()
    await waiting.look_after(HOUR)
    assert await digests_at(waiting, TOMORROW) == [(CHANNEL, "daily", ["c/New"])]


async def test_what_another_watch_of_the_channel_wants_too_stays(waiting: Scene) -> None:
    """It comes with that watch's digest, once."""
    await waiting.watch(WatchFilter(authors=frozenset({"b"})), pace=Pace.WEEKLY)
    waiting.publish("b/Two")
    waiting.publish("c/Three")
    await waiting.poll_after()
    removed = await manage(waiting).remove(GUILD, "1")
    assert (removed.withdrawn, await digests_at(waiting, NINE)) == (2, [])
    assert await digests_at(waiting, NEXT_MONDAY) == [(CHANNEL, "weekly", ["b/Two"])]


async def test_what_a_threshold_brought_stays_with_a_watch_that_asks_for_the_same(waiting: Scene) -> None:
    """An older model crossed the bound for both watches; the digest still says which bound."""
    await waiting.watch(WatchFilter(min_likes=100), pace=Pace.DAILY)
    await waiting.watch(WatchFilter(min_likes=100), pace=Pace.WEEKLY)
    waiting.hub.set_metrics("Qwen/Known", likes=99)
    await waiting.poll_after()
    waiting.hub.set_metrics("Qwen/Known", likes=100)
    await waiting.poll_after()
    await manage(waiting).remove(GUILD, "1")
    await manage(waiting).remove(GUILD, "2")
    assert await digests_at(waiting, NINE) == []
    waiting.clock.moment = NEXT_MONDAY
    await waiting.gather()
    ((_, post),) = await waiting.deliver()
    assert isinstance(post.facts, DigestFacts)
    assert [(line.facts.repo_id, line.crossed) for line in post.facts.lines] == [("Qwen/Known", ("likes:100",))]


async def test_a_moved_watch_posts_its_digest_in_the_new_channel(waiting: Scene) -> None:
    """What it had gathered moves along."""
    edited = await manage(waiting).edit(GUILD, "1", WatchChange(channel_id=ELSEWHERE))
    assert (edited.watch.channel_id, edited.withdrawn) == (ELSEWHERE, 0)
    assert await digests_at(waiting, NINE) == [(ELSEWHERE, "daily", ["a/One"])]


async def test_a_moved_watch_repeats_nothing_that_its_new_channel_has(waiting: Scene) -> None:
    """Once a channel, ever: the model's card stands there already."""
    await waiting.watch(WatchFilter(authors=frozenset({"b"})), channel=ELSEWHERE)
    waiting.publish("b/Two")
    await waiting.poll_after()
    assert await waiting.new_cards() == ["b/Two"]
    await manage(waiting).edit(GUILD, "1", WatchChange(channel_id=ELSEWHERE))
    assert await digests_at(waiting, NINE) == [(ELSEWHERE, "daily", ["a/One"])]


async def test_a_narrowed_watch_lets_go_of_what_fits_no_more(waiting: Scene) -> None:
    """Its digest holds what the watch lets through now."""
    waiting.publish("b/Two")
    await waiting.poll_after()
    edited = await manage(waiting).edit(GUILD, "1", WatchChange(filter=WatchFilter(authors=frozenset({"b"}))))
    assert (edited.withdrawn, await digests_at(waiting, NINE)) == (1, [(CHANNEL, "daily", ["b/Two"])])


async def test_a_watch_that_becomes_weekly_posts_weekly(waiting: Scene) -> None:
    """What it had gathered waits for the week's digest."""
    await manage(waiting).edit(GUILD, "1", WatchChange(pace=Pace.WEEKLY))
    assert await digests_at(waiting, TOMORROW) == []
    assert await digests_at(waiting, NEXT_MONDAY) == [(CHANNEL, "weekly", ["a/One"])]


async def test_a_watch_that_becomes_instant_posts_what_it_has(waiting: Scene) -> None:
    """Nothing waits for a digest that does not come any more."""
    await manage(waiting).edit(GUILD, "1", WatchChange(pace=Pace.INSTANT))
    assert (await waiting.new_cards(), await digests_at(waiting, NINE)) == (["a/One"], [])


async def test_another_name_changes_nothing_that_waits(waiting: Scene) -> None:
    """The digest comes when it was due."""
    await manage(waiting).edit(GUILD, "1", WatchChange(name="Other"))
    assert await digests_at(waiting, NINE) == [(CHANNEL, "daily", ["a/One"])]


@pytest.mark.parametrize(
    ("change", "moment"),
    [
        (SettingsChange(digest_hour=18), TODAY + 18 * HOUR),
        (SettingsChange(timezone="America/New_York"), TODAY + 13 * HOUR),
        (SettingsChange(digest_hour=7), TODAY + 7 * HOUR),
    ],
)
async def test_a_digest_follows_the_servers_hour(waiting: Scene, change: SettingsChange, moment: datetime) -> None:
    """Everything that waits comes together at the new moment, and is still the daily digest."""
    await ChangeSettings(waiting.unit_of_work, waiting.clock)(GUILD, change)
    waiting.publish("b/Two")
    await waiting.poll_after()
    assert await digests_at(waiting, moment - timedelta(minutes=1)) == []
    assert await digests_at(waiting, moment) == [(CHANNEL, "daily", ["a/One", "b/Two"])]


async def test_a_weekly_digest_follows_the_servers_day(waiting: Scene) -> None:
    """From Monday to Wednesday, together with what comes meanwhile."""
    await manage(waiting).edit(GUILD, "1", WatchChange(pace=Pace.WEEKLY))
    await ChangeSettings(waiting.unit_of_work, waiting.clock)(GUILD, SettingsChange(digest_weekday=2))
    wednesday = TODAY + timedelta(days=1, hours=9)
    assert await digests_at(waiting, wednesday - timedelta(minutes=1)) == []
    assert await digests_at(waiting, wednesday) == [(CHANNEL, "weekly", ["a/One"])]


async def test_a_burst_of_an_instant_watch_keeps_its_moment(waiting: Scene) -> None:
    """The server's hour is for digests that the server ordered; and pausing withdraws the burst's rest too."""
    await waiting.watch(channel=ELSEWHERE)
    for number in range(5):
        waiting.publish(f"flood/co{number}")
    await waiting.poll_after()
    assert len(await waiting.new_cards()) == 3
    await ChangeSettings(waiting.unit_of_work, waiting.clock)(GUILD, SettingsChange(digest_hour=18))
    paused = await manage(waiting).pause(GUILD, "2")
    assert (paused.withdrawn, await digests_at(waiting, waiting.clock.now() + HOUR)) == (2, [])


async def test_a_watch_that_was_removed_while_its_model_was_decided_posts_nothing(waiting: Scene) -> None:
    """Another process decided with the watches of a moment before: what is gathered is held against those of now."""
    async with waiting.unit_of_work() as work:
        await work.watches.remove(GUILD, 1)
        await work.commit()
    assert await digests_at(waiting, NINE) == []
    async with waiting.unit_of_work() as work:
        assert await work.deliveries.due_digests(TOMORROW) == []


async def test_a_channel_that_nobody_posts_to_any_more_owes_nothing(waiting: Scene) -> None:
    """A watch that leaves a paused channel takes its troubles along: nothing waits there for ever."""
    await waiting.watch(WatchFilter(authors=frozenset({"b"})), channel=ELSEWHERE)
    waiting.publish("b/Two")
    await waiting.poll_after()
    async with waiting.unit_of_work() as work:
        await work.deliveries.pause_lane(ELSEWHERE, "403 50013", now=waiting.clock.now())
        await work.watches.pause_channel(ELSEWHERE, "channel-refused")
        await work.commit()
    edited = await manage(waiting).edit(GUILD, "2", WatchChange(channel_id=CHANNEL))
    assert edited.watch.state is WatchState.ACTIVE
    async with waiting.unit_of_work() as work:
        pending = {lane.channel_id: lane.pending for lane in await work.deliveries.lane_reports(GUILD)}
    assert pending[ELSEWHERE] == 0


async def test_a_server_that_was_left_is_owed_no_old_digest_on_its_return(waiting: Scene) -> None:
    """Everything that waited is forgotten with the rest."""
    async with waiting.unit_of_work() as work:
        await work.servers.forget(GUILD, now=waiting.clock.now())
        await work.servers.put(Server(GUILD, timezone="UTC", set_up_by=OWNER))
        await work.commit()
    assert await digests_at(waiting, TOMORROW) == []
