"""People whose ballots coincide far beyond chance, and what they coincide on. Votes for and against alike.

What is chance is decided by the ballots themselves: two models are voted on alike by the same people as often as their
popularity and those people's zeal explain, server by server, because members of a server see the same cards. So an
honest rush on one famous release is no bloc (it is one model), nor is a server that likes what is posted there. What
is left then may be a taste that people share (`bot.domain.themes`).
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import exp, sqrt

from bot.domain.dense_blocks import DENSITY, Pairs, Row, dense_blocks
from bot.domain.themes import Themes, Traits
from bot.domain.voters import Account, Item, Voters, choice_of, model_of
from bot.domain.votes import BallotKey, Choice

FEWEST_PEOPLE = 6
"""Below this friends are friends."""

FEWEST_MODELS = 3
"""Two models that many like are a coincidence; three by the same people are not, if chance says so."""

TOGETHER_BEYOND_CHANCE = 1.8
"""Times more often than chance, beside `DEVIATIONS`: a bloc of a tenth of all members that votes on two thirds of all
models besides reaches no more, for it is most of the chance itself."""

DEVIATIONS = 4.0
"""Standard deviations beyond chance. Among 45,000 pairs of 300 models one or two get there by themselves; a block needs
three pairs that hang together, and people who stand out too (`BY_CHANCE`)."""

MOST_OF_THEM = 0.5
"""The share of one item's people who voted the other too, for chance to be measured without them."""

USUAL_BALLOTS = 60
"""Where everybody else cast fewer, how people vote at all says more of chance than they do."""

SHARE_OF_MODELS = 0.3
"""The share of a block that a person of the bloc has voted: who is in a hurry does not do all of it."""

BEYOND_OTHERS = 3.0
"""Times more than everybody else a bloc votes an item that is its own: what popular models are not."""

LIKED_UNKNOWN = 20
"""Ballots of everybody else with one of them in the block, added to theirs: nobody else may have voted so at all."""

BY_CHANCE = 1e-4
"""The largest probability that a person's ballots in the block are their own taste ..."""

BY_CHANCE_TOGETHER = 0.05
"""... or the share of a bloc that may be in it by chance, where it is large (Benjamini and Hochberg 1995): accounts
that vote on hundreds of models besides are no less a bloc."""


@dataclass(frozen=True, slots=True)
class Bloc:
    """People who vote as one, and what: their ballots on these are to be set aside."""

    items: frozenset[Item]
    users: frozenset[int]
    times_chance: float
    """How many times more often than chance the items were voted by the same people."""

    @property
    def models(self) -> frozenset[int]:
        """The models that it is about."""
        return frozenset(model_of(item) for item in self.items)

    def count(self, choice: Choice) -> int:
        """Return on how many models it says this."""
        return sum(choice_of(item) is choice for item in self.items)

    def ballots(self, accounts: Mapping[Account, Collection[Item]]) -> Sequence[BallotKey]:
        """Return its people's ballots on its items, in every server."""
        return [
            BallotKey(guild_id, model_of(item), user_id)
            for (guild_id, user_id), said in sorted(accounts.items())
            if user_id in self.users
            for item in sorted(self.items.intersection(said))
        ]


class Coincidences:
    """What stands out together, before and after themes are asked."""

    def __init__(self, voters: Voters, traits: Mapping[int, Traits] | None = None) -> None:
        """Without `traits` nothing is explained by themes."""
        self.voters = voters
        self._themes = None if traits is None else Themes(voters, traits)
        self._zeal = {choice: voters.zeal(choice) for choice in Choice}
        self._usual = voters.zeal(*Choice)
        watched = sorted(item for item, people in voters.people.items() if len(people) >= FEWEST_PEOPLE)
        self._watched = {choice: [item for item in watched if choice_of(item) is choice] for choice in Choice}
        self.row: Row = lru_cache(maxsize=None)(self._row)

    def pairs(self, changed: Collection[Item] | None) -> Pairs:
        """Return what stands out together: every pair, or those with an item that has changed."""
        found: Pairs = {}
        for choice in Choice:
            watched = self._watched[choice]
            for place, item in enumerate(watched):
                if changed is None:
                    found |= {(item, other): much for other, much in self._among(item, watched[place + 1 :])}
                elif item in changed:
                    found |= {(min(item, other), max(item, other)): much for other, much in self.row(item).items()}
        return found

    def expected(self, one: Item, other: Item) -> float:
        """Return how many people vote two items by chance: a configuration model in each server.

        Votes against are few: those who cast most of them would be the chance that they are judged by. So where most
        who are against one are against the other too, chance is what everybody else does, and where that is little,
        how people vote at all. Votes for are many, and whoever casts hundreds of them is part of chance.
        """
        fewer, more = sorted((self.voters.by_home[one], self.voters.by_home[other]), key=len)
        zeal, rest = self._zeal[choice_of(one)], self._rest(one, other)
        return sum(
            count * more[home] * min(zeal.among(home), rest.get(home, 1.0))
            for home, count in fewer.items()
            if home in more
        )

    def _rest(self, one: Item, other: Item) -> Mapping[int, float]:
        both = self.voters.both(one, other) if choice_of(one) is Choice.DOWN else ()
        if len(both) < MOST_OF_THEM * min(len(self.voters.people[one]), len(self.voters.people[other])):
            return {}
        return self._zeal[choice_of(one)].without(both, self._usual, USUAL_BALLOTS)

    def _row(self, item: Item) -> Mapping[Item, float]:
        return dict(self._among(item, [other for other in self._watched[choice_of(item)] if other != item]))

    def _among(self, item: Item, others: Sequence[Item]) -> Iterator[tuple[Item, float]]:
        together = self.voters.together(item, others)
        for other in others:
            count = together.get(other, 0)
            if count >= FEWEST_PEOPLE and (deviations := self._deviations(item, other, count)):
                yield other, deviations

    def _deviations(self, one: Item, other: Item, count: int) -> float:
        """Return by how many standard deviations two items stand out together; 0 where they do not."""
        expected = self.expected(one, other)
        deviations = stands_out(count, expected)
        if not deviations or self._themes is None:
            return deviations
        return stands_out(self._themes.unexplained(one, other, self.voters.both(one, other)), expected)


def stands_out(count: float, expected: float) -> float:
    """Return by how many standard deviations a count is beyond what is expected; 0 where that is not far enough."""
    if count < FEWEST_PEOPLE or count < TOGETHER_BEYOND_CHANCE * expected:
        return 0.0
    deviations = (count - expected) / sqrt(expected + 1)
    return deviations if deviations >= DEVIATIONS else 0.0


def may_hold_blocs(voters: Voters, changed: Collection[Item] | None = None) -> bool:
    """Tell whether anything stands out at all: if not, nothing needs to be known about the models."""
    return bool(Coincidences(voters).pairs(changed))


def find_blocs(
    voters: Voters, traits: Mapping[int, Traits] | None = None, changed: Collection[Item] | None = None
) -> Sequence[Bloc]:
    """Return the blocs, the densest first; with `changed` only those that hold one of these items."""
    found = Coincidences(voters, traits)
    blocs: list[Bloc] = []
    for items in dense_blocks(found.pairs(changed), found.row):
        people = _people(voters, items) if len(items) >= FEWEST_MODELS else frozenset[int]()
        if len(people) >= FEWEST_PEOPLE:
            theirs = items | _also(voters, people)
            users = frozenset(voters.users[person] for person in people | _people(voters, theirs))
            blocs.append(Bloc(theirs, users, _times(found, items)))
    return blocs


def _people(voters: Voters, items: frozenset[Item]) -> frozenset[int]:
    """Return the people who voted much of a block, and more of it than their own zeal explains.

    How popular the block is with everybody else is what chance is measured by.
    """
    choices = {choice_of(item) for item in items}
    inside = [len(items & said) for said in voters.said]
    zeal = [sum(choice_of(item) in choices for item in said) for said in voters.said]
    enough = max(FEWEST_MODELS, SHARE_OF_MODELS * len(items))
    suspects = {person for person, count in enumerate(inside) if count >= enough}
    of_all, of_suspects = sum(inside), sum(inside[person] for person in suspects)
    share = (of_all - of_suspects + 1) / (sum(zeal) - sum(zeal[person] for person in suspects) + LIKED_UNKNOWN)
    chances = {person: _at_least(inside[person], zeal[person] * share) for person in suspects}
    enough_unlikely = _unlikely(sorted(chances.values()), len(voters.users))
    return frozenset(person for person, chance in chances.items() if chance < enough_unlikely)


def _unlikely(chances: Sequence[float], people: int) -> float:
    """Return below which probability somebody belongs: many who are unlikely together say more than each alone."""
    together = (chance for rank, chance in enumerate(chances, 1) if chance * people <= BY_CHANCE_TOGETHER * rank)
    return max([BY_CHANCE, *together])


def _also(voters: Voters, people: frozenset[int]) -> frozenset[Item]:
    """Return what most people of a bloc voted beyond what everybody else, as zealous, would: chance may hide a pair."""
    theirs = Counter(item for person in people for item in voters.said[person])
    others = sum(map(len, voters.said)) - theirs.total() + 1
    zeal = theirs.total() / len(people)

    def is_theirs(item: Item) -> bool:
        share = theirs[item] / len(people)
        elsewhere = len(voters.people[item]) - theirs[item] + 1
        return share >= DENSITY and share >= BEYOND_OTHERS * zeal * elsewhere / others

    return frozenset(item for item in theirs if is_theirs(item))


def _at_least(count: int, mean: float) -> float:
    """Return the Poisson probability of at least `count`."""
    term, below = exp(-mean), 0.0
    for number in range(count):
        below += term
        term *= mean / (number + 1)
    return max(1.0 - below, 0.0)


def _times(found: Coincidences, items: Collection[Item]) -> float:
    pairs = list(combinations(sorted(items), 2))
    together = sum(len(found.voters.both(one, other)) for one, other in pairs)
    return together / max(sum(found.expected(one, other) for one, other in pairs), 1.0)
