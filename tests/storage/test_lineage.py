"""Families, rings included."""

from itertools import pairwise

from bot.domain.model import Kind
from storage.engine import Database
from storage.lineage import DEPTH
from tests.domain.builders import classification, hub_model
from tests.storage.stored import store, store_names, to_put


async def test_ancestors_at_any_depth(database: Database) -> None:
    """All ancestors by all ways, for many models in one go; a root has none."""
    root, left, right, leaf = await store_names(database, "a/root", "a/left", "a/right", "a/leaf")
    async with database.unit_of_work() as work:
        await work.models.set_parents_of(
            {left: [(root, None)], right: [(root, None)], leaf: [(left, Kind.MERGE), (right, Kind.MERGE)]}
        )
        assert await work.models.ancestors([leaf, left, root]) == {leaf: {left, right, root}, left: {root}, root: set()}
        assert await work.models.parent_ids([leaf, root]) == {leaf: {left, right}}


async def test_rings_end(database: Database) -> None:
    """Models that name one another as parents are each other's ancestors, and nobody's own."""
    a, b, c = await store_names(database, "x/a", "x/b", "x/c")
    async with database.unit_of_work() as work:
        await work.models.set_parents_of({a: [(b, None)], b: [(c, None)], c: [(a, None)]})
        assert await work.models.ancestors([a]) == {a: {b, c}}
        assert [model.id for model in await work.models.path_to_root(a)] == [c, b]


async def test_depth_is_bounded(database: Database) -> None:
    """A chain of invented length costs no more than `DEPTH` steps."""
    chain = await store_names(database, *[f"x/{number}" for number in range(DEPTH + 5)])
    async with database.unit_of_work() as work:
        await work.models.set_parents_of({child: [(parent, None)] for child, parent in pairwise(chain)})
        assert len((await work.models.ancestors([chain[0]]))[chain[0]]) == DEPTH
        assert len(await work.models.path_to_root(chain[0])) == DEPTH


async def test_the_path_follows_first_parents(database: Database) -> None:
    """From the root down to the first parent; other parents are not on it."""
    root, base, other, merge = await store_names(database, "x/root", "x/base", "x/other", "x/merge")
    async with database.unit_of_work() as work:
        await work.models.set_parents_of({base: [(root, None)], merge: [(merge, None), (base, None), (other, None)]})
        assert [model.id for model in await work.models.path_to_root(merge)] == [root, base]
        assert [model.id for model in await work.models.parents(merge)] == [base, other]
        assert await work.models.path_to_root(root) == []


async def test_parents_are_replaced(database: Database) -> None:
    """What a model declares now counts; a parent named twice counts once, the model itself never."""
    a, b, child = await store_names(database, "x/a", "x/b", "x/child")
    async with database.unit_of_work() as work:
        await work.models.set_parents_of({child: [(a, None)]})
        await work.models.set_parents_of({child: [(child, None), (b, Kind.FINETUNE), (b, None)]})
        assert await work.models.parent_ids([child]) == {child: {b}}


async def test_derivatives_are_counted_by_what_they_are(database: Database) -> None:
    """A quantisation that calls itself an adapter counts as a quantisation; gone ones do not count."""
    base, gone = await store_names(database, "x/base", "x/gone")
    quantized, tuned = [
        model.id
        for model in await store(
            database,
            to_put(hub_model("x/gguf", downloads=5), classification=classification(Kind.QUANTIZED)),
            to_put(hub_model("x/tuned"), classification=classification(Kind.FINETUNE)),
        )
    ]
    async with database.unit_of_work() as work:
        await work.models.set_parents_of({child: [(base, Kind.ADAPTER)] for child in (quantized, tuned, gone)})
        await work.models.mark_gone(gone, now=(await work.models.by_ids([gone]))[gone].first_seen_at)
        assert await work.models.derivative_counts(base) == {Kind.QUANTIZED: 1, Kind.FINETUNE: 1}
        assert [model.id for model in await work.models.quantizations(base, limit=5)] == [quantized]
