import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.plain_text import ELLIPSIS, plain, plain_lines, shorten


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Good:\n- coding\n- chat\n\nBad:\n- math", "Good:\n- coding\n- chat\nBad:\n- math"),
        ("one\r\ntwo\u2028three\x0bfour", "one\ntwo\nthree\nfour"),
        ("\n\n  spaced   out \n \u200b \n", "spaced out"),
        ("one line", "one line"),
        ("", ""),
    ],
)
def test_line_breaks_are_kept_where_they_may_be(text: str, expected: str) -> None:
    """Each line is plain; lines that show nothing go."""
    assert plain_lines(text, 100, most=10) == expected


def test_lines_are_as_few_as_there_may_be() -> None:
    """What follows is joined to the last one: nothing that was typed is lost before the limit."""
    assert plain_lines("a\nb\nc\nd", 100, most=3) == "a\nb\nc d"
    assert plain_lines("aaaa\nbbbb\ncccc", 8, most=3) == "aaaa\nbb" + ELLIPSIS


@given(st.text(), st.integers(min_value=1, max_value=50), st.integers(min_value=1, max_value=4))
def test_whatever_lines_come_in_what_goes_out_is_harmless(text: str, limit: int, most: int) -> None:
    """Bounded in characters and lines, no control characters but the breaks, no empty line, and plain already."""
    made = plain_lines(text, limit, most=most)
    assert len(made) <= limit
    assert len(made.split("\n")) <= most
    assert [line for line in made.split("\n") if line != plain(line, limit)] == []
    assert plain_lines(made, limit, most=most) == made
