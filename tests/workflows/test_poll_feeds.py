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
    await scene.poll()
    return scene


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
    await settled_scene.poll_after(10 * MINUTE)
    assert (readings_of(settled_scene, "Qwen"), readings_of(settled_scene, "Lab-0")) == (1, 1)


async def test_who_publishes_is_read_more_often_than_who_is_quiet(settled_scene: Scene) -> None:
    """A release makes its publisher lively; the others still have their turn."""
    scene = settled_scene
    scene.publish("Qwen/New", made=DAY)
    await scene.poll_after(60 * MINUTE)
    before = readings_of(scene, "Qwen"), readings_of(scene, "Lab-0")
    for _ in range(40):
        await scene.poll_after(3 * MINUTE)
    lively, quiet = readings_of(scene, "Qwen") - before[0], readings_of(scene, "Lab-0") - before[1]
    assert lively > 2 * quiet > 0
