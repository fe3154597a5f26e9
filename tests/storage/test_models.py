"""Models: who is who, what is kept, what is found."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.model import Kind, Metrics, Model, Source, Stage
from storage.engine import Database
from tests.domain.builders import NOW, classification, hub_model
from tests.storage.stored import store, store_names, to_put

HF = Source.HUGGING_FACE
LATER = NOW + timedelta(days=1)


async def test_what_is_put_comes_back(database: Database) -> None:
    """A model is read as it was stored, the kind's reason included."""
    facts = hub_model(likes=3, trending=1.5, tags=("a", "模型"), files=("x.safetensors",))
    (put,) = await store(database, to_put(facts, classification=classification(Kind.MERGE, reason="declared")))
    async with database.unit_of_work() as work:
        read = await work.models.by_id(put.id)
    assert read == put
    assert read is not None
    assert (read.facts, read.kind, read.kind_reason, read.released_at) == (facts, Kind.MERGE, "declared", NOW)


async def test_work_without_commit_leaves_nothing(database: Database) -> None:
    """A transaction rolls back unless it is committed."""
    async with database.unit_of_work() as work:
        await work.models.put_many([to_put(hub_model())], now=NOW)
    async with database.unit_of_work() as work:
        assert await work.models.by_name(HF, "Qwen/Qwen3-8B") is None


async def test_names_are_found_whatever_their_case(database: Database) -> None:
    """The hub treats names as equal whatever their case."""
    (model_id,) = await store_names(database, "Qwen/Qwen3-8B")
    async with database.unit_of_work() as work:
        found = await work.models.by_names(HF, ["QWEN/qwen3-8b", "nobody/nothing"])
    assert {name: model.id for name, model in found.items()} == {"qwen/qwen3-8b": model_id}


async def test_a_rename_keeps_the_model(database: Database) -> None:
    """The same hub id under a new name is the same model; the old name is nobody's."""
    (model_id,) = await store_names(database, "lab/old")
    (renamed,) = await store(database, to_put(hub_model("lab/new", hub_id="id-of-lab/old")))
    async with database.unit_of_work() as work:
        assert renamed.id == model_id
        assert await work.models.by_name(HF, "lab/old") is None
        assert (await work.models.by_names(HF, ["lab/new"]))["lab/new"].facts.repo_id == "lab/new"


async def test_a_name_is_taken_over_by_another_identity(database: Database) -> None:
    """A new hub id under a known name is another model; the old one is gone but keeps its row."""
    (old_id,) = await store_names(database, "lab/model")
    (new,) = await store(database, to_put(hub_model("lab/model", hub_id="another")))
    async with database.unit_of_work() as work:
        old = await work.models.by_id(old_id)
        holder = await work.models.by_name(HF, "lab/model")
    assert new.id != old_id
    assert (old and old.stage, holder and holder.id) == (Stage.GONE, new.id)


async def test_one_that_lost_its_name_comes_back_under_another(database: Database) -> None:
    """A model that was pushed out of its name is known again by its hub id."""
    (old_id,) = await store_names(database, "lab/model")
    await store(database, to_put(hub_model("lab/model", hub_id="another")))
    (back,) = await store(database, to_put(hub_model("lab/model-v1", hub_id="id-of-lab/model")))
    assert (back.id, back.stage) == (old_id, Stage.SETTLED)


async def test_names_may_go_round_within_a_page(database: Database) -> None:
    """Two models that swapped names on one page keep their ids."""
    first, second = await store_names(database, "lab/a", "lab/b")
    await store(
        database,
        to_put(hub_model("lab/b", hub_id="id-of-lab/a")),
        to_put(hub_model("lab/a", hub_id="id-of-lab/b")),
    )
    async with database.unit_of_work() as work:
        names = {
            model_id: model.facts.repo_id for model_id, model in (await work.models.by_ids([first, second])).items()
        }
    assert names == {first: "lab/b", second: "lab/a"}


async def test_a_hub_id_is_learnt_later(database: Database) -> None:
    """A model known by its name only becomes the one with the hub id, and is then known by that."""
    (named,) = await store(database, to_put(hub_model("lab/model", hub_id=None)))
    (known,) = await store(database, to_put(hub_model("lab/model", hub_id="h1")))
    (renamed,) = await store(database, to_put(hub_model("lab/renamed", hub_id="h1")))
    assert {named.id, known.id, renamed.id} == {named.id}


async def test_a_record_without_hub_id_is_the_model_of_its_name(database: Database) -> None:
    """A listing without hub ids updates what is known and does not erase the hub id."""
    (known,) = await store(database, to_put(hub_model("lab/model", hub_id="h1")))
    (light,) = await store(database, to_put(hub_model("lab/model", hub_id=None)))
    assert (light.id, light.facts.hub_id) == (known.id, "h1")


async def test_a_stub_becomes_the_model_and_keeps_its_derivatives(database: Database) -> None:
    """A base that was known by name only is released under the id that its derivatives point to."""
    async with database.unit_of_work() as work:
        stub_id = await work.models.name_stub(HF, "lab/base", now=NOW - timedelta(days=2))
        await work.commit()
    (base,) = await store(database, to_put(hub_model("lab/base", hub_id="h1")))
    assert (base.id, base.first_seen_at, base.released_at) == (stub_id, NOW - timedelta(days=2), NOW)


async def test_a_rename_onto_a_stub_takes_its_derivatives_over(database: Database) -> None:
    """Derivatives that declared the new name before it was known follow the renamed model."""
    base, child = await store_names(database, "lab/old", "lab/child")
    async with database.unit_of_work() as work:
        stub = await work.models.name_stub(HF, "lab/new", now=NOW)
        await work.models.set_parents_of({child: [(stub, Kind.FINETUNE)]})
        await work.models.put_many([to_put(hub_model("lab/new", hub_id="id-of-lab/old"))], now=NOW)
        await work.commit()
    async with database.unit_of_work() as work:
        assert [model.id for model in await work.models.parents(child)] == [base]


async def test_first_moments_stay(database: Database) -> None:
    """When a model was first seen and released is never overwritten; an unknown release is filled in."""
    await store(database, to_put(hub_model("lab/a"), released_at=None), to_put(hub_model("lab/b")))
    async with database.unit_of_work() as work:
        again = await work.models.put_many(
            [to_put(hub_model("lab/a"), released_at=LATER), to_put(hub_model("lab/b"), released_at=LATER)], now=LATER
        )
    assert [(model.first_seen_at, model.released_at) for model in again] == [(NOW, LATER), (NOW, NOW)]


async def test_a_light_record_erases_nothing(database: Database) -> None:
    """A listing that says little keeps what a full record said."""
    full = hub_model(files=("model.safetensors",), summary="A model.", parameters=8, likes=1)
    await store(database, to_put(full, classification=classification(Kind.FINETUNE)))
    light = replace(hub_model(), has_files=None, has_card=None, licence=None, likes=2)
    (kept,) = await store(database, to_put(light))
    assert (kept.facts, kept.kind) == (replace(full, likes=2), Kind.FINETUNE)


async def test_one_model_twice_on_a_page(database: Database) -> None:
    """Two records of one model on a page make one model, and later ones win."""
    first, second = await store(database, to_put(hub_model(likes=1)), to_put(hub_model(likes=2)))
    assert (first, second.facts.likes) == (second, 2)


async def test_two_new_models_of_one_name_on_a_page(database: Database) -> None:
    """A name that changed hands between two pages of a listing: the later one has it."""
    lost, holder = await store(
        database, to_put(hub_model("lab/x", hub_id="h1")), to_put(hub_model("lab/x", hub_id="h2"))
    )
    assert (lost.stage, holder.stage, lost.id == holder.id) == (Stage.GONE, Stage.SETTLED, False)


async def test_recall_goes_by_hub_id_first(database: Database) -> None:
    """A renamed record is recalled; a known name with another hub id is a new model."""
    old, _ = await store_names(database, "lab/old", "lab/taken")
    records = [
        hub_model("lab/new", hub_id="id-of-lab/old"),
        hub_model("lab/taken", hub_id="other"),
        hub_model("lab/no"),
    ]
    async with database.unit_of_work() as work:
        recalled = await work.models.recall(records)
    assert {name: model.id for name, model in recalled.items()} == {"lab/new": old}


async def test_known_names_are_what_listings_showed(database: Database) -> None:
    """Stubs and models that are gone are not known, so that they are noticed when they appear."""
    _, gone = await store_names(database, "Lab/Shown", "lab/gone")
    await store_names(database, "other/one")
    async with database.unit_of_work() as work:
        await work.models.name_stub(HF, "lab/stub", now=NOW)
        await work.models.mark_gone(gone, now=NOW)
        assert await work.models.known_names(HF, "LAB") == {"lab/shown"}


async def test_stubs_are_made_once(database: Database) -> None:
    """Naming a parent again, in another case, gives the same id."""
    async with database.unit_of_work() as work:
        stubs = await work.models.name_stubs(HF, ["lab/base", "Lab/Base", "lab/other"], now=NOW)
        again = await work.models.name_stub(HF, "LAB/BASE", now=NOW)
    assert (set(stubs), again) == ({"lab/base", "lab/other"}, stubs["lab/base"])


async def test_numbers_are_updated_by_themselves(database: Database) -> None:
    """New numbers overwrite old ones, unknown ones do not, and the model shows them."""
    (model_id,) = await store_names(database, "lab/a")
    async with database.unit_of_work() as work:
        await work.models.update_metrics({model_id: Metrics(likes=7), 999: Metrics(likes=1)}, now=LATER)
        model = await work.models.by_id(model_id)
        known = await work.models.known_metrics(HF, "lab")
    assert model is not None
    assert (model.facts.likes, model.facts.downloads) == (7, 0)
    assert known == {"lab/a": (model_id, Metrics(likes=7, downloads=0))}


async def test_models_leave_the_trending_list(database: Database) -> None:
    """Whoever is no longer listed falls to the given score; whoever stays keeps its own."""
    stays, leaves, low = [
        model.id
        for model in await store(
            database,
            *[to_put(hub_model(f"lab/{score}", trending=score)) for score in (9.0, 8.0, 1.0)],
        )
    ]
    async with database.unit_of_work() as work:
        await work.models.leave_trending([stays], score=2.0)
        scores = {
            key: metrics.trending for key, metrics in (await work.models.metrics_of([stays, leaves, low])).items()
        }
    assert scores == {stays: 9.0, leaves: 2.0, low: 1.0}


async def test_looks_are_due_in_order(database: Database) -> None:
    """What waited longest is looked at first; what is not due is left."""
    puts = [
        replace(to_put(hub_model(f"lab/{hours}"), stage=Stage.UNSETTLED), look_at=NOW + timedelta(hours=hours))
        for hours in (1, -1, -2)
    ]
    await store(database, *puts)
    async with database.unit_of_work() as work:
        due = await work.models.due_for_a_look(NOW, limit=5)
    assert [model.facts.repo_id for model in due] == ["lab/-2", "lab/-1"]


@pytest.mark.parametrize("at_once", [1, 2, 3, 10])
async def test_releases_are_read_page_by_page(database: Database, at_once: int) -> None:
    """Oldest first from the start on, each once, also where several were released in the same moment."""
    hours = {"lab/late": 2, "lab/before": -1, "lab/b": 1, "lab/a": 1, "lab/first": 0}
    await store(database, *[to_put(hub_model(n), released_at=NOW + timedelta(hours=at)) for n, at in hours.items()])
    found: list[Model] = []
    async with database.unit_of_work() as work:
        while page := await work.models.released_since(NOW, after=found[-1] if found else None, limit=at_once):
            found += page
    assert [model.facts.repo_id for model in found] == ["lab/first", "lab/b", "lab/a", "lab/late"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("QWEN", ["Qwen/b", "Qwen/a"]),
        ("%", ["lab/100%_real"]),
        ("0%_", ["lab/100%_real"]),
        ("/", ["Qwen/b", "Qwen/a", "lab/100%_real"]),
    ],
)
async def test_names_are_searched_literally(database: Database, text: str, found: list[str]) -> None:
    """Any part of a name is found whatever its case, wildcards are plain characters, most liked first."""
    await store(
        database,
        to_put(hub_model("Qwen/a", likes=1)),
        to_put(hub_model("Qwen/b", likes=2)),
        to_put(hub_model("lab/100%_real", likes=None)),
        to_put(hub_model("qwen/hidden"), stage=Stage.UNSETTLED),
    )
    async with database.unit_of_work() as work:
        assert [match.repo_id for match in await work.models.search_names([text], limit=5)] == found


async def test_names_hold_every_word_in_any_order(database: Database) -> None:
    """What is trending joins what is liked where there is more than was asked for; what is gone does not."""
    names = [f"org/Qwen3-Coder-{number}B" for number in range(9)]
    liked = [to_put(hub_model(name, likes=100 - number, trending=0.0)) for number, name in enumerate(names)]
    await store(
        database,
        *liked,
        to_put(hub_model("org/New-Qwen-coder", likes=1, trending=50.0)),
        to_put(hub_model("org/Lost-Qwen-coder", likes=999, trending=50.0), stage=Stage.GONE),
        to_put(hub_model("org/Qwen3-8B", likes=500, trending=90.0)),
    )
    async with database.unit_of_work() as work:
        found = [match.repo_id for match in await work.models.search_names(["coder", "qwen"], limit=3)]
        every = [match.repo_id for match in await work.models.search_names(["coder", "qwen"], limit=20)]
        none = await work.models.search_names(["coder", "llama"], limit=20)
    assert found == [*names[:3], "org/New-Qwen-coder"]
    assert (every, none) == ([*names, "org/New-Qwen-coder"], [])


async def test_who_was_asked_for_can_be_found(database: Database) -> None:
    """Settled models, looked-up ones, and those that wait and were asked for: until they are gone."""
    puts = [to_put(hub_model(f"org/{stage}"), stage=stage) for stage in Stage]
    stored = {model.stage: model.id for model in await store(database, *puts)}

    async def found() -> list[str]:
        async with database.unit_of_work() as work:
            return sorted(match.repo_id for match in await work.models.search_names(["org"], limit=9))

    assert await found() == ["org/settled", "org/stub"]
    async with database.unit_of_work() as work:
        for model_id in stored.values():
            await work.models.make_findable(model_id)
        await work.commit()
    asked = ["org/given_up", "org/settled", "org/stub", "org/unsettled"]
    assert await found() == asked
    await store(database, to_put(hub_model("org/stub"), stage=Stage.UNSETTLED), to_put(hub_model("org/given_up")))
    assert await found() == asked
    async with database.unit_of_work() as work:
        await work.models.mark_gone(stored[Stage.UNSETTLED], now=NOW)
        await work.commit()
    await store(database, to_put(hub_model("org/settled", hub_id="another"), stage=Stage.UNSETTLED))
    assert await found() == ["org/given_up", "org/stub"]


async def test_values_are_offered_most_common_first(database: Database) -> None:
    """Suggestions come as the hub spells them."""
    await store(
        database,
        to_put(hub_model("Qwen/a", task="text-generation")),
        to_put(hub_model("Qwen/b", task="text-generation")),
        to_put(hub_model("lab/c", task="text-to-image")),
        to_put(hub_model("lab/d", task=None)),
    )
    async with database.unit_of_work() as work:
        assert await work.models.distinct_values("task", "TEXT", limit=5) == ["text-generation", "text-to-image"]
        assert await work.models.distinct_values("author", "q", limit=5) == ["Qwen"]
        assert await work.models.distinct_values("licence", "_", limit=5) == []


async def test_hostile_text_is_stored_clean(database: Database) -> None:
    """Null bytes and lone surrogates are taken out on the way in, on every database."""
    facts = hub_model("lab/na\x00me", task="t\x00", summary="a\x00b\ud800c \\u0000", tags=("\x00", "ok"))
    (put,) = await store(database, to_put(facts))
    async with database.unit_of_work() as work:
        model = await work.models.by_name(HF, "lab/name")
    assert model is not None
    assert (model.id, model.facts.summary, model.facts.tags) == (put.id, "abc \\u0000", ("", "ok"))


async def test_names_of_what_is_known(database: Database) -> None:
    """Known is what a feed has shown or somebody had looked up: more than a name."""
    shown, looked_up = await store(
        database, to_put(hub_model("org/shown")), to_put(hub_model("org/looked-up"), stage=Stage.STUB)
    )
    async with database.unit_of_work() as work:
        named = await work.models.name_stub(HF, "org/named", now=NOW)
        names = await work.models.names_of([shown.id, looked_up.id, named])
    assert names == {shown.id: "org/shown", looked_up.id: "org/looked-up"}


async def test_looking_a_model_up_takes_nothing_back(database: Database) -> None:
    """Somebody's look-up that a feed overtakes leaves the model as the feed has settled it, and its next look due."""
    await store(database, to_put(hub_model("org/settled")))
    await store(database, replace(to_put(hub_model("org/waits"), stage=Stage.UNSETTLED), look_at=LATER, looks=3))
    (settled, waits) = await store(
        database,
        *(to_put(hub_model(name), stage=Stage.STUB, released_at=None) for name in ("org/settled", "org/waits")),
    )
    assert (settled.stage, settled.released_at) == (Stage.SETTLED, NOW)
    assert (waits.stage, waits.look_at, waits.looks) == (Stage.UNSETTLED, LATER, 3)
