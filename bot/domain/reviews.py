"""Reviews: "tried it" reports by members."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How it went for whoever tried it."""

    WORKS_WELL = "works-well"
    MIXED = "mixed"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """What members who tried a model report in one server: "6 tried it: 5 work well; most on 24 GB"."""

    works_well: int
    mixed: int
    poor: int
    hardware: str | None = None
    """What most of them ran it on, in their words; `None` where nobody said or no answer leads."""

    @property
    def total(self) -> int:
        """How many tried it."""
        return self.works_well + self.mixed + self.poor
