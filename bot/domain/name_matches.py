"""Which of the models that fit is offered first while somebody types a name: what they most likely mean."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TRENDING_WEIGHT = 5
"""Likes that a point of the trending score is worth. The score counts likes of about a week (HUB.md): a release of
days ago stands beside a model of ten times its likes, which is whom people look for."""

_SEPARATORS = re.compile(r"[\s._-]+")


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A model whose name holds every word that was typed."""

    model_id: int
    repo_id: str
    likes: int | None = None
    trending: float | None = None

    @property
    def fame(self) -> float:
        """How well known it is, now and over time."""
        return (self.likes or 0) + TRENDING_WEIGHT * (self.trending or 0.0)


def best_first(typed: str, matches: Iterable[NameMatch]) -> Sequence[NameMatch]:
    """Order matches, each once: the very name, names that begin with what was typed or with a word of it, the others.

    With or without the publisher; fame decides between equals. Spaces, hyphens, dots and underscores mean nothing.
    """
    wanted, words = _squeezed(typed), tuple(map(_squeezed, typed.split()))
    unique = {match.model_id: match for match in matches}

    def place(match: NameMatch) -> tuple[int, float, str]:
        whole = _squeezed(match.repo_id)
        return _distance(wanted, words, (whole, whole.rpartition("/")[2])), -match.fame, match.repo_id.casefold()

    return sorted(unique.values(), key=place)


def _distance(wanted: str, words: tuple[str, ...], names: tuple[str, str]) -> int:
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    return 2 if any(name.startswith(words) for name in names) else 3


def _squeezed(name: str) -> str:
    return _SEPARATORS.sub("", name.casefold())
