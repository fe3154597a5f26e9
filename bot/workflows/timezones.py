"""Timezones as people type them: `Europe/Berlin`, `berlin`, `new york`."""

from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

from bot.domain.errors import Refusal
from bot.domain.plain_text import plain
from bot.domain.server import Locale

_LONGEST_ZONE = 64
"""Characters; the longest IANA name has 32."""

_AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)
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


def known_timezone(text: str) -> str:
    """Return the IANA name of what was typed, whatever its case and spaces, also by its city alone.

    Raises `Refusal` where there is no such zone.
    """
    key = _key(plain(text, _LONGEST_ZONE))
    zone = _zones().get(key) or _cities().get(key)
    if zone is None:
        raise Refusal("timezone-unknown", value=text)
    return zone


def suggest_timezones(text: str, locale: Locale, *, limit: int = 25) -> Sequence[str]:
    """Return zones that contain what was typed, those that begin with it first; the usual ones before that."""
    key = _key(plain(text, _LONGEST_ZONE))
    if not key:
        return usual_timezones(locale)[:limit]
    found = [(not _city(zone).startswith(key), zone) for zone in _places() if key in _key(zone)]
    return [zone for _, zone in sorted(found)][:limit]


def usual_timezones(locale: Locale) -> Sequence[str]:
    """Return the zones to offer first to readers of a language."""
    home = _HOME.get(locale)
    return SUGGESTED if home is None else (home, *(zone for zone in SUGGESTED if zone != home))


@cache
def _zones() -> dict[str, str]:
    return {_key(zone): zone for zone in sorted(available_timezones())}


@cache
def _places() -> tuple[str, ...]:
    return ("UTC", *sorted(zone for zone in available_timezones() if zone.partition("/")[0] in _AREAS))


@cache
def _cities() -> dict[str, str]:
    return {_city(zone): zone for zone in _places()}


def _city(zone: str) -> str:
    return _key(zone.rpartition("/")[2])


def _key(text: str) -> str:
    return text.strip().casefold().replace(" ", "_")
