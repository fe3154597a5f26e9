"""What can go wrong on the way to Discord, at random from a seed, or as a script: "the next three answers"."""

import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """One thing that goes wrong with one request."""

    NONE = "none"
    RATE_LIMIT = "429"
    GLOBAL_RATE_LIMIT = "429-global"
    SHARED_RATE_LIMIT = "429-shared"
    CLOUDFLARE = "429-cloudflare"
    SERVER_ERROR = "500"
    SERVER_ERROR_AFTER = "500-after"
    """The message was created, and the answer says 500."""
    UNAVAILABLE = "503"
    RESET_BEFORE = "reset-before"
    RESET_AFTER = "reset-after"
    """The message was created, and the connection is reset before the answer."""
    SLOW = "slow"
    HANG = "hang"
    """Never answered; the client's own patience must end it."""


@dataclass(slots=True)
class Faults:
    """Draws a fault for every request to a channel's messages; interactions and log-ins are spared.

    `rates` are probabilities; what is left is no fault. `script` comes first, one entry a request.
    """

    seed: int = 0
    rates: Mapping[Fault, float] = field(default_factory=dict[Fault, float])
    retry_after: float = 0.05
    """Seconds that a 429 asks for."""
    slow_seconds: float = 0.05
    script: deque[Fault] = field(default_factory=deque[Fault])
    drawn: dict[Fault, int] = field(default_factory=dict[Fault, int])
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def draw(self, path: str) -> Fault:
        """Say what goes wrong with this request."""
        if "/channels/" not in path:
            return Fault.NONE
        fault = self.script.popleft() if self.script else self._at_random()
        self.drawn[fault] = self.drawn.get(fault, 0) + 1
        return fault

    def _at_random(self) -> Fault:
        point = self.chance.random()
        for fault, rate in self.rates.items():
            point -= rate
            if point < 0:
                return fault
        return Fault.NONE
