"""Reads one publisher's listing and compares its set of names with what is known.

This is what catches models that were staged in private, whatever their `created_at` (HUB.md, point 1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.domain.feeds import FeedState
from bot.domain.model import HubModel, Metrics
from bot.domain.release_moments import Sight, Sighting
from bot.workflows.look_up_records import look_up_records
from bot.workflows.observe_releases import PUBLISHER_FEED, Batch
from bot.workflows.reading import Gathered, Reader, gather, observe_in_pieces
from bot.workflows.subjects import numbers_of

MOST_VANISHED = 20
"""Names that are looked up in one pass before they are called gone: a listing that comes back empty by the hub's
fault costs twenty questions, and nothing is lost."""

MOST_AT_FIRST = 10
"""Models that a publisher without any brings out at once; a family with its sizes and formats is no more."""

MODIFIED_WITHIN = timedelta(minutes=15)
"""Overlap when asking what was modified since the last reading: clocks differ, listings lag."""

_log = structlog.get_logger()


async def read_publisher(reader: Reader, state: FeedState, after: FeedState) -> int:
    """Read the listing behind a `publisher:<author>` feed; how many records it held.

    The first listing is the baseline; an empty one only when the next is empty too, as an ill hub's may be.
    Raises `HubUnavailable`.
    """
    author = await _spelled(reader, state.name.removeprefix(PUBLISHER_FEED))
    gathered = await gather(reader.hub.published_by(author))
    reader.telemetry.records_seen("publisher", len(gathered.models), len(gathered.rejections))
    listed = {record.repo_id.casefold(): record for record in gathered.models}
    async with reader.unit_of_work() as work:
        names = await work.models.known_names(reader.hub.source, author)
        numbers = await work.models.known_metrics(reader.hub.source, author)
    news = _news(listed, names, numbers, state)
    baseline = state.cursor is None or _was_hidden(state, listed)
    sighting = Sighting(Sight.BASELINE if baseline else Sight.PUBLISHER, last_read_at=state.last_ok_at)
    believed = bool(listed) or state.last_ok_at is not None
    feed = _counted(after, gathered, believed=believed, now=reader.clock.now().isoformat())
    feed = replace(feed, latest_at=_latest(feed.latest_at, listed, names, baseline=baseline, now=reader.clock.now()))
    await observe_in_pieces(reader, Batch(news, sighting, feed))
    if not baseline and names - listed.keys():
        await _look_after_vanished(reader, author, listed.keys())
    return len(listed)


def _was_hidden(state: FeedState, listed: Mapping[str, HubModel]) -> bool:
    """Tell whether an empty publisher shows so much at once that its emptiness was the hub's fault."""
    return state.seen == 0 and len(listed) > MOST_AT_FIRST


def _counted(after: FeedState, gathered: Gathered, *, believed: bool, now: str) -> FeedState:
    """The cursor is the moment of the baseline."""
    counted = gathered.counted_in(after)
    if counted.cursor is not None or not believed:
        return counted
    return replace(counted, cursor=now)


def _latest(
    before: datetime | None, listed: Mapping[str, HubModel], names: frozenset[str], *, baseline: bool, now: datetime
) -> datetime | None:
    """Return when something was published last: now, if the listing shows what it did not; else by its dates."""
    if not baseline and listed.keys() - names:
        return now
    made = [record.created_at for record in listed.values() if record.created_at is not None]
    return max([min(moment, now) for moment in made] + ([before] if before is not None else []), default=None)


def _news(
    listed: Mapping[str, HubModel],
    names: frozenset[str],
    numbers: Mapping[str, tuple[int, Metrics]],
    state: FeedState,
) -> list[HubModel]:
    """Return, oldest first, what is unknown, waits to settle, was modified, or has other numbers than before."""
    since = state.last_ok_at - MODIFIED_WITHIN if state.last_ok_at else None
    news = [
        record
        for key, record in listed.items()
        if key not in names
        or key not in numbers
        or _says_other(numbers_of(record), numbers[key][1])
        or (since is not None and record.last_modified is not None and record.last_modified >= since)
    ]
    return news[::-1]


def _says_other(now: Metrics, before: Metrics) -> bool:
    pairs = ((now.likes, before.likes), (now.downloads, before.downloads), (now.trending, before.trending))
    return any(said is not None and said != known for said, known in pairs)


async def _spelled(reader: Reader, author: str) -> str:
    """Return the author as the hub spells it, as far as a model of theirs is known: watches keep names casefolded."""
    async with reader.unit_of_work() as work:
        similar = await work.models.distinct_values("author", author, limit=20)
    return next((name for name in similar if name.casefold() == author.casefold()), author)


async def _look_after_vanished(reader: Reader, author: str, listed: Iterable[str]) -> None:
    """Ask about every name that the listing no longer shows: renamed, gone, or only missing from the listing."""
    async with reader.unit_of_work() as work:
        names = await work.models.known_names(reader.hub.source, author)
        vanished = sorted(names.difference(listed))[:MOST_VANISHED]
        known = await work.models.by_names(reader.hub.source, vanished)
    answers = await look_up_records(reader.hub, vanished, urgent=False)
    renamed = [record for name, record in answers.found.items() if record.repo_id.casefold() != name]
    gone = [known[name].id for name in answers.missing if name in known]
    if renamed or gone:
        _log.info("publisher.vanished", author=author, renamed=len(renamed), gone=len(gone))
        await reader.observe(Batch(renamed, Sighting(Sight.CHANGED_NOTICE), gone=gone))
