"""Filters as moderators type them, and as they are stored."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar, cast
from unicodedata import normalize

from bot.domain.errors import Refusal
from bot.domain.labs import LabBook
from bot.domain.model import Kind, LicenceClass
from bot.domain.plain_text import plain
from bot.domain.watches import ANY_LAB, WatchFilter

VALUES_PER_CONDITION = 25
"""As many as one Discord select menu holds: whatever was typed can also be shown and picked from."""

VALUE_LENGTH = 100
"""Discord's limit for an option's value; repository names are at most 96 characters, tags shorter."""

LARGEST_NUMBER = 1_000_000_000_000_000
"""A quadrillion parameters, likes or downloads: beyond anything there is, and well inside 64 bits."""

CLEARED = frozenset({"", "-", "none", "any"})
"""Typed instead of values, these take a condition away (`/watch edit`)."""

_ANY_LAB_WORDS = frozenset({ANY_LAB, "any", "all", "known", "every"})
"""`any` asks for a condition here: somebody who wants the known labs must not get everything instead."""

_LIST_MARKS = re.compile(r"[,;，、；\n]")
_LIST_MARKS_AND_SPACES = re.compile(r"[,;，、；\s]+")
_NUMBER = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s?([kmbt]?)")
_SUFFIXES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class FilterInput:
    """What somebody typed, condition by condition. `None` leaves a condition as it was.

    Lists are separated by commas (Chinese ones too) or spaces; keywords with spaces by commas. Numbers may carry
    a suffix (`7B`, `500M`, `1.5k`). Model ids are looked up before they come here.
    """

    authors: str | None = None
    labs: str | None = None
    countries: str | None = None
    kinds: str | None = None
    descends_from: Collection[int] | None = None
    tasks: str | None = None
    libraries: str | None = None
    licence_classes: str | None = None
    languages: str | None = None
    min_parameters: str | None = None
    max_parameters: str | None = None
    min_likes: str | None = None
    min_downloads: str | None = None
    min_trending: str | None = None
    keywords: str | None = None
    excluded_keywords: str | None = None


def build(given: FilterInput, labs: LabBook, base: WatchFilter | None = None) -> WatchFilter:
    """Return `base` with the conditions that were given; raises `Refusal` for the first that makes no sense."""
    changed: dict[str, object] = {}
    for name, read in _readers(labs).items():
        text = getattr(given, name)
        if text is not None:
            changed[name] = read(str(text))
    if given.descends_from is not None:
        changed["descends_from"] = frozenset(_limited(list(given.descends_from)))
    built = replace(base or WatchFilter(), **changed)  # pyright: ignore[reportArgumentType] - each reader returns its field's type; the round-trip test holds it
    if built.min_parameters is not None and built.max_parameters is not None:
        _refuse_empty_range(built.min_parameters, built.max_parameters)
    return built


def to_json(asked: WatchFilter) -> dict[str, Any]:
    """Return a filter as JSON values, in a stable order, without what it does not ask for."""
    kept = ((field.name, getattr(asked, field.name)) for field in fields(asked))
    return {name: _stored(value) for name, value in kept if _asks(value)}


def from_json(stored: Mapping[str, Any]) -> WatchFilter:
    """Return the filter that `to_json` wrote; conditions that only a newer version knows are passed over.

    Raises `ValueError` for a kind or licence class that this version does not know: leaving a value out could
    turn a narrow filter into one that lets everything through.
    """
    known = {field.name for field in fields(WatchFilter)}
    return WatchFilter(**{name: _restored(name, value) for name, value in stored.items() if name in known})


def whole_number(text: str) -> int:
    """Read `7B`, `500M`, `1.5k` or `12`; raises `Refusal("not-a-number")` for anything else (`70b-instruct`)."""
    return round(_number(text))


def split_list(text: str) -> tuple[str, ...]:
    """Split what was typed at commas and spaces: plain, casefolded, each once, in order, within the limits."""
    return _cleaned(_LIST_MARKS_AND_SPACES.split(text))


def split_phrases(text: str) -> tuple[str, ...]:
    """Split at commas alone if there are any, so that a keyword may hold a space; else at spaces."""
    return _cleaned(_LIST_MARKS.split(text)) if _LIST_MARKS.search(text) else split_list(text)


# ------------------------------------------------------------------ reading one condition


def _readers(labs: LabBook) -> dict[str, Callable[[str], object]]:
    return {
        "authors": lambda text: frozenset(author.removeprefix("@") for author in split_list(text)),
        "labs": lambda text: _lab_keys(text, labs),
        "countries": lambda text: frozenset(_country(code, labs) for code in split_list(text)),
        "kinds": lambda text: _chosen(text, Kind, "unknown-kind"),
        "tasks": lambda text: frozenset(split_list(text)),
        "libraries": lambda text: frozenset(split_list(text)),
        "licence_classes": lambda text: _chosen(text, LicenceClass, "unknown-licence-class"),
        "languages": lambda text: frozenset(split_list(text)),
        "min_parameters": _optional_number,
        "max_parameters": _optional_number,
        "min_likes": _optional_number,
        "min_downloads": _optional_number,
        "min_trending": lambda text: None if _is_cleared(text) else _number(text),
        "keywords": lambda text: frozenset(split_phrases(text)),
        "excluded_keywords": lambda text: frozenset(split_phrases(text)),
    }


def _is_cleared(text: str) -> bool:
    return text.strip().casefold() in CLEARED


def _cleaned(pieces: Iterable[str]) -> tuple[str, ...]:
    values = dict.fromkeys(_value(piece) for piece in pieces)
    values.pop("", None)
    if len(values) == 1 and CLEARED.intersection(values):
        return ()
    return tuple(_limited(list(values)))


def _value(piece: str) -> str:
    value = plain(piece, VALUE_LENGTH + 1).casefold()
    if len(value) > VALUE_LENGTH:
        raise Refusal("value-too-long", value=plain(piece, 40), limit=VALUE_LENGTH)
    return value


_Value = TypeVar("_Value")


def _limited(values: list[_Value]) -> list[_Value]:
    if len(values) > VALUES_PER_CONDITION:
        raise Refusal("too-many-values", count=len(values), limit=VALUES_PER_CONDITION)
    return values


def _lab_keys(text: str, labs: LabBook) -> frozenset[str]:
    if text.strip().casefold() in _ANY_LAB_WORDS:
        return frozenset({ANY_LAB})
    return frozenset(_lab_key(name, labs) for name in split_phrases(text))


def _lab_key(name: str, labs: LabBook) -> str:
    """Accept a lab's key, its display name or one of its organisations."""
    if name in _ANY_LAB_WORDS:
        return ANY_LAB
    lab = labs.named(name) or labs.of(name) or next((lab for lab in labs.labs if lab.name.casefold() == name), None)
    if lab is None:
        raise Refusal("unknown-lab", value=name)
    return lab.key


def _country(code: str, labs: LabBook) -> str:
    """Accept the countries that some lab comes from: a watch for any other could never match."""
    if code.upper() not in labs.countries():
        raise Refusal("unknown-country", value=code, choices=", ".join(labs.countries()))
    return code.upper()


def _chosen(text: str, choices: type[_Choice], refusal: str) -> frozenset[_Choice]:
    found: set[_Choice] = set()
    for value in split_list(text):
        try:
            found.add(choices(value))
        except ValueError:
            raise Refusal(refusal, value=value, choices=", ".join(choices)) from None
    return frozenset(found)


def _optional_number(text: str) -> int | None:
    return None if _is_cleared(text) else whole_number(text)


def _number(text: str) -> float:
    # Chinese keyboards write digits at full width; compatibility normalisation makes them plain ones.
    matched = _NUMBER.fullmatch(normalize("NFKC", plain(text, VALUE_LENGTH)).casefold())
    if matched is None:
        raise Refusal("not-a-number", value=plain(text, 40))
    number = float(matched[1]) * _SUFFIXES[matched[2]]
    if number > LARGEST_NUMBER:
        raise Refusal("number-too-large", value=plain(text, 40))
    return number


def _refuse_empty_range(smallest: int, largest: int) -> None:
    if smallest > largest:
        raise Refusal("empty-range", smallest=smallest, largest=largest)


# ------------------------------------------------------------------ what is stored


def _asks(value: object) -> bool:
    return value is not None and value != frozenset()


def _stored(value: object) -> object:
    return sorted(cast("frozenset[Any]", value)) if isinstance(value, frozenset) else value


def _restored(name: str, value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    if name == "kinds":
        return frozenset(Kind(kind) for kind in value)
    if name == "licence_classes":
        return frozenset(LicenceClass(licence) for licence in value)
    return frozenset(cast("list[Any]", value)) if isinstance(value, list) else value
