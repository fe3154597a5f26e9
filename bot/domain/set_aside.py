"""Batches of ballots that were set aside by themselves, for moderators to decide on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.votes import AsideBecause


class BatchState(StrEnum):
    """What moderators decided: nothing yet, that the ballots count, or that they stay aside."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Batch:
    """One burst (on a model) or bloc (on several) in one server. `evidence` holds figures, never a member's id."""

    id: int
    guild_id: int
    kind: AsideBecause
    model_id: int | None
    found_at: datetime
    state: BatchState
    evidence: Mapping[str, int] = field(default_factory=dict[str, int])
    ballots: int = 0
    members: int = 0
    models: tuple[int, ...] = ()
