"""What stays in the ballot log of a member who asked to be forgotten: enough to recount what was published.

From when a fresh ballot counted follows from its account's age, and that is in the account's id: after forgetting it
would still tell members of a server apart. Published weeks only ask on which side of a few moments it lies, so any
moment with the same answers serves them as well (docs/decisions/0013-what-forgetting-leaves.md).
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.domain.standings import PRIOR_SPAN
from bot.domain.windows import Window

_SMALLEST_STEP = timedelta(microseconds=1)
"""What the databases tell moments apart by."""


def moments_asked(window: Window, published_at: datetime) -> Collection[datetime]:
    """Return the moments with which publishing, or recounting, a week compares ballots: before it, or not?

    They are the ends of its window, the beginning of its habit, and the end of the moment at which it was published.
    """
    asked = {window.end, window.end - PRIOR_SPAN, published_at + _SMALLEST_STEP}
    return asked if window.start is None else {window.start, *asked}


def indistinct(counts_from: datetime, asked: Collection[datetime], now: datetime) -> datetime:
    """Return a moment of which every question asked so far has the same answer as of `counts_from`.

    It is the last such moment, or, where nothing was asked after it, the moment of forgetting.
    """
    later = [moment for moment in asked if moment > counts_from]
    return min(later) - _SMALLEST_STEP if later else max([now, *asked])
