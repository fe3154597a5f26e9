"""What explains that people vote for the same models without being a bloc: they like the same kind of thing.

A *theme* is anything that models have in common and that people come for: a task, a language, a library, a size, a
family, a week of releases, a tag. Fans of a theme vote up what several publishers offer of it. Whoever promotes one
publisher has no reason to, so what two models have in common is measured without their own publishers.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from bot.domain.voters import Item, Voters, choice_of, model_of
from bot.domain.votes import Choice

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SHOWN_BY = 2
"""Votes of a server's members that a model must have for it to be one that its fans could vote on."""

LIKED_BY = 1 / 3
"""The share of people who must like a publisher's models of a theme for it to be part of what brings them together:
a publisher that only others promote in a theme makes its fans no less fans."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a model beside its votes. A model without a publisher is everybody's."""

    publisher: str = ""
    themes: frozenset[str] = frozenset()


NO_TRAITS = Traits()

SPANS = (timedelta(days=7), timedelta(days=28))
"""For how long somebody may have been around: they vote on what comes out meanwhile."""


def released_together(moment: datetime) -> Iterator[str]:
    """Return the themes of when a model came out: weeks and months, twice each and half of one apart.

    Two models that came out within half of such a span have one in common.
    """
    for span in SPANS:
        for half in range(2):
            yield f"released:{span.days}:{half}:{(moment - EPOCH + half * span / 2) // span}"


class Themes:
    """Tells how much of what people did together their themes explain."""

    def __init__(self, voters: Voters, traits: Mapping[int, Traits]) -> None:
        """`traits` by model; a model that is absent has none."""
        self._voters = voters
        self._traits = traits
        self._shown = lru_cache(maxsize=None)(self._shown_in)
        self._liked = lru_cache(maxsize=None)(self._liked_by)

    def unexplained(self, one: Item, other: Item, people: Collection[int]) -> float:
        """Return how many of the people who voted two items are no fans of a theme that the two have in common."""
        first, second = self._of(one), self._of(other)
        without = {first.publisher, second.publisher} - {""}
        fans = (self._fans(theme, choice_of(one), people, without) for theme in first.themes & second.themes)
        return len(people) - max(fans, default=0.0)

    def _of(self, item: Item) -> Traits:
        return self._traits.get(model_of(item), NO_TRAITS)

    def _fans(self, theme: str, choice: Choice, people: Iterable[int], without: Collection[str]) -> float:
        """Return how many two of a theme's models would have in common among these people by chance.

        Each person votes on two models with the square of the share that they voted on of other publishers' models,
        publisher by publisher, so that none of them weighs more for having many.
        """
        shares = [self._liked(person, theme, choice) for person in people]
        liked = Counter(publisher for theirs in shares for publisher in theirs if publisher not in without)
        publishers = [publisher for publisher, fans in liked.items() if fans >= LIKED_BY * len(shares)]
        if not publishers:
            return 0.0
        return sum((sum(theirs.get(one, 0.0) for one in publishers) / len(publishers)) ** 2 for theirs in shares)

    def _liked_by(self, person: int, theme: str, choice: Choice) -> Mapping[str, float]:
        """Return the share that a person voted so on of what each publisher offers of a theme in their server."""
        shown = self._shown(self._voters.homes[person], theme)
        said = self._voters.said[person]
        theirs = Counter(
            shown[model_of(item)] for item in said if choice_of(item) is choice and model_of(item) in shown
        )
        offered = Counter(shown.values())
        return {publisher: count / offered[publisher] for publisher, count in theirs.items()}

    def _shown_in(self, home: int, theme: str) -> Mapping[int, str]:
        """Return a theme's models that members of a server voted on, for or against, with their publishers.

        Whoever likes or dislikes a theme does so with all of it: to vote down its best alone is no taste.
        """
        votes = Counter[int]()
        for item, homes in self._voters.by_home.items():
            votes[model_of(item)] += homes.get(home, 0)
        return {
            model_id: self._traits[model_id].publisher or str(model_id)
            for model_id, count in votes.items()
            if count >= SHOWN_BY and theme in self._traits.get(model_id, NO_TRAITS).themes
        }
