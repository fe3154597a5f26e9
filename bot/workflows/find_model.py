"""Finds a model among those that Rootstock knows; who may ask the hub as well looks it up (`look_up_model`)."""

from bot.domain.errors import Refusal
from bot.domain.model import Model, Source
from bot.domain.model_links import named_model
from bot.workflows.ports import Work


async def model_by_id(work: Work, model_id: int) -> Model:
    """Return the model with this id. Raises `Refusal` where it is not known any more."""
    model = await work.models.by_id(model_id)
    if model is None or not model.is_known:
        raise Refusal("model-forgotten")
    return model


async def model_typed_so_far(work: Work, typed: str) -> Model | None:
    """Return the model whose name stands in an option while another one is being typed; None where it is not whole."""
    try:
        model = await work.models.by_name(Source.HUGGING_FACE, named_model(typed))
    except Refusal:
        return None
    return model if model is not None and model.is_known else None
