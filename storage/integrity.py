"""Ballots as they are watched, and the batches that were set aside until moderators decide."""

from storage.model_traits import ModelTraits
from storage.set_aside_batches import SetAsideBatches
from storage.watched_ballots import WatchedBallots


class Integrity(WatchedBallots, SetAsideBatches, ModelTraits):
    """Fits `bot.workflows.integrity_ports.StoreIntegrity`."""
