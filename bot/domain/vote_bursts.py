"""A rush of fresh accounts on one model, in a server whose pace is known.

A rush alone is no reason: a famous release in a server that installed Rootstock yesterday is nothing but first
ballots within ten minutes, and all of them honest. What is set aside is a rush that is mostly *fresh accounts* (see
`votes.is_fresh_account`; old accounts that have just joined come for releases), in a server that has voted for weeks
and never at such a pace. Their ballots do not count while they are fresh anyway; set aside, they do not begin to count
by themselves a week later.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SPAN = timedelta(minutes=10)
"""How long a rush is looked at in one piece."""

FEWEST_BALLOTS = 12
"""Fresh ballots on one model within `SPAN`."""

FRESH_SHARE = 0.7
"""The share of a rush that is fresh."""

KNOWN_AFTER = timedelta(days=14)
"""How long a server must have voted for its pace to be known ..."""

KNOWN_BALLOTS = 60
"""... and how many ballots that takes."""

BEYOND_PACE = 5.0
"""Times the busiest `SPAN` of the server's own history on any one model; honest releases rush too."""


@dataclass(frozen=True, slots=True, order=True)
class CastBallot:
    """One live ballot, as a rush is looked for."""

    cast_at: datetime
    guild_id: int
    model_id: int
    user_id: int
    is_fresh: bool
    """Whether its account was fresh when it was cast."""


@dataclass(frozen=True, slots=True)
class Burst:
    """A rush on one model in one server: its fresh ballots."""

    guild_id: int
    model_id: int
    began_at: datetime
    ended_at: datetime
    users: frozenset[int]
    together: int
    """All ballots of the rush, fresh or not."""
    usual: int
    """The most ballots of aged accounts on one model in as long a time before."""


def find_bursts(ballots: Sequence[CastBallot]) -> Sequence[Burst]:
    """Return the rushes in one server's ballots (all that are live, of as long a time as is known).

    Found ones are found again as long as they are handed in, and hide no later one on the same model.
    """
    in_order = sorted(ballots)
    by_model: dict[int, list[CastBallot]] = {}
    for ballot in in_order:
        by_model.setdefault(ballot.model_id, []).append(ballot)
    return [burst for _, theirs in sorted(by_model.items()) for burst in _bursts(in_order, theirs, by_model)]


def _bursts(
    server: Sequence[CastBallot], model: Sequence[CastBallot], by_model: dict[int, list[CastBallot]]
) -> Iterator[Burst]:
    """Look at a model's busiest rush of fresh accounts, take it out, and look again."""
    fresh = [ballot for ballot in model if ballot.is_fresh]
    while len(fresh) >= FEWEST_BALLOTS:
        began, ended = _rush_in(fresh)
        theirs, rush = _ballots_in(fresh, began, ended), _ballots_in(model, began, ended)
        if len(theirs) >= max(FEWEST_BALLOTS, FRESH_SHARE * len(rush)) and _is_known(server, began):
            usual = max((_most_within_span(ballots, began) for ballots in by_model.values()), default=0)
            if _most(theirs) >= BEYOND_PACE * max(usual, 1):
                users = frozenset(ballot.user_id for ballot in theirs)
                yield Burst(theirs[0].guild_id, theirs[0].model_id, began, ended, users, len(rush), usual)
        fresh = [ballot for ballot in fresh if not began <= ballot.cast_at <= ended]


def _rush_in(ballots: Sequence[CastBallot]) -> tuple[datetime, datetime]:
    """Return the first and last moment of the busiest `SPAN` and of what follows or precedes it as closely."""
    began, ended = _busiest(ballots)
    while (more := _ballots_in(ballots, began - SPAN, ended + SPAN)) != _ballots_in(ballots, began, ended):
        began, ended = more[0].cast_at, more[-1].cast_at
    return began, ended


def _busiest(ballots: Sequence[CastBallot]) -> tuple[datetime, datetime]:
    """Return first and last moment of the busiest `SPAN`."""
    best, start = (0, 0), 0
    for end, ballot in enumerate(ballots):
        while ballot.cast_at - ballots[start].cast_at > SPAN:
            start += 1
        best = max(best, (end - start, -start))
    size, start = best[0], -best[1]
    return ballots[start].cast_at, ballots[start + size].cast_at


def _most(ballots: Sequence[CastBallot]) -> int:
    if not ballots:
        return 0
    began, ended = _busiest(ballots)
    return len(_ballots_in(ballots, began, ended))


def _most_within_span(ballots: Sequence[CastBallot], before: datetime) -> int:
    return _most([ballot for ballot in ballots if ballot.cast_at < before and not ballot.is_fresh])


def _ballots_in(ballots: Sequence[CastBallot], began: datetime, ended: datetime) -> list[CastBallot]:
    return [ballot for ballot in ballots if began <= ballot.cast_at <= ended]


def _is_known(server: Sequence[CastBallot], moment: datetime) -> bool:
    before = [ballot for ballot in server if ballot.cast_at < moment]
    return len(before) >= KNOWN_BALLOTS and moment - before[0].cast_at >= KNOWN_AFTER
