"""Completes what is remembered of a model before somebody looks at it: one look-up, once.

Whom only a listing has shown has neither files nor a sentence from its card, and what was looked up as somebody's base
has no sentence. Nothing is released, announced or judged by this: a model that waits to settle waits on.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.domain.clock import Clock
from bot.domain.errors import HubUnavailable
from bot.domain.labs import LabBook
from bot.domain.merging import merge
from bot.domain.model import HubModel, Model, ModelToPut, Stage
from bot.workflows.judge_record import Judgement, is_light
from bot.workflows.look_up_records import summaries_of
from bot.workflows.ports import Hub, UnitOfWork
from bot.workflows.remember_models import remember_models
from bot.workflows.understand import understanding

Complete = Callable[[int], Awaitable[None]]
"""Completes the model with this id."""

_log = structlog.get_logger()


class CompleteModel:
    """Asks the hub where something is missing. A hub that does not answer leaves what is known, and is no error."""

    def __init__(self, unit_of_work: UnitOfWork, hub: Hub, labs: LabBook, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._hub = hub
        self._labs = labs
        self._clock = clock

    async def __call__(self, model_id: int) -> None:
        """Complete the model with this id, if it is known and still there."""
        async with self._unit_of_work() as work:
            stored = await work.models.by_id(model_id)
        if stored is None or not stored.is_known or stored.stage is Stage.GONE or not _lacks_something(stored.facts):
            return
        try:
            facts = await self._asked(stored.facts)
        except HubUnavailable as failure:
            _log.warning("hub.look-up-failed", repo_id=stored.facts.repo_id, reason=failure.reason)
            return
        if facts is not None:
            await self._remember(stored, facts)

    async def _asked(self, known: HubModel) -> HubModel | None:
        """Return the whole record; None where the hub shows it no more, which its feed will find out."""
        facts = await self._hub.look_up(known.repo_id) if is_light(known) else known
        if facts is None or facts.private or facts.disabled or known.hub_id not in {None, facts.hub_id}:
            return None
        if facts.summary is not None or facts.has_card is False:
            return facts
        return replace(facts, summary=(await summaries_of(self._hub, [facts.repo_id])).get(facts.repo_id))

    async def _remember(self, stored: Model, facts: HubModel) -> None:
        now = self._clock.now()
        facts = _with_numbers_of(stored.facts, merge(stored.facts, facts))
        async with self._unit_of_work() as work:
            understand = await understanding(work, self._hub.source, self._labs, [facts])
            judged = None if stored.kind is None else understand(facts)
            put = ModelToPut(facts, stored.stage, stored.released_at, judged, stored.look_at, stored.looks)
            await remember_models(work, [Judgement(facts, stored, put)], self._hub.source, (), now=now)
            await work.commit()


def _with_numbers_of(known: HubModel, facts: HubModel) -> HubModel:
    """Leave the numbers to the feeds: a threshold that is crossed unseen would be missed."""
    return replace(facts, likes=known.likes, downloads=known.downloads, trending=known.trending)


def _lacks_something(facts: HubModel) -> bool:
    return is_light(facts) or (facts.summary is None and facts.has_card is not False)
