"""What the pictures of standings show: facts only, no words and no layout. `bot.cards` draws them."""

from dataclasses import dataclass
from enum import StrEnum
from math import isnan

from bot.domain.server import Locale

ROWS_AT_MOST = 10
"""Rows of one picture: more would be too small to read on a phone."""

WEEKS_AT_MOST = 26
"""Weeks of one history: half a year."""


class Since(StrEnum):
    """How a row compares with the last week published before that ranked anything."""

    MOVED = "moved"
    """It was ranked there too; `Movement.places` says how far it moved."""
    BACK = "back"
    """It was not, but in an earlier week."""
    NEW = "new"
    """It was never ranked before."""
    UNKNOWN = "unknown"
    """No such week: nothing to compare with."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Where a model went since the last week published before that ranked anything."""

    since: Since = Since.UNKNOWN
    places: int = 0
    """Ranks gained; negative where ranks were lost, 0 where it stayed."""

    @classmethod
    def between(cls, before: int | None, now: int, *, ever: bool = False) -> "Movement":
        """Compare two ranks; `before` is None for a model that had none, `ever` whether it had one before that."""
        if before is None:
            return cls(Since.BACK if ever else Since.NEW)
        return cls(Since.MOVED, before - now)


@dataclass(frozen=True, slots=True)
class PictureRow:
    """One model of a standing. `score`, `low` and `high` are shares from 0 to 1, `low <= score <= high`."""

    rank: int
    name: str
    """`publisher/name` as the hub writes it; hostile."""
    score: float
    low: float
    high: float
    votes: int
    movement: Movement = Movement()
    tags: tuple[str, ...] = ()
    """As members see them in the picture's language; hostile. The first two are drawn."""


@dataclass(frozen=True, slots=True)
class StandingPicture:
    """A standing's top models; the first `ROWS_AT_MOST` rows are drawn, in the order given."""

    title: str
    subtitle: str
    """Which week, which server: both in the language of `locale`, and hostile where they carry a server's name."""
    rows: tuple[PictureRow, ...]
    locale: Locale


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """A model's place in one published week."""

    week: str
    """As the picture shows it below the axis: `W48`."""
    rank: int
    score: float
    low: float
    high: float
    votes: int


@dataclass(frozen=True, slots=True)
class HistoryPicture:
    """A model's standing over the weeks, the oldest first; None for a week in which it was not listed.

    The latest `WEEKS_AT_MOST` are drawn.
    """

    title: str
    subtitle: str
    points: tuple[HistoryPoint | None, ...]
    locale: Locale


Picture = StandingPicture | HistoryPicture


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A picture that a post carries. It is drawn when the post is sent."""

    name: str
    """The file's name in the message, `leaderboard.png`: how a layout points to it."""
    picture: Picture


def share(value: float) -> float:
    """Return a number from 0 to 1, whatever was given."""
    return 0.0 if isnan(value) else min(max(value, 0.0), 1.0)
