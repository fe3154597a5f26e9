"""Votes: a member's live ballot on one model in one server."""

from dataclasses import dataclass
from enum import StrEnum


class Choice(StrEnum):
    """What a ballot says: *worth building on*, or *not for us*."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Tally:
    """How a model's live ballots in one server stand; ballots that were set aside are not in it."""

    up: int = 0
    down: int = 0
