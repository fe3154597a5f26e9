"""Hostile text can neither mention, format, link nor overflow."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.safe_text import ISOLATES, LONGEST_ESCAPED, PAGE_LIMIT, hub_page, link, safe, web_address
from bot.domain.model import Source

MARKUP = "*_~`|<>[]():#@\\-+.1/ \n\u202e\x00é漢🧨א"
hostile_text = st.one_of(st.text(), st.text(alphabet=MARKUP), st.text(alphabet=MARKUP).map(lambda text: text * 50))


def displayed(markdown: str) -> str:
    """Return what Discord shows for escaped text: backslash escapes undone, joiners and isolates invisible."""
    return re.sub(r"\\([^0-9A-Za-z\s])", r"\1", re.sub("[\u2060\u2068\u2069]", "", markdown))


def unescaped(markdown: str) -> str:
    """Return the text without its escapes: what is left is live to Discord's parser."""
    return re.sub(r"\\[^0-9A-Za-z\s]", "", markdown)


@given(hostile_text, st.integers(1, 300))
def test_nothing_live_is_left(text: str, limit: int) -> None:
    """No character that could begin markup stays without its escape, and no @ stands before a name."""
    shown = safe(text, limit)
    assert not re.search(r"[*_~`|<>\[\]():#]", unescaped(shown))
    assert not re.search(r"@(?!\u2060)", shown)
    assert not re.match(r"(?:-|\+|\d+\.)", shown)
    assert "\n" not in shown


@given(hostile_text, st.integers(1, 300))
def test_the_limit_counts_what_is_displayed(text: str, limit: int) -> None:
    """At most `limit` characters are seen, and what is sent has a bound of its own."""
    shown = safe(text, limit)
    assert len(displayed(shown)) <= limit
    assert len(shown) <= LONGEST_ESCAPED * limit + ISOLATES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**bold** and __under__", "\\*\\*bold\\*\\* and \\_\\_under\\_\\_"),
        ("# Heading", "\\# Heading"),
        ("-# small", "\\-\\# small"),
        ("- item", "\\- item"),
        ("1. item", "1\\. item"),
        ("> quote", "\\> quote"),
        ("@everyone", "@\u2060everyone"),
        ("<@123>", "\\<@\u2060123\\>"),
        ("<#123>", "\\<\\#123\\>"),
        ("<t:0:R>", "\\<t\\:0\\:R\\>"),
        ("</cmd:1>", "\\</cmd\\:1\\>"),
        ("<:kek:1>", "\\<\\:kek\\:1\\>"),
        (":smile:", "\\:smile\\:"),
        ("https://evil.example", "https\\://evil.example"),
        ("[win](https://evil.example)", "\\[win\\]\\(https\\://evil.example\\)"),
        ("||spoiler||", "\\|\\|spoiler\\|\\|"),
        ("`code`", "\\`code\\`"),
        ("a\u202eb\x00c", "abc"),
        ("\u3164\u2800", ""),
        ("Qwen3-8B", "Qwen3-8B"),
        ("שלום", "\u2068שלום\u2069"),
        ("a\u0301\u0301\u0301\u0301\u0301", "a\u0301\u0301"),
        ("", ""),
    ],
)
def test_each_kind_of_markup(text: str, expected: str) -> None:
    """Every kind of markup that Discord knows is shown as it was typed."""
    assert safe(text, 100) == expected


def test_a_cut_never_splits_an_escape() -> None:
    """The cut is made before escaping, so the last character is a whole one."""
    assert safe("*" * 50, 4) == "\\*\\*\\*…"


def test_half_a_character_breaks_nothing() -> None:
    """A lone surrogate, which no encoder takes, is left out or replaced."""
    assert safe("a\ud800b", 9) == "ab"
    assert hub_page(Source.HUGGING_FACE, "a/\ud800") == "https://huggingface.co/a/%3F"
    assert link("x", "https://x.example/\ud800", 9) == "[x](https://x.example/?)"


def test_an_invite_stays_text() -> None:
    """A server invite without a scheme is no link either."""
    assert "discord.gg/" not in safe("discord.gg/evil", 50)
    assert "discord.com/invite" not in safe("see discord.com/invite/evil", 50)


def test_a_link_shows_its_text_and_leads_where_it_should() -> None:
    """A masked link's address cannot be ended early by what stands in it."""
    assert (
        link("Qwen/Qwen3", "https://huggingface.co/Qwen/Qwen3", 50) == "[Qwen/Qwen3](https://huggingface.co/Qwen/Qwen3)"
    )
    assert link("a", "https://x.example/a b)c", 50) == "[a](https://x.example/a%20b%29c)"
    assert link("[a](b)", "https://x.example", 50) == "[\\(a\\)\\(b\\)](https://x.example)"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "", "//x.example", "http://[", "https://", "ftp://x.example"]
)
def test_only_web_addresses_become_links(url: str) -> None:
    """Anything but http and https is left as text."""
    assert link("text", url, 50) == "text"


@given(hostile_text, hostile_text)
def test_a_link_never_breaks(text: str, url: str) -> None:
    """Whatever is linked, the result is text, or one link whose parts cannot be escaped from."""
    made = link(text, "https://x.example/" + url, 40)
    match = re.fullmatch(r"\[((?:[^\[\]])*)\]\((https://[!-~]*)\)", made)
    assert match is not None or not unescaped(made).startswith("[")
    if match:
        assert not set("()<> ") & set(match.group(2))


@given(st.sampled_from(Source), st.text(alphabet=st.characters(), max_size=300))
def test_a_models_page_is_always_an_address(source: Source, repo_id: str) -> None:
    """Whatever a repository is called, its page is a short, valid address on its own hub."""
    page = hub_page(source, repo_id)
    assert len(page) <= PAGE_LIMIT
    assert page == web_address(page)
    assert page.startswith(("https://huggingface.co/", "https://modelscope.cn/models/"))
    assert not re.search(r"%(?![0-9A-F]{2})", page)
