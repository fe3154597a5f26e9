"""Who voted what, and how many voted both of two things: what blocs are looked for in.

What can be voted is an *item*: a model with a choice on it, as one number. Members are people here: whoever votes in
eight servers is one person, counted where they vote most.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from bot.domain.votes import Choice

BITS_ARE_FASTER = 9
"""Ballots that are counted in the time in which the bits of two items with 15,000 people are compared."""

Account = tuple[int, int]
"""(server, member)."""

Item = int
"""Twice the model's number, and one more for *not for us*. The store writes the same (`storage.integrity`)."""


def item_of(model_id: int, choice: Choice) -> Item:
    """Return a model with a choice on it."""
    return 2 * model_id + (choice is Choice.DOWN)


def model_of(item: Item) -> int:
    """Return the model that an item is about."""
    return item >> 1


def choice_of(item: Item) -> Choice:
    """Return what an item says about its model."""
    return Choice.DOWN if item & 1 else Choice.UP


def unpack(packed: str) -> frozenset[Item]:
    """Return an account's ballots from the store's packed form: items with commas between them."""
    return frozenset(map(int, packed.split(",")))


class Watched(NamedTuple):
    """An account's ballots as they are read to be watched."""

    packed: str
    counting: int
    """How many of them count by now."""


class Voters:
    """People with what they voted, in whatever servers; made once and only read."""

    def __init__(self, accounts: Mapping[Account, Collection[Item]]) -> None:
        """`accounts` holds at least one item for each account."""
        by_user: dict[int, list[Account]] = {}
        for account in sorted(accounts):
            by_user.setdefault(account[1], []).append(account)
        self.users: Sequence[int] = tuple(by_user)
        self.homes: Sequence[int] = tuple(
            max(theirs, key=lambda account: (len(accounts[account]), -account[0]))[0] for theirs in by_user.values()
        )
        self.said: Sequence[frozenset[Item]] = tuple(
            frozenset(item for account in theirs for item in accounts[account]) for theirs in by_user.values()
        )

    @cached_property
    def people(self) -> Mapping[Item, Sequence[int]]:
        """Who voted each item, in order."""
        found: dict[Item, list[int]] = {}
        for person, said in enumerate(self.said):
            for item in said:
                found.setdefault(item, []).append(person)
        return found

    @cached_property
    def by_home(self) -> Mapping[Item, Mapping[int, int]]:
        """How many of each server's people voted each item."""
        return {item: Counter(self.homes[person] for person in people) for item, people in self.people.items()}

    def both(self, one: Item, other: Item) -> Sequence[int]:
        """Return who voted two items."""
        return sorted(set(self.people[one]).intersection(self.people[other]))

    def together(self, item: Item, others: Sequence[Item]) -> Mapping[Item, int]:
        """Return how many people voted an item and each of others; those that nobody did may be absent.

        What all of its people voted is counted, unless that is so much that comparing bits is less work.
        """
        people = self.people[item]
        if sum(len(self.said[person]) for person in people) < BITS_ARE_FASTER * len(others):
            return Counter(chain.from_iterable(self.said[person] for person in people))
        bits = self.bits[item]
        return {other: (bits & self.bits[other]).bit_count() for other in others}

    @cached_property
    def bits(self) -> Mapping[Item, int]:
        """Who voted each item, as a number with a bit for each person."""
        return {item: bits_of(people, len(self.users)) for item, people in self.people.items()}

    def zeal(self, *choices: Choice) -> "Zeal":
        """Return how unevenly people vote: their ballots that say one of these."""
        return Zeal(self.homes, [sum(choice_of(item) in choices for item in said) for said in self.said])


class Zeal:
    """How unevenly each server's people vote."""

    def __init__(self, homes: Sequence[int], counts: Sequence[int]) -> None:
        """`counts` says how many ballots each person cast."""
        self._homes, self._counts = homes, counts
        self._ballots, self._pairs = self._sums(range(len(counts)))

    def among(self, home: int) -> float:
        """Return the probability that two ballots of a server are one person's."""
        ballots = self._ballots[home]
        return self._pairs[home] / ballots**2 if ballots else 0.0

    def without(self, people: Iterable[int], usual: "Zeal", strength: float) -> Mapping[int, float]:
        """Return these people's servers' probabilities by what everybody else cast, and `strength` of usual ballots."""
        ballots, pairs = self._sums(people)
        return {home: self._rest(home, ballots[home], pairs[home], usual, strength) for home in ballots}

    def _rest(self, home: int, ballots: int, pairs: int, usual: "Zeal", strength: float) -> float:
        rest = self._ballots[home] - ballots
        theirs = (self._pairs[home] - pairs) / rest if rest else 0.0
        return (theirs + strength * usual.among(home)) / (rest + strength)

    def _sums(self, people: Iterable[int]) -> tuple[Counter[int], Counter[int]]:
        ballots, pairs = Counter[int](), Counter[int]()
        for person in people:
            count = self._counts[person]
            ballots[self._homes[person]] += count
            pairs[self._homes[person]] += count * (count - 1)
        return ballots, pairs


def bits_of(people: Iterable[int], size: int) -> int:
    """Return a number of `size` bits with those of some people set."""
    bits = bytearray(size // 8 + 1)
    for person in people:
        bits[person >> 3] |= 1 << (person & 7)
    return int.from_bytes(bits, "little")
