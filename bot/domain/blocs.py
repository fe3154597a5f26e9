"""Accounts whose ballots coincide far beyond chance, and the models they coincide on.

What is looked for is a dense block of accounts and models, as FRAUDAR (Hooi et al. 2016) does, with its answer to
camouflage: what accounts do elsewhere does not make a block less dense. What is chance is decided by the ballots
themselves: two models are voted up together as often as their popularity and their voters' zeal explain, server by
server, because members of a server see the same cards. So an honest rush on one famous release is no bloc (it is one
model), nor is a server that likes what is posted there.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import exp, sqrt

FEWEST_ACCOUNTS = 6
"""Below this friends are friends."""

FEWEST_MODELS = 3
"""Two models that many like are a coincidence; three by the same people are not, if chance says so."""

TOGETHER_BEYOND_CHANCE = 2.0
"""Times more often than chance, beside `DEVIATIONS`: a bloc of a tenth of all members cannot reach much more."""

DEVIATIONS = 6.0
"""Standard deviations beyond chance: among 45,000 pairs of 300 models, once in a hundred thousand runs."""

DENSITY = 0.6
"""The share of a block's pairs that must stand out, while it grows."""

SHARE_OF_MODELS = 0.3
"""The share of a block's models that an account of the bloc has voted up: who is in a hurry does not do all of it."""

BEYOND_OTHERS = 3.0
"""Times more than everybody else a bloc likes a model that is its own: what popular models are not."""

BY_CHANCE = 1e-4
"""The largest probability that an account's ballots in the block are its own taste."""

MOST_UPS_OF_ONE = 400
"""Ballots of one account whose pairs are counted: the most zealous members would otherwise be all the work."""

Pair = tuple[int, int]
Account = tuple[int, int]
"""(server, member)."""


@dataclass(frozen=True, slots=True)
class Bloc:
    """Accounts that vote as one, and the models they do it on: their ballots on these are to be weighed down."""

    models: frozenset[int]
    accounts: frozenset[Account]
    times_chance: float
    """How many times more often than chance the models were voted up together."""


@dataclass(slots=True)
class _Together:
    seen: Counter[Pair] = field(default_factory=Counter[Pair])
    expected: dict[Pair, float] = field(default_factory=dict[Pair, float])


def find_blocs(ups: Mapping[Account, Collection[int]]) -> Sequence[Bloc]:
    """Return the blocs among accounts, by what each voted up; the densest first."""
    together = _count(ups)
    beyond = {pair: _deviations(together, pair) for pair in together.expected if _stands_out(together, pair)}
    blocs: list[Bloc] = []
    while beyond:
        models = _grow(beyond)
        accounts = _accounts(ups, models) if len(models) >= FEWEST_MODELS else frozenset[Account]()
        if len(accounts) >= FEWEST_ACCOUNTS:
            models |= _also(ups, accounts)
            blocs.append(Bloc(models, accounts, _times(together, models)))
        beyond = {pair: deviations for pair, deviations in beyond.items() if not models.issuperset(pair)}
    return blocs


def _count(ups: Mapping[Account, Collection[int]]) -> _Together:
    """Count what was voted up together, and how often chance would have it: a configuration model in each server."""
    servers: dict[int, list[Collection[int]]] = {}
    for (guild_id, _), models in ups.items():
        servers.setdefault(guild_id, []).append(sorted(models)[:MOST_UPS_OF_ONE])
    together = _Together()
    here: dict[int, Counter[Pair]] = {}
    for guild_id, accounts in servers.items():
        here[guild_id] = Counter(pair for models in accounts for pair in combinations(models, 2))
        together.seen.update(here[guild_id])
    wanted = {pair for pair, times in together.seen.items() if times >= FEWEST_ACCOUNTS}
    for accounts in servers.values():
        _expect(together.expected, accounts, wanted)
    return together


def _expect(expected: dict[Pair, float], accounts: Sequence[Collection[int]], wanted: Collection[Pair]) -> None:
    popularity = Counter(model for models in accounts for model in models)
    ballots = popularity.total()
    zeal = sum(len(models) * (len(models) - 1) for models in accounts) / (ballots * ballots) if ballots else 0.0
    for pair in wanted:
        by_chance = popularity[pair[0]] * popularity[pair[1]] * zeal
        expected[pair] = expected.get(pair, 0.0) + by_chance


def _deviations(together: _Together, pair: Pair) -> float:
    return (together.seen[pair] - together.expected[pair]) / sqrt(together.expected[pair] + 1)


def _stands_out(together: _Together, pair: Pair) -> bool:
    often = together.seen[pair] >= TOGETHER_BEYOND_CHANCE * together.expected[pair]
    return often and _deviations(together, pair) >= DEVIATIONS


def _grow(beyond: Mapping[Pair, float]) -> frozenset[int]:
    """Grow a block around the pair that stands out most, by the model tied to most of it, while it stays dense."""
    tied: dict[int, dict[int, float]] = {}
    for (one, other), deviations in beyond.items():
        tied.setdefault(one, {})[other] = deviations
        tied.setdefault(other, {})[one] = deviations
    block = set(max(beyond, key=lambda pair: (beyond[pair], pair)))
    while candidates := {model for inside in block for model in tied[inside]} - block:
        best = max(candidates, key=lambda model: (_ties(tied[model], block), model))
        if _ties(tied[best], block)[0] < DENSITY * len(block):
            break
        block.add(best)
    return frozenset(block)


def _ties(ties: Mapping[int, float], block: Collection[int]) -> tuple[int, float]:
    inside = [ties[model] for model in block if model in ties]
    return len(inside), sum(inside)


def _accounts(ups: Mapping[Account, Collection[int]], models: frozenset[int]) -> frozenset[Account]:
    """Return the accounts that voted up much of a block, and more of it than their own zeal explains.

    How popular the block is with everybody else is what chance is measured by.
    """
    inside = {account: len(models.intersection(theirs)) for account, theirs in ups.items()}
    enough = max(FEWEST_MODELS, SHARE_OF_MODELS * len(models))
    suspects = {account for account, count in inside.items() if count >= enough}
    others = [(len(theirs), inside[account]) for account, theirs in ups.items() if account not in suspects]
    share = (sum(count for _, count in others) + 1) / (sum(zeal for zeal, _ in others) + 1)
    return frozenset(
        account for account in suspects if _at_least(inside[account], len(ups[account]) * share) < BY_CHANCE
    )


def _also(ups: Mapping[Account, Collection[int]], accounts: frozenset[Account]) -> frozenset[int]:
    """Return what most accounts of a bloc voted up beyond what everybody else does: chance may hide a pair or two."""
    theirs = Counter(model for account in accounts for model in ups[account])
    all_of_them = Counter(model for models in ups.values() for model in models)
    others = len(ups) - len(accounts) + 1

    def is_theirs(model: int) -> bool:
        share = theirs[model] / len(accounts)
        return share >= DENSITY and share >= BEYOND_OTHERS * (all_of_them[model] - theirs[model] + 1) / others

    return frozenset(model for model in theirs if is_theirs(model))


def _at_least(count: int, mean: float) -> float:
    """Return the Poisson probability of at least `count`."""
    term, below = exp(-mean), 0.0
    for number in range(count):
        below += term
        term *= mean / (number + 1)
    return max(1.0 - below, 0.0)


def _times(together: _Together, models: Iterable[int]) -> float:
    pairs = list(combinations(sorted(models), 2))
    expected = sum(together.expected.get(pair, 0.0) for pair in pairs)
    return sum(together.seen[pair] for pair in pairs) / max(expected, 1.0)
