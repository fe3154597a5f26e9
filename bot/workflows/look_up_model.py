"""Finds the model that somebody means: remembered, or asked for on the hub and remembered, not announced.

The one way for everything that takes a model: votes, tags, reviews, discussions, cards, comparisons, audits.

Asking about a model must never swallow its release. What is older than anything a feed would still call new is
remembered like everything else. A younger one is remembered as a name with its record (a stub): the feed that shows
it later finds it new, and every watch gets it. Whatever was asked for can be found from then on, settled or not.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.errors import HubUnavailable, Refusal
from bot.domain.labs import LabBook
from bot.domain.model import Classification, HubModel, Model, ModelToPut, Source, Stage
from bot.domain.model_links import named_model
from bot.domain.release_moments import LONGEST_STAGING
from bot.domain.settling import is_settled
from bot.workflows.complete_model import Complete
from bot.workflows.judge_record import Judgement
from bot.workflows.look_up_records import summaries_of
from bot.workflows.ports import Hub, UnitOfWork
from bot.workflows.remember_models import remember_models
from bot.workflows.understand import understanding

WAITING = frozenset({Stage.UNSETTLED, Stage.GIVEN_UP})
"""A feed has listed it without its files. Half of the newest feed is so, and nobody wants to find it, unless asked."""


class LookUpModel:
    """Returns the id of a model by its name or its page's address.

    Raises `Refusal` for what names none, `HubUnavailable` where only the hub could tell and does not answer.
    """

    def __init__(self, unit_of_work: UnitOfWork, hub: Hub, labs: LabBook, clock: Clock, complete: Complete) -> None:
        self._unit_of_work = unit_of_work
        self._hub = hub
        self._labs = labs
        self._clock = clock
        self._complete = complete

    async def __call__(self, typed: str) -> int:
        """Find the model that was typed."""
        name = named_model(typed)
        stored = await self._stored(name)
        if stored is None or not stored.is_known:
            facts = await self._on_the_hub(name)
            if facts is None:
                raise Refusal("model-unknown", value=typed)
            return await self._remember(facts)
        if stored.stage is Stage.GONE:
            facts = await self._back_on_the_hub(name)
            return stored.id if facts is None else await self._remember(facts)
        if stored.stage in WAITING:
            await self._make_findable(stored.id)
        await self._complete(stored.id)
        return stored.id

    async def all(self, typed: Sequence[str]) -> Sequence[int]:
        """Find several models, each once, in order."""
        return list(dict.fromkeys([await self(one) for one in typed]))

    async def base(self, typed: str) -> int:
        """Find a model of which only is asked what was made from it: where its name is known, that is enough."""
        stored = await self._stored(named_model(typed))
        return stored.id if stored is not None else await self(typed)

    async def _make_findable(self, model_id: int) -> None:
        async with self._unit_of_work() as work:
            await work.models.make_findable(model_id)
            await work.commit()

    async def _stored(self, name: str) -> Model | None:
        async with self._unit_of_work() as work:
            return await work.models.by_name(Source.HUGGING_FACE, name)

    async def _on_the_hub(self, name: str) -> HubModel | None:
        facts = await self._hub.look_up(name)
        if facts is None or facts.private or facts.disabled:
            return None
        summaries = await summaries_of(self._hub, [facts.repo_id])
        return replace(facts, summary=facts.summary or summaries.get(facts.repo_id) or None)

    async def _back_on_the_hub(self, name: str) -> HubModel | None:
        """Return what the hub shows of a model that was gone; while it shows nothing, what is remembered has to do."""
        try:
            return await self._on_the_hub(name)
        except HubUnavailable:
            return None

    async def _remember(self, facts: HubModel) -> int:
        now = self._clock.now()
        async with self._unit_of_work() as work:
            stored = (await work.models.recall([facts])).get(facts.repo_id)
            understand = await understanding(work, self._hub.source, self._labs, [facts])
            put = to_remember(facts, stored, understand(facts), now)
            if put is None and stored is not None:
                return stored.id  # Known by another name, or a feed was quicker.
            judgement = Judgement(facts, stored, put=put)
            models = await remember_models(work, [judgement], self._hub.source, (), now=now)
            await work.commit()
        return models[facts.repo_id].id


def to_remember(facts: HubModel, stored: Model | None, understood: Classification, now: datetime) -> ModelToPut | None:
    """Return what is remembered of a record that somebody asked for, see above; None where all of it is known."""
    if stored is not None and stored.is_known and stored.stage is not Stage.GONE:
        if stored.facts.repo_id == facts.repo_id:
            return None
        return _renamed(facts, stored, understood)
    if stored is not None and stored.kind is not None and is_settled(facts):
        # It was released before it was gone: nobody is told again.
        return ModelToPut(facts, Stage.SETTLED, stored.released_at, understood, look_at=None)
    created = facts.created_at
    if is_settled(facts) and created is not None and now - created > LONGEST_STAGING:
        return ModelToPut(facts, Stage.SETTLED, created, understood, look_at=None)
    return ModelToPut(facts, Stage.STUB, None, understood, look_at=None, looks=1)


def _renamed(facts: HubModel, stored: Model, understood: Classification) -> ModelToPut:
    concluded = None if stored.kind is None else understood
    return ModelToPut(facts, stored.stage, stored.released_at, concluded, stored.look_at, stored.looks)
