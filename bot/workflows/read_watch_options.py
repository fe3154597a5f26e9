"""From what a moderator typed to a filter: names are resolved, sizes are read, nothing is guessed.

Several values are separated by commas (`qwen, deepseek`), in Chinese typing also by `，` and `、`.
"""

import math
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.labs import LabBook
from bot.domain.model import Kind, LicenceClass, Source
from bot.domain.plain_text import plain
from bot.domain.watches import ANY_LAB, WatchFilter
from bot.workflows.ports import Hub, UnitOfWork

VALUES_PER_OPTION = 25
"""More than anybody types; keeps a compiled watch and its description small."""

VALUE_LENGTH = 200
"""Characters of one value: the longest repository id the Hub allows has fewer."""

LARGEST_COUNT = 10**12
"""Beyond any number of likes, downloads or parameters there is; fits every database."""

NOTHING = "-"
"""What a moderator types to take a condition off an existing watch."""

_SEPARATORS = re.compile(r"[,，、;；\n]")
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)\s*([kmbt]?)")
_SCALES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "t": 10**12}
_HUB_ADDRESS = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co|hf-mirror\.com)/", re.IGNORECASE)

_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """The filter options of `/watch add`, as typed; `None` was not given, `-` takes a condition off."""

    authors: str | None = None
    labs: str | None = None
    countries: str | None = None
    kinds: str | None = None
    derivative_of: str | None = None
    tasks: str | None = None
    libraries: str | None = None
    licences: str | None = None
    languages: str | None = None
    min_size: str | None = None
    max_size: str | None = None
    likes: int | None = None
    downloads: int | None = None
    trending: int | None = None
    keywords: str | None = None
    not_keywords: str | None = None

    def given(self) -> dict[str, Any]:
        """Return what was given."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}


class ReadWatchOptions:
    """Turns `WatchOptions` into a `WatchFilter`, on top of an existing one. Raises `Refusal` otherwise."""

    def __init__(self, unit_of_work: UnitOfWork, hub: Hub, labs: LabBook, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._hub = hub
        self._labs = labs
        self._clock = clock
        self._readers: dict[str, tuple[str, Callable[[str], Any]]] = {
            "authors": ("authors", _texts),
            "labs": ("labs", self._read_labs),
            "countries": ("countries", self._read_countries),
            "kinds": ("kinds", lambda text: _words(text, Kind, "kind-unknown")),
            "tasks": ("tasks", lambda text: frozenset(task.replace(" ", "-") for task in _texts(text))),
            "libraries": ("libraries", _texts),
            "licences": ("licence_classes", lambda text: _words(text, LicenceClass, "licence-unknown")),
            "languages": ("languages", _texts),
            "min_size": ("min_parameters", read_size),
            "max_size": ("max_parameters", read_size),
            "keywords": ("keywords", _texts),
            "not_keywords": ("excluded_keywords", _texts),
        }

    async def __call__(self, options: WatchOptions, onto: WatchFilter | None = None) -> WatchFilter:
        """Read everything that was given and check that the result can match anything."""
        read: dict[str, Any] = {}
        for name, value in options.given().items():
            if name == "derivative_of":
                read["descends_from"] = await self._find_models(value)
            elif name in self._readers:
                field, reader = self._readers[name]
                read[field] = _emptied(field) if value.strip() == NOTHING else reader(value)
            else:
                read[f"min_{name}"] = _threshold(value)
        result = replace(onto or WatchFilter(), **read)
        refuse_contradictions(result)
        return result

    def _read_labs(self, text: str) -> frozenset[str]:
        return frozenset(self._lab_key(value) for value in _values(text))

    def _lab_key(self, text: str) -> str:
        if text == ANY_LAB:
            return ANY_LAB
        lab = self._labs.named(text.casefold()) or self._labs.of(text) or self._lab_by_name(text.casefold())
        if lab is None:
            raise Refusal("lab-unknown", value=text)
        return lab.key

    def _lab_by_name(self, name: str) -> Any:  # noqa: ANN401 - a lab or None
        return next((lab for lab in self._labs.labs if lab.name.casefold() == name), None)

    def _read_countries(self, text: str) -> frozenset[str]:
        known = set(self._labs.countries())
        return frozenset(_known(value.upper(), known, "country-unknown", value) for value in _values(text))

    async def _find_models(self, text: str) -> frozenset[int]:
        if text.strip() == NOTHING:
            return frozenset()
        return frozenset([await self._find_model(name) for name in _values(text)])

    async def _find_model(self, text: str) -> int:
        """Return the id of a model by name; one that only the hub knows is noted down by name (a stub)."""
        repo_id = repo_id_of(text)
        async with self._unit_of_work() as work:
            known = await work.models.by_name(Source.HUGGING_FACE, repo_id)
        if known is not None:
            return known.id
        facts = await self._hub.look_up(repo_id)
        if facts is None:
            raise Refusal("model-unknown", value=text)
        async with self._unit_of_work() as work:
            model_id = await work.models.name_stub(Source.HUGGING_FACE, facts.repo_id, now=self._clock.now())
            await work.commit()
        return model_id


def repo_id_of(text: str) -> str:
    """Return a repository id from what was typed: a name, or the address of its page. Raises `Refusal`."""
    name = _HUB_ADDRESS.sub("", plain(text, VALUE_LENGTH)).partition("?")[0].strip("/ ")
    parts = name.split("/")[:2]
    if not name or not all(re.fullmatch(r"[\w.-]{1,96}", part) for part in parts):
        raise Refusal("model-unknown", value=text)
    return "/".join(parts)


def read_size(text: str) -> int:
    """Read a parameter count: `7B`, `350m`, `1.5 b`, `8000000000`. Raises `Refusal`."""
    match = _SIZE.fullmatch(plain(text, VALUE_LENGTH).casefold())
    if match is None:
        raise Refusal("size-unknown", value=text)
    parameters = float(match[1]) * _SCALES[match[2]]
    if not math.isfinite(parameters) or parameters > LARGEST_COUNT * 1000:
        raise Refusal("size-unknown", value=text)
    return round(parameters)


def refuse_contradictions(wanted: WatchFilter) -> None:
    """Raise a `Refusal` for a filter that lets nothing through, whatever is released."""
    low, high = wanted.min_parameters, wanted.max_parameters
    if low is not None and high is not None and low > high:
        raise Refusal("sizes-reversed")
    both = wanted.keywords & wanted.excluded_keywords
    if both:
        raise Refusal("keyword-both-ways", value=min(both))


def _values(text: str) -> tuple[str, ...]:
    values = [plain(value, VALUE_LENGTH) for value in _SEPARATORS.split(text)]
    shown = tuple(dict.fromkeys(value for value in values if value))
    if not shown:
        raise Refusal("value-empty", value=text)
    if len(shown) > VALUES_PER_OPTION:
        raise Refusal("too-many-values", limit=VALUES_PER_OPTION)
    return shown


def _texts(text: str) -> frozenset[str]:
    return frozenset(value.casefold() for value in _values(text))


def _words(text: str, kind: type[_Word], refusal: str) -> frozenset[_Word]:
    known = {str(word): word for word in kind}
    return frozenset(known[_known(value.casefold(), known, refusal, value)] for value in _values(text))


def _known(key: str, known: Collection[str], refusal: str, typed: str) -> str:
    if key not in known:
        raise Refusal(refusal, value=typed, known=_listed(known))
    return key


def _listed(values: Iterable[str]) -> str:
    return ", ".join(sorted(values))


def _threshold(value: int) -> int | None:
    """Zero takes a threshold off: everything has zero likes."""
    if not 0 <= value <= LARGEST_COUNT:
        raise Refusal("threshold-unknown", value=str(value))
    return value or None


def _emptied(field: str) -> Any:  # noqa: ANN401 - whatever the field is when it asks for nothing
    return getattr(WatchFilter(), field)
