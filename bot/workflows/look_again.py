"""Looks again at what was empty, at releases whose record was incomplete, and at children of unknown parents."""

from collections.abc import Sequence

import structlog

from bot.domain.clock import Clock
from bot.domain.model import Model, ModelToPut
from bot.domain.release_moments import Sight, Sighting
from bot.workflows.judge_record import ASK_AGAIN_AFTER
from bot.workflows.look_up_records import LookedUp, look_up_records
from bot.workflows.observe_releases import Batch, ObserveReleases
from bot.workflows.ports import Hub, UnitOfWork

LOOKS_A_TICK = 30
"""At one tick a minute 150 questions in five minutes: three fifths of what Rootstock allows itself without a token
(HUB.md, Rate limits), and enough for the sixty empty repositories an hour of the newest feed."""

_log = structlog.get_logger()


class LookAgain:
    """One round of second looks each time it is called."""

    def __init__(self, unit_of_work: UnitOfWork, *, hub: Hub, observe: ObserveReleases, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._hub = hub
        self._observe = observe
        self._clock = clock

    async def __call__(self) -> int:
        """Look at what is due, longest waiting first; how many models were looked at."""
        async with self._unit_of_work() as work:
            due = await work.models.due_for_a_look(self._clock.now(), limit=LOOKS_A_TICK)
        if not due:
            return 0
        answers = await look_up_records(self._hub, [model.facts.repo_id for model in due], urgent=False)
        gone = [model.id for model in due if _is_gone(model, answers)]
        await self._observe(Batch(list(answers.found.values()), Sighting(Sight.SECOND_LOOK), gone=gone))
        await self._postpone([model for model in due if model.facts.repo_id in answers.failed])
        _log.debug("looked-again", due=len(due), gone=len(gone), failed=len(answers.failed))
        return len(due)

    async def _postpone(self, models: Sequence[Model]) -> None:
        """The hub did not answer: the look does not count, and is tried again soon."""
        if not models:
            return
        now = self._clock.now()
        waiting = [
            ModelToPut(model.facts, model.stage, model.released_at, None, now + ASK_AGAIN_AFTER, model.looks)
            for model in models
        ]
        async with self._unit_of_work() as work:
            await work.models.put_many(waiting, now=now)
            await work.commit()


def _is_gone(model: Model, answers: LookedUp) -> bool:
    """Deleted; or found under another name without an id to know it by, so that it is another model to us."""
    found = answers.found.get(model.facts.repo_id)
    if found is None:
        return model.facts.repo_id in answers.missing
    renamed = found.repo_id.casefold() != model.facts.repo_id.casefold()
    return renamed and (model.facts.hub_id is None or model.facts.hub_id != found.hub_id)
