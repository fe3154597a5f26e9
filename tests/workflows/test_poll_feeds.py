"""Which feeds are read when: who is asked for comes first, and the hub's budget is kept."""

from datetime import timedelta

import pytest

from bot.domain.labs import Lab, LabBook
from bot.domain.watches import ANY_LAB, WatchFilter
from tests.workflows.scenes import Scene

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

POOR = 8
"""Requests in five minutes: not quite five of them for publishers, of which there are twenty."""

OTHERS = [Lab(f"lab-{number}", f"Lab {number}", "FR", (f"Lab-{number}",)) for number in range(19)]


@pytest.fixture
async def settled_scene(scene: Scene) -> Scene:
    """Twenty publishers, all quiet and all read once, and a hub that allows little."""
    scene.labs = LabBook([Lab("qwen", "Qwen", "CN", ("Qwen",)), *OTHERS])
    for author in scene.labs.publishers():
        scene.publish(f"{author}/Old", made=90 * DAY)
    scene.allowed = POOR
    scene.restart()
    await read_all(scene)
    return scene


async def read_all(scene: Scene) -> None:
    """Read everything that is due; a pass takes a few publishers only."""
    while await scene.poll():
        pass


async def read_all_after(scene: Scene, pause: timedelta) -> None:
    """Let time pass and read everything that is due."""
    await scene.poll_after(pause)
    await read_all(scene)


def readings_of(scene: Scene, author: str) -> int:
    """Return how often the hub was asked for a publisher's listing."""
    return sum(author in request.query.get("author", ()) for request in scene.hub.seen)


@pytest.mark.parametrize(
    "asked",
    [
        WatchFilter(authors=frozenset({"qwen"})),
        WatchFilter(labs=frozenset({"qwen"})),
        WatchFilter(countries=frozenset({"CN"})),
    ],
)
async def test_whom_a_watch_names_is_read_sooner(settled_scene: Scene, asked: WatchFilter) -> None:
    """By author, by lab or by country: the listing that was twenty minutes away is due with the next period."""
    scene = settled_scene
    await scene.watch(asked)
    scene.publish("Qwen/Staged", made=20 * DAY)
    await scene.poll_after(5 * MINUTE)
    assert (readings_of(scene, "Qwen"), readings_of(scene, "Lab-0")) == (2, 1)
    assert await scene.new_cards() == ["Qwen/Staged"]


async def test_a_watch_for_any_lab_names_nobody(settled_scene: Scene) -> None:
    """Where everybody is asked for nobody comes first: all keep to what the budget allows."""
    await settled_scene.watch(WatchFilter(labs=frozenset({ANY_LAB})))
    await read_all_after(settled_scene, 2 * MINUTE)
    assert (readings_of(settled_scene, "Qwen"), readings_of(settled_scene, "Lab-0")) == (1, 1)


async def test_who_publishes_is_read_more_often_than_who_is_quiet(settled_scene: Scene) -> None:
    """A release makes its publisher lively; the others still have their turn."""
    scene = settled_scene
    scene.publish("Qwen/New", made=DAY)
    await read_all_after(scene, 60 * MINUTE)
    before = readings_of(scene, "Qwen"), readings_of(scene, "Lab-0")
    for _ in range(40):
        await read_all_after(scene, 3 * MINUTE)
    lively, quiet = readings_of(scene, "Qwen") - before[0], readings_of(scene, "Lab-0") - before[1]
    assert lively > 2 * quiet > 0


async def test_a_first_reading_is_first_of_whom_watches_name_and_of_whom_something_is_known(scene: Scene) -> None:
    """Among many labs that nobody has read yet; the rest comes by turns with what is read again."""
    scene.labs = LabBook([*OTHERS, Lab("qwen", "Qwen", "CN", ("Qwen",)), Lab("ibm", "IBM", "US", ("ibm-granite",))])
    scene.restart()
    scene.publish("Qwen/Old", made=90 * DAY)
    await scene.watch(WatchFilter(authors=frozenset({"ibm-granite"})))
    await scene.poll()
    read = [author for request in scene.hub.seen for author in request.query.get("author", ())]
    assert sorted(read[:3]) == ["Lab-0", "Qwen", "ibm-granite"]


async def test_before_the_general_feeds_have_been_read_only_the_named_are(scene: Scene) -> None:
    """What is trending says whose listing matters; whom a watch names is known without."""
    await scene.watch(WatchFilter(authors=frozenset({"qwen"})))
    await scene.poll.publishers()
    assert (readings_of(scene, "Qwen"), readings_of(scene, "mistralai")) == (1, 0)


@pytest.mark.parametrize("named", [True, False])
async def test_the_first_release_of_a_lab_that_showed_nothing_is_posted(scene: Scene, *, named: bool) -> None:
    """Two empty listings are believed: what comes after was not there before, whatever its date."""
    await scene.watch(WatchFilter(authors=frozenset({"qwen"})) if named else None)
    await scene.poll()
    await scene.poll_after(5 * MINUTE)
    scene.publish("Qwen/First", made=40 * DAY)
    await scene.poll_after(60 * MINUTE)
    assert await scene.new_cards() == ["Qwen/First"]


async def test_a_listing_that_was_empty_by_the_hubs_fault_is_no_flood(scene: Scene) -> None:
    """Dozens of models in a listing that showed none: they were there before."""
    await scene.watch()
    await scene.poll()
    await scene.poll_after(5 * MINUTE)
    for number in range(30):
        scene.publish(f"Qwen/Old-{number}", made=400 * DAY)
    await scene.poll.publishers()
    scene.let_pass(60 * MINUTE)
    await scene.poll.publishers()
    assert await scene.new_cards() == []
