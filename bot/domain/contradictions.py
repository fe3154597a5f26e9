"""Where a server's members vote models down as one against everybody else: that does not count everywhere.

A server may think what it likes, and at home its ballots count. But whoever makes a server of their own can fill it
with accounts that vote down the best, and among those places lie so close together that a few ballots topple them.
Caps alone do not help. So it is asked whether people voted models down *together* far more often than everybody's
opinion of these models explains. Everybody's opinion is what is counted everywhere, caps included: in it nobody's own
servers say much.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from bot.domain.blocs import FEWEST_MODELS, FEWEST_PEOPLE, SHARE_OF_MODELS, stands_out
from bot.domain.dense_blocks import Pairs, Row, dense_blocks
from bot.domain.share_caps import capped
from bot.domain.voters import Item, Voters, bits_of, choice_of, item_of, model_of
from bot.domain.votes import Choice, Tally

THEIR_SHARE = 1 / 3
"""The share of a server's ballots on a model that must be part of it: a few who agree with nobody are no server."""

PRIOR_STRENGTH = 2.0
"""Ballots at everybody's usual rate that are added to a model's: of a handful nobody knows what everybody thinks."""


def contradictions(voters: Voters, say: Mapping[int, float]) -> Collection[tuple[int, int]]:
    """Return (server, model) where ballots shall not count everywhere; `say` as in `share_caps.say_of`."""
    against = _Against(voters, say)
    found: set[tuple[int, int]] = set()
    for items in dense_blocks(against.pairs(), against.row):
        people = _people(voters, items) if len(items) >= FEWEST_MODELS else frozenset[int]()
        if len(people) >= FEWEST_PEOPLE:
            found.update(place for item in items for place in against.places(item, people))
    return found


def _people(voters: Voters, items: frozenset[Item]) -> frozenset[int]:
    enough = max(FEWEST_MODELS, SHARE_OF_MODELS * len(items))
    return frozenset(person for person, said in enumerate(voters.said) if len(items & said) >= enough)


class _Against:
    """Models that are voted down together against everybody's opinion."""

    def __init__(self, voters: Voters, say: Mapping[int, float]) -> None:
        self._voters = voters
        self._downs = [
            item
            for item, people in sorted(voters.people.items())
            if choice_of(item) is Choice.DOWN and len(people) >= FEWEST_PEOPLE
        ]
        downs = sum(len(people) for item, people in voters.people.items() if choice_of(item) is Choice.DOWN)
        self._usual = downs / max(1, sum(map(len, voters.people.values())))
        self._rates = {item: self._rate(model_of(item), say) for item in self._downs}
        self._bits = lru_cache(maxsize=None)(self._voted_bits)
        self.row: Row = lru_cache(maxsize=None)(self._row)

    def pairs(self) -> Pairs:
        """Return every two models that stand out together."""
        return {
            (item, other): much
            for place, item in enumerate(self._downs)
            for other, much in self._among(item, self._downs[place + 1 :])
        }

    def places(self, item: Item, people: Collection[int]) -> Iterator[tuple[int, int]]:
        """Return the servers where these people are much of those who voted on a model."""
        homes = self._voters.homes
        theirs = Counter(homes[person] for person in self._voters.people[item] if person in people)
        everybody = Counter(homes[person] for person in self._voted(model_of(item)))
        for home, count in theirs.items():
            if count >= THEIR_SHARE * everybody[home]:
                yield home, model_of(item)

    def _row(self, item: Item) -> Mapping[Item, float]:
        return dict(self._among(item, [other for other in self._downs if other != item]))

    def _among(self, item: Item, others: list[Item]) -> Iterator[tuple[Item, float]]:
        together = self._voters.together(item, others)
        for other in others:
            count = together.get(other, 0)
            if count >= FEWEST_PEOPLE and (much := stands_out(count, self._expected(item, other))):
                yield other, much

    def _expected(self, one: Item, other: Item) -> float:
        """Return how many of those who voted on both models vote both down if they think as everybody does."""
        both = self._bits(model_of(one)) & self._bits(model_of(other))
        return both.bit_count() * self._rates[one] * self._rates[other]

    def _voted(self, model_id: int) -> frozenset[int]:
        people = self._voters.people
        return frozenset(person for choice in Choice for person in people.get(item_of(model_id, choice), ()))

    def _voted_bits(self, model_id: int) -> int:
        return bits_of(self._voted(model_id), len(self._voters.users))

    def _rate(self, model_id: int, say: Mapping[int, float]) -> float:
        """Return everybody's share of downs."""
        up, down = (self._voters.by_home.get(item_of(model_id, choice), {}) for choice in Choice)
        weights = capped({home: Tally(up.get(home, 0), down.get(home, 0)) for home in {*up, *down}}, say)
        ballots = weights.up + weights.down + PRIOR_STRENGTH
        return (weights.down + PRIOR_STRENGTH * self._usual) / ballots
