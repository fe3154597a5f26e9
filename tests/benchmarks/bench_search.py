"""How fast models are found among 100,000: while somebody types a name, and with every filter of /model search."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from time import perf_counter

from sqlalchemy import insert

from bot.data.labs_file import read_labs
from bot.domain.kinds import classify
from bot.domain.model import HubModel, Kind, LicenceClass, ModelToPut, Stage
from bot.domain.model_query import ModelQuery, SortBy
from bot.domain.name_matches import best_first
from bot.domain.search_words import Vocabulary, search_words
from bot.language.words import Language
from bot.workflows.find_models import MOST_COUNTED
from bot.workflows.find_suggestions import LOOKED_THROUGH, words_in
from storage.community_tables import BallotRow, TaggingRow, TagRow
from storage.engine import Database
from storage.model_rows import values_of
from storage.tables import EdgeRow, ModelRow
from storage.unit_of_work import SqlWork
from tests.benchmarks.both_databases import both_databases
from tests.domain.builders import NOW, hub_model

MODELS = 100_000
PAGE = 1_000
ROUNDS = 40
GUILD = 100
VOTED, VOTERS, TAGGED = 2_000, 10, 500
BASES = 40
"""Families: every other model descends from one of the first forty, at up to three steps."""

NAMES = ("Qwen3", "Llama-3.1", "Mistral-Nemo", "gemma-3", "DeepSeek-R1-Distill", "Phi-4", "GLM-4.7", "Stheno")
SIZES = ("0.6B", "1.7B", "4B", "8B", "14B", "32B", "70B", "235B-A22B")
LABS, LABS_SHARE = ("Qwen", "mistralai", "google", "deepseek-ai"), 0.02
TRENDING_SHARE = 0.02
ENDINGS = ("", "-GGUF", "-Instruct", "-lora-v2", "-abliterated", "-AWQ", "-coder", "-roleplay")
TASKS = (*["text-generation"] * 6, "text-to-image", "image-text-to-text", "feature-extraction", None)
LICENCES = ("apache-2.0", "mit", "cc-by-nc-4.0", "llama3.1", "gpl-3.0", None)


async def figures() -> AsyncIterator[tuple[str, str]]:
    """Yield (what, figure) for both databases."""
    async for database in both_databases():
        await _fill(database)
        for what, work in SEARCHES.items():
            yield f"{database.dialect}: {what}", await _latency(database, work)


def _names(typed: str) -> Callable[[SqlWork], Awaitable[object]]:
    async def suggestions(work: SqlWork) -> object:
        return best_first(typed, await work.models.search_names(words_in(typed), limit=LOOKED_THROUGH))

    return suggestions


def _page(query: ModelQuery) -> Callable[[SqlWork], Awaitable[object]]:
    async def page(work: SqlWork) -> object:
        codes = await work.models.tasks() if query.words else ()
        words = search_words(query.words, VOCABULARY, codes, {"coding": 1})
        return await work.models.search(query, words, GUILD, limit=MOST_COUNTED)

    return page


VOCABULARY = Vocabulary(read_labs(None), Language.load().texts_below("task."))
BY_LIKES = ModelQuery(sort=SortBy.LIKES)
SEARCHES: dict[str, Callable[[SqlWork], Awaitable[object]]] = {
    "names with nothing typed": _names(""),
    "names with a common part (qwen)": _names("qwen"),
    "names with two common words (qwen 8b)": _names("qwen 8b"),
    "names with three words (coder qwen3 32b)": _names("coder qwen3 32b"),
    "names from a pasted address": _names("https://huggingface.co/owner-1234/Qwen3-8B?library=vllm"),
    "names with a rare part (owner-1234/)": _names("owner-1234/"),
    "names with no such part": _names("zzzz"),
    "search for everything by votes": _page(ModelQuery()),
    "search for everything by likes": _page(BY_LIKES),
    "search by newest": _page(ModelQuery(sort=SortBy.NEWEST)),
    "search for two words by votes": _page(ModelQuery(words="qwen3 coder")),
    "search for no such word": _page(ModelQuery(words="zzzz")),
    "search for a word that is a tag": _page(ModelQuery(words="coding")),
    "search for a word that is a lab": _page(ModelQuery(words="alibaba")),
    "search for words that are a task": _page(ModelQuery(words="文本生成")),
    "search for a tag, a lab and a name": _page(ModelQuery(words="coding alibaba 8b")),
    "search by kind, licence and 24 GB": _page(
        replace(BY_LIKES, kind=Kind.QUANTIZED, licence_class=LicenceClass.PERMISSIVE, gigabytes=24)
    ),
    "search for a tag by votes": _page(ModelQuery(tag_id=1)),
    "search for derivatives of a base with 1,250": _page(ModelQuery(descends_from=1)),
    "search for derivatives of nothing": _page(ModelQuery(descends_from=MODELS)),
}


async def _fill(database: Database) -> None:
    """Write rows as they are stored; `put_many` on its way is measured in bench_storage."""
    random = Random(1)
    for start in range(0, MODELS, PAGE):
        puts = [_put(random, number) for number in range(start, start + PAGE)]
        rows = [values_of(put, now=NOW) | {"first_seen_at": NOW} for put in puts]
        async with database.engine.begin() as connection:
            await connection.execute(insert(ModelRow), rows)
    edges = [{"child_id": child, "parent_id": _base_of(child), "position": 0} for child in range(BASES + 1, MODELS, 2)]
    ballots = [
        {"guild_id": GUILD, "model_id": 1 + model * 7, "user_id": user, "choice": random.choice(("up", "up", "down"))}
        for model in range(VOTED)
        for user in range(1, VOTERS + 1)
    ]
    tag = {"id": 1, "guild_id": GUILD, "key": "coding", "label": "coding", "state": "open", "created_at": NOW}
    taggings = [
        {"guild_id": GUILD, "model_id": 1 + n * 11, "tag_id": 1, "user_id": 1, "at": NOW} for n in range(TAGGED)
    ]
    async with database.engine.begin() as connection:
        await connection.execute(insert(EdgeRow), edges)
        moments = dict.fromkeys(("cast_at", "counts_from", "entered_at"), NOW)
        await connection.execute(insert(BallotRow), [one | moments for one in ballots])
        await connection.execute(insert(TagRow), [tag])
        await connection.execute(insert(TaggingRow), taggings)
    async with database.engine.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        # PostgreSQL reads an index without its rows only where a vacuum has been; its autovacuum does that in use.
        await alone.exec_driver_sql("VACUUM ANALYZE" if database.dialect == "postgresql" else "ANALYZE")


def _base_of(child: int) -> int:
    """Return a parent a third of the number, down to one of the bases: three or more steps to the root."""
    return child % BASES + 1 if child < BASES * 100 else (child - 1) // 3


def _put(random: Random, number: int) -> ModelToPut:
    facts = _record(random, number)
    released = NOW - timedelta(minutes=random.randrange(500_000))
    return ModelToPut(facts, Stage.SETTLED, released, classify(facts), None)


def _record(random: Random, number: int) -> HubModel:
    """Return a record of a real one's size: about 2 kB."""
    name = f"{random.choice(NAMES)}-{random.choice(SIZES)}{random.choice(ENDINGS)}"
    owner = random.choice(LABS) if random.random() < LABS_SHARE else f"owner-{random.randrange(5_000)}"
    likes = int(random.paretovariate(0.7)) - 1
    return hub_model(
        f"{owner}/{name}-{number}",
        hub_id=f"{number:024x}",
        tags=tuple(f"tag-{random.randrange(500)}" for _ in range(30)),
        files=tuple(f"model-{shard:05}-of-00020.safetensors" for shard in range(20)),
        licence=random.choice(LICENCES),
        task=random.choice(TASKS),
        likes=likes,
        trending=float(min(likes, random.randrange(200))) if random.random() < TRENDING_SHARE else 0.0,
        summary="A sentence about what this model is and what it is good for. " * 3,
    )


async def _latency(database: Database, work: Callable[[SqlWork], Awaitable[object]]) -> str:
    seconds: list[float] = []
    for _ in range(ROUNDS):
        async with database.unit_of_work() as opened:
            started = perf_counter()
            await work(opened)
            seconds.append(perf_counter() - started)
    best, median, worst = (sorted(seconds)[place] * 1e3 for place in (0, ROUNDS // 2, -1))
    return f"{best:.1f} ms best, {median:.1f} median, {worst:.1f} worst"
