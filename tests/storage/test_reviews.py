"""Reviews in both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.domain.reviews import Report, Review, ReviewSummary, Verdict
from storage.engine import Database
from tests.domain.builders import NOW
from tests.storage.stored import GUILD, store_names

HOSTILE = Report(Verdict.POOR, "@everyone", "'; DROP TABLE review; --", "%_\\", "👩‍👩‍👧‍👦" * 50)


def review(model_id: int, user_id: int, report: Report, *, guild_id: int = GUILD, minutes: int = 0) -> Review:
    """Return a review of some minutes ago."""
    return Review(guild_id, model_id, user_id, report, NOW - timedelta(minutes=minutes))


async def put(database: Database, *reviews: Review) -> None:
    """Store reviews."""
    async with database.unit_of_work() as work:
        for one in reviews:
            await work.reviews.put(one)
        await work.commit()


async def test_one_a_member_a_model_a_server(database: Database) -> None:
    """The same member again replaces; another member, model or server does not."""
    one, two = await store_names(database, "a/one", "a/two")
    well, poor = Report(Verdict.WORKS_WELL, hardware="4090"), HOSTILE
    await put(database, review(one, 1, well), review(one, 1, poor), review(one, 2, well), review(two, 1, well))
    await put(database, review(one, 1, well, guild_id=101))
    async with database.unit_of_work() as work:
        assert await work.reviews.get(GUILD, one, 1) == review(one, 1, poor)
        assert await work.reviews.summaries(GUILD, [one, two, 404]) == {
            one: ReviewSummary(1, 0, 1),
            two: ReviewSummary(1, 0, 0),
        }


async def test_adding_twice_at_once_stores_one(database: Database) -> None:
    """Two forms of one member at the same moment: the first stays, the second is told."""
    (one,) = await store_names(database, "a/one")

    async def add(report: Report) -> bool:
        async with database.unit_of_work() as work:
            added = await work.reviews.add(review(one, 1, report))
            await work.commit()
        return added

    assert sorted(await asyncio.gather(add(HOSTILE), add(Report(Verdict.MIXED)))) == [False, True]


async def test_the_hardware_that_most_named_is_summed_up(database: Database) -> None:
    """Spellings of the same memory count together."""
    (one,) = await store_names(database, "a/one")
    said = ["RTX 4090", "4090", "24GB", "MacBook"]
    await put(database, *[review(one, user, Report(Verdict.MIXED, hardware=text)) for user, text in enumerate(said)])
    async with database.unit_of_work() as work:
        assert (await work.reviews.summaries(GUILD, [one]))[one].hardware == "24 GB"


async def test_removing_returns_what_was_said_once(database: Database) -> None:
    """The second removal finds nothing."""
    (one,) = await store_names(database, "a/one")
    await put(database, review(one, 1, HOSTILE))
    async with database.unit_of_work() as work:
        assert await work.reviews.remove(GUILD, one, 1) == review(one, 1, HOSTILE)
        assert await work.reviews.remove(GUILD, one, 1) is None


async def test_pages_of_a_model_and_of_a_server(database: Database) -> None:
    """Latest first, with how many there are."""
    one, two = await store_names(database, "a/one", "a/two")
    old = [review(one, user, HOSTILE, minutes=10 + user) for user in range(1, 4)]
    new = review(two, 1, HOSTILE)
    await put(database, *old, new, replace(new, guild_id=101))
    async with database.unit_of_work() as work:
        assert await work.reviews.page(GUILD, None, offset=0, limit=2) == ([new, old[0]], 4)
        assert await work.reviews.page(GUILD, one, offset=2, limit=2) == ([old[2]], 3)
        assert await work.reviews.page(GUILD, 404, offset=0, limit=2) == ([], 0)


async def test_reviewed_models_by_any_part_of_their_name(database: Database) -> None:
    """One member's or everybody's, latest first; signs of a pattern are taken literally."""
    one, two = await store_names(database, "Qwen/One_1", "a/two")
    await put(database, review(one, 1, HOSTILE, minutes=5), review(two, 2, HOSTILE), review(one, 2, HOSTILE, minutes=9))
    async with database.unit_of_work() as work:
        assert await work.reviews.reviewed(GUILD, None, [], limit=5) == ["a/two", "Qwen/One_1"]
        assert await work.reviews.reviewed(GUILD, 1, ["one", "qwen"], limit=5) == ["Qwen/One_1"]
        assert await work.reviews.reviewed(GUILD, None, ["_"], limit=5) == ["Qwen/One_1"]
        assert await work.reviews.reviewed(101, None, [], limit=5) == []
