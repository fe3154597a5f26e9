"""One sentence out of a README, whatever stands there."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.hub.card_summary import summary_of_card

SENTENCE = "Maps-7B is a small model that reads old maps."


@pytest.mark.parametrize(
    "card",
    [
        SENTENCE,
        f"---\nlicense: mit\ntags:\n- a\n---\n\n# Title\n{SENTENCE} It is slow.",
        f"\ufeff---\r\nlicense: mit\r\n---\r\n\r\n{SENTENCE}\r\n",
        f"<div align='center'>\n<img src='x.png'/>\n<h1>Maps of the World for everyone</h1>\n</div>\n\n{SENTENCE}",
        f"[![Discord](https://img.shields.io/x)](https://discord.gg/x) ![a](b)\n\n{SENTENCE}",
        f"[Paper on maps](x) | [GitHub code](y) | [Live demo here](z)\n\n{SENTENCE}",
        "Maps-7B is a **small** [model](https://x.y/z_(a)) that `reads` _old_ maps.".replace("z_(a)", "z"),
        f"> [!NOTE]\n> This is a quoted note for all readers.\n\n- a list item of several words here\n\n{SENTENCE}",
        f"| a | b |\n|---|---|\n| one two three | four five six |\n\n{SENTENCE}",
        f"```python\nfrom maps import read as the reading function\n```\n\n{SENTENCE}",
        f"<!-- Provide a quick summary of what the model is/does. -->\n\n{SENTENCE}",
        f"Old maps for all of us, read well today\n===\n\n{SENTENCE}",
        f"[More Information Needed] for this model card section\n\n{SENTENCE}",
        f"This is the model card of a 🤗 transformers model that has been pushed on the Hub.\n\n{SENTENCE}",
        f"<style>\nbody {{ color: red of many words }}\n</style>\n<p>{SENTENCE}</p>",
        f"Model details follow in the next section:\n\n{SENTENCE}",
        f"Welcome!\n\nHello. {SENTENCE}".replace("Hello. ", ""),
    ],
)
def test_prose_is_found_behind_everything_else(card: str) -> None:
    """Headings, badges, HTML, tables, lists, quotes, code and templates are passed over, markup is taken off."""
    assert summary_of_card(card) == SENTENCE


@pytest.mark.parametrize(
    "card",
    ["", "---\nlicense: mit\n---\n", "# Only a heading", "![x](y)", "---", "<div>", "```", "<!--", "Three words only.",
     "<table><tr><td>Many words are in this table cell</td></tr>"],
)  # fmt: skip
def test_a_card_without_prose_says_nothing(card: str) -> None:
    """No sentence is made up."""
    assert summary_of_card(card) is None


def test_sentences_end_where_they_end() -> None:
    """Abbreviations and version numbers are no ends; Chinese full stops are."""
    english = "Maps v1.5 reads maps, e.g. London by Dr. Snow, in many languages. Second sentence here."
    assert summary_of_card(english) == "Maps v1.5 reads maps, e.g. London by Dr. Snow, in many languages."
    assert summary_of_card("这是一个能够阅读古老地图的小模型。它很慢。") == "这是一个能够阅读古老地图的小模型。"


def test_a_long_sentence_is_cut() -> None:
    """Two hundred characters, the last of them an ellipsis."""
    summary = summary_of_card("word " * 500)
    assert summary is not None
    assert len(summary) <= 200
    assert summary.endswith("…")


@given(st.text(alphabet="ab <>[]()!`*_|#-\n\r\t~\\&;:./\"'\0\u202e模型。", max_size=400))
@settings(max_examples=300, deadline=None)
def test_no_card_raises(card: str) -> None:
    """Whatever stands there, the answer is a bounded text without tricks, or nothing."""
    summary = summary_of_card(card)
    assert summary is None or (0 < len(summary) <= 200 and "\0" not in summary and "\u202e" not in summary)


@pytest.mark.parametrize(
    "piece", ["<", "[", "![", "](", "<!--", "```\n", "---\n", "<table>", "*", "_a", "\n\n<p ", "a. "]
)
def test_no_card_takes_long(piece: str) -> None:
    """64 KB of any one trick is done with in well under the time of a request (no pattern backtracks for ever)."""
    before = time.process_time()
    summary_of_card(piece * (65536 // len(piece)))
    assert time.process_time() - before < 5
