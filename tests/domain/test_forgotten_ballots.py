"""A forgotten member's ballots are recounted as before, and no longer tell how old the account was."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.forgotten_ballots import indistinct, moments_asked
from bot.domain.recounting import Replay
from bot.domain.votes import Action, BallotEvent
from bot.domain.windows import Window
from tests.domain.builders import NOW

HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)

hours = st.integers(0, 24 * 110).map(lambda number: NOW + number * HOUR)
"""Whole hours, so that ballots and the ends of weeks meet."""


def published(end: datetime, late: int) -> tuple[Window, datetime]:
    """Return a week and when it was published, some hours late."""
    return Window(end - WEEK, end), end + late * HOUR


weeks = st.lists(st.builds(published, hours, st.integers(0, 3)), max_size=5)


def cast(at: datetime, counts_from: datetime) -> Replay:
    """Return a server's log with one ballot in it."""
    replay = Replay()
    replay.take([BallotEvent(1, 2, 3, Action.UP, at, counts_from)])
    return replay


@given(hours, st.integers(1, 8 * 24), weeks)
def test_every_published_week_is_recounted_to_the_same(
    at: datetime, wait: int, told: list[tuple[Window, datetime]]
) -> None:
    """In each week's window, and in its habit."""
    asked = {moment for window, published_at in told for moment in moments_asked(window, published_at)}
    before = cast(at, at + wait * HOUR)
    after = cast(at, indistinct(at + wait * HOUR, asked, NOW + 20 * WEEK))
    for window, published_at in told:
        assert after.tallies(window, published_at) == before.tallies(window, published_at)
        assert after.prior(window.end, published_at) == before.prior(window.end, published_at)


@given(st.lists(hours, min_size=2, max_size=2), weeks)
def test_ballots_between_the_same_weeks_become_one_moment(
    waiting: list[datetime], told: list[tuple[Window, datetime]]
) -> None:
    """What is left tells between which questions a ballot lay, and nothing else about it."""
    asked = {moment for window, published_at in told for moment in moments_asked(window, published_at)}
    one, other = (indistinct(moment, asked, NOW + 20 * WEEK) for moment in waiting)
    are_alike = all((waiting[0] < moment) == (waiting[1] < moment) for moment in asked)
    assert (one == other) == are_alike
