"""Rushes of fresh accounts are found; honest ones are left alone."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.vote_bursts import CastBallot, find_bursts
from tests.domain.builders import NOW

HERE, MODEL = 100, 7


def rush(fresh: int, aged: int = 0, *, begin: int = 5_000, after: timedelta = timedelta()) -> list[CastBallot]:
    """Return a rush on one model, a ballot every ten seconds."""
    moments = [NOW + after + timedelta(seconds=10 * place) for place in range(fresh + aged)]
    return [CastBallot(moment, HERE, MODEL, begin + user, is_fresh=user < fresh) for user, moment in enumerate(moments)]


def history(days: int = 30) -> list[CastBallot]:
    """Return a server's usual pace: five ballots a day, two of them together."""
    return [
        CastBallot(NOW - timedelta(days=day, minutes=number // 2 * 45), HERE, number, 10 * day + number, is_fresh=False)
        for day in range(1, days + 1)
        for number in range(5)
    ]


def test_a_rush_of_fresh_accounts_is_found() -> None:
    """Only its fresh ballots are named, with what is usual there."""
    (found,) = find_bursts(history() + rush(20, 3))
    assert (found.model_id, len(found.users), found.together, found.usual) == (MODEL, 20, 20, 1)


def test_a_second_rush_on_the_same_model_is_found() -> None:
    """The first one stays the busiest as long as its ballots are there, and hides none that comes later."""
    first, second = rush(40), rush(30, begin=6_000, after=timedelta(hours=6))
    found = find_bursts(history() + first + second)
    assert [len(burst.users) for burst in found] == [40, 30]


def test_a_rush_after_one_that_nobody_could_judge_is_found() -> None:
    """Forty came on the second day, when the server's pace was not known; thirty come a month later."""
    first, second = rush(40, after=timedelta(days=-29)), rush(30, begin=6_000)
    (found,) = find_bursts(history() + first + second)
    assert found.users == {ballot.user_id for ballot in second}


def test_an_honest_rush_is_none() -> None:
    """In a server that installed Rootstock yesterday; by aged accounts; by a few; by as many fresh as aged ones."""
    assert find_bursts(rush(200)) == []
    assert find_bursts(history(days=5) + rush(200)) == []
    assert find_bursts(history() + rush(0, 200)) == []
    assert find_bursts(history() + rush(11)) == []
    assert find_bursts(history() + sorted(replace(one, is_fresh=one.user_id % 2 == 0) for one in rush(0, 60))) == []


def test_a_server_that_rushes_often_may_rush() -> None:
    """A rush is measured by the server's own pace."""
    before = [replace(one, cast_at=one.cast_at - timedelta(days=9), model_id=3) for one in rush(0, 15)]
    assert find_bursts(history() + before + rush(20)) == []
