"""Sets two to four models side by side."""

from collections.abc import Sequence

from bot.domain.card import CardFacts
from bot.domain.errors import Refusal
from bot.domain.labs import LabBook
from bot.workflows.cards_in_server import cards_in_server
from bot.workflows.find_model import model_by_id
from bot.workflows.look_up_model import LookUpModel
from bot.workflows.ports import UnitOfWork


class CompareModels:
    """Compares models by their names or their pages' addresses."""

    def __init__(self, unit_of_work: UnitOfWork, labs: LabBook, look_up: LookUpModel) -> None:
        self._unit_of_work = unit_of_work
        self._labs = labs
        self._look_up = look_up

    async def __call__(self, guild_id: int | None, typed: Sequence[str]) -> Sequence[CardFacts]:
        """Return the cards of the models that were typed, each once, in order.

        Raises `Refusal` for a name that no hub knows, and where fewer than two different models are named.
        """
        ids = await self._look_up.all(typed)
        if len(ids) < 2:  # noqa: PLR2004 - one model is no comparison
            raise Refusal("compare-one")
        async with self._unit_of_work() as work:
            models = [await model_by_id(work, model_id) for model_id in ids]
            return await cards_in_server(work, models, self._labs, guild_id)
