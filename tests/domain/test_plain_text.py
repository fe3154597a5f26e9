import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plain_text import ELLIPSIS, plain, shorten


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Qwen3-8B", "Qwen3-8B"),
        ("  two\n\nlines\tand \r\n tabs ", "two lines and tabs"),
        ("null\0byte", "nullbyte"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("zero\u200bwidth", "zerowidth"),
        ("bell\a", "bell"),
        ("家庭👨\u200d👩\u200d👧", "家庭👨\u200d👩\u200d👧"),
        ("❤\ufe0f", "❤\ufe0f"),
        ("lone\ud800surrogate", "lonesurrogate"),
        ("", ""),
    ],
)
def test_text_is_made_plain(text: str, expected: str) -> None:
    """One line, nothing invisible; emoji keep what holds them together."""
    assert expected == plain(text, 100)


def test_long_text_is_cut_with_an_ellipsis() -> None:
    """To exactly the limit, at no dangling space."""
    assert plain("x" * 10_000, 10) == "x" * 9 + ELLIPSIS
    assert shorten("ten chars!", 10) == "ten chars!"
    assert shorten("nine and ten", 6) == "nine" + ELLIPSIS


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_whatever_comes_in_what_goes_out_is_harmless(text: str, limit: int) -> None:
    """Bounded, one line, no control or unassigned characters, and plain already."""
    made = plain(text, limit)
    assert len(made) <= limit
    assert not any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} for character in made)
    assert plain(made, limit) == made
