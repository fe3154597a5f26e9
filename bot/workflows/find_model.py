"""Finds the model that a member means, among those that Rootstock knows."""

from bot.domain.errors import Refusal
from bot.domain.model import Model, Source
from bot.domain.model_links import named_model
from bot.workflows.ports import Work


async def find_model(work: Work, typed: str) -> Model:
    """Return the model by its name or its page's address. Raises `Refusal` where none is known by it."""
    model = await work.models.by_name(Source.HUGGING_FACE, named_model(typed))
    if model is None or not model.is_known:
        raise Refusal("model-not-seen", value=typed)
    return model


async def model_by_id(work: Work, model_id: int) -> Model:
    """Return the model behind a card's button. Raises `Refusal` where it is not known any more."""
    model = await work.models.by_id(model_id)
    if model is None or not model.is_known:
        raise Refusal("model-forgotten")
    return model
