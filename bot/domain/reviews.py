"""Reviews: "tried it" reports by members."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.domain.errors import Refusal
from bot.domain.hardware import HARDWARE_LENGTH, most_ran_on
from bot.domain.plain_text import plain, plain_lines

PURPOSE_LENGTH = 100
FORMAT_LENGTH = 40
NOTE_LENGTH = 600
"""Characters of what a member writes; more belongs into the discussion."""

NOTE_LINES = 12
"""Enough for what is good, what is not and which settings helped; a page of five notes stays one that is read."""

TEXTS: Mapping[str, int] = MappingProxyType(
    {"purpose": PURPOSE_LENGTH, "hardware": HARDWARE_LENGTH, "format": FORMAT_LENGTH, "note": NOTE_LENGTH}
)
"""What a report says besides its verdict, in the order in which it is asked, with the characters it takes."""


class Verdict(StrEnum):
    """How it went for whoever tried it."""

    WORKS_WELL = "works-well"
    MIXED = "mixed"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class Report:
    """What a member says about a model after trying it; only the verdict must be given.

    Texts are plain (nothing invisible, bounded; one line, and of the note a few) and still hostile where they are
    displayed.
    """

    verdict: Verdict
    purpose: str = ""
    """What for: "chat", "RAG over contracts"."""
    hardware: str = ""
    format: str = ""
    """Which quantisation or format: "Q4_K_M", "MLX 4-bit"."""
    note: str = ""

    def texts(self) -> Mapping[str, str]:
        """Return everything but the verdict, by its name in `TEXTS`."""
        return {"purpose": self.purpose, "hardware": self.hardware, "format": self.format, "note": self.note}


@dataclass(frozen=True, slots=True)
class Review:
    """One member's report on one model in one server."""

    guild_id: int
    model_id: int
    user_id: int
    report: Report
    at: datetime


def read_report(verdict: str, texts: Mapping[str, str]) -> Report:
    """Return a report of what a member typed (`texts` by their names in `TEXTS`), made plain and cut to length.

    Raises `Refusal` for no known verdict.
    """
    if verdict not in set(Verdict):
        raise Refusal("verdict-unknown", value=verdict)
    said = {name: plain(texts.get(name, ""), length) for name, length in TEXTS.items()}
    return Report(
        Verdict(verdict), **{**said, "note": plain_lines(texts.get("note", ""), NOTE_LENGTH, most=NOTE_LINES)}
    )


@dataclass(frozen=True, slots=True)
class ReviewSummary:
    """What members who tried a model report in one server: "6 tried it: 5 work well; most on 24 GB"."""

    works_well: int
    mixed: int
    poor: int
    hardware: str | None = None
    """What most of those who named it ran it on: "24 GB", or their own words; see `bot.domain.hardware`."""

    @property
    def total(self) -> int:
        """How many tried it."""
        return self.works_well + self.mixed + self.poor


def sum_up(counts: Mapping[tuple[str, str], int]) -> ReviewSummary:
    """Sum the reviews of one model up; `counts` is how many gave each (verdict, hardware)."""
    verdicts: dict[str, int] = {}
    hardware: dict[str, int] = {}
    for (verdict, ran_on), count in counts.items():
        verdicts[verdict] = verdicts.get(verdict, 0) + count
        hardware[ran_on] = hardware.get(ran_on, 0) + count
    return ReviewSummary(
        works_well=verdicts.get(Verdict.WORKS_WELL, 0),
        mixed=verdicts.get(Verdict.MIXED, 0),
        poor=verdicts.get(Verdict.POOR, 0),
        hardware=most_ran_on(hardware),
    )
