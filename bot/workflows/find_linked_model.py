"""Finds the model that a message links to: among those that are known, or else on the hub."""

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.model import HubModel, Model, ModelToPut, Source, Stage
from bot.workflows.ports import Hub, UnitOfWork

VISIBLE = frozenset({Stage.SETTLED, Stage.UNSETTLED, Stage.GIVEN_UP})


class FindLinkedModel:
    """Finds by name, and remembers what only the hub knew."""

    def __init__(self, unit_of_work: UnitOfWork, hub: Hub, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._hub = hub
        self._clock = clock

    async def __call__(self, repo_id: str) -> Model:
        """Return the model. Raises `Refusal` where the hub shows none, `HubUnavailable` where it does not answer."""
        async with self._unit_of_work() as work:
            stored = await work.models.by_name(Source.HUGGING_FACE, repo_id)
        if stored is not None and stored.stage in VISIBLE:
            return stored
        facts = await self._hub.look_up(repo_id)
        if facts is None or facts.private or facts.disabled:
            raise Refusal("model-unknown", value=repo_id)
        return await self._remember(facts)

    async def _remember(self, facts: HubModel) -> Model:
        """Store it as listed and not yet judged; the next look judges it like any other.

        Old models are not announced that way, because they were released when they were made; one that somebody
        linked before a feed showed it still is.
        """
        now = self._clock.now()
        made = min(facts.created_at, now) if facts.created_at else None
        put = ModelToPut(facts, Stage.UNSETTLED, released_at=made, classification=None, look_at=now)
        async with self._unit_of_work() as work:
            (model,) = await work.models.put_many([put], now=now)
            await work.commit()
        return model
