"""Timezones as people call them: cities in English and Chinese, countries, abbreviations, offsets."""

from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.moments import checked_zone
from bot.domain.server import Locale
from bot.language.cities import CITIES, MOVED_NAMES
from bot.language.timezones import find_timezone, is_fixed, shown_zone, suggest_timezones, usual_timezones
from bot.language.words import Language

LANGUAGE = Language.load()
CHINESE = LANGUAGE.words("zh-CN")


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("New York", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("Beijing", "Asia/Shanghai"),
        ("北京", "Asia/Shanghai"),
        ("北京时间", "Asia/Shanghai"),
        ("深圳", "Asia/Shanghai"),
        ("上海", "Asia/Shanghai"),
        ("东京", "Asia/Tokyo"),
        ("纽约", "America/New_York"),
        ("旧金山", "America/Los_Angeles"),
        ("San Francisco", "America/Los_Angeles"),
        ("Bangalore", "Asia/Kolkata"),
        ("Calcutta", "Asia/Kolkata"),
        ("加尔各答", "Asia/Kolkata"),
        ("Saigon", "Asia/Ho_Chi_Minh"),
        ("Munich", "Europe/Berlin"),
        ("Japan", "Asia/Tokyo"),
        ("德国", "Europe/Berlin"),
        ("China", "Asia/Shanghai"),
        ("utc", "UTC"),
        ("GMT", "UTC"),
        ("utc+0", "UTC"),
        ("utc+2", "Etc/GMT-2"),
        ("GMT+8", "Etc/GMT-8"),
        ("UTC−5", "Etc/GMT+5"),
        ("UTC＋8", "Etc/GMT-8"),
        ("+08:00", "Etc/GMT-8"),
        ("+0530", "Asia/Kolkata"),
        ("GMT-05", "Etc/GMT+5"),
        ("CET", "Europe/Berlin"),
        ("cest", "Europe/Berlin"),
        ("PST", "America/Los_Angeles"),
        ("EST", "America/New_York"),
        ("JST", "Asia/Tokyo"),
    ],
)
def test_what_people_type_is_a_zone(typed: str, zone: str) -> None:
    """Whatever the case, width and accents."""
    assert zone == find_timezone(LANGUAGE, typed)


@pytest.mark.parametrize("typed", ["Atlantis", "", "UTC+15", "UTC-13", "+08:17", "\x00"])
def test_what_is_none_is_refused(typed: str) -> None:
    """A place that is nowhere, an offset that nobody has."""
    with pytest.raises(Refusal) as refused:
        find_timezone(LANGUAGE, typed)
    assert refused.value.key == "timezone-unknown"


@pytest.mark.parametrize(
    ("typed", "zones"),
    [
        ("CST", "America/Chicago, Asia/Shanghai"),
        ("United States", "America/Los_Angeles, America/New_York, America/Chicago, …"),
    ],
)
def test_what_means_several_is_not_guessed(typed: str, zones: str) -> None:
    """An abbreviation of two countries, a country of many zones: the refusal names them."""
    with pytest.raises(Refusal) as refused:
        find_timezone(LANGUAGE, typed)
    assert refused.value.key == "timezone-several"
    named = refused.value.values["zones"]
    assert isinstance(named, tuple)
    assert ", ".join(named) == zones


def test_a_slip_is_answered_with_the_city_that_was_perhaps_meant() -> None:
    """In the refusal itself."""
    with pytest.raises(Refusal) as refused:
        find_timezone(LANGUAGE, "Berlinn")
    assert refused.value.values["near"] == "Berlin"


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("beij", "Asia/Shanghai"),
        ("北", "Asia/Shanghai"),
        ("new yo", "America/New_York"),
        ("utc+8", "Etc/GMT-8"),
        ("cst", "America/Chicago"),
        ("shan", "Asia/Shanghai"),
    ],
)
def test_zones_are_suggested_by_every_name(typed: str, first: str) -> None:
    """While it is being typed; an abbreviation that means several offers them all."""
    assert suggest_timezones(LANGUAGE, typed, Locale.ENGLISH)[0].zone == first


def test_suggestions_offer_what_an_ambiguous_text_may_mean() -> None:
    """Central Standard Time, or China's; a country's zones."""
    assert [one.zone for one in suggest_timezones(LANGUAGE, "CST", Locale.ENGLISH)[:2]] == [
        "America/Chicago",
        "Asia/Shanghai",
    ]
    american = {one.zone for one in suggest_timezones(LANGUAGE, "United States", Locale.ENGLISH)}
    assert {"America/New_York", "America/Los_Angeles", "America/Chicago"} <= american


def test_nothing_typed_offers_the_usual_zones() -> None:
    """At home first."""
    assert suggest_timezones(LANGUAGE, "", Locale.CHINESE)[0].zone == usual_timezones(Locale.CHINESE)[0]


def test_every_suggestion_is_a_zone_and_can_be_shown() -> None:
    """At most 25 of at most 100 characters, each once."""
    for typed in ("", "a", "s", "州", "america", "utc", "+", "port"):
        found = suggest_timezones(LANGUAGE, typed, Locale.ENGLISH)
        assert len(found) <= 25
        assert len({one.zone for one in found}) == len(found)
        assert all(checked_zone(one.zone) and 0 < len(one.label) <= 100 for one in found)


def test_a_zone_is_shown_as_its_readers_know_it() -> None:
    """By its city in Chinese; an offset as an offset, as IANA counts them the other way round."""
    shown = [
        shown_zone(words, zone) for zone in ("Asia/Shanghai", "Etc/GMT-8") for words in (LANGUAGE.words(), CHINESE)
    ]
    assert shown == ["Asia/Shanghai", "上海 · Asia/Shanghai", "UTC+8", "UTC+8"]


def test_offsets_know_no_summer_time() -> None:
    """Which a moderator should know who lives where clocks are changed."""
    zones = ("Etc/GMT-2", "Europe/Berlin", "UTC", "Asia/Shanghai")
    assert [is_fixed(zone) for zone in zones] == [True, False, False, False]


def test_our_own_cities_are_in_zones_that_exist_and_are_not_there_already() -> None:
    """No name stands for two zones, and none that IANA has is repeated."""
    names = [name for cities in CITIES.values() for name in cities]
    assert set(CITIES) | set(MOVED_NAMES.values()) <= available_timezones()
    assert sorted(set(names)) == sorted(names)
    assert {name: ZoneInfo(find_timezone(LANGUAGE, name)).key for name in names} == {
        name: zone for zone, cities in CITIES.items() for name in cities
    }


@given(st.text(max_size=100))
def test_hostile_text_is_a_zone_or_refused(text: str) -> None:
    """And never makes a suggestion that is none."""
    try:
        assert checked_zone(find_timezone(LANGUAGE, text))
    except Refusal as refusal:
        assert refusal.key.startswith("timezone-")  # noqa: PT017 - either outcome is right
    assert len(suggest_timezones(LANGUAGE, text, Locale.CHINESE)) <= 25
