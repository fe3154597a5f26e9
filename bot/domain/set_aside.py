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
    """How many are in it, without those of members who were let in by themselves."""
    members: int = 0
    models: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a server's moderators."""

    batches: int = 0
    ballots: int = 0
