"""How fast models are stored and found and lanes are worked, on SQLite and on PostgreSQL, at 100,000 models."""

from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random
from time import perf_counter

from bot.domain.delivery import Announcement, Form
from bot.domain.model import HubModel, ModelToPut, Source, Stage
from storage.engine import Database
from storage.unit_of_work import SqlWork
from tests.benchmarks.both_databases import both_databases
from tests.domain.builders import NOW, hub_model
from tests.storage.stored import claimed, release

MODELS = 100_000
PAGE = 100
ROUNDS = 30
CHANNELS = 1_000


async def figures() -> AsyncIterator[tuple[str, str]]:
    """Yield (what, figure) for both databases."""
    async for database in both_databases():
        async for what, figure in _figures(database):
            yield f"{database.dialect}: {what}", figure


async def _figures(database: Database) -> AsyncIterator[tuple[str, str]]:
    random = Random(1)
    yield "new models stored", await _rate(database, [_record(random, n) for n in range(MODELS)])
    yield "known models stored again", await _rate(database, [_record(random, n) for n in range(0, MODELS, 20)])
    async with database.engine.connect() as connection:
        options = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await options.exec_driver_sql("ANALYZE")
    records = [_record(random, n) for n in range(PAGE)]
    ids = list(range(1, MODELS, MODELS // 1000))
    for what, work in _reads(records, ids).items():
        yield what, await _latency(database, work)
    yield "channels announced to", await _announcing(database)
    yield "lane claimed and released, 1,000 due", await _claims(database)


def _reads(records: list[HubModel], ids: list[int]) -> dict[str, Callable[[SqlWork], Awaitable[object]]]:
    """Return what is read, by name."""
    return {
        "recall of a page of 100": lambda work: work.models.recall(records),
        "1,000 models by id": lambda work: work.models.by_ids(ids),
        "ancestors of 1,000": lambda work: work.models.ancestors(ids),
        "search, common": lambda work: work.models.search_names("model", limit=25),
        "search, rare": lambda work: work.models.search_names("model-99999", limit=25),
        "search, nothing": lambda work: work.models.search_names("zzz", limit=25),
        "authors offered": lambda work: work.models.distinct_values("author", "org-7", limit=25),
        "tasks offered": lambda work: work.models.distinct_values("task", "text", limit=25),
        "licences offered": lambda work: work.models.distinct_values("licence", "", limit=25),
        "known names of an author": lambda work: work.models.known_names(Source.HUGGING_FACE, "org-7"),
        "leave trending": lambda work: work.models.leave_trending([], score=1e9),
    }


def _record(random: Random, number: int) -> HubModel:
    """Return a record of a real one's size: about 2 kB."""
    return hub_model(
        f"Org-{random.randrange(2000) if number % 3 else number % 50}/Model-{number}-{random.choice('abc')}",
        hub_id=f"{number:024x}",
        tags=tuple(f"tag-{random.randrange(500)}" for _ in range(30)),
        files=tuple(f"model-{shard:05}-of-00020.safetensors" for shard in range(20)),
        task=f"text-{random.randrange(40)}",
        library=f"library-{random.randrange(60)}",
        licence=f"licence-{random.randrange(80)}",
        likes=random.randrange(10_000),
        summary="A sentence about what this model is and what it is good for. " * 3,
    )


async def _rate(database: Database, records: list[HubModel]) -> str:
    started = perf_counter()
    for start in range(0, len(records), PAGE):
        puts = [ModelToPut(facts, Stage.SETTLED, NOW, None, None) for facts in records[start : start + PAGE]]
        async with database.unit_of_work() as work:
            await work.models.recall([put.facts for put in puts])
            models = await work.models.put_many(puts, now=NOW)
            parents = {model.id: [(max(1, model.id // 2), None)] for model in models}
            await work.models.set_parents_of(parents)
            await work.commit()
    return f"{len(records) / (perf_counter() - started):,.0f} a second"


async def _latency(database: Database, work: Callable[[SqlWork], Awaitable[object]]) -> str:
    seconds: list[float] = []
    for _ in range(ROUNDS):
        async with database.unit_of_work() as opened:
            started = perf_counter()
            await work(opened)
            seconds.append(perf_counter() - started)
    return f"{sorted(seconds)[ROUNDS // 2] * 1e3:.1f} ms median, {max(seconds) * 1e3:.1f} ms worst"


async def _announcing(database: Database) -> str:
    decisions = [
        Announcement(channel_id, 1 + channel_id % 7, 1, 1, Form.CARD, NOW, NOW) for channel_id in range(CHANNELS)
    ]
    started = perf_counter()
    async with database.unit_of_work() as work:
        await work.deliveries.announce_many(decisions, now=NOW)
        await work.commit()
    return f"{CHANNELS / (perf_counter() - started):,.0f} a second"


async def _claims(database: Database) -> str:
    started = perf_counter()
    for _ in range(ROUNDS * 10):
        await release(database, await claimed(database))
    return f"{(perf_counter() - started) / ROUNDS / 10 * 1e3:.2f} ms"
