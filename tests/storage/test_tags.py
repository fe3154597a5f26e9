"""Tags in the store, on both databases."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.tags import Tag, TagAction, TagLogEntry, TagState, tag_key
from storage.engine import Database
from storage.unit_of_work import SqlWork
from tests.domain.builders import NOW
from tests.storage.stored import GUILD, store_names

ANN, BEN, CLEO = 11, 12, 13


async def tag(work: SqlWork, model_id: int, *names: str, user: int = ANN, guild: int = GUILD) -> list[Tag]:
    """Put tags on a model, made where they are missing."""
    await work.tags.hold(guild)
    made = await work.tags.make(guild, {tag_key(name): name for name in names}, user_id=user, now=NOW)
    await work.tags.put(guild, model_id, [one.id for one in made.values()], user_id=user, now=NOW)
    return [made[tag_key(name)] for name in names]


async def tagged(database: Database, model_id: int, *names: str, user: int = ANN, guild: int = GUILD) -> list[Tag]:
    """Put tags on a model in a transaction of its own."""
    async with database.unit_of_work() as work:
        made = await tag(work, model_id, *names, user=user, guild=guild)
        await work.commit()
    return made


async def shown(database: Database, model_id: int, guild: int = GUILD) -> Sequence[tuple[str, int]]:
    """Return a model's tags as its card shows them."""
    async with database.unit_of_work() as work:
        top = await work.tags.top(guild, [model_id], limit=5)
        return [(one.label, one.members) for one in top.get(model_id, ())]


async def test_a_tag_counts_members_once(database: Database) -> None:
    """Putting it again changes nothing; others add up; the most used comes first."""
    (model,) = await store_names(database, "a/b")
    await tagged(database, model, "fast", "coding")
    await tagged(database, model, "fast", "coding")
    await tagged(database, model, "coding", user=BEN)
    assert await shown(database, model) == [("coding", 2), ("fast", 1)]


async def test_what_is_new_and_what_was_there_is_told(database: Database) -> None:
    """Putting returns what is new, taking what was there."""
    (model,) = await store_names(database, "a/b")
    one, two = await tagged(database, model, "fast", "coding")
    async with database.unit_of_work() as work:
        assert await work.tags.put(GUILD, model, [one.id], user_id=ANN, now=NOW) == frozenset()
        assert await work.tags.put(GUILD, model, [], user_id=ANN, now=NOW) == frozenset()
        assert await work.tags.take(GUILD, model, [one.id, 999], user_id=ANN) == {one.id}
        assert await work.tags.take(GUILD, model, [one.id, two.id], user_id=BEN) == frozenset()


async def test_servers_do_not_see_one_another(database: Database) -> None:
    """The same word is another tag in another server."""
    (model,) = await store_names(database, "a/b")
    (here,) = await tagged(database, model, "fast")
    (there,) = await tagged(database, model, "fast", guild=GUILD + 1)
    assert here.id != there.id
    assert await shown(database, model) == [("fast", 1)]
    async with database.unit_of_work() as work:
        assert await work.tags.get(GUILD, there.id) is None
        assert await work.tags.find(GUILD + 2, ["fast"]) == {}


async def test_two_members_make_one_tag_at_once(database: Database) -> None:
    """Ten members who type a new tag at the same time make one, and nobody fails."""
    (model,) = await store_names(database, "a/b")
    made = await asyncio.gather(*(tagged(database, model, "brand-new", user=user) for user in range(1, 11)))
    assert len({one.id for (one,) in made}) == 1
    assert await shown(database, model) == [("brand-new", 10)]


async def test_an_alias_leads_to_its_tag(database: Database) -> None:
    """Another spelling finds the tag, and typing it makes no second one; without the alias it would."""
    (model,) = await store_names(database, "a/b")
    (fast,) = await tagged(database, model, "fast")
    async with database.unit_of_work() as work:
        await work.tags.add_alias(fast, "zippy")
        await work.commit()
    assert (await tagged(database, model, "zippy", user=BEN))[0] == fast
    async with database.unit_of_work() as work:
        assert await work.tags.aliases(fast.id) == ["zippy"]
        assert await work.tags.remove_alias(GUILD, "zippy")
        assert not await work.tags.remove_alias(GUILD, "zippy")
        assert await work.tags.find(GUILD, ["zippy", "fast"]) == {"fast": fast}


async def test_merging_collapses_what_a_member_said_twice(database: Database) -> None:
    """Taggings and spellings move; a member with both tags has one; the old key leads to the new tag."""
    one, two = await store_names(database, "a/b", "a/c")
    old, new = await tagged(database, one, "zippy", "quick-one")
    await tagged(database, one, "zippy", user=BEN)
    await tagged(database, two, "zippy", user=CLEO)
    async with database.unit_of_work() as work:
        await work.tags.add_alias(old, "swift")
        assert await work.tags.models_of(old.id) == sorted([one, two])
        await work.tags.merge(old, new)
        await work.commit()
    assert await shown(database, one) == [("quick-one", 2)]
    assert await shown(database, two) == [("quick-one", 1)]
    async with database.unit_of_work() as work:
        assert await work.tags.find(GUILD, ["zippy", "swift"]) == {"zippy": new, "swift": new}
        assert await work.tags.get(GUILD, old.id) is None


async def test_a_banned_tag_is_hidden_and_comes_back(database: Database) -> None:
    """Banning hides a tag wherever it was put, without losing who put it there."""
    (model,) = await store_names(database, "a/b")
    bad, good = await tagged(database, model, "bad", "good")
    await change(database, replace(bad, state=TagState.BANNED))
    assert await shown(database, model) == [("good", 1)]
    async with database.unit_of_work() as work:
        assert [one.tag for one in await work.tags.of_model(GUILD, model)] == [good]
        assert [one.tag.key for one in (await work.tags.most_used(GUILD, limit=9))[0]] == ["good"]
        banned, count = await work.tags.most_used(GUILD, limit=9, state=TagState.BANNED)
        assert ([one.tag.key for one in banned], count) == (["bad"], 1)
        assert {one.tag.key for one in await work.tags.of_member(GUILD, ANN)} == {"bad", "good"}
    await change(database, bad)
    assert await shown(database, model) == [("bad", 1), ("good", 1)]


async def change(database: Database, changed: Tag) -> None:
    """Store a changed tag."""
    async with database.unit_of_work() as work:
        await work.tags.change(changed)
        await work.commit()


async def test_browsing_counts_models_and_members(database: Database) -> None:
    """Tags come by members with their models counted, unused ones last, page by page; so do a tag's models."""
    one, two = await store_names(database, "a/b", "a/c")
    (fast,) = await tagged(database, one, "fast")
    await tagged(database, two, "fast", "coding")
    await tagged(database, two, "fast", user=BEN)
    async with database.unit_of_work() as work:
        await work.tags.make(GUILD, {"unused": "Unused"}, user_id=ANN, now=NOW)
        uses, count = await work.tags.most_used(GUILD, limit=2)
        rest, _ = await work.tags.most_used(GUILD, offset=2, limit=2)
        models, with_fast = await work.tags.models_with(GUILD, fast.id, offset=0, limit=1)
    assert [(use.tag.key, use.models, use.members) for use in (*uses, *rest)] == [
        ("fast", 2, 3),
        ("coding", 1, 1),
        ("unused", 0, 0),
    ]
    assert count == 3
    assert ([(model.repo_id, model.members) for model in models], with_fast) == ([("a/c", 2)], 2)


async def test_removing_a_tag_from_one_model_or_from_all(database: Database) -> None:
    """A moderator can take a tag off one model for everybody, or remove it from the server."""
    one, two = await store_names(database, "a/b", "a/c")
    (spam,) = await tagged(database, one, "spam")
    await tagged(database, one, "spam", user=BEN)
    await tagged(database, two, "spam")
    async with database.unit_of_work() as work:
        assert await work.tags.take_off(GUILD, one, spam.id) == 2
        await work.commit()
    assert (await shown(database, one), await shown(database, two)) == ([], [("spam", 1)])
    async with database.unit_of_work() as work:
        await work.tags.add_alias(spam, "junk")
        await work.tags.delete(spam)
        await work.commit()
    assert await shown(database, two) == []
    async with database.unit_of_work() as work:
        assert await work.tags.find(GUILD, ["spam", "junk"]) == {}


async def test_the_policy_is_one_a_server(database: Database) -> None:
    """Any tag may be used until a moderator says otherwise."""
    async with database.unit_of_work() as work:
        assert not await work.tags.only_curated(GUILD)
        assert not await work.tags.hold(GUILD)
        await work.tags.set_only_curated(GUILD, curated=True)
        await work.commit()
    async with database.unit_of_work() as work:
        assert await work.tags.only_curated(GUILD)
        assert await work.tags.hold(GUILD)
        assert not await work.tags.hold(GUILD + 1)


async def test_the_log_is_read_backwards(database: Database) -> None:
    """Each server has its own log, latest first."""
    entries = [TagLogEntry(ANN, action, "a", "b", NOW) for action in TagAction]
    async with database.unit_of_work() as work:
        for entry in entries:
            await work.tags.note(GUILD, entry)
        assert await work.tags.log(GUILD, limit=3) == list(reversed(entries))[:3]
        assert await work.tags.log(GUILD + 1, limit=3) == []


@pytest.mark.parametrize("name", ["'; DROP TABLE tag; --", "100%", "_x_%", "💩" * 30, "a" * 30])
async def test_any_text_is_kept_as_it_is(database: Database, name: str) -> None:
    """Nothing typed is taken for anything but text."""
    (model,) = await store_names(database, "a/b")
    (made,) = await tagged(database, model, name)
    async with database.unit_of_work() as work:
        found = await work.tags.find(GUILD, [tag_key(name)])
        (said,) = await work.tags.of_member(GUILD, ANN, model_id=model)
    assert (found, said.tag, said.at) == ({tag_key(name): made}, made, NOW)
