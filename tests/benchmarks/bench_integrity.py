"""How standings hold against those who want their own models on top: ours beside what is commonly done.

300 models of known worth, 3,000 honest members; precision of the top 10 and rank correlation with the known worth, the
mean of several worlds.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from math import log10
from statistics import fmean

from bot.domain.blocs import find_blocs
from bot.domain.contradictions import contradictions
from bot.domain.share_caps import Weights, capped, say_of
from bot.domain.standings import Prior, interval, prior_of
from bot.domain.vote_bursts import CastBallot, find_bursts
from bot.domain.voters import Account, Item, Voters, item_of
from bot.domain.votes import BallotKey, Choice, Tally
from tests.benchmarks.voting_world import (
    ATTACKS,
    MEMBERS,
    MODELS,
    Cast,
    World,
    dense_topic,
    honest_rush,
    honest_world,
    no_attack,
    rush_of_joiners,
)

WORLDS = 8
SHARES = (0.01, 0.05, 0.10)
TOP = 10

Scores = Mapping[int, float]


def ours(world: World) -> Scores:
    """Score as Rootstock does: without what is set aside, servers by their say, without what contradicts everybody."""
    aside = set_aside(world)
    counted = [ballot for ballot in world.ballots if id(ballot) not in aside]
    voters = Voters(_accounts(counted))
    say = say_of(Counter(voters.homes))
    left_out = contradictions(voters, say)
    by_server: dict[int, dict[int, list[bool]]] = {}
    for ballot in counted:
        if (ballot.server, ballot.model) not in left_out:
            by_server.setdefault(ballot.model, {}).setdefault(ballot.server, []).append(ballot.up)
    up = sum(ballot.up for ballot in counted)
    prior = prior_of(up, len(counted) - up)
    return {
        model: _wilson(capped({server: _tally(ups) for server, ups in servers.items()}, say), prior)
        for model, servers in by_server.items()
    }


def set_aside(world: World) -> set[int]:
    """Return the ballots (by identity) of bursts and blocs."""
    marked: set[BallotKey] = set()
    by_server: dict[int, list[CastBallot]] = {}
    for ballot in world.ballots:
        cast = CastBallot(ballot.at, ballot.server, ballot.model, ballot.user, ballot.is_fresh)
        by_server.setdefault(ballot.server, []).append(cast)
    for theirs in by_server.values():
        for burst in find_bursts(theirs):
            marked |= {BallotKey(burst.guild_id, burst.model_id, user) for user in burst.users}
    accounts = _accounts(world.ballots)
    for bloc in find_blocs(Voters(accounts), world.traits):
        marked.update(bloc.ballots(accounts))
    return {id(ballot) for ballot in world.ballots if BallotKey(ballot.server, ballot.model, ballot.user) in marked}


def _accounts(ballots: Iterable[Cast]) -> Mapping[Account, Collection[Item]]:
    accounts: dict[Account, set[Item]] = {}
    for ballot in ballots:
        item = item_of(ballot.model, Choice.UP if ballot.up else Choice.DOWN)
        accounts.setdefault((ballot.server, ballot.user), set()).add(item)
    return accounts


def votes_less_downs(world: World) -> Scores:
    """Score as most bots do."""
    return {model: tally.up - tally.down for model, tally in _tallies(world).items()}


def mean_vote(world: World) -> Scores:
    """Score by the share of ups alone."""
    return {model: tally.up / (tally.up + tally.down) for model, tally in _tallies(world).items()}


def wilson_alone(world: World) -> Scores:
    """Score by Wilson's lower bound, without a prior and with every ballot."""
    return {model: _wilson(tally, Prior(0, 0)) for model, tally in _tallies(world).items()}


def hot(world: World) -> Scores:
    """Score as Reddit's front page did: votes in orders of magnitude, and newness."""
    epoch = datetime(2026, 1, 1, tzinfo=world.now.tzinfo)

    def score(model: int, tally: Tally) -> float:
        votes = tally.up - tally.down
        sign = (votes > 0) - (votes < 0)
        return sign * log10(max(abs(votes), 1)) + (world.released[model] - epoch).total_seconds() / 45_000

    return {model: score(model, tally) for model, tally in _tallies(world).items()}


RULES: Mapping[str, Callable[[World], Scores]] = {
    "ours": ours,
    "sum": votes_less_downs,
    "mean": mean_vote,
    "Wilson": wilson_alone,
    "hot": hot,
}


def figures() -> Iterator[tuple[str, str]]:
    """Yield a row for each attack and share: precision of the top 10 / rank correlation, by rule."""
    yield "attack", "  ".join(f"{rule:>7}" for rule in RULES)
    yield "undisturbed", _row(no_attack, 0)
    for name, attack in ATTACKS.items():
        for share in SHARES:
            yield f"{name}, {share:.0%}", _row(attack, round(share * MEMBERS))
    yield "honest rush", _row(honest_rush, 0)
    yield "rush of joiners", _row(rush_of_joiners, 0)
    for what, worlds in HONEST.items():
        yield f"honest ballots set aside: {what}", f"{honest_aside(worlds):.2%}"


def _after(what: Callable[[World, int], None]) -> Callable[[int], World]:
    def make(seed: int) -> World:
        world = honest_world(seed)
        what(world, 0)
        return world

    return make


HONEST: Mapping[str, Callable[[int], World]] = {
    "undisturbed": honest_world,
    "a famous release in a new server": _after(honest_rush),
    "joiners for a release in an established server": _after(rush_of_joiners),
    "a small server with a dense topic": dense_topic,
}
"""Worlds without attackers, by seed."""


def honest_aside(make: Callable[[int], World]) -> float:
    """Return the share of honest ballots that are set aside."""
    shares: list[float] = []
    for seed in range(WORLDS):
        world = make(seed)
        aside = set_aside(world)
        shares.append(sum(id(ballot) in aside for ballot in world.ballots) / len(world.ballots))
    return fmean(shares)


def _row(attack: Callable[[World, int], None], accounts: int) -> str:
    found: dict[str, list[tuple[float, float]]] = {rule: [] for rule in RULES}
    for seed in range(WORLDS):
        world = honest_world(seed)
        attack(world, accounts)
        for rule, score in RULES.items():
            scores = score(world)
            found[rule].append((precision(scores, world.worth), correlation(scores, world.worth)))
    return "  ".join(
        f"{_short(fmean(one for one, _ in pairs))}/{_short(fmean(two for _, two in pairs))}" for pairs in found.values()
    )


def _short(value: float) -> str:
    return f"{value:.2f}".removeprefix("0")


def precision(scores: Scores, worth: Sequence[float]) -> float:
    """Return the share of the ten best that are among the ten that are worth most."""
    best = sorted(scores, key=lambda model: -scores[model])[:TOP]
    worthy = sorted(range(len(worth)), key=lambda model: -worth[model])[:TOP]
    return len(set(best) & set(worthy)) / TOP


def correlation(scores: Scores, worth: Sequence[float]) -> float:
    """Return Spearman's rank correlation over the models that have a score."""
    models = sorted(scores)
    one = _ranks([scores[model] for model in models])
    other = _ranks([worth[model] for model in models])
    squares = sum((a - b) ** 2 for a, b in zip(one, other, strict=True))
    return 1 - 6 * squares / (len(models) * (len(models) ** 2 - 1))


def _ranks(values: Sequence[float]) -> Sequence[int]:
    ranks = [0] * len(values)
    for rank, index in enumerate(sorted(range(len(values)), key=lambda one: values[one])):
        ranks[index] = rank
    return ranks


def _tallies(world: World) -> Mapping[int, Tally]:
    votes: dict[int, list[bool]] = {model: [] for model in range(MODELS)}
    for ballot in world.ballots:
        votes[ballot.model].append(ballot.up)
    return {model: _tally(ups) for model, ups in votes.items() if ups}


def _tally(ups: Sequence[bool]) -> Tally:
    return Tally(sum(ups), len(ups) - sum(ups))


def _wilson(tally: Tally | Weights, prior: Prior) -> float:
    return interval(tally.up, tally.down, prior).low


__all__ = ["Cast", "figures"]
