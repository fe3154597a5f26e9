"""Reads the list of trending models: likes, downloads and scores, where thresholds are crossed."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.feeds import FeedState
from bot.domain.model import HubModel
from bot.domain.release_moments import Sight, Sighting
from bot.workflows.observe_releases import Batch
from bot.workflows.reading import Gathered, Reader, observe_in_pieces

TRENDING = "trending"

MOST_TRENDING = 1000
"""What the hub gives in one request; below rank 1,000 scores are 3 and less."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """The feed's cursor: when it was first read, and the highest score that is out of sight below its list."""

    started_at: datetime
    floor: float

    def __str__(self) -> str:
        return f"{self.started_at.isoformat()} {self.floor}"

    @classmethod
    def parse(cls, text: str) -> "Horizon":
        """Read what `str` wrote."""
        moment, _, floor = text.partition(" ")
        return cls(datetime.fromisoformat(moment), float(floor))


async def read_trending(reader: Reader, state: FeedState, after: FeedState, *, most: int = MOST_TRENDING) -> int:
    """Read the whole list; how many records it held. Raises `HubUnavailable`, and then nothing has moved.

    A model that was not on the previous list had a score of 0.0, or, where that list was cut at `most`, at most the
    lowest score on it: a threshold below that may have been crossed long ago and does not fire.
    """
    before = None if state.cursor is None else Horizon.parse(state.cursor)
    gathered = await _gather(reader, most)
    reader.telemetry.records_seen(TRENDING, len(gathered.models), len(gathered.rejections))
    now = reader.clock.now()
    floor = _floor(gathered.models, cut=len(gathered.models) + len(gathered.rejections) >= most)
    horizon = Horizon(before.started_at if before else now, floor)
    await _leave(reader, gathered.models, floor)
    sighting = Sighting(
        Sight.BASELINE if before is None else Sight.TRENDING,
        feed_started_at=before.started_at if before else None,
        last_read_at=state.last_ok_at,
    )
    feed = replace(gathered.counted_in(after), cursor=str(horizon))
    unseen = None if before is None else before.floor
    await observe_in_pieces(reader, Batch(gathered.models, sighting, feed, unseen_score=unseen))
    return len(gathered.models)


async def _gather(reader: Reader, most: int) -> Gathered:
    gathered = Gathered()
    async for page in reader.hub.trending():
        gathered.take(page)
        if len(gathered.models) + len(gathered.rejections) >= most:
            break
    gathered.models = gathered.models[:most]
    return gathered


def _floor(models: list[HubModel], *, cut: bool) -> float:
    scores = [record.trending for record in models if record.trending is not None]
    return min(scores) if cut and scores else 0.0


async def _leave(reader: Reader, models: list[HubModel], floor: float) -> None:
    """Lower the scores of what left the list, so that a return can cross a threshold again.

    On its own, before the list is stored: doing it twice changes nothing, so a kill in between is harmless.
    """
    if not models:
        return
    async with reader.unit_of_work() as work:
        staying = await work.models.recall(models)
        await work.models.leave_trending([model.id for model in staying.values()], score=floor)
        await work.commit()
