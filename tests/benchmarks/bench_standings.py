"""How fast standings are counted from 1,000,000 ballots: a server's, and everywhere, by week, month and all time."""

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from random import Random
from statistics import median
from time import perf_counter
from typing import Any

from sqlalchemy import insert

from bot.domain.model import LicenceClass, ModelToPut, Stage
from bot.domain.standing_code import StandingQuery
from bot.domain.standing_filter import ALL_MODELS, StandingFilter
from bot.domain.standings import Scope
from bot.domain.vocabulary import Vocabulary
from bot.domain.windows import Span, window_of
from bot.workflows.compute_standings import standings
from bot.workflows.count_everywhere import CountEverywhere
from bot.workflows.read_leaderboard import ReadLeaderboard
from storage.community_tables import BallotRow
from storage.engine import Database
from storage.model_rows import values_of
from storage.standing_tables import EverywhereOptInRow
from storage.tables import ModelRow
from tests.benchmarks.both_databases import both_databases
from tests.domain.builders import NOW, hub_model
from tests.turnable_clock import TurnableClock

BALLOTS, MODELS, SERVERS, MEMBERS = 1_000_000, 5_000, 40, 60_000
DAYS = 365
"""A year of votes; a fortieth of a year's 25,000 ballots is a busy server."""
PAGE = 20_000
ROUNDS = 7

SHOWN = {
    "a server, week": (Scope(1), Span.WEEK, ALL_MODELS),
    "a server, week, permissive licences": (
        Scope(1),
        Span.WEEK,
        StandingFilter(licence_class=LicenceClass.PERMISSIVE),
    ),
    "a server, month": (Scope(1), Span.MONTH, ALL_MODELS),
    "a server, all time": (Scope(1), Span.ALL, ALL_MODELS),
}
EVERYWHERE = ("with the habit", "counted", "kept")
"""What a member waits for: the first in an hour, for whom the habit of 90 days is counted too; the first for whom the
span is counted anew; everybody else (`bot.workflows.count_everywhere`)."""

SPANS = {Span.WEEK: "week", Span.MONTH: "month", Span.ALL: "all time"}


async def figures() -> AsyncIterator[tuple[str, str]]:
    """Yield (what, figure) for both databases."""
    async for database in both_databases():
        await _fill(database)
        for what, (scope, span, filters) in SHOWN.items():
            yield f"{database.dialect}: {what}", await _latency(database, scope, span, filters)
        for span, name in SPANS.items():
            figures = await _everywhere(database, span)
            for how, seconds in zip(EVERYWHERE, figures, strict=True):
                yield f"{database.dialect}: everywhere, {name}, {how}", f"{1000 * seconds:.1f} ms"


async def _latency(database: Database, scope: Scope, span: Span, filters: StandingFilter) -> str:
    took: list[float] = []
    models = 0
    for _ in range(ROUNDS):
        async with database.unit_of_work() as work:
            began = perf_counter()
            found = await standings(work, scope, window_of(span, "Asia/Shanghai", NOW), filters, NOW)
            took.append(perf_counter() - began)
            models = len(found.ranked) + len(found.too_early)
    return f"{1000 * median(took):.1f} ms ({models} models)"


async def _everywhere(database: Database, span: Span) -> Sequence[float]:
    """Measure the three of `EVERYWHERE`, each up to a page that can be shown, in seconds."""
    other = Span.MONTH if span is Span.WEEK else Span.WEEK
    asked = {"with the habit": (span,), "counted": (other, span), "kept": (span, span)}
    took: dict[str, list[float]] = {how: [] for how in EVERYWHERE}
    for how in EVERYWHERE * ROUNDS:
        clock = TurnableClock(NOW)
        read = ReadLeaderboard(
            database.unit_of_work, CountEverywhere(database.reading, clock), clock, names=Vocabulary()
        )
        began = perf_counter()
        for one in asked[how]:
            began = perf_counter()
            await read.standing(1, StandingQuery(everywhere=True, span=one))
        took[how].append(perf_counter() - began)
    return [median(took[how]) for how in EVERYWHERE]


async def _fill(database: Database) -> None:
    random = Random(1)
    records = [ModelToPut(hub_model(f"a/model-{number}"), Stage.SETTLED, NOW, None, None) for number in range(MODELS)]
    rows = [values_of(put, now=NOW) | {"first_seen_at": NOW} for put in records]
    async with database.engine.begin() as connection:
        await connection.execute(insert(ModelRow), rows)
        opted_in = [{"guild_id": guild, "since": NOW} for guild in range(1, SERVERS + 1)]
        await connection.execute(insert(EverywhereOptInRow), opted_in)
    for page in _pages(random):
        async with database.engine.begin() as connection:
            await connection.execute(insert(BallotRow), page)
    async with database.engine.connect() as connection:
        alone = await connection.execution_options(isolation_level="AUTOCOMMIT")
        # PostgreSQL reads an index without its rows only where a vacuum has been; its autovacuum does that in use.
        await alone.exec_driver_sql("VACUUM ANALYZE" if database.dialect == "postgresql" else "ANALYZE")


def _pages(random: Random) -> Iterator[list[dict[str, Any]]]:
    """Cast ballots as a year goes: most on what is new, some members in several servers."""
    seen: set[tuple[int, int, int]] = set()
    page: list[dict[str, Any]] = []
    while len(seen) < BALLOTS:
        user = random.randrange(MEMBERS)
        guild = (user if random.random() < 0.9 else random.randrange(SERVERS)) % SERVERS + 1
        age = random.random()
        model = min(int((1 - age) * MODELS * 0.9 + random.expovariate(0.01)), MODELS - 1) + 1
        key = (guild, model, user)
        if key in seen:
            continue
        seen.add(key)
        at = NOW - timedelta(days=age * DAYS)
        choice = "up" if random.random() < 0.7 else "down"
        moments = dict.fromkeys(("cast_at", "counts_from", "entered_at"), at)
        page.append({"guild_id": guild, "model_id": model, "user_id": user, "choice": choice, **moments})
        if len(page) == PAGE or len(seen) == BALLOTS:
            yield page
            page = []
