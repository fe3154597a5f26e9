"""Models and lineage, as `bot.workflows.ports.StoreModels` asks for them."""

from storage.lineage import Lineage
from storage.model_search import ModelSearch
from storage.model_writes import ModelWrites


class Models(ModelWrites, Lineage, ModelSearch):
    """Everything about models, within one transaction."""
