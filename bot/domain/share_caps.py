"""No server drowns out the others: how much of a model's ballots everywhere may come from one of them."""

from collections.abc import Iterable, Mapping
from math import fsum
from typing import NamedTuple

from bot.domain.votes import Tally

LARGEST_SHARE = 4
"""A server may make up at most a quarter of a model's counted ballots ..."""

SMALLEST_CAP = 10
"""... but ten ballots always count: a model that few servers know of is no reason to throw votes away."""


class Weights(NamedTuple):
    """What ballots weigh: a server that is cut brings parts of ballots."""

    up: float = 0.0
    down: float = 0.0


ServerBallots = tuple[int, int, int, int]
"""How many people's one ballot on a model came from a server: the model's id, the server's, ups, downs."""


def weighed(ballots: Iterable[ServerBallots]) -> Mapping[int, Weights]:
    """Return what each model's ballots weigh."""
    by_model: dict[int, dict[int, Tally]] = {}
    for model_id, guild_id, up, down in ballots:
        by_model.setdefault(model_id, {})[guild_id] = Tally(up, down)
    return {model_id: capped(servers) for model_id, servers in by_model.items()}


def habit(ballots: Iterable[ServerBallots]) -> Weights:
    """Return what all ballots weigh together: no server makes up more than its share of the common habit either."""
    by_server: dict[int, tuple[int, int]] = {}
    for _, guild_id, up, down in ballots:
        ups, downs = by_server.get(guild_id, (0, 0))
        by_server[guild_id] = (ups + up, downs + down)
    return capped({guild_id: Tally(*both) for guild_id, both in by_server.items()})


def capped(servers: Mapping[int, Tally]) -> Weights:
    """Return what a model's ballots weigh everywhere, each server's cut to its cap, ups and downs in proportion.

    Nothing is rounded: a cap that jumps by whole ballots would let a further *worth building on* lower a score.
    """
    cap = _cap(tally.up + tally.down for tally in servers.values())
    cut = [_cut(tally, cap) for tally in servers.values()]
    return Weights(fsum(one.up for one in cut), fsum(one.down for one in cut))


def _cap(ballots: Iterable[int]) -> float:
    """Return the most that a server may bring: a quarter of what is counted when all are cut to it.

    With the `cut` largest servers cut to a cap, that is `(cut * cap + rest) / LARGEST_SHARE = cap`. The right number
    of them is the first that leaves nobody above the cap: three at most, for the fourth brings no more than the rest.
    """
    counts = [*sorted(ballots, reverse=True), *[0] * LARGEST_SHARE]
    caps = (sum(counts[cut:]) / (LARGEST_SHARE - cut) for cut in range(LARGEST_SHARE))
    return max(SMALLEST_CAP, next(cap for largest, cap in zip(counts, caps, strict=False) if largest <= cap))


def _cut(tally: Tally, cap: float) -> Weights:
    ballots = tally.up + tally.down
    if ballots <= cap:
        return Weights(tally.up, tally.down)
    return Weights(tally.up * cap / ballots, tally.down * cap / ballots)
