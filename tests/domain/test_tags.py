"""Tags: one for every spelling, bounded, whatever is typed."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.tag_names import tag_name
from bot.domain.errors import Refusal
from bot.domain.tag_families import LANGUAGE_TAGS, SPELLINGS
from bot.domain.tags import LABEL_LENGTH, TAG_LENGTH, tag_key, tag_label
from bot.language.words import Language

letters = st.text(st.sampled_from("abcXYZéß字体あア한글дЖλΣ09#+.🌱"), min_size=1, max_size=12).filter(
    lambda text: any(character.isalnum() for character in text)
)


def key_or_refusal(text: str) -> str:
    """Return the key, or which refusal came instead."""
    try:
        return tag_key(text)
    except Refusal as refusal:
        return f"refused: {refusal.key}"


@pytest.mark.parametrize(
    ("spellings", "key"),
    [
        (("coding", "Coding", "ＣＯＤＩＮＧ", "#coding", "编程", "代码", "写代码", "写 代码", "コード"), "coding"),
        (("roleplay", "role play", "Role_Play", "RP", "角色扮演"), "roleplay"),
        (("agent", "agents", "智能体"), "agent"),
        (("tool use", "function-calling", "工具调用"), "tool-use"),
        (("long context", "LONG--CONTEXT", "long\u2011context", "长上下文"), "long-context"),
        (("My Tag", "my_tag", " my\u3000tag ", "MY-TAG", "m\u200by\u202e tag", "my\u2014tag"), "my-tag"),
        (("C++", "c++", "Ｃ＋＋"), "c++"),
        (("❤\ufe0f", "❤"), "❤"),
        (("ｶﾞﾝﾀﾞﾑ", "ガンダム"), "ガンダム"),
    ],
)
def test_spellings_meet_in_one_tag(spellings: tuple[str, ...], key: str) -> None:
    """Case, width, separators, invisible characters and the language make no second tag."""
    assert {tag_key(spelling) for spelling in spellings} == {key}


@pytest.mark.parametrize("text", ["", "   ", "-_-", "###", "\u200b\u202e", "\x00", "\u3164", "...", "\u0301", "\ufe0f"])
def test_what_shows_nothing_is_no_tag(text: str) -> None:
    """A tag has at least one letter, number or symbol."""
    assert key_or_refusal(text) == "refused: tag-empty"


@pytest.mark.parametrize("text", ["a" * 31, "文" * 31, "\ufdfa" * 2, "a" * 1_000_000])
def test_what_is_too_long_is_refused(text: str) -> None:
    """The length counts after normalising: one character can stand for eighteen."""
    assert key_or_refusal(text) == "refused: tag-too-long"


@given(st.text(max_size=60))
def test_a_key_is_its_own_key(text: str) -> None:
    """Normalising twice changes nothing, the result is bounded, on one line and in Unicode's NFKC form."""
    key = key_or_refusal(text)
    if not key.startswith("refused: "):
        assert tag_key(key) == key
        assert 1 <= len(key) <= TAG_LENGTH
        assert unicodedata.normalize("NFKC", key) == key
        assert not any(character.isspace() or unicodedata.category(character)[0] == "C" for character in key)
        assert not set(key) & set(",，、_")


@given(st.text(max_size=60))
def test_a_label_leads_back_to_its_tag(text: str) -> None:
    """What is shown can be typed again, and fits its column."""
    key = key_or_refusal(text)
    if not key.startswith("refused: "):
        label = tag_label(text)
        assert tag_key(label) == key
        assert 1 <= len(label) <= LABEL_LENGTH


@given(letters, st.sampled_from([" ", "_", "-", "  ", " - ", "\u3000", "\u2013"]), letters)
def test_case_width_and_separators_make_no_second_tag(one: str, separator: str, other: str) -> None:
    """Any tag of two words is the same in capitals, in full width, with any separator between."""
    typed = f"{one}{separator}{other}"
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in typed)
    keys = {
        key_or_refusal(text) for text in (typed, typed.upper(), typed.lower(), wide, f"{one}-{other}", f" #{typed}")
    }
    assert len(keys) == 1


def test_no_spelling_belongs_to_two_families() -> None:
    """Every spelling of the table leads to its own family, and every family can be spelled in Chinese."""
    led = {
        (key, tag_key(spelling)) for key, spellings in SPELLINGS.items() for spelling in (key, *spellings.split(","))
    }
    assert led == {(key, key) for key in SPELLINGS}
    assert set(LANGUAGE_TAGS.values()) <= set(SPELLINGS)


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
def test_every_family_has_a_name_that_leads_back_to_it(locale: str) -> None:
    """A reader can type what is shown, in each language."""
    words = Language.load().words(locale)
    assert {key: tag_key(tag_name(words, key)) for key in SPELLINGS} == {key: key for key in SPELLINGS}


def test_a_moderators_own_name_is_shown_in_every_language() -> None:
    """Only a name that nobody chose is translated."""
    words = Language.load().words("zh-CN")
    assert [tag_name(words, "coding"), tag_name(words, "写程序"), tag_name(words, "x")] == [
        "编程",
        "写程序",
        "x",
    ]
