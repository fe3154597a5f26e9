"""What moderators see of ballots that were set aside by themselves, and how they decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.set_aside import Batch
from bot.workflows.ports import UnitOfWork
from bot.workflows.show_on_cards import show_on_cards

BATCHES_SHOWN = 10
"""At about 300 characters each they fit into one message."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class BatchesShown:
    """A server's batches, and the names of the models in them."""

    batches: Sequence[Batch]
    names: Mapping[int, str]


class DecideIntegrity:
    """Lists batches and decides on them."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def batches(self, guild_id: int) -> BatchesShown:
        """Return a server's batches, undecided ones first."""
        async with self._unit_of_work() as work:
            batches = await work.integrity.batches(guild_id, limit=BATCHES_SHOWN)
            models = await work.models.by_ids(sorted({model for batch in batches for model in batch.models}))
        return BatchesShown(batches, {model_id: model.facts.repo_id for model_id, model in models.items()})

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
