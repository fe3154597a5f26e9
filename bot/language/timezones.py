"""Timezones as people call them: `Europe/Berlin`, `berlin`, `北京`, `Japan`, `PST`, `utc+2`."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import cast
from zoneinfo import available_timezones

from babel.core import get_global

from bot.domain.errors import Refusal
from bot.domain.plain_text import plain, shorten
from bot.domain.server import Locale
from bot.domain.typed_lists import nearest
from bot.domain.vocabulary import COUNTRY_SPELLINGS
from bot.language.cities import ABBREVIATIONS, CITIES, MAIN_ZONES, MOVED_NAMES, ZONES_OF_FRACTIONS
from bot.language.words import Language, Words

LONGEST_TYPED = 64
"""Characters; the longest IANA name has 32."""

LONGEST_LABEL = 100
"""Discord's limit for a choice's name."""

MOST_SUGGESTIONS = 25
"""Discord's limit."""

SEVERAL_SHOWN = 3
"""Zones that a refusal names: enough to see what is meant."""

_AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
"""The IANA areas that name places; the rest of the list are old aliases (`US/Eastern`, `PRC`)."""

SUGGESTED: tuple[str, ...] = (
    "UTC",
    "Asia/Shanghai",
    "America/Los_Angeles",
    "America/New_York",
    "Europe/London",
    "Europe/Berlin",
    "Asia/Tokyo",
    "Asia/Seoul",
    "Asia/Singapore",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Kolkata",
    "Asia/Dubai",
    "Europe/Paris",
    "Europe/Moscow",
    "Europe/Istanbul",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "America/Sao_Paulo",
    "America/Mexico_City",
    "America/Chicago",
    "America/Toronto",
    "Australia/Sydney",
    "Pacific/Auckland",
)
"""Where most people who build on open models live, UTC first: what is offered before anything is typed."""

_HOME = {Locale.CHINESE: "Asia/Shanghai"}
"""The likeliest zone of a language; English is spoken in too many to guess."""

_FIXED = "Etc/GMT"
_ALSO_UTC = ("Etc/UTC", "Etc/GMT", "GMT")
_FIXED_ZONE = re.compile(r"Etc/GMT([+-])([0-9]{1,2})")
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])\s*([0-9]{1,2})(?::?([0-9]{2}))?")
_MINUSES = str.maketrans({"−": "-", "–": "-", "－": "-", "＋": "+"})
_BETWEEN_WORDS = re.compile(r"[\s_/’'.,]+")
_SMALLEST_OFFSET, _LARGEST_OFFSET = -12, 14
"""Hours from UTC that some place keeps."""


@dataclass(frozen=True, slots=True)
class ZoneChoice:
    """A zone to offer, and how."""

    zone: str
    label: str


def find_timezone(language: Language, text: str) -> str:
    """Return the IANA zone that was typed, by whatever name, in any language that Rootstock speaks.

    Raises `Refusal` where there is none, or where the name stands for several.
    """
    typed = plain(text, LONGEST_TYPED)
    offset = _zone_of_offset(typed)
    if offset is not None:
        return offset
    zones = sorted(_names(language).get(_key(typed), {}), key=_usual)
    if len(zones) > 1:
        more = ["…"] if len(zones) > SEVERAL_SHOWN else []
        raise Refusal("timezone-several", value=text, zones=(*zones[:SEVERAL_SHOWN], *more))
    if not zones:
        raise Refusal("timezone-unknown", value=text, near=nearest(typed, _cities(language)))
    return zones[0]


def suggest_timezones(language: Language, text: str, locale: Locale) -> Sequence[ZoneChoice]:
    """Return zones that what was typed may mean or begin, the likeliest first; the usual ones before that."""
    words, typed = language.words(locale), plain(text, LONGEST_TYPED)
    if not typed:
        return [ZoneChoice(zone, shown_zone(words, zone)) for zone in usual_timezones(locale)[:MOST_SUGGESTIONS]]
    key, names = _key(typed), _names(language)
    offset = _zone_of_offset(typed)
    found = {} if offset is None else {offset: ""}
    for name, zones in [(key, names.get(key, {})), *sorted(names.items(), key=lambda one: one[0])]:
        if name.startswith(key) or f" {key}" in name or (not key.isascii() and key in name):
            for zone, said in zones.items():
                found.setdefault(zone, said)
    likely = sorted(found, key=lambda zone: zone != offset and not _begins(found[zone], key))
    first = [offset] if offset else []
    ordered = dict.fromkeys([*first, *sorted(names.get(key, {}), key=_usual), *likely])
    return [ZoneChoice(zone, _label(words, zone, found[zone])) for zone in ordered][:MOST_SUGGESTIONS]


def usual_timezones(locale: Locale) -> Sequence[str]:
    """Return the zones to offer first to readers of a language."""
    home = _HOME.get(locale)
    return SUGGESTED if home is None else (home, *(zone for zone in SUGGESTED if zone != home))


def shown_zone(words: Words, zone: str) -> str:
    """Return a zone as its readers know it: `UTC+8` (IANA counts the other way round), `上海 · Asia/Shanghai`."""
    fixed = _FIXED_ZONE.fullmatch(zone)
    if fixed:
        return f"UTC{'-' if fixed[1] == '+' else '+'}{fixed[2]}"
    city = _exemplar_cities(words).get(zone)
    own = zone.replace("_", " ")
    return own if city is None or city.isascii() else words("timezone.city", city=city, zone=own)


def is_fixed(zone: str) -> bool:
    """Tell whether a zone is a mere offset, which knows no summer time where people change their clocks."""
    return zone.startswith(_FIXED)


# ------------------------------------------------------------------ names


@cache
def _names(language: Language) -> Mapping[str, Mapping[str, str]]:
    """Return the zones behind every name, by its key; each with the name as it is written.

    What is said first wins: names of places, IANA's before ours and CLDR's; then countries, and IANA's aliases. A name
    of several zones stays with all of them only where they were said together (`CST`, the United States).
    """
    found: dict[str, dict[str, str]] = {}
    for tier in (_abbreviations(), _iana(), _ours(), _exemplars(language), _countries(language), _aliases()):
        said: dict[str, dict[str, str]] = defaultdict(dict)
        for name, zone in tier:
            said[_key(name)][zone] = name
        for key, zones in said.items():
            if key:
                found.setdefault(key, zones)
    return found


@cache
def _cities(language: Language) -> frozenset[str]:
    """Return the names of places, for what was perhaps meant."""
    tiers = (_ours(), _exemplars(language), ((_city(zone), zone) for zone in _places()))
    return frozenset(name for tier in tiers for name, _ in tier)


def _abbreviations() -> Iterator[tuple[str, str]]:
    return ((name, zone) for name, zones in ABBREVIATIONS.items() for zone in zones)


def _iana() -> Iterator[tuple[str, str]]:
    """Yield IANA's names of places, and their cities."""
    yield from ((zone, _today(zone)) for zone in _places())
    yield from ((_city(zone), _today(zone)) for zone in _places())


def _aliases() -> Iterator[tuple[str, str]]:
    """Yield IANA's other names, most of them of its first years: `PRC`, `US/Eastern`, `Etc/GMT-8`."""
    return ((zone, _today(zone)) for zone in _available() - {*_places()})


def _ours() -> Iterator[tuple[str, str]]:
    return ((name, zone) for zone, names in CITIES.items() for name in names)


def _exemplars(language: Language) -> Iterator[tuple[str, str]]:
    return ((city, zone) for words in language.all() for zone, city in _exemplar_cities(words).items())


def _countries(language: Language) -> Iterator[tuple[str, str]]:
    zones_of = cast("Mapping[str, Sequence[str]]", get_global("territory_zones"))
    for words in language.all():
        for code, zones in zones_of.items():
            known = [MAIN_ZONES[code]] if code in MAIN_ZONES else [_today(zone) for zone in zones]
            names = [name for name, meant in COUNTRY_SPELLINGS.items() if meant == code]
            names += [words.country_names[code]] if code.isalpha() and code in words.country_names else []
            yield from ((name, zone) for name in names for zone in known if zone in _available())


@cache
def _exemplar_cities(words: Words) -> Mapping[str, str]:
    """Return CLDR's names of zones' cities in one language."""
    zones = cast("Mapping[str, Mapping[str, str]]", words.babel.time_zones)
    named = {_today(zone): zones[zone].get("city") for zone in zones}
    return {zone: city for zone, city in named.items() if city and zone.partition("/")[0] in _AREAS}


@cache
def _available() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _places() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in _available() if zone.partition("/")[0] in _AREAS))


def _today(zone: str) -> str:
    """Return the name that a zone has today; a city that shares another's clock is called by that one."""
    aliases = cast("Mapping[str, str]", get_global("zone_aliases"))
    old = aliases.get(zone, zone)
    return "UTC" if old in _ALSO_UTC else MOVED_NAMES.get(old, old)


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _key(text: str) -> str:
    """Return what two spellings of one name have in common: no case, width, accents or punctuation between words."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_MINUSES)).casefold()
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _BETWEEN_WORDS.sub(" ", bare).strip()


def _usual(zone: str) -> int:
    """Order a country's many zones: where most people live first. What we list ourselves is in its order already."""
    return SUGGESTED.index(zone) if zone in SUGGESTED and zone != "Asia/Shanghai" else len(SUGGESTED)


def _begins(name: str, key: str) -> bool:
    return _key(name).startswith(key)


def _label(words: Words, zone: str, name: str) -> str:
    """Return how a zone is offered: by the name that was found, unless its own says that already."""
    shown = shown_zone(words, zone)
    known = not name or _key(name) in _key(shown)
    return shorten(shown if known else f"{name} · {shown}", LONGEST_LABEL)


def _zone_of_offset(text: str) -> str | None:
    """Return the zone that keeps an offset from UTC all the year: `utc+2`, `GMT-05`, `+08:00`, `+0530`."""
    found = _OFFSET.fullmatch(unicodedata.normalize("NFKC", text).translate(_MINUSES).strip().casefold())
    if found is None:
        return None
    sign = 1 if found[1] == "+" else -1
    hours, minutes = sign * int(found[2]), sign * int(found[3] or 0)
    if minutes:
        return ZONES_OF_FRACTIONS.get(hours * 60 + minutes)
    if not _SMALLEST_OFFSET <= hours <= _LARGEST_OFFSET:
        return None
    return f"{_FIXED}{-hours:+d}" if hours else "UTC"
