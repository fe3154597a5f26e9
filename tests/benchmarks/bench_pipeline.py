"""Records parsed, classified, stored and matched per second, with 10,000 watches, on a SQLite file."""

import json
import logging
import random
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.domain.labs import LabBook
from bot.domain.model import HubModel, Kind, LicenceClass, Source
from bot.domain.release_moments import Sight, Sighting
from bot.domain.server import Server
from bot.domain.watches import Pace, Watch, WatchFilter, WatchState
from bot.hub.hugging_face import read_page
from bot.workflows.matcher_cache import MatcherCache
from bot.workflows.observe_releases import Batch, ObserveReleases
from bot.workflows.ports import Page
from storage.engine import Database, open_database
from tests.turnable_clock import TurnableClock
from tests.workflows.bell import Bell

WATCHES = 10_000
RECORDS = 4_000
PAGE = 250
"""Records a transaction, as the feeds' readers cut them."""

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
AUTHORS = [f"author-{number}" for number in range(3_000)]
TASKS = ["text-generation", "image-text-to-text", "text-to-image", "automatic-speech-recognition"]
LICENCES = ["apache-2.0", "mit", "cc-by-nc-4.0", "other", "gpl-3.0"]


class SilentHub:
    """A hub that is never in the way: records are complete, and no card has a sentence."""

    source = Source.HUGGING_FACE

    async def newest(self) -> AsyncIterator[Page]:
        """Show nothing."""
        yield Page(())

    async def trending(self) -> AsyncIterator[Page]:
        """Show nothing."""
        yield Page(())

    async def published_by(self, author: str) -> AsyncIterator[Page]:  # noqa: ARG002 - the protocol's
        """Show nothing."""
        yield Page(())

    async def latest_of(self, author: str) -> HubModel | None:  # noqa: ARG002 - the protocol's
        """Know nobody."""
        return None

    async def look_up(self, repo_id: str, *, urgent: bool = True) -> HubModel | None:  # noqa: ARG002 - the protocol's
        """Know nothing."""
        return None

    async def summary_of(self, repo_id: str) -> str | None:  # noqa: ARG002 - the protocol's
        """Say nothing."""
        return None


async def figures() -> Sequence[tuple[str, str]]:
    """Return records a second: all of it, and parsing alone; and how long one new number each takes (trending)."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with tempfile.TemporaryDirectory() as folder:
        return [(what, f"{value:,.0f}") for what, value in (await _measure(Path(folder))).items()]


async def _measure(folder: Path) -> Mapping[str, float]:
    chance = random.Random(7)
    clock = TurnableClock(START)
    database = open_database(f"sqlite:///{folder / 'bench.db'}")
    await database.migrate()
    await _store_watches(database, chance)
    observe = ObserveReleases(
        database.unit_of_work,
        hub=SilentHub(),
        labs=LabBook([]),
        matchers=MatcherCache(),
        clock=clock,
        doorbell=Bell(),
    )
    await observe(Batch([], Sighting(Sight.NEWEST)))
    bodies = [_body(chance, start) for start in range(0, RECORDS, PAGE)]
    parsing = _seconds_to_parse(bodies)
    began = time.perf_counter()
    announced = 0
    for body in bodies:
        observed = await observe(Batch(read_page(body).models, Sighting(Sight.NEWEST, last_read_at=START)))
        announced += len(observed.announcements)
    took = time.perf_counter() - began
    renumbered = await _seconds_to_renumber(observe, bodies)
    await database.close()
    return {
        "records parsed, classified, matched with 10,000 watches and stored, per second": RECORDS / took,
        "announcements made of them": announced,
        "records parsed per second": RECORDS / parsing,
        "known records with new numbers per second": RECORDS / renumbered,
    }


def _seconds_to_parse(bodies: Sequence[bytes]) -> float:
    began = time.perf_counter()
    for body in bodies:
        read_page(body)
    return time.perf_counter() - began


async def _seconds_to_renumber(observe: ObserveReleases, bodies: Sequence[bytes]) -> float:
    began = time.perf_counter()
    for body in bodies:
        records = json.loads(body)
        for record in records:
            record["likes"] += 1
        await observe(Batch(read_page(json.dumps(records).encode()).models, Sighting(Sight.TRENDING)))
    return time.perf_counter() - began


async def _store_watches(database: Database, chance: random.Random) -> None:
    async with database.unit_of_work() as work:
        for number in range(WATCHES):
            guild = 1 + number // 2
            if number % 2 == 0:
                await work.servers.put(Server(guild))
            await work.watches.add(
                Watch(
                    id=0,
                    guild_id=guild,
                    channel_id=10_000 + number,
                    name="watch",
                    filter=_filter(chance),
                    pace=chance.choice([Pace.INSTANT, Pace.INSTANT, Pace.DAILY]),
                    state=WatchState.ACTIVE,
                    starts_at=START - timedelta(days=1),
                    created_by=1,
                    created_at=START - timedelta(days=1),
                )
            )
        await work.commit()


def _filter(chance: random.Random) -> WatchFilter:
    """Return what communities ask for: a few authors, or a task with bounds; each matches one record in thousands."""
    if chance.random() < 0.7:
        return WatchFilter(authors=frozenset(chance.sample(AUTHORS, 3)), kinds=frozenset({Kind.ORIGINAL, Kind.MERGE}))
    return WatchFilter(
        tasks=frozenset({chance.choice(TASKS)}),
        licence_classes=frozenset({LicenceClass.PERMISSIVE}),
        languages=frozenset({chance.choice(["zh", "fr", "de", "ja"])}),
        max_parameters=chance.randrange(4, 100) * 10**9,
        min_likes=chance.randrange(200, 10_000),
    )


def _body(chance: random.Random, start: int) -> bytes:
    return json.dumps([_record(chance, number) for number in range(start, start + PAGE)]).encode()


def _record(chance: random.Random, number: int) -> dict[str, object]:
    """Return a record as the newest feed gives it: a third derived, full of files and tags."""
    licence = chance.choice(LICENCES)
    tags = [
        "transformers",
        "safetensors",
        "qwen3",
        chance.choice(["en", "zh", "fr"]),
        f"license:{licence}",
        "region:us",
    ]
    if number > PAGE and chance.random() < 0.3:
        base = f"{AUTHORS[(number - PAGE) % len(AUTHORS)]}/model-{number - PAGE}"
        tags += [f"base_model:{base}", f"base_model:finetune:{base}"]
    files = [".gitattributes", "README.md", "config.json", "tokenizer.json", "model.safetensors"]
    return {
        "_id": f"{number:024x}",
        "id": f"{AUTHORS[number % len(AUTHORS)]}/model-{number}",
        "createdAt": "2026-05-04T11:00:00.000Z",
        "lastModified": "2026-05-04T11:30:00.000Z",
        "tags": tags,
        "pipeline_tag": chance.choice(TASKS),
        "library_name": "transformers",
        "likes": chance.randrange(100),
        "downloads": 0,
        "trendingScore": 0,
        "cardData": {"license": licence},
        "config": {"architectures": ["Qwen3ForCausalLM"], "max_position_embeddings": 32768},
        "safetensors": {"total": chance.randrange(1, 70) * 10**9},
        "siblings": [{"rfilename": name} for name in files],
    }
