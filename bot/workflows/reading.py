"""What the readers of all feeds share: gathering pages, and observing many records in pieces."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import structlog

from bot.domain.clock import Clock
from bot.domain.feeds import FeedState
from bot.domain.model import HubModel
from bot.workflows.observe_releases import Batch, ObserveReleases
from bot.workflows.ports import Hub, Page, Rejection, UnitOfWork
from bot.workflows.telemetry import NoTelemetry, Telemetry

PIECE = 250
"""Records a transaction: long listings are stored in pieces, so that senders and members are never kept waiting."""

Item = TypeVar("Item")

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reader:
    """Everything a feed's reader works with."""

    unit_of_work: UnitOfWork
    hub: Hub
    observe: ObserveReleases
    clock: Clock
    telemetry: Telemetry = field(default_factory=NoTelemetry)


@dataclass(slots=True)
class Gathered:
    """The records of several pages."""

    models: list[HubModel] = field(default_factory=list[HubModel])
    rejections: list[Rejection] = field(default_factory=list[Rejection])

    def take(self, page: Page) -> None:
        """Add a page."""
        self.models += page.models
        self.rejections += page.rejections

    def counted_in(self, state: FeedState) -> FeedState:
        """Return the feed's state with these records counted."""
        return replace(state, seen=state.seen + len(self.models), rejected=state.rejected + len(self.rejections))


async def gather(pages: AsyncIterator[Page]) -> Gathered:
    """Read a listing to its end."""
    gathered = Gathered()
    async for page in pages:
        gathered.take(page)
    return gathered


async def observe_in_pieces(reader: Reader, batch: Batch, *, along_the_way: FeedState | None = None) -> None:
    """Observe a long batch piece by piece; its feed's state and what is gone go with the last piece.

    `along_the_way`: the state that is stored with the earlier pieces, if any.
    """
    pieces = list(in_pieces(batch.records)) or [()]
    for piece in pieces[:-1]:
        await reader.observe(replace(batch, records=piece, feed=along_the_way, gone=()))
    await reader.observe(replace(batch, records=pieces[-1]))


def in_pieces(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Cut a long list into pieces of `PIECE`."""
    for start in range(0, len(items), PIECE):
        yield items[start : start + PIECE]
