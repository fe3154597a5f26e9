"""How often feeds are read: who is asked for comes first, and the hub's budget is kept whatever is asked for."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.feed_pace import (
    NEWEST_SHARE,
    PUBLISHERS_SHARE,
    TRENDING_SHARE,
    WINDOW,
    Attention,
    attention_of,
    general_wait,
    publishers_waits,
)
from bot.domain.feeds import FeedState
from tests.domain.builders import NOW

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
READ = FeedState("publisher:Org", cursor="then", last_ok_at=NOW - MINUTE, seen=10)
COUNTS = st.dictionaries(st.sampled_from(Attention), st.integers(0, 2_000))


@pytest.mark.parametrize(
    ("feed", "named", "attention"),
    [
        (READ, True, Attention.NAMED),
        (FeedState("publisher:Org"), False, Attention.QUIET),
        (replace(READ, latest_at=NOW - 29 * DAY), False, Attention.LIVELY),
        (replace(READ, latest_at=NOW - 31 * DAY), False, Attention.QUIET),
        (READ, False, Attention.QUIET),
        (replace(READ, seen=0), False, Attention.EMPTY),
        (replace(READ, seen=0, cursor=None), False, Attention.QUIET),
    ],
)
def test_a_publisher_is_read_by_what_is_expected_of_it(feed: FeedState, attention: Attention, *, named: bool) -> None:
    """Named by a watch, lively, quiet, or empty."""
    assert attention_of(feed, NOW, named=named) is attention


@given(COUNTS, st.floats(0.5, 3_600), st.floats(1, 5_000))
def test_all_publishers_together_keep_within_their_share(
    followed: dict[Attention, int], seconds: float, allowed: float
) -> None:
    """However many there are, of whatever kind, and however impatient the operator is."""
    waits = publishers_waits(followed, period=timedelta(seconds=seconds), allowed=allowed)
    requests = sum(count * (WINDOW / waits[kind]) for kind, count in followed.items())
    assert requests <= PUBLISHERS_SHARE * allowed * 1.001
    assert min(waits.values()) >= timedelta(seconds=seconds)


@given(COUNTS, st.floats(1, 5_000))
def test_who_is_expected_to_publish_is_read_more_often(followed: dict[Attention, int], allowed: float) -> None:
    """Lively ones before quiet ones before empty ones."""
    waits = publishers_waits(followed, period=MINUTE, allowed=allowed)
    assert waits[Attention.LIVELY] <= waits[Attention.QUIET] <= waits[Attention.EMPTY]


def test_what_it_comes_to_without_a_token() -> None:
    """250 requests in five minutes, 310 publishers: five that watches name come round with every period."""
    followed = {Attention.NAMED: 5, Attention.LIVELY: 100, Attention.QUIET: 150, Attention.EMPTY: 55}
    waits = publishers_waits(followed, period=5 * MINUTE, allowed=250)
    rounded = {kind: round(wait / MINUTE) for kind, wait in waits.items()}
    assert rounded == {Attention.NAMED: 5, Attention.LIVELY: 5, Attention.QUIET: 19, Attention.EMPTY: 154}
    hasty = publishers_waits(followed, period=timedelta(seconds=1), allowed=250)
    assert hasty[Attention.NAMED] == timedelta(seconds=20)


def test_the_general_feeds_keep_within_their_shares() -> None:
    """A period of a second is more than an anonymous address may ask for; one of five minutes is none of that."""
    assert general_wait(NEWEST_SHARE, period=timedelta(seconds=1), allowed=250) == timedelta(seconds=8)
    assert general_wait(TRENDING_SHARE, period=timedelta(seconds=1), allowed=250) == timedelta(seconds=24)
    assert general_wait(TRENDING_SHARE, period=5 * MINUTE, allowed=250) == 5 * MINUTE
