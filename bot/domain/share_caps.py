"""No server drowns out the others: how much of a model's ballots everywhere may come from one of them."""

from collections.abc import Mapping

from bot.domain.votes import Tally

LARGEST_SHARE = 4
"""A server may make up at most a quarter of a model's counted ballots ..."""

SMALLEST_CAP = 10
"""... but ten ballots always count: a model that few servers know of is no reason to throw votes away."""


def capped(servers: Mapping[int, Tally]) -> Tally:
    """Return a model's ballots everywhere, each server's cut to its cap, its ups and downs in proportion."""
    cap = _cap([tally.up + tally.down for tally in servers.values()])
    cut = [_cut(tally, cap) for tally in servers.values()]
    return Tally(sum(tally.up for tally in cut), sum(tally.down for tally in cut))


def _cap(ballots: list[int]) -> int:
    """Return the most ballots a server may bring: a quarter of what is counted when all are cut to it.

    Cutting makes the whole smaller and with it the quarter, so it is repeated until nothing changes.
    """
    cap = max(SMALLEST_CAP, sum(ballots) // LARGEST_SHARE)
    while (less := max(SMALLEST_CAP, sum(min(count, cap) for count in ballots) // LARGEST_SHARE)) < cap:
        cap = less
    return cap


def _cut(tally: Tally, cap: int) -> Tally:
    ballots = tally.up + tally.down
    if ballots <= cap:
        return tally
    up = (tally.up * cap + ballots // 2) // ballots
    return Tally(up, cap - up)
