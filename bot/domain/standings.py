"""How standings are counted: the one rule, pure. Written for members in docs/ranking.md.

The score is the lower bound of Wilson's interval around the share of members who find a model worth building on,
after the scope's own habit has been added as a handful of pseudo-votes: five glowing votes do not beat two hundred
good ones, and a community that says yes to nearly everything has to say it more often.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import ceil, sqrt
from typing import NamedTuple

from bot.domain.share_caps import Weights
from bot.domain.votes import Tally
from bot.domain.windows import Window

RULE = "wilson-prior-2"
"""Stored with every published standing; a rule that counts otherwise gets another name."""

Z = 0.84
"""Standard deviations: in four cases of five a model is worth at least its score (a one-sided 80 % bound), in three of
five its worth lies in the interval. A stricter bound says more about who was voted on most than about what is worth
building on: 1.28 and 1.645 find fewer of the best (docs/decisions/0011-how-standings-are-counted.md)."""

PRIOR_STRENGTH = 1.0
"""Pseudo-votes: with three voters a model's own votes say more than the community's habit. With 1.75 and more a further
*worth building on* could lower a score where caps cut servers that voted against (tests/domain/test_share_caps.py)."""

PRIOR_SPAN = timedelta(days=90)
"""How far back a community's habit is read: long enough to be steady, short enough to follow it."""

NEUTRAL_RATE = 0.5
"""The up-rate of a scope in which nobody has voted yet."""

FEWEST_VOTERS = 3
"""Below this a model is listed as "too early": one or two votes say who voted rather than what the community thinks."""

MOST_VOTES_SAID = 10_000
"""The most further votes that "what would change it" speaks of; beyond it says nothing useful."""

_NEVER_RELEASED = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose ballots count: one server's, or those of all servers that opted in (`guild_id` is None)."""

    guild_id: int | None = None


EVERYWHERE = Scope()


@dataclass(frozen=True, slots=True)
class Prior:
    """A scope's habit as pseudo-votes."""

    up: float
    down: float


class Interval(NamedTuple):
    """Between which shares (0 to 1) the truth lies, three times in five."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Standing:
    """One model's place. `score` is `low`; `rank` is 0 where it is too early to say.

    Ballots are whole in a server, and parts of ballots everywhere where one was cut (`bot.domain.share_caps`).
    """

    model_id: int
    rank: int
    score: float
    low: float
    high: float
    up: float
    down: float
    voters: float
    released_at: datetime | None = None
    """What ties are broken by, as far as it was known."""


@dataclass(frozen=True, slots=True)
class Standings:
    """What a scope thinks in a window, best first; `too_early` has under three voters each, most voters first."""

    scope: Scope
    window: Window
    ranked: tuple[Standing, ...]
    too_early: tuple[Standing, ...]
    prior: Prior
    aside: Mapping[int, int] = field(default_factory=dict[int, int])
    """How many ballots on each model are set aside: in no number here, and never hidden."""
    rule: str = RULE
    left_out: frozenset[int] = frozenset()
    """Models with ballots that are not in it: a hub took them away, or they were not asked for."""

    def of(self, model_id: int) -> Standing | None:
        """Return a model's standing, ranked or too early; None where nobody voted."""
        return next((one for one in (*self.ranked, *self.too_early) if one.model_id == model_id), None)

    @property
    def voted(self) -> int:
        """How many ballots were counted."""
        return round(sum(one.voters for one in (*self.ranked, *self.too_early)))


@dataclass(frozen=True, slots=True)
class WhatWouldChange:
    """The numbers of the sentence in `/leaderboard explain`; None where no sensible number of votes would do it."""

    voters_missing: int = 0
    """Voters until it is no longer too early."""
    ups_to_rise: int | None = None
    """Further *worth building on* until it passes the model before it."""
    downs_to_fall: int | None = None
    """Further *not for us* until the model behind it passes."""


def prior_of(up: float, down: float) -> Prior:
    """Return the pseudo-votes of a scope in which these ballots were cast during `PRIOR_SPAN`."""
    rate = up / (up + down) if up + down else NEUTRAL_RATE
    return Prior(PRIOR_STRENGTH * rate, PRIOR_STRENGTH * (1 - rate))


def interval(up: float, down: float, prior: Prior) -> Interval:
    """Return the Wilson score interval (Wilson 1927) of ballots and pseudo-votes together.

    Its bounds are the roots of a quadratic. The lower one is had from their product: as `middle - reach` it is what two
    nearly equal numbers leave, and a further *not for us* could raise the score of a model that nobody is for.
    """
    votes = up + down + prior.up + prior.down
    if votes <= 0:
        return Interval(0.0, 1.0)
    share = (up + prior.up) / votes
    shrink = 1 + Z * Z / votes
    middle = (share + Z * Z / (2 * votes)) / shrink
    reach = Z / shrink * sqrt(max(share * (1 - share), 0.0) / votes + Z * Z / (4 * votes * votes))
    return Interval(share * share / (shrink * (middle + reach)), min(middle + reach, 1.0))


def rank(
    tallies: Mapping[int, Tally | Weights], prior: Prior, released: Mapping[int, datetime | None]
) -> tuple[tuple[Standing, ...], tuple[Standing, ...]]:
    """Return the standings, best first, and what is too early to say. Ties: more voters, then the earlier release."""
    counted = [
        _standing(model_id, tally, prior, released.get(model_id))
        for model_id, tally in tallies.items()
        if tally.up + tally.down
    ]

    def place(one: Standing) -> tuple[float, float, datetime, int]:
        return -one.score, -one.voters, one.released_at or _NEVER_RELEASED, one.model_id

    ranked = sorted((one for one in counted if one.voters >= FEWEST_VOTERS), key=place)
    early = sorted((one for one in counted if one.voters < FEWEST_VOTERS), key=lambda one: (-one.voters, place(one)))
    return tuple(replace(one, rank=number) for number, one in enumerate(ranked, 1)), tuple(early)


def what_would_change(standings: Standings, model_id: int) -> WhatWouldChange:
    """Return how many further votes would move a model by one place, all else as it is."""
    standing = standings.of(model_id)
    if standing is None or standing.rank == 0:
        return WhatWouldChange(voters_missing=ceil(FEWEST_VOTERS - (standing.voters if standing else 0)))
    place, prior = standing.rank - 1, standings.prior
    before = standings.ranked[place - 1] if place else None
    behind = standings.ranked[place + 1] if place + 1 < len(standings.ranked) else None
    return WhatWouldChange(
        ups_to_rise=_first(lambda ups: _passes(standing, Tally(ups, 0), before, prior)) if before else None,
        downs_to_fall=_first(lambda downs: not _passes(standing, Tally(0, downs), behind, prior)) if behind else None,
    )


def _standing(model_id: int, tally: Tally | Weights, prior: Prior, released_at: datetime | None) -> Standing:
    low, high = interval(tally.up, tally.down, prior)
    return Standing(model_id, 0, low, low, high, tally.up, tally.down, tally.up + tally.down, released_at)


def _passes(standing: Standing, more: Tally, other: Standing, prior: Prior) -> bool:
    """Tell whether a model with more votes would stand before the other."""
    up, down = standing.up + more.up, standing.down + more.down
    return (interval(up, down, prior).low, up + down) > (other.score, other.voters)


def _first(is_enough: Callable[[int], bool]) -> int | None:
    """Return the smallest number that is enough; what more votes of one choice do only grows."""
    most = 1
    while not is_enough(most):
        most *= 2
        if most > MOST_VOTES_SAID:
            return None
    least = most // 2 + 1
    while least < most:
        middle = (least + most) // 2
        least, most = (least, middle) if is_enough(middle) else (middle + 1, most)
    return most
