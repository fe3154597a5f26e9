"""Finds the model that somebody wants to look at: remembered, or asked for on the hub and remembered, not announced.

Asking about a model must never swallow its release. What is older than anything a feed would still call new is
remembered like everything else. A younger one is remembered as a name with its record (a stub): the feed that shows
it later finds it new, and every watch gets it. Until then it can be shown and compared, but a search passes it over.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.kinds import classify
from bot.domain.model import HubModel, Model, ModelToPut, Source, Stage
from bot.domain.model_links import named_model
from bot.domain.release_moments import LONGEST_STAGING
from bot.domain.settling import is_settled
from bot.workflows.judge_record import Judgement
from bot.workflows.look_up_records import summaries_of
from bot.workflows.ports import Hub, UnitOfWork
from bot.workflows.remember_models import remember_models


class LookUpModel:
    """Returns the id of a model by its name or its page's address. Raises `Refusal`, `HubUnavailable`."""

    def __init__(self, unit_of_work: UnitOfWork, hub: Hub, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._hub = hub
        self._clock = clock

    async def __call__(self, typed: str) -> int:
        """Find the model that was typed."""
        repo_id = named_model(typed)
        stored = await self._stored(repo_id)
        if stored is not None and stored.is_known:
            return stored.id
        facts = await self._hub.look_up(repo_id)
        if facts is None or facts.private or facts.disabled:
            raise Refusal("model-unknown", value=typed)
        summaries = await summaries_of(self._hub, [facts.repo_id])
        return await self._remember(replace(facts, summary=facts.summary or summaries.get(facts.repo_id) or None))

    async def _stored(self, repo_id: str) -> Model | None:
        async with self._unit_of_work() as work:
            return await work.models.by_name(Source.HUGGING_FACE, repo_id)

    async def _remember(self, facts: HubModel) -> int:
        now = self._clock.now()
        async with self._unit_of_work() as work:
            stored = (await work.models.recall([facts])).get(facts.repo_id)
            if stored is not None and stored.is_known:
                return stored.id  # Renamed, or a feed was quicker.
            judgement = Judgement(facts, stored, put=to_remember(facts, now))
            models = await remember_models(work, [judgement], self._hub.source, (), now=now)
            await work.commit()
        return models[facts.repo_id].id


def to_remember(facts: HubModel, now: datetime) -> ModelToPut:
    """Return what is remembered of a record that somebody asked for; see above."""
    created = facts.created_at
    if is_settled(facts) and created is not None and now - created > LONGEST_STAGING:
        return ModelToPut(facts, Stage.SETTLED, created, classify(facts), look_at=None)
    return ModelToPut(facts, Stage.STUB, None, classify(facts), look_at=None, looks=1)
