"""Only links to model pages are taken for models."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model_links import MOST_LINKS, linked_models


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("look: https://huggingface.co/Qwen/Qwen3-8B!", ("Qwen/Qwen3-8B",)),
        ("<https://hf.co/Qwen/Qwen3-8B>", ("Qwen/Qwen3-8B",)),
        ("https://huggingface.co/Qwen/Qwen3-8B/tree/main?x=1", ("Qwen/Qwen3-8B",)),
        ("(https://www.huggingface.co/Qwen/Qwen3-8B).", ("Qwen/Qwen3-8B",)),
        ("try https://huggingface.co/Qwen/Qwen3-8B.", ("Qwen/Qwen3-8B",)),
        ("https://huggingface.co/a/b https://huggingface.co/A/B https://huggingface.co/c/d", ("a/b", "c/d")),
        ("https://huggingface.co/datasets/a/b", ()),
        ("https://huggingface.co/spaces/a/b", ()),
        ("https://huggingface.co/docs/transformers", ()),
        ("https://huggingface.co/blog/smollm3", ()),
        ("https://huggingface.co/papers/2501.00001", ()),
        ("https://huggingface.co/Qwen", ()),
        ("https://huggingface.co.evil.example/a/b", ()),
        ("https://evil.example/huggingface.co/a/b", ()),
        ("https://huggingface.co/a%2Fb/c", ()),
        ("https://huggingface.co/a/%2e%2e", ()),
        ("Qwen/Qwen3-8B", ()),
    ],
)
def test_links_to_models(text: str, expected: tuple[str, ...]) -> None:
    """Pages of models, whatever stands around them; no datasets, spaces, documents or look-alikes."""
    assert linked_models([text]) == expected


def test_a_wall_of_links_is_bounded() -> None:
    """A message offers no more than a menu can show."""
    assert len(linked_models(f"https://huggingface.co/a/m{number}" for number in range(500))) == MOST_LINKS


@given(st.lists(st.one_of(st.text(), st.text().map("https://huggingface.co/a/{}".format))))
def test_any_text_is_read(texts: list[str]) -> None:
    """What is found is always a name with an owner."""
    assert all(name.count("/") == 1 for name in linked_models(texts))
