"""A vote storm over the wire: 200 clicks a second for a minute, 500 members, 50 cards, three kills -9."""

import asyncio
import statistics
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from sqlalchemy import create_engine

from storage.migrations.running import upgrade
from tests.storage.postgres import running_postgres
from tests.wire.rate_limits import Limits
from tests.wire.vote_storm import Storm, click_at_a_rate, storm_brewing

MEMBERS, CARDS, EACH_SECOND, SECONDS, KILLS = 500, 50, 200, 60.0, 3
CHANNELS = 10
LIMITS = Limits(limit=5, seconds=5, each_second=50)
"""Discord's own for messages; interactions have buckets of their own."""


async def figures() -> AsyncIterator[tuple[str, str]]:
    """Measure both databases. The stand-in for Discord and all members share one core of this machine with us."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "storm.db"
        engine = create_engine(f"sqlite:///{path}")
        with engine.begin() as connection:
            upgrade(connection)
        engine.dispose()
        async for row in _storm("SQLite", f"sqlite:///{path}", Path(folder)):
            yield row
    with tempfile.TemporaryDirectory() as folder, running_postgres() as postgres, postgres.database() as url:
        async for row in _storm("PostgreSQL", url, Path(folder)):
            yield row


async def _storm(name: str, url: str, folder: Path) -> AsyncIterator[tuple[str, str]]:
    async with storm_brewing(
        url, folder, members=MEMBERS, cards=CARDS, seed=11, channels=CHANNELS, limits=LIMITS, strict=False
    ) as storm:
        calm = asyncio.create_task(click_at_a_rate(storm, each_second=EACH_SECOND, seconds=SECONDS / 2))
        await calm
        await _calmed(storm)
        undisturbed = len(storm.clicks)
        wild = asyncio.create_task(click_at_a_rate(storm, each_second=EACH_SECOND, seconds=SECONDS / 2))
        for _ in range(KILLS):
            await asyncio.sleep(SECONDS / 2 / (KILLS + 1))
            await storm.kill_bot()
        await wild
        await _calmed(storm)
        shown = await storm.shown()
        yield f"{name}: clicks, of which undisturbed", f"{len(storm.clicks):,}, {undisturbed:,}"
        yield f"{name}: click to acknowledgement, median / p99 / slowest", _times(storm, undisturbed)
        yield f"{name}: acknowledged at once with the answer", _at_once(storm, undisturbed)
        for row in await _kept_promises(name, storm):
            yield row
        yield f"{name}: every copy of every card shows the ballots", "yes" if shown else "NO"


async def _calmed(storm: Storm) -> None:
    """Return when no click is being worked on any more."""
    before, now = -1, 0
    while before != now:
        await asyncio.sleep(2)
        before, now = now, sum(map(len, (await storm.logs()).values()))


def _times(storm: Storm, clicks: int) -> str:
    taken = sorted(reply.acknowledged_after for _, _, reply in storm.clicks[:clicks] if reply.type is not None)
    p99 = taken[int(len(taken) * 0.99)]
    return " / ".join(f"{seconds * 1000:.0f} ms" for seconds in (statistics.median(taken), p99, taken[-1]))


def _at_once(storm: Storm, clicks: int) -> str:
    types = Counter(reply.type for _, _, reply in storm.clicks[:clicks])
    return f"{types[4] / clicks:.1%} (deferred: {types[5]}, never: {types[None]})"


async def _kept_promises(name: str, storm: Storm) -> Sequence[tuple[str, str]]:
    logged = Counter(event.event_id for log in (await storm.logs()).values() for event in log)
    answered = {reply.id for _, _, reply in storm.clicks if reply.settled}
    deferred = {reply.id for _, _, reply in storm.clicks if reply.type is not None and not reply.settled}
    silent = {reply.id for _, _, reply in storm.clicks if reply.type is None}
    last = {(event.voter, model): event.action for model, log in (await storm.logs()).items() for event in log}
    ballots = {(key.user_id, key.model_id): ballot.choice for key, ballot in (await storm.ballots()).items()}
    return [
        (f"{name}: answered clicks not counted, with {storm.bots.kills} kills", f"{len(answered - set(logged))}"),
        (f"{name}: clicks counted twice", f"{sum(times > 1 for times in logged.values())}"),
        (f"{name}: deferred, then killed: counted / not", _split(deferred, set(logged))),
        (f"{name}: never acknowledged: counted / not", _split(silent, set(logged))),
        (f"{name}: ballots that differ from the log's last word", f"{sum(last[one] != ballots[one] for one in last)}"),
    ]


def _split(events: set[int], logged: set[int | None]) -> str:
    return f"{len(events & logged)} / {len(events - logged)}"
