"""Filters as moderators type them, and as they are stored."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar, cast
from unicodedata import normalize

from bot.domain.errors import Refusal
from bot.domain.labs import LabBook
from bot.domain.licence_classes import class_of_id
from bot.domain.model import Kind, LicenceClass
from bot.domain.plain_text import plain
from bot.domain.typed_lists import (
    CLEARED,
    VALUE_LENGTH,
    is_cleared,
    limited,
    name_key,
    nearest,
    read_names,
    short_enough,
    split_at_commas,
    split_list,
    split_phrases,
)
from bot.domain.vocabulary import Vocabulary
from bot.domain.watches import ANY_LAB, WatchFilter

LARGEST_NUMBER = 1_000_000_000_000_000
"""A quadrillion parameters, likes or downloads: beyond anything there is, and well inside 64 bits."""

_ANY_LAB_WORDS = frozenset({ANY_LAB, "any", "all", "known", "every"})

_NOTHING_TYPED = CLEARED - {"none"}
"""Takes licences off; "none" is a class of licence."""

_LANGUAGE_CODE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}")
"""As model cards write them (BCP 47): `zh`, `yue`, `pt-br`."""

_AUTHOR = re.compile(r"(?!.*(?:--|\.\.))[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,94}[A-Za-z0-9_])?")
"""The Hub's rule for names (huggingface_hub 2.4, `validate_repo_id`): letters, digits, `-`, `_` and `.`; neither
doubled nor at an end."""

_HUB_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/", re.IGNORECASE)
_NUMBER = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,6})?)\s?([kmbt]?)")
_SUFFIXES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_Meaning = TypeVar("_Meaning")


@dataclass(frozen=True, slots=True)
class FilterInput:
    """What somebody typed, condition by condition. `None` leaves a condition as it was.

    Lists are separated by commas (Chinese ones too) or spaces; keywords with spaces by commas. Values may be called by
    their names. Numbers may carry a suffix (`7B`, `500M`, `1.5k`). Model ids are looked up before they come here.
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


def build(given: FilterInput, labs: LabBook, base: WatchFilter | None = None, *, names: Vocabulary) -> WatchFilter:
    """Return `base` with the conditions that were given; raises `Refusal` for the first that makes no sense.

    `names` is what the values of conditions are called.
    """
    changed: dict[str, object] = {}
    for name, read in _readers(labs, names).items():
        text = getattr(given, name)
        if text is not None:
            changed[name] = read(str(text))
    if given.descends_from is not None:
        changed["descends_from"] = frozenset(limited(list(given.descends_from)))
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


def typed_authors(text: str, labs: LabBook) -> tuple[str, ...]:
    """Return the accounts that were typed, spelled as they were; a lab's name stands for its organisations.

    Raises `Refusal` for what can be no account's name.
    """
    if is_cleared(text):
        return ()
    found = [author for piece in split_at_commas(text) for author in _authors_in(piece, labs)]
    return tuple(limited(list({author.casefold(): author for author in found}.values())))


# ------------------------------------------------------------------ reading one condition


def _readers(labs: LabBook, names: Vocabulary) -> dict[str, Callable[[str], object]]:
    return {
        "authors": lambda text: frozenset(author.casefold() for author in typed_authors(text, labs)),
        "labs": lambda text: _lab_keys(text, labs),
        "countries": lambda text: frozenset(_country(said, code, labs) for said, code in _named(text, names.countries)),
        "kinds": lambda text: frozenset(_kind(said, kind) for said, kind in _named(text, names.kinds)),
        "tasks": lambda text: frozenset(_task(said, task, names.tasks) for said, task in _named(text, names.tasks)),
        "libraries": lambda text: frozenset(split_list(text)),
        "licence_classes": lambda text: _licences(text, names),
        "languages": lambda text: frozenset(
            _language(said, code, names) for said, code in _named(text, names.languages)
        ),
        "min_parameters": _optional_number,
        "max_parameters": _optional_number,
        "min_likes": _optional_number,
        "min_downloads": _optional_number,
        "min_trending": lambda text: None if is_cleared(text) else _number(text),
        "keywords": lambda text: frozenset(split_phrases(text)),
        "excluded_keywords": lambda text: frozenset(split_phrases(text)),
    }


def _named(
    text: str, names: Mapping[str, _Meaning], cleared: Collection[str] = CLEARED
) -> list[tuple[str, _Meaning | None]]:
    """Return each piece that was typed with its meaning; nothing where a condition is taken away."""
    if is_cleared(text, cleared):
        return []
    return limited([(short_enough(said), meaning) for said, meaning in read_names(text, names)])


def _authors_in(piece: str, labs: LabBook) -> Iterator[str]:
    name = _HUB_ADDRESS.sub("", piece).strip("/ ").removeprefix("@")
    if _AUTHOR.fullmatch(name):
        yield name
        return
    lab = labs.named(next(iter(labs.names.get(name_key(name), ())), ""))
    words = lab.organisations if lab else [short_enough(word).removeprefix("@") for word in name.split()]
    unfit = next((word for word in words if not _AUTHOR.fullmatch(word)), None)
    if unfit is not None or not words:
        raise Refusal("author-unfit", value=unfit or piece)
    yield from words


def _lab_keys(text: str, labs: LabBook) -> frozenset[str]:
    names: dict[str, frozenset[str]] = {**labs.names, **dict.fromkeys(_ANY_LAB_WORDS, frozenset({ANY_LAB}))}
    # "any" asks for a condition here: somebody who wants the known labs must not get everything instead.
    found = frozenset[str]()
    for said, keys in _named(text, names, CLEARED - _ANY_LAB_WORDS):
        if keys is None:
            raise Refusal("unknown-lab", value=said, near=nearest(said, (lab.name for lab in labs.labs)))
        found |= keys
    return frozenset(limited(sorted(found)))


def _country(said: str, code: str | None, labs: LabBook) -> str:
    """Accept the countries that some lab comes from: a watch for any other could never match."""
    if code is None:
        raise Refusal("unknown-country", value=said)
    if code not in labs.countries():
        raise Refusal("country-without-labs", value=said)
    return code


def _kind(said: str, kind: Kind | None) -> Kind:
    if kind is None:
        raise Refusal("unknown-kind", value=said, choices=tuple(f"kind.{one}" for one in Kind))
    return kind


def _licences(text: str, names: Vocabulary) -> frozenset[LicenceClass]:
    found: set[LicenceClass] = set()
    for said, licence_class in _named(text, names.licence_classes, _NOTHING_TYPED):
        known = class_of_id(said.strip().casefold())
        if licence_class is None and known is not None:
            raise Refusal("licence-not-class", value=said, choices=(f"licence-class.{known}",))
        if licence_class is None:
            raise Refusal(
                "unknown-licence-class", value=said, choices=tuple(f"licence-class.{one}" for one in LicenceClass)
            )
        found.add(licence_class)
    return frozenset(found)


def task_named(typed: str, tasks: Mapping[str, str]) -> str:
    """Return the one task that was typed, by whatever name. Raises `Refusal` for none that is known."""
    return _task(typed, tasks.get(name_key(typed)), tasks)


def _task(said: str, task: str | None, tasks: Mapping[str, str]) -> str:
    if task is None:
        raise Refusal("unknown-task", value=said, near=nearest(said, tasks.values()))
    return task


def _language(said: str, code: str | None, names: Vocabulary) -> str:
    """Accept what a model card may write, also a code that CLDR has no name for."""
    written = said.casefold().replace("_", "-")
    if code is None and not _LANGUAGE_CODE.fullmatch(written):
        raise Refusal("unknown-language", value=said, near=nearest(said, names.languages))
    return code or written


def _optional_number(text: str) -> int | None:
    return None if is_cleared(text) else whole_number(text)


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
