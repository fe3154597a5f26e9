"""What moderators see of ballots that were set aside by themselves, and how they decide."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import structlog

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.model import HubModel
from bot.domain.set_aside import Batch
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.show_on_cards import show_on_cards

BATCHES_PER_PAGE = 3
"""With their models' links, and the buttons to decide on each, they fit into one message."""

MEMBERS_PER_PAGE = 25
"""A mention and a number each."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class BatchesShown:
    """A page of a server's batches, counted from 0, and what is known of the models in them."""

    batches: Sequence[Batch]
    known: Mapping[int, HubModel]
    page: int = 0
    pages: int = 1


@dataclass(frozen=True, slots=True)
class MembersShown:
    """A page of a batch's members, with how many of their ballots are in it; and what is known of its models."""

    batch: Batch
    members: Sequence[tuple[int, int]]
    known: Mapping[int, HubModel]
    page: int = 0
    pages: int = 1


class DecideIntegrity:
    """Lists batches and decides on them."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def batches(self, guild_id: int, page: int = 0) -> BatchesShown:
        """Return a page of a server's batches, undecided ones first; the last page for one beyond it."""
        async with self._unit_of_work() as work:
            _, total = await work.integrity.batches(guild_id, offset=0, limit=0)
            pages = _pages(total, BATCHES_PER_PAGE)
            shown = min(page, pages - 1)
            found, _ = await work.integrity.batches(guild_id, offset=shown * BATCHES_PER_PAGE, limit=BATCHES_PER_PAGE)
            known = await _known(work, {model for batch in found for model in batch.models})
        return BatchesShown(found, known, shown, pages)

    async def members(self, guild_id: int, batch_id: int, page: int = 0) -> MembersShown:
        """Return a page of a batch's members. Raises `Refusal` where there is no such batch."""
        async with self._unit_of_work() as work:
            batch = await work.integrity.batch(guild_id, batch_id)
            if batch is None:
                raise Refusal("no-such-batch")
            pages = _pages(batch.members, MEMBERS_PER_PAGE)
            shown = min(page, pages - 1)
            members = await work.integrity.members(batch_id, offset=shown * MEMBERS_PER_PAGE, limit=MEMBERS_PER_PAGE)
            known = await _known(work, batch.models)
        return MembersShown(batch, members, known, shown, pages)

    async def accept(self, guild_id: int, batch_id: int, *, by: int) -> int:
        """Let a batch count; on how many models that changes the tally. Raises `Refusal` where there is none."""
        now = self._clock.now()
        async with self._unit_of_work() as work:
            models = await work.integrity.accept(guild_id, batch_id, by=by, now=now)
            if models is None:
                raise Refusal("no-such-batch")
            for model_id in models:
                await show_on_cards(work, guild_id, model_id, now)
            await work.commit()
        _log.info("batch.accepted", guild=guild_id, batch=batch_id)
        return len(models)

    async def reject(self, guild_id: int, batch_id: int, *, by: int) -> None:
        """Keep a batch aside. Raises `Refusal` where none is undecided."""
        async with self._unit_of_work() as work:
            if not await work.integrity.reject(guild_id, batch_id, by=by, now=self._clock.now()):
                raise Refusal("no-such-batch")
            await work.commit()
        _log.info("batch.rejected", guild=guild_id, batch=batch_id)


def _pages(total: int, of: int) -> int:
    return max(1, ceil(total / of))


async def _known(work: Work, model_ids: Collection[int]) -> Mapping[int, HubModel]:
    models = await work.models.by_ids(sorted(model_ids))
    return {model_id: model.facts for model_id, model in models.items()}
