"""What a member searches models for, and the same as a short code that fits into a button's id."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from bot.domain.model import Kind, LicenceClass
from bot.domain.model_links import without_address
from bot.domain.plain_text import plain
from bot.domain.sizes import HARDWARE, Precision, most_parameters

WORDS_LIMIT = 45
"""Characters of words in one search: with everything else a search then fits into a button's id (100 characters)."""

CODE_LIMIT = 85
"""Characters of the longest code: five letters, two numbers of sixteen digits, three dots and the words."""

WORDS_LEFT_OUT = 5
"""Words of a search without each of which it is tried again: what a row of buttons holds."""

_UNSAID = "-"
_LARGEST_ID = 2**63 - 1


class SortBy(StrEnum):
    """What comes first."""

    VOTES = "votes"
    """What most members of this server find worth building on (up less down); likes decide between equals."""
    LIKES = "likes"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class ModelQuery:
    """A search. Every condition must hold; `None` asks for nothing."""

    words: str = ""
    """Casefolded, separated by one space: each names a part of the name, a lab, a task or a tag. See `words_of`."""
    kind: Kind | None = None
    licence_class: LicenceClass | None = None
    gigabytes: int | None = None
    """One of `sizes.HARDWARE`: the memory of what it is to run on."""
    precision: Precision = Precision.FOUR_BIT
    tag_id: int | None = None
    """A tag of the server in which is searched."""
    descends_from: int | None = None
    """A model's id: any derivative of it, at any depth."""
    sort: SortBy = SortBy.VOTES

    @property
    def most_parameters(self) -> int | None:
        """The most parameters that fit the hardware asked for."""
        return None if self.gigabytes is None else most_parameters(self.gigabytes, self.precision)


def words_of(typed: str) -> str:
    """Return the words to search for: plain, casefolded, each once, at most `WORDS_LIMIT` characters together.

    A pasted address is its model's name.
    """
    return _words(without_address(typed))


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A search that asks for less: `left_out` is what it no longer asks for, by itself."""

    left_out: ModelQuery
    query: ModelQuery


def relaxed(query: ModelQuery) -> Sequence[Relaxed]:
    """Return what else could be searched for where a search finds nothing: without one word, without one condition.

    None where nothing would be left to ask for.
    """
    words = query.words.split()
    ways = [
        Relaxed(ModelQuery(word), replace(query, words=" ".join((*words[:place], *words[place + 1 :]))))
        for place, word in enumerate(words[:WORDS_LEFT_OUT])
    ]
    for name in ("kind", "licence_class", "gigabytes", "tag_id", "descends_from"):
        value = getattr(query, name)
        if value is not None:
            left_out = ModelQuery(**{name: value}, precision=query.precision)
            ways.append(Relaxed(left_out, replace(query, **{name: None})))
    return [way for way in ways if _asks_for_something(way.query)]


def _asks_for_something(query: ModelQuery) -> bool:
    return replace(query, precision=Precision.FOUR_BIT, sort=SortBy.VOTES) != ModelQuery()


def _words(text: str) -> str:
    kept = plain(text.casefold(), 8 * WORDS_LIMIT)[:WORDS_LIMIT]
    return " ".join(dict.fromkeys(kept.split()))


_Value = TypeVar("_Value")

_KINDS = {"o": Kind.ORIGINAL, "f": Kind.FINETUNE, "a": Kind.ADAPTER, "m": Kind.MERGE, "q": Kind.QUANTIZED}
_LICENCES = {
    "p": LicenceClass.PERMISSIVE,
    "l": LicenceClass.COPYLEFT,
    "n": LicenceClass.NON_COMMERCIAL,
    "c": LicenceClass.CUSTOM,
    "0": LicenceClass.NONE,
}
_SIZES: dict[str, int] = dict(zip("abcdef", HARDWARE, strict=True))
_PRECISIONS = {"4": Precision.FOUR_BIT, "8": Precision.INT8, "h": Precision.BF16}
_SORTS = {"v": SortBy.VOTES, "l": SortBy.LIKES, "n": SortBy.NEWEST}


def code_of(query: ModelQuery) -> str:
    """Return a query as a code, at most `CODE_LIMIT` long. It outlives restarts: letters keep their meaning."""
    letters = (
        _letter(_KINDS, query.kind)
        + _letter(_LICENCES, query.licence_class)
        + _letter(_SIZES, query.gigabytes)
        + _letter(_PRECISIONS, query.precision)
        + _letter(_SORTS, query.sort)
    )
    return f"{letters}.{query.descends_from or 0:x}.{query.tag_id or 0:x}.{query.words}"


def query_of(code: str) -> ModelQuery:
    """Return the query that `code_of` wrote. Raises `ValueError` for anything else."""
    letters, base, tag, words = [*code.split(".", 3), "", "", ""][:4]
    kind, licence, size, precision, sort = letters if len(letters) == 5 else "?????"  # noqa: PLR2004 - one each
    return ModelQuery(
        words=_words(words),
        kind=_meant(_KINDS, kind),
        licence_class=_meant(_LICENCES, licence),
        gigabytes=_meant(_SIZES, size),
        precision=_meant(_PRECISIONS, precision) or Precision.FOUR_BIT,
        tag_id=_id(tag),
        descends_from=_id(base),
        sort=_meant(_SORTS, sort) or SortBy.VOTES,
    )


def _letter(letters: Mapping[str, _Value], value: _Value | None) -> str:
    return next((letter for letter, meant in letters.items() if meant == value), _UNSAID)


def _meant(letters: Mapping[str, _Value], letter: str) -> _Value | None:
    if letter == _UNSAID:
        return None
    if letter not in letters:
        raise ValueError(f"no letter of a search: {letter!r}")
    return letters[letter]


def _id(digits: str) -> int | None:
    number = int(digits, 16)
    return number if 0 < number <= _LARGEST_ID else None
