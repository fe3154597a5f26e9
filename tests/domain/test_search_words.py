"""What the words of a search may mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.labs import Lab, LabBook
from bot.domain.model_query import words_of
from bot.domain.search_words import SearchWord, Vocabulary, search_words, tag_keys_in

LABS = LabBook(
    [
        Lab("qwen", "Qwen (Alibaba)", "CN", ("Qwen",)),
        Lab("wan", "Wan (Alibaba)", "CN", ("Wan-AI",)),
        Lab("zai", "Z.ai (Zhipu AI)", "CN", ("zai-org", "THUDM")),
        Lab("black-forest", "Black Forest Labs", "DE", ("black-forest-labs",)),
    ]
)
TASKS = {
    "text-generation": ("text generation", "文本生成"),
    "text-to-image": ("text to image", "文生图"),
    "image-to-3d": ("image to 3D", "图生 3D"),
}
CODES = [*TASKS, "graph-ml"]
TAGS = {"coding": 1, "long context": 2, "编程": 1}


def read(words: str) -> tuple[SearchWord, ...]:
    """Read the words of a search."""
    return search_words(words, Vocabulary(LABS, TASKS), CODES, TAGS)


@pytest.mark.parametrize(
    ("words", "authors"),
    [
        ("alibaba", {"qwen", "wan-ai"}),
        ("zhipu", {"zai-org", "thudm"}),
        ("z.ai", {"zai-org", "thudm"}),
        ("forest", {"black-forest-labs"}),
        ("black-for", {"black-forest-labs"}),
        ("ai", frozenset[str]()),
        ("bab", frozenset[str]()),
        ("...", frozenset[str]()),
    ],
)
def test_a_lab_by_any_word_of_its_name(words: str, authors: set[str]) -> None:
    """Begun or whole, all of its organisations; a word of two letters stands in too many names."""
    assert read(words)[0].authors == authors


@pytest.mark.parametrize(
    ("words", "tasks"),
    [
        ("text-generation", {"text-generation"}),
        ("文本生成", {"text-generation"}),
        ("文生图", {"text-to-image"}),
        ("图生3d", {"image-to-3d"}),
        ("3d", {"image-to-3d"}),
        ("graph", {"graph-ml"}),
        ("gener", {"text-generation"}),
        ("text", {"text-generation", "text-to-image"}),
        ("age", frozenset[str]()),
        ("to", frozenset[str]()),
    ],
)
def test_a_task_by_its_code_or_a_name_in_any_language(words: str, tasks: set[str]) -> None:
    """Words count from their beginning; Chinese ones anywhere."""
    assert read(words)[0].tasks == tasks


def test_words_mean_more_together() -> None:
    """A phrase covers each of its words, so that "to" asks for no name with it; others keep their own meaning."""
    text, to, image, qwen = read("text to image qwen")
    assert to.tasks == {"text-to-image"}
    assert image.tasks == {"text-to-image", "image-to-3d"}
    assert "text-to-image" in text.tasks
    assert (qwen.authors, qwen.tasks) == ({"qwen"}, frozenset[str]())
    long, context, code = read("long context coding")
    assert [word.tag_ids for word in (long, context, code)] == [{2}, {2}, {1}]
    assert read("编程")[0].tag_ids == {1}


def test_tags_by_any_spelling() -> None:
    """Phrases are tags whatever their language; what cannot be one is passed over."""
    keys = tag_keys_in("编程 long context ... " + "x" * 40)
    assert keys["编程"] == "coding"
    assert keys["long context"] == "long-context"
    assert "..." not in keys
    assert "x" * 40 not in keys


@given(st.text(max_size=80))
def test_any_words_are_read(typed: str) -> None:
    """As many words come back as were typed, each with itself as its text."""
    words = words_of(typed)
    tag_keys_in(words)
    assert [word.text for word in read(words)] == words.split()
