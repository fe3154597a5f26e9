"""Listings of thousands: stored in pieces, read to their end, and in the right order."""

from datetime import timedelta

import pytest

from bot.domain.model import Source
from bot.workflows import read_newest
from bot.workflows.observe_releases import bases_first
from tests.domain.builders import hub_model, parent
from tests.workflows.scenes import Scene

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


async def test_a_first_listing_of_more_than_a_page_is_known_whole_and_posts_nothing(scene: Scene) -> None:
    """The baseline is every page of it."""
    for number in range(1_200):
        scene.publish(f"Qwen/M{number}", made=DAY + number * MINUTE)
    await scene.watch()
    await scene.poll()
    async with scene.unit_of_work() as work:
        known = await work.models.known_names(Source.HUGGING_FACE, "Qwen")
    assert (len(known), await scene.new_cards()) == (1_200, [])
    scene.publish("Qwen/One-more", made=DAY + 1_100 * MINUTE)
    await scene.poll_after()
    assert await scene.new_cards() == ["Qwen/One-more"]


async def test_the_newest_feed_is_read_back_to_where_it_was(scene: Scene) -> None:
    """After a downtime everything since then is known, however many pages that is."""
    scene.publish("someone/known", made=DAY)
    await scene.poll()
    scene.clock.turn(DAY)
    for number in range(350):
        scene.publish(f"person-{number}/model", made=number * 2 * MINUTE)
    await scene.poll()
    async with scene.unit_of_work() as work:
        names = [f"person-{number}/model" for number in range(350)]
        assert len(await work.models.by_names(Source.HUGGING_FACE, names)) == 350


async def test_a_downtime_beyond_all_pages_ends_with_a_gap_and_goes_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest are read, the cursor moves on, and the next reading is a short one."""
    monkeypatch.setattr(read_newest, "MOST_PAGES", 2)
    scene.publish("someone/known", made=DAY)
    await scene.poll()
    scene.clock.turn(2 * DAY)
    for number in range(350):
        scene.publish(f"person-{number}/model", made=number * 2 * MINUTE)
    await scene.poll()
    feed = await scene.feed("newest")
    assert (feed.cursor, feed.last_error) == (scene.clock.now().isoformat(), None)


def test_bases_come_before_what_was_made_from_them_even_in_a_line_of_thousands() -> None:
    """No recursion, no quadratic time; the order of the others stays."""
    line = [hub_model(f"a/{number}", declared=(parent(f"a/{number + 1}"),)) for number in range(5_000)]
    ordered = [record.repo_id for record in bases_first([hub_model("b/first"), *line, hub_model("b/last")])]
    assert ordered == ["b/first", *(f"a/{number}" for number in reversed(range(5_000))), "b/last"]
