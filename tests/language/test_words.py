"""Texts, numbers and dates come out as a reader of each language would write them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.domain.server import Locale
from bot.language.words import Language, Words

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Plural-Forms: {forms}\\n"\n'
ENGLISH = (
    HEADER.format(forms="nplurals=2; plural=(n != 1);")
    + """
msgid "hello"
msgstr "Hello {name}, {{really}}"

msgid "only-english"
msgstr "only English"

msgid "votes"
msgid_plural "votes plural"
msgstr[0] "{n} vote"
msgstr[1] "{n} votes"
"""
)
POLISH = (
    HEADER.format(forms="nplurals=4; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);")
    + """
msgid "votes"
msgid_plural "votes plural"
msgstr[0] "{n} głos"
msgstr[1] "{n} głosy"
msgstr[2] "{n} głosów"
msgstr[3] "{n} głosu"
"""
)


@pytest.fixture
def language(tmp_path: Path) -> Language:
    """Two small catalogues, the second with more plural forms and fewer texts."""
    (tmp_path / "en.po").write_text(ENGLISH, "utf-8")
    (tmp_path / "pl.po").write_text(POLISH, "utf-8")
    return Language.load(tmp_path)


@pytest.fixture(scope="module")
def english() -> Words:
    """The bot's own English."""
    return Language.load().words(Locale.ENGLISH)


@pytest.fixture(scope="module")
def chinese() -> Words:
    """The bot's own Chinese."""
    return Language.load().words(Locale.CHINESE)


def test_a_text_takes_its_values(language: Language) -> None:
    """Placeholders are filled; doubled braces are braces."""
    assert language.words("en")("hello", name="Ada") == "Hello Ada, {really}"


@given(value=st.text() | st.just("{/help}"))
def test_values_are_never_interpreted(english: Words, value: str) -> None:
    """Whatever a value holds, braces and what looks like a command too, it is inserted as it is."""
    assert english("card.by", publisher=value) == f"by {value}"


def test_a_missing_key_is_shown_and_logged(language: Language) -> None:
    """A reply never fails for want of a text; the log says which one."""
    with capture_logs() as logs:
        assert language.words("en")("nothing.here", name="x") == "nothing.here"
    assert [(entry["event"], entry["key"]) for entry in logs] == [("text_missing", "nothing.here")]


def test_a_missing_value_is_logged(language: Language) -> None:
    """A reply never fails for want of a value either."""
    with capture_logs() as logs:
        assert language.words("en")("hello") == "hello"
    assert [(entry["event"], entry["key"]) for entry in logs] == [("placeholder_missing", "hello")]


def test_a_text_that_a_language_lacks_is_english(language: Language) -> None:
    """A catalogue that is behind falls back text by text."""
    assert language.words("pl")("only-english") == "only English"


def test_plurals_follow_the_language(language: Language) -> None:
    """Each language picks its own form."""
    assert [language.words("en").plural("votes", n) for n in (0, 1, 2)] == ["0 votes", "1 vote", "2 votes"]
    assert [language.words("pl").plural("votes", n) for n in (1, 3, 5, 22)] == [
        "1 głos",
        "3 głosy",
        "5 głosów",
        "22 głosy",
    ]


@pytest.mark.parametrize(
    ("locale", "expected"),
    [
        (Locale.CHINESE, "zh-CN"),
        (discord.Locale.chinese, "zh-CN"),
        (discord.Locale.taiwan_chinese, "zh-CN"),
        (discord.Locale.american_english, "en"),
        (discord.Locale.british_english, "en"),
        (discord.Locale.french, "en"),
        ("../../etc/passwd", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_a_reader_gets_the_nearest_language(locale: str | Locale | discord.Locale | None, expected: str) -> None:
    """The exact catalogue, else one of the same language, else English."""
    assert Language.load().words(locale).locale == expected


def test_compact_numbers(english: Words, chinese: Words) -> None:
    """Thousands and millions in English, 万 and 亿 in Chinese; never a thousand thousands."""
    numbers = (999, 1_234, 12_345, 999_950, 1_204_000, 8_200_000_000)
    assert [english.compact(n) for n in numbers] == ["999", "1.2K", "12.3K", "1M", "1.2M", "8.2B"]
    assert [chinese.compact(n) for n in numbers] == ["999", "1234", "1.2万", "100万", "120万", "82亿"]


def test_parameters_are_the_same_everywhere(english: Words, chinese: Words) -> None:
    """Builders of every language write 8.2B."""
    counts = (494_032_768, 8_190_735_360, 8_000_000_000, 235_000_000_000, 1_040_000_000_000)
    assert [english.parameters(n) for n in counts] == ["494M", "8.2B", "8B", "235B", "1T"]
    assert [chinese.parameters(n) for n in counts] == [english.parameters(n) for n in counts]


def test_bytes(english: Words) -> None:
    """Memory in gigabytes, one decimal where it matters, never nothing at all."""
    assert [english.bytes(n) for n in (1, 5_600_000_000, 99_960_000_000, 1_485_000_000_000)] == [
        "0.1 GB",
        "5.6 GB",
        "100 GB",
        "1,485 GB",
    ]


def test_numbers_dates_and_places(english: Words, chinese: Words) -> None:
    """Everything else follows the locale."""
    moment = datetime(2026, 8, 20, 23, 30, tzinfo=UTC)
    shanghai = ZoneInfo("Asia/Shanghai")
    assert (english.number(12_345), chinese.number(12_345)) == ("12,345", "12,345")
    assert (english.percent(0.5), chinese.percent(0.5)) == ("50%", "50%")
    assert (english.date(moment), chinese.date(moment)) == ("Aug 20, 2026", "2026年8月20日")
    assert chinese.date(moment, shanghai) == "2026年8月21日"
    assert (english.relative(timedelta(hours=-3)), chinese.relative(timedelta(hours=-3))) == ("3 hours ago", "3小时前")
    assert (english.country("CN"), chinese.country("US")) == ("🇨🇳 China", "🇺🇸 美国")
    assert [english.country(code) for code in ("nowhere", "ZZ", "")] == ["nowhere", "", ""]
    assert (english.language_name("zh"), chinese.language_name("fr")) == ("Chinese", "法语")
    assert (english.list(["a", "b", "c"]), chinese.list(["a", "b", "c"])) == ("a, b, and c", "a、b和c")
    assert (english.enumeration("abc"), chinese.enumeration("abc")) == ("a, b, c", "a、b、c")


def test_sentences_stand_beside_each_other_as_the_language_sets_them(english: Words, chinese: Words) -> None:
    """A space between two, but none after a full-width mark; what says nothing leaves nothing."""
    assert english.sentences(["One.", "", "Two."]) == "One. Two."
    assert chinese.sentences(["一。", "二！", "三"]) == "一。二！三"
    assert chinese.sentences(["第 1 页", "一。"]) == "第 1 页 一。"
    assert not english.sentences([])
