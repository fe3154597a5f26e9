"""Stories of releases, from the hub's listings to what a channel is given."""

from datetime import timedelta

import pytest

from bot.domain.model import Kind, Stage
from bot.domain.watches import Pace, PausedBecause, WatchFilter
from bot.workflows.manage_watches import ManageWatches, WatchWish
from tests.workflows.scenes import CHANNEL, GUILD, OWNER, PERIOD, Scene

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def test_what_was_there_before_is_not_posted_and_what_comes_after_is(scene: Scene) -> None:
    """A watch begins with silence; a model that a publisher's listing shows later is posted once."""
    scene.publish("Qwen/Old", made=30 * DAY)
    await scene.watch()
    await scene.poll()
    assert await scene.new_cards() == []
    scene.publish("Qwen/New")
    await scene.poll_after()
    assert await scene.new_cards() == ["Qwen/New"]
    await scene.poll_after()
    assert await scene.new_cards() == []


@pytest.mark.parametrize("baseline_first", [True, False])
async def test_what_is_made_in_the_second_in_which_a_watch_begins_is_posted(
    scene: Scene, *, baseline_first: bool
) -> None:
    """A hub cuts dates to whole seconds; a first reading that comes after the release must not take it for old."""
    scene.clock.turn(timedelta(milliseconds=600))
    if baseline_first:
        scene.clock.turn(-SECOND)
        await scene.poll()
        scene.clock.turn(SECOND)
    manage = ManageWatches(scene.unit_of_work, scene.clock, scene.bell, scene.labs)
    await manage.add(WatchWish(GUILD, CHANNEL, "everything", WatchFilter(), Pace.INSTANT, OWNER))
    scene.publish("someone/new")
    await scene.poll_after()
    assert await scene.new_cards() == ["someone/new"]


async def test_a_private_model_that_becomes_public_weeks_after_it_was_made_is_a_release(scene: Scene) -> None:
    """`createdAt` says weeks ago; the publisher's listing says now."""
    scene.publish("Qwen/Staged", made=44 * DAY, private=True)
    scene.publish("Qwen/Old", made=60 * DAY)
    await scene.watch()
    await scene.poll()
    scene.hub.show("Qwen/Staged")
    await scene.poll_after()
    assert await scene.new_cards() == ["Qwen/Staged"]
    staged = await scene.model("Qwen/Staged")
    assert staged is not None
    assert staged.released_at == scene.clock.now()


async def test_a_repository_that_arrives_empty_is_posted_when_its_files_have_come(scene: Scene) -> None:
    """It is held until settled, looked at again on a schedule, and then posted with its parents known."""
    scene.publish("Qwen/Base", made=DAY)
    await scene.watch()
    await scene.poll()
    scene.publish("someone/tune", bases={"Qwen/Base": "finetune"}, empty=True)
    await scene.poll_after()
    waiting = await scene.model("someone/tune")
    assert waiting is not None
    assert (waiting.stage, await scene.new_cards()) == (Stage.UNSETTLED, [])
    await scene.look_after(11 * MINUTE)
    assert await scene.new_cards() == []
    scene.hub.settle("someone/tune")
    await scene.look_after(11 * MINUTE)
    assert await scene.new_cards() == ["someone/tune"]
    settled = await scene.model("someone/tune")
    assert settled is not None
    assert (settled.stage, settled.kind) == (Stage.SETTLED, Kind.FINETUNE)


async def test_what_stays_empty_for_a_week_is_given_up_and_comes_back_when_it_fills(scene: Scene) -> None:
    """Second looks end after seven days; a later listing that shows files is a release all the same."""
    scene.publish("Qwen/Other", made=DAY)
    await scene.watch()
    await scene.poll()
    scene.publish("Qwen/Shell", empty=True)
    await scene.poll_after()
    for _ in range(60):
        await scene.look_after(4 * HOUR)
    given_up = await scene.model("Qwen/Shell")
    assert given_up is not None
    assert (given_up.stage, given_up.look_at) == (Stage.GIVEN_UP, None)
    scene.hub.settle("Qwen/Shell")
    await scene.poll_after()
    assert await scene.new_cards() == ["Qwen/Shell"]


async def test_an_empty_repository_of_a_followed_publisher_is_looked_at_when_somebody_works_on_it(scene: Scene) -> None:
    """Days after it was made the next look is a day away; the listing's `lastModified` brings it forward."""
    scene.publish("Qwen/Other", made=DAY)
    await scene.watch()
    await scene.poll()
    scene.publish("Qwen/Shell", empty=True)
    await scene.poll_after()
    for _ in range(8):
        await scene.look_after(4 * HOUR)
    scene.hub.settle("Qwen/Shell", at=scene.clock.now())
    await scene.poll_after()
    await scene.look_after(MINUTE)
    assert await scene.new_cards() == ["Qwen/Shell"]


async def test_a_rename_keeps_identity(scene: Scene) -> None:
    """The same `_id` under a new name is the same model: nothing is posted, its id stays."""
    scene.publish("Qwen/First", made=DAY)
    await scene.watch()
    await scene.poll()
    before = await scene.model("Qwen/First")
    scene.hub.rename("Qwen/First", "Qwen/Second")
    await scene.poll_after()
    after = await scene.model("Qwen/Second")
    assert before is not None
    assert after is not None
    assert (after.id, after.stage, await scene.new_cards()) == (before.id, Stage.SETTLED, [])
    assert await scene.model("Qwen/First") is None


async def test_a_model_that_moves_to_another_owner_is_found_by_asking_for_its_old_name(scene: Scene) -> None:
    """It vanishes from its publisher's listing; the hub's answer under the old name carries the new one."""
    scene.publish("Qwen/Model", made=DAY)
    scene.publish("Qwen/Stays", made=2 * DAY)
    await scene.watch()
    await scene.poll()
    before = await scene.model("Qwen/Model")
    scene.hub.rename("Qwen/Model", "elsewhere/Model")
    await scene.poll_after(2 * HOUR)
    after = await scene.model("elsewhere/Model")
    assert before is not None
    assert after is not None
    assert (after.id, await scene.new_cards()) == (before.id, [])


async def test_a_deleted_model_is_gone_and_its_return_is_no_second_release(scene: Scene) -> None:
    """Made private and public again, it is posted once."""
    scene.publish("Qwen/Stays", made=DAY)
    await scene.watch()
    await scene.poll()
    scene.publish("Qwen/Shy")
    await scene.poll_after()
    assert await scene.new_cards() == ["Qwen/Shy"]
    scene.hub.hide("Qwen/Shy")
    await scene.poll_after()
    hidden = await scene.model("Qwen/Shy")
    assert hidden is not None
    assert hidden.stage is Stage.GONE
    scene.hub.show("Qwen/Shy")
    await scene.poll_after()
    back = await scene.model("Qwen/Shy")
    assert back is not None
    assert (back.stage, await scene.new_cards()) == (Stage.SETTLED, [])


async def test_unknown_ancestors_are_looked_up_so_that_any_depth_counts(scene: Scene) -> None:
    """A watch for derivatives of X sees a grandchild whose parent nobody had seen."""
    scene.publish("Qwen/Root", made=90 * DAY)
    scene.publish("middle/Parent", made=60 * DAY, bases={"Qwen/Root": "finetune"})
    await scene.poll()
    root = await scene.model("Qwen/Root")
    assert root is not None
    await scene.watch(WatchFilter(descends_from=frozenset({root.id})))
    scene.publish("someone/grandchild", bases={"middle/Parent": "adapter"})
    await scene.poll_after()
    assert await scene.new_cards() == ["someone/grandchild"]


async def test_a_parent_by_its_former_name_belongs_to_the_family(scene: Scene) -> None:
    """A derivative that names its base as it was called once descends from the base as it is called today."""
    scene.publish("Qwen/Then", made=90 * DAY)
    await scene.poll()
    scene.hub.rename("Qwen/Then", "Qwen/Now")
    await scene.poll_after()
    base = await scene.model("Qwen/Now")
    assert base is not None
    await scene.watch(WatchFilter(descends_from=frozenset({base.id})))
    scene.publish("someone/tune", bases={"Qwen/Then": "finetune"})
    await scene.poll_after()
    assert await scene.new_cards() == ["someone/tune"]


async def test_a_staged_base_that_is_first_seen_through_its_derivative_is_a_release(scene: Scene) -> None:
    """Its publisher's listing did not show it before: it is posted, and before what was made from it."""
    scene.publish("Qwen/Known", made=90 * DAY)
    scene.publish("Qwen/Staged", made=30 * DAY, private=True)
    await scene.watch()
    await scene.poll()
    scene.hub.show("Qwen/Staged")
    scene.publish("someone/tune", bases={"Qwen/Staged": "finetune"})
    await scene.poll_after()
    assert await scene.new_cards() == ["Qwen/Staged", "someone/tune"]


async def test_what_appeared_during_a_downtime_is_not_lost(scene: Scene) -> None:
    """After three days away both the publishers' listings and the newest feed give what they showed meanwhile."""
    scene.publish("Qwen/Known", made=90 * DAY)
    scene.publish("Qwen/Staged", made=30 * DAY, private=True)
    await scene.watch()
    await scene.poll()
    scene.clock.turn(DAY)
    scene.hub.show("Qwen/Staged")
    scene.publish("unknown/person")
    scene.clock.turn(2 * DAY)
    scene.restart()
    await scene.poll()
    assert sorted(await scene.new_cards()) == ["Qwen/Staged", "unknown/person"]


async def test_a_new_publisher_in_a_watch_begins_with_a_baseline(scene: Scene) -> None:
    """Naming an author does not post what they published before, only what comes after."""
    scene.publish("TheAuthor/Earlier", made=DAY)
    await scene.poll()
    await scene.watch(WatchFilter(authors=frozenset({"theauthor"})))
    await scene.poll_after()
    assert await scene.new_cards() == []
    scene.publish("TheAuthor/Staged", made=20 * DAY, private=True)
    scene.hub.show("TheAuthor/Staged")
    await scene.poll_after()
    assert await scene.new_cards() == ["TheAuthor/Staged"]


async def test_a_card_has_what_a_listing_leaves_out(scene: Scene) -> None:
    """The full record and one sentence of the model card are fetched before a light record is posted."""
    scene.publish("Qwen/Known", made=DAY)
    await scene.watch()
    await scene.poll()
    scene.publish("Qwen/Staged", made=20 * DAY, private=True)
    scene.hub.show("Qwen/Staged")
    await scene.poll_after()
    staged = await scene.model("Qwen/Staged")
    assert staged is not None
    facts = staged.facts
    assert (facts.parameters, facts.files is not None) == (8_000_000_000, True)
    assert facts.summary == "A model that plays its part in a test."


async def test_the_spread_of_feeds_reads_each_once_a_period(scene: Scene) -> None:
    """A second pass within the period asks the hub nothing."""
    scene.publish("Qwen/Known", made=DAY)
    await scene.poll()
    asked = len(scene.hub.seen)
    await scene.poll_after(PERIOD / 2)
    assert len(scene.hub.seen) == asked


async def test_what_is_released_while_a_channel_refuses_messages_comes_when_it_takes_them(scene: Scene) -> None:
    """Its watches wait for it and go on gathering; nothing is posted into the refusal, and nothing is lost."""
    scene.publish("Qwen/Old", made=30 * DAY)
    await scene.watch()
    await scene.poll()
    scene.publish("Qwen/First")
    await scene.poll_after()
    assert await scene.new_cards() == ["Qwen/First"]
    async with scene.unit_of_work() as work:
        await work.watches.pause_channel(CHANNEL, PausedBecause.CHANNEL_REFUSED)
        await work.deliveries.pause_lane(CHANNEL, PausedBecause.CHANNEL_REFUSED, now=scene.clock.now())
        await work.commit()
    scene.publish("Qwen/Second")
    await scene.poll_after()
    assert await scene.new_cards() == []
    manage = ManageWatches(scene.unit_of_work, scene.clock, scene.bell, scene.labs)
    await manage.resume_channel(GUILD, CHANNEL)
    assert await scene.new_cards() == ["Qwen/Second"]


async def test_what_is_released_while_a_moderator_lets_a_watch_rest_is_not_made_up_for(scene: Scene) -> None:
    """That is what resting means, and the answer to /watch pause says so."""
    scene.publish("Qwen/Old", made=30 * DAY)
    watch = await scene.watch()
    await scene.poll()
    manage = ManageWatches(scene.unit_of_work, scene.clock, scene.bell, scene.labs)
    await manage.pause(GUILD, str(watch.id))
    scene.publish("Qwen/Meanwhile")
    await scene.poll_after()
    scene.let_pass(MINUTE)
    await manage.resume(GUILD, str(watch.id))
    await scene.poll_after()
    assert await scene.new_cards() == []
