"""No server drowns out the others: how much of a model's ballots everywhere may come from one of them."""

from collections.abc import Iterable, Mapping
from math import fsum
from typing import NamedTuple

from bot.domain.votes import Tally

LARGEST_SHARE = 4
"""A server may make up at most a quarter of a model's counted ballots ..."""

SMALLEST_CAP = 10
"""... but ten ballots always count: a model that few servers know of is no reason to throw votes away."""

FULL_SAY = 300
"""A server with as many voters has its full say, which is that quarter and those ten; one with fewer accordingly less.
So it does not matter over how many servers somebody spreads their accounts ..."""

FULL_PART = 0.1
"""... and where all are small together, a tenth of all voters is enough for a full say."""


class Weights(NamedTuple):
    """What ballots weigh: a server that is cut brings parts of ballots."""

    up: float = 0.0
    down: float = 0.0


ServerBallots = tuple[int, int, int, int]
"""How many people's one ballot on a model came from a server: the model's id, the server's, ups, downs."""


def say_of(voters: Mapping[int, int]) -> Mapping[int, float]:
    """Return the say of servers with so many voters each, everybody counted in one server: 1 is a full say."""
    enough = min(FULL_SAY, FULL_PART * sum(voters.values()))
    return {guild_id: min(1.0, count / enough) if enough else 0.0 for guild_id, count in voters.items()}


def weighed(ballots: Iterable[ServerBallots], say: Mapping[int, float] | None = None) -> Mapping[int, Weights]:
    """Return what each model's ballots weigh; `say` as for `capped`."""
    by_model: dict[int, dict[int, Tally]] = {}
    for model_id, guild_id, up, down in ballots:
        by_model.setdefault(model_id, {})[guild_id] = Tally(up, down)
    return {model_id: capped(servers, say) for model_id, servers in by_model.items()}


def habit(ballots: Iterable[ServerBallots], say: Mapping[int, float] | None = None) -> Weights:
    """Return what all ballots weigh together: no server makes up more than its share of the common habit either."""
    by_server: dict[int, tuple[int, int]] = {}
    for _, guild_id, up, down in ballots:
        ups, downs = by_server.get(guild_id, (0, 0))
        by_server[guild_id] = (ups + up, downs + down)
    return capped({guild_id: Tally(*both) for guild_id, both in by_server.items()}, say)


def capped(servers: Mapping[int, Tally], say: Mapping[int, float] | None = None) -> Weights:
    """Return what a model's ballots weigh everywhere, each server's cut to its cap, ups and downs in proportion.

    Nothing is rounded: a cap that jumps by whole ballots would let a further *worth building on* lower a score. A
    server that `say` does not name has none; without `say` all have a full one.
    """
    heard = [
        (tally, 1.0 if say is None else say[guild_id])
        for guild_id, tally in servers.items()
        if tally.up + tally.down and (say is None or say.get(guild_id))
    ]
    cap = _cap([(tally.up + tally.down, theirs) for tally, theirs in heard])
    cut = [_cut(tally, theirs * cap) for tally, theirs in heard]
    return Weights(fsum(one.up for one in cut), fsum(one.down for one in cut))


def _cap(ballots: list[tuple[int, float]]) -> float:
    """Return the most that a server with a full say may bring, given each one's ballots and its say.

    It is a quarter of what is counted when all are cut to it, or to their part of it. With some servers cut that is
    `(their say * cap + rest) / LARGEST_SHARE = cap`; the right ones are those with the most ballots for their say, up
    to the first that is not above its cap. Their say is below `LARGEST_SHARE` then, for the next brings no more than
    the rest.
    """
    rest, cut = sum(count for count, _ in ballots), 0.0
    for count, say in sorted(ballots, key=lambda one: (one[0] / one[1], one), reverse=True):
        if count * (LARGEST_SHARE - cut) <= say * rest:
            break
        rest, cut = rest - count, cut + say
    return max(SMALLEST_CAP, rest / (LARGEST_SHARE - cut) if rest else 0.0)


def _cut(tally: Tally, cap: float) -> Weights:
    ballots = tally.up + tally.down
    if ballots <= cap:
        return Weights(tally.up, tally.down)
    return Weights(tally.up * cap / ballots, tally.down * cap / ballots)
