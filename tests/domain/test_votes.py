"""A ballot counts once its voter is no longer fresh, and the log alone tells every standing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.votes import Action, Ballot, BallotEvent, BallotKey, Choice, Tally, change, counts_from, recount
from tests.domain.builders import NOW

DAY = timedelta(days=1)
KEY = BallotKey(1, 2, 3)


@pytest.mark.parametrize(
    ("account_age", "membership_age", "card_age", "expected"),
    [
        (30 * DAY, 30 * DAY, DAY, timedelta()),
        (2 * DAY, 30 * DAY, DAY, 5 * DAY),
        (7 * DAY, 30 * DAY, DAY, timedelta()),
        (30 * DAY, DAY, 2 * DAY, 2 * DAY),
        (30 * DAY, 2 * DAY, DAY, timedelta()),
        (30 * DAY, 3 * DAY, 5 * DAY, timedelta()),
        (30 * DAY, DAY, None, 2 * DAY),
        (30 * DAY, 30 * DAY, None, timedelta()),
        (30 * DAY, None, DAY, timedelta()),
        (DAY, DAY, 2 * DAY, 6 * DAY),
    ],
)
def test_fresh_ballots_wait(
    account_age: timedelta, membership_age: timedelta | None, card_age: timedelta | None, expected: timedelta
) -> None:
    """A new account waits until it is a week old; who came after the card was posted, three days after joining."""
    moment = counts_from(
        account_created_at=NOW - account_age,
        joined_at=None if membership_age is None else NOW - membership_age,
        card_posted_at=None if card_age is None else NOW - card_age,
        now=NOW,
    )
    assert moment - NOW == expected


def moments(**ages: int) -> st.SearchStrategy[timedelta]:
    """Return ages to the microsecond, as Discord's ids and the clock tell them."""
    return st.timedeltas(timedelta(), timedelta(**ages))


@given(moments(days=9), moments(days=9), moments(hours=2))
def test_when_a_fresh_ballot_counts_does_not_tell_the_account(
    account_age: timedelta, membership_age: timedelta, later: timedelta
) -> None:
    """An account's creation is in its id to the millisecond: a ballot that waits, waits for the next whole hour."""
    now = NOW + later
    created, joined = now - account_age, now - membership_age
    moment = counts_from(account_created_at=created, joined_at=joined, card_posted_at=None, now=now)
    aged = max(created + 7 * DAY, joined + 3 * DAY)
    if aged <= now:
        assert moment == now
    else:
        assert aged <= moment < aged + timedelta(hours=1)
        assert (moment.minute, moment.second, moment.microsecond) == (0, 0, 0)


def ballot(choice: Choice) -> Ballot:
    """Return a ballot that counts now."""
    return Ballot(choice, NOW, NOW)


@pytest.mark.parametrize(
    ("live", "wanted", "expected"),
    [
        (None, Choice.UP, Action.UP),
        (Choice.UP, Choice.UP, Action.UP),
        (Choice.UP, Choice.DOWN, Action.DOWN),
        (Choice.UP, None, Action.WITHDRAWN),
    ],
)
def test_every_click_that_is_taken_is_logged(live: Choice | None, wanted: Choice | None, expected: Action) -> None:
    """A repeated one too, so that its interaction is known when it is handed over again."""
    event = change(KEY, ballot(live) if live else None, ballot(wanted) if wanted else None, event_id=9, now=NOW)
    assert event == BallotEvent(1, 2, 3, expected, NOW, NOW if wanted else None, 9)


def test_nothing_to_withdraw_is_nothing_to_log() -> None:
    """Withdrawing without a ballot changes nothing."""
    assert change(KEY, None, None, event_id=9, now=NOW) is None


def event(voter: int, action: Action, *, counts: timedelta = timedelta()) -> BallotEvent:
    """Return one row of a log."""
    return BallotEvent(1, 2, voter, action, NOW, NOW + counts)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([event(1, Action.UP), event(2, Action.DOWN), event(3, Action.UP)], Tally(2, 1)),
        ([event(1, Action.UP), event(1, Action.DOWN)], Tally(0, 1)),
        ([event(1, Action.UP), event(1, Action.WITHDRAWN)], Tally()),
        ([event(1, Action.UP), event(1, Action.SET_ASIDE), event(2, Action.UP)], Tally(1, 0)),
        ([event(1, Action.UP), event(1, Action.SET_ASIDE), event(1, Action.DOWN)], Tally()),
        ([event(1, Action.UP), event(1, Action.SET_ASIDE), event(1, Action.LET_IN)], Tally(1, 0)),
        ([event(1, Action.UP), event(1, Action.SET_ASIDE), event(1, Action.WITHDRAWN), event(1, Action.UP)], Tally(1)),
        ([event(1, Action.UP, counts=DAY)], Tally()),
    ],
)
def test_a_log_is_recounted(events: list[BallotEvent], expected: Tally) -> None:
    """The last word of each voter counts, unless it is fresh or set aside."""
    assert recount(events, NOW) == expected


@given(st.lists(st.tuples(st.integers(1, 5), st.sampled_from([Action.UP, Action.DOWN, Action.WITHDRAWN]))))
def test_nobody_counts_twice(clicks: list[tuple[int, Action]]) -> None:
    """However often five members click, five ballots are the most there can be."""
    tally = recount([event(voter, action) for voter, action in clicks], NOW)
    assert tally.up + tally.down <= len({voter for voter, _ in clicks})
