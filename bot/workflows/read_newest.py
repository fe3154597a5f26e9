"""Reads the newest models of the whole hub, back to where the last reading began."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.domain.feeds import FeedState
from bot.domain.model import HubModel
from bot.domain.release_moments import Sight, Sighting
from bot.workflows.observe_releases import Batch
from bot.workflows.ports import Page
from bot.workflows.reading import Gathered, Reader, in_pieces

NEWEST = "newest"

OVERLAP = timedelta(hours=1)
"""How far behind the cursor is read again: what is made private and made public within the hour still comes by."""

MOST_PAGES = 150
"""At 100 records a page two to five days of the whole hub (2.6-7 thousand new models a day, HUB.md): after a longer
downtime the rest is left to publishers' listings and the trending feed."""

_log = structlog.get_logger()


async def read_newest(reader: Reader, state: FeedState, after: FeedState) -> int:
    """Read the newest feed; how many records were seen. Raises `HubUnavailable`, and then nothing has moved.

    Records are observed oldest first, and the cursor (the latest `created_at` seen) moves with each piece: after a
    kill the next reading goes on from there.
    """
    cursor = None if state.cursor is None else datetime.fromisoformat(state.cursor)
    gathered = await _gather(reader, None if cursor is None else cursor - OVERLAP)
    reader.telemetry.records_seen(NEWEST, len(gathered.models), len(gathered.rejections))
    sight = Sight.BASELINE if cursor is None else Sight.NEWEST
    sighting, latest = Sighting(sight, last_read_at=state.last_ok_at), cursor
    pieces = list(in_pieces(sorted(gathered.models, key=_created))) or [()]
    for number, piece in enumerate(pieces, start=1):
        latest = _latest(latest, piece, reader.clock.now(), last=number == len(pieces))
        feed = gathered.counted_in(after) if number == len(pieces) else state
        moved = replace(feed, cursor=None if latest is None else latest.isoformat())
        await reader.observe(Batch(piece, sighting, moved))
    return len(gathered.models)


async def _gather(reader: Reader, until: datetime | None) -> Gathered:
    """Read back to `until`; without it (the very first time) one page says where the feed stands."""
    gathered, pages = Gathered(), 0
    async for page in reader.hub.newest():
        gathered.take(page)
        pages += 1
        if until is None or _reaches(page, until):
            return gathered
        if pages >= MOST_PAGES:
            _log.warning("newest.gap", pages=pages, until=until.isoformat())
            return gathered
    return gathered


def _reaches(page: Page, until: datetime) -> bool:
    moments = [record.created_at for record in page.models if record.created_at is not None]
    return bool(moments) and min(moments) <= until


def _created(record: HubModel) -> float:
    """Sort by creation; what does not say when it was made counts as the latest."""
    return record.created_at.timestamp() if record.created_at else float("inf")


def _latest(latest: datetime | None, piece: Sequence[HubModel], now: datetime, *, last: bool) -> datetime | None:
    """Return the cursor after a piece. A date in the future must not hide what comes before it."""
    moments = [record.created_at for record in piece if record.created_at is not None and record.created_at <= now]
    moments += [latest] if latest is not None else []
    return max(moments, default=now if last else None)
