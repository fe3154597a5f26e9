"""Searching models, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.domain.kinds import classify
from bot.domain.model import HubModel, Kind, LicenceClass, Stage
from bot.domain.model_query import ModelQuery, SortBy
from bot.domain.search_words import SearchWord
from bot.domain.sizes import Precision
from storage.community_tables import BallotRow
from storage.engine import Database
from tests.domain.builders import NOW, hub_model, parent
from tests.storage.stored import GUILD, store, to_put

QWEN = hub_model("Qwen/Qwen3-8B", likes=500, parameters=8_190_735_360)
TUNED = hub_model("meadow/Rowan-Qwen-8B", likes=20, declared=(parent("Qwen/Qwen3-8B", Kind.FINETUNE),))
QUANT = hub_model("bartowski/Rowan-Qwen-8B-GGUF", likes=20, declared=(parent("meadow/Rowan-Qwen-8B", Kind.QUANTIZED),))
LARGE = hub_model("meta/Llama_100%-405B", likes=None, licence="llama3.1")
OLD = hub_model("gpt2", likes=3_000, licence="mit", parameters=137_022_720)
ALL = (QWEN, TUNED, QUANT, LARGE, OLD)


async def stored(database: Database) -> dict[str, int]:
    """Store all five, the first released last; ids by name."""
    puts = [
        to_put(facts, released_at=NOW - timedelta(days=age), classification=classify(facts))
        for age, facts in enumerate(ALL)
    ]
    models = await store(database, *puts)
    ids = {model.facts.repo_id: model.id for model in models}
    async with database.unit_of_work() as work:
        await work.models.set_parents_of({ids[TUNED.repo_id]: [(ids[QWEN.repo_id], Kind.FINETUNE)]})
        await work.models.set_parents_of({ids[QUANT.repo_id]: [(ids[TUNED.repo_id], Kind.QUANTIZED)]})
        await work.commit()
    return ids


async def found(database: Database, query: ModelQuery, guild_id: int | None = GUILD) -> list[str]:
    """Search by names and return those found in order; the count must agree with them."""
    return await found_by(database, query, tuple(map(SearchWord, query.words.split())), guild_id)


async def found_by(
    database: Database, query: ModelQuery, words: tuple[SearchWord, ...], guild_id: int | None = GUILD
) -> list[str]:
    """Do so by words that were read."""
    async with database.unit_of_work() as work:
        ids = await work.models.search(query, words, guild_id, limit=10)
        models = await work.models.by_ids(ids)
        assert await work.models.count_found(query, words, guild_id, most=100) == len(ids)
    return [models[model_id].facts.repo_id for model_id in ids]


def names(*facts: HubModel) -> list[str]:
    """Return the names of records."""
    return [one.repo_id for one in facts]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (ModelQuery(), names(OLD, QWEN, QUANT, TUNED, LARGE)),
        (ModelQuery(words="qwen"), names(QWEN, QUANT, TUNED)),
        (ModelQuery(words="8b rowan"), names(QUANT, TUNED)),
        (ModelQuery(words="%"), names(LARGE)),
        (ModelQuery(words="_"), names(LARGE)),
        (ModelQuery(words="\\"), []),
        (ModelQuery(words="'; drop table model; --"), []),
        (ModelQuery(kind=Kind.QUANTIZED), names(QUANT)),
        (ModelQuery(licence_class=LicenceClass.CUSTOM), names(LARGE)),
        (ModelQuery(gigabytes=8), names(OLD, QWEN, QUANT, TUNED)),
        (ModelQuery(gigabytes=8, precision=Precision.BF16), names(OLD)),
        (ModelQuery(gigabytes=80, words="405b"), []),
        (ModelQuery(sort=SortBy.NEWEST), names(*ALL)),
        (ModelQuery(sort=SortBy.LIKES, words="o", kind=Kind.FINETUNE), names(TUNED)),
    ],
)
async def test_every_filter_by_itself(database: Database, query: ModelQuery, expected: list[str]) -> None:
    """Words stand anywhere in the name, wildcards are letters, sizes are read from files or names."""
    await stored(database)
    assert await found(database, query) == expected


async def test_derivatives_at_any_depth(database: Database) -> None:
    """A base's whole family below it; a ring ends, and no model is its own derivative."""
    ids = await stored(database)
    base = ModelQuery(descends_from=ids[QWEN.repo_id])
    assert await found(database, base) == names(QUANT, TUNED)
    async with database.unit_of_work() as work:
        await work.models.set_parents_of({ids[QWEN.repo_id]: [(ids[QUANT.repo_id], Kind.MERGE)]})
        await work.commit()
    assert await found(database, base) == names(QUANT, TUNED)
    assert await found(database, ModelQuery(descends_from=2**63 - 1)) == []


async def test_most_votes_here_come_first(database: Database) -> None:
    """This server's ballots that count: not those set aside, not fresh ones; likes decide between equals."""
    ids = await stored(database)

    def ballot(
        facts: HubModel, user: int, choice: str, guild: int = GUILD, aside: str | None = None, wait: int = 0
    ) -> BallotRow:
        begins = NOW + timedelta(days=wait)
        times = {"cast_at": NOW, "counts_from": begins, "entered_at": begins, "is_fresh": False}
        return BallotRow(
            guild_id=guild, model_id=ids[facts.repo_id], user_id=user, choice=choice, set_aside=aside, **times
        )

    ballots = [
        ballot(LARGE, 1, "up"),
        ballot(LARGE, 2, "up"),
        ballot(QUANT, 1, "up"),
        ballot(OLD, 1, "down"),
        ballot(TUNED, 1, "up", aside="banned"),
        ballot(TUNED, 1, "up", guild=GUILD + 1),
        *(ballot(TUNED, user, "up", wait=7) for user in (2, 3, 4)),
    ]
    async with database.engine.begin() as connection:
        columns = BallotRow.__table__.columns.keys()
        rows = [{name: getattr(one, name) for name in columns} for one in ballots]
        await connection.execute(insert(BallotRow), rows)
    assert await found(database, ModelQuery()) == names(LARGE, QUANT, QWEN, TUNED, OLD)
    assert await found(database, ModelQuery(), None) == names(OLD, QWEN, QUANT, TUNED, LARGE)


async def test_a_tag_of_this_server(database: Database) -> None:
    """Only this server's taggings count."""
    ids = await stored(database)
    async with database.unit_of_work() as work:
        tag = (await work.tags.make(GUILD, {"coding": "coding"}, user_id=1, now=NOW))["coding"]
        await work.tags.put(GUILD, ids[TUNED.repo_id], [tag.id], user_id=1, now=NOW)
        await work.commit()
    assert await found(database, ModelQuery(tag_id=tag.id)) == names(TUNED)
    assert await found(database, ModelQuery(tag_id=tag.id), GUILD + 1) == []


async def test_words_that_mean_a_lab_a_task_or_a_tag(database: Database) -> None:
    """Each word in any of its ways, all of them together; tags are this server's."""
    ids = await stored(database)
    await store(database, to_put(hub_model("org/Painter", likes=7, task="text-to-image")))
    async with database.unit_of_work() as work:
        tag = (await work.tags.make(GUILD, {"coding": "coding"}, user_id=1, now=NOW))["coding"]
        await work.tags.put(GUILD, ids[TUNED.repo_id], [tag.id], user_id=1, now=NOW)
        await work.commit()
    lab = SearchWord("alibaba", authors=frozenset({"qwen", "bartowski"}))
    task = SearchWord("painting", tasks=frozenset({"text-to-image", "image-to-image"}))
    tagged = SearchWord("coding", tag_ids=frozenset({tag.id}))
    anything = ModelQuery()
    assert await found_by(database, anything, (lab,)) == names(QWEN, QUANT)
    assert await found_by(database, anything, (lab, SearchWord("rowan"))) == names(QUANT)
    assert await found_by(database, anything, (task,)) == ["org/Painter"]
    assert await found_by(database, anything, (tagged, SearchWord("qwen"))) == names(TUNED)
    assert await found_by(database, anything, (tagged,), GUILD + 1) == []
    assert await found_by(database, anything, (tagged, task)) == []


async def test_tasks_that_models_have(database: Database) -> None:
    """Each code once; models without one add none."""
    assert await tasks_in(database) == []
    facts = [("a/1", "text-to-image"), ("a/2", None), ("a/3", "any-to-any"), ("a/4", "text-to-image")]
    await store(database, *(to_put(hub_model(name, task=task)) for name, task in facts))
    assert await tasks_in(database) == ["any-to-any", "text-to-image"]


async def tasks_in(database: Database) -> list[str]:
    """Return the tasks of a database."""
    async with database.unit_of_work() as work:
        return list(await work.models.tasks())


async def test_what_is_gone_or_waits_is_not_found(database: Database) -> None:
    """Settled models can be found, and what somebody had looked up."""
    await store(database, *[to_put(hub_model(f"x/{stage}"), stage=stage) for stage in Stage])
    assert await found(database, ModelQuery()) == ["x/settled", "x/stub"]


async def test_counting_ends(database: Database) -> None:
    """A search that fits everything counts no further than it must."""
    await stored(database)
    async with database.unit_of_work() as work:
        assert await work.models.count_found(ModelQuery(), (), None, most=3) == 3


async def test_names_without_likes_are_offered_last(database: Database) -> None:
    """Autocomplete fills up with names whose likes nobody knows."""
    await stored(database)
    async with database.unit_of_work() as work:
        offered = [match.repo_id for match in await work.models.search_names([], limit=10)]
        assert offered == names(OLD, QWEN, QUANT, TUNED, LARGE)
        assert len(await work.models.search_names([], limit=2)) == 2


async def test_a_name_of_trillions_is_stored(database: Database) -> None:
    """A hostile size stays within what a column holds."""
    await store(database, to_put(hub_model("x/9999T", parameters=2**63 - 1)))
    assert await found(database, ModelQuery(gigabytes=80)) == []
