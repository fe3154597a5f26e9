"""Which models a standing is about: all, or those of a tag, kind, task, size or licence class."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.model import Kind, LicenceClass


class SizeClass(StrEnum):
    """Sizes as people ask for them, by parameters."""

    TINY = "tiny"
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    HUGE = "huge"


BILLION = 10**9

SIZES = {
    SizeClass.TINY: (0, 3 * BILLION),
    SizeClass.SMALL: (3 * BILLION, 10 * BILLION),
    SizeClass.MEDIUM: (10 * BILLION, 40 * BILLION),
    SizeClass.LARGE: (40 * BILLION, 150 * BILLION),
    SizeClass.HUGE: (150 * BILLION, None),
}
"""From and below: phones and browsers; one common card (8 GB at 4 bits); one large card; a workstation; a cluster."""


@dataclass(frozen=True, slots=True)
class StandingFilter:
    """Every condition must hold; `None` asks for nothing."""

    tag: str | None = None
    """The tag's key: what all its spellings meet in. Everywhere, the servers' tags of the same key are one."""
    kind: Kind | None = None
    task: str | None = None
    size: SizeClass | None = None
    licence_class: LicenceClass | None = None


ALL_MODELS = StandingFilter()
