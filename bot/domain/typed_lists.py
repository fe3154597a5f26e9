"""Lists as people type them: separated by commas of any script or by spaces, of values or of names for them.

Names may hold spaces themselves ("text generation", "Mistral AI"), so what is known as a name is read as one first.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import TypeVar
from unicodedata import normalize

from bot.domain.errors import Refusal
from bot.domain.plain_text import plain

VALUES_PER_CONDITION = 25
"""As many as one Discord select menu holds: whatever was typed can also be shown and picked from."""

VALUE_LENGTH = 100
"""Discord's limit for an option's value; repository names are at most 96 characters, tags shorter."""

LONGEST_TEXT = 1000
"""Characters of a whole list that are read."""

CLEARED = frozenset({"", "-", "none", "any"})
"""Typed instead of values, these take a condition away (`/watch edit`)."""

WORDS_PER_NAME = 8
"""No name of a lab, a country, a language or a task has more."""

SIMILAR = 0.75
"""How alike a name must be to be offered instead (`difflib`): one letter in four may be wrong."""

_LIST_MARKS = re.compile(r"[,;，、；\n]")
_LIST_MARKS_AND_SPACES = re.compile(r"[,;，、；\s]+")
_BETWEEN_WORDS = re.compile(r"[\s_-]+")
_QUOTES = "\"'“”‘’「」"

_Meaning = TypeVar("_Meaning")
_Value = TypeVar("_Value")


def split_list(text: str) -> tuple[str, ...]:
    """Split what was typed at commas and spaces: plain, casefolded, each once, in order, within the limits."""
    return _cleaned(_LIST_MARKS_AND_SPACES.split(text))


def split_phrases(text: str) -> tuple[str, ...]:
    """Split at commas alone if there are any, so that a keyword may hold a space; else at spaces."""
    return _cleaned(_LIST_MARKS.split(text)) if _LIST_MARKS.search(text) else split_list(text)


def split_at_commas(text: str) -> tuple[str, ...]:
    """Split at commas alone, keeping the spelling; nothing empty."""
    pieces = (plain(piece, LONGEST_TEXT).strip(_QUOTES) for piece in _LIST_MARKS.split(text))
    return tuple(piece for piece in pieces if piece)


def is_cleared(text: str, words: Collection[str] = CLEARED) -> bool:
    """Tell whether something was typed that takes a condition away."""
    return text.strip().casefold() in words


def name_key(text: str) -> str:
    """Return what two spellings of one name have in common: case, width, hyphens and quotes do not matter."""
    folded = normalize("NFKC", plain(text, VALUE_LENGTH)).casefold().strip(_QUOTES)
    return _BETWEEN_WORDS.sub(" ", folded).strip()


def read_names(text: str, names: Mapping[str, _Meaning]) -> Iterator[tuple[str, _Meaning | None]]:
    """Yield what was typed, piece by piece, with what each piece means; `None` for what is no known name.

    `names` are keyed by `name_key`. Between commas the longest names are found first, so that "text generation" is one
    and "merge adapter" are two. A piece in which nothing is known comes whole.
    """
    for piece in split_at_commas(text):
        found = list(_in_words(piece.split(), names))
        yield from found if any(meaning is not None for _, meaning in found) else [(piece, None)]


def _in_words(words: list[str], names: Mapping[str, _Meaning]) -> Iterator[tuple[str, _Meaning | None]]:
    at = 0
    while at < len(words):
        ends = range(min(len(words), at + WORDS_PER_NAME), at, -1)
        end = next((end for end in ends if name_key(" ".join(words[at:end])) in names), at + 1)
        said = " ".join(words[at:end])
        yield said, names.get(name_key(said))
        at = end


def nearest(text: str, names: Iterable[str]) -> str:
    """Return the name that was perhaps meant; empty where none is similar."""
    by_key = {name_key(name): name for name in names}
    found = get_close_matches(name_key(text), by_key, n=1, cutoff=SIMILAR)
    return by_key[found[0]] if found else ""


def limited(values: list[_Value]) -> list[_Value]:
    """Return the values of one condition; raises `Refusal` for too many."""
    if len(values) > VALUES_PER_CONDITION:
        raise Refusal("too-many-values", count=len(values), limit=VALUES_PER_CONDITION)
    return values


def short_enough(value: str) -> str:
    """Return a value; raises `Refusal` for one that is too long."""
    if len(value) > VALUE_LENGTH:
        raise Refusal("value-too-long", value=plain(value, 40), limit=VALUE_LENGTH)
    return value


def _cleaned(pieces: Iterable[str]) -> tuple[str, ...]:
    values = dict.fromkeys(short_enough(plain(piece, VALUE_LENGTH + 1).casefold()) for piece in pieces)
    values.pop("", None)
    if len(values) == 1 and CLEARED.intersection(values):
        return ()
    return tuple(limited(list(values)))
