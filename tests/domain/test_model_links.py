"""Only links to model pages are taken for models."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.model_links import MOST_LINKS, linked_models, named_model, without_address


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
        ("看huggingface.co/Qwen/Qwen3-8B，不错", ("Qwen/Qwen3-8B",)),
        ("看https://huggingface.co/Qwen/Qwen3-8B不错", ("Qwen/Qwen3-8B",)),
        ("hf.co/a/b and www.huggingface.co/c/d", ("a/b", "c/d")),
        ("[Qwen](https://hf.co/Qwen/Qwen3-8B)", ("Qwen/Qwen3-8B",)),
        ("[hf.co/Qwen/Qwen3-8B](<hf.co/Qwen/Qwen3-8B#usage>)", ("Qwen/Qwen3-8B",)),
        ("https://hf-mirror.com/Qwen/Qwen3-8B/tree/main", ("Qwen/Qwen3-8B",)),
        ("https://modelscope.cn/models/Qwen/Qwen3-8B/summary", ("Qwen/Qwen3-8B",)),
        ("www.modelscope.cn/models/Qwen/Qwen3-8B", ("Qwen/Qwen3-8B",)),
        ("ollama run hf.co/bartowski/X-GGUF:Q4_K_M", ("bartowski/X-GGUF",)),
        ("git clone https://huggingface.co/a/b.git", ("a/b",)),
        ("hf://a/b/model.safetensors", ("a/b",)),
        ("https://modelscope.cn/datasets/a/b", ()),
        ("https://modelscope.cn/studios/a/b", ()),
        ("hf-mirror.com/datasets/a/b", ()),
        ("evil.example/huggingface.co/a/b", ()),
        ("nothuggingface.co/a/b my-hf.co/a/b", ()),
        ("https://me@huggingface.co/a/b", ()),
        ("https://huggingface.co@evil.example/a/b", ()),
        ("huggingface.co.evil.example/a/b", ()),
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


@pytest.mark.parametrize(
    "typed",
    [
        "a/b",
        " a / b ",
        "`a/b`",
        "a/b/",
        "/a/b",
        "a/b.",
        "a/b@main",
        "a/b:Q4_K_M",
        "a/b/tree/main",
        "a/b?library=vllm",
        "huggingface.co/a/b",
        "HuggingFace.co/a/b",
        "www.huggingface.co/a/b",
        "hf.co/a/b",
        "hf-mirror.com/a/b",
        "https://huggingface.co/a/b#usage",
        "https://huggingface.co/a/b?x=y&z=%20",
        "<https://huggingface.co/a/b>",
        "[a model](https://huggingface.co/a/b)",
        "https://huggingface.co/a/b/tree/main",
        "https://huggingface.co/a/b/blob/main/README.md",
        "https://huggingface.co/a/b/resolve/main/model.safetensors?download=true",
        "https://huggingface.co/a/b/discussions/3",
        "https://huggingface.co/api/models/a/b",
        "https://modelscope.cn/models/a/b",
        "modelscope.cn/models/a/b/files",
        "https://huggingface.co/a/b/resolve/main/" + "x" * 300,
    ],
)
def test_one_model_however_it_is_pasted(typed: str) -> None:
    """A name, or an address with whatever browsers, chats and command lines hang onto it."""
    assert named_model(typed) == "a/b"


@pytest.mark.parametrize("typed", ["gpt2", "Qwen/Qwen2.5-Coder-7B-Instruct", "_x/y_z"])
def test_names_are_taken_as_they_are(typed: str) -> None:
    """One of the Hub's few models without an owner, dots, hyphens and underscores."""
    assert named_model(typed) == typed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "not a name",
        "@everyone",
        "%",
        "../../etc/passwd",
        "a/..",
        "a//b",
        "a/b/c",
        "文/字",
        "https://evil.example/a/b",
        "evil.example/a/b",
        "evil.example/huggingface.co/a/b",
        "https://huggingface.co/Qwen",
        "huggingface.co/Qwen",
        "https://huggingface.co/datasets/a/b",
        "datasets/squad",
        "spaces/a/b",
        "https://modelscope.cn/studios/a/b",
    ],
)
def test_what_names_no_model_is_refused(typed: str) -> None:
    """Other sites' addresses, the Hub's other pages, paths, sentences; the refusal repeats what was typed."""
    with pytest.raises(Refusal) as refused:
        named_model(typed)
    assert (refused.value.key, refused.value.values) == ("model-unknown", {"value": typed})


@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("qwen coder", "qwen coder"),
        ("a / b", "a/b"),
        ("https://huggingface.co/Qwen/Qwen3-8B/tree/main", "Qwen/Qwen3-8B"),
        ("https://huggingface.co/Qwen/", "Qwen/"),
        ("hf.co/Qwen", "Qwen"),
        ("<https://www.modelscope.cn/models/Qwen/Qw", "Qwen/Qw"),
        ("https://huggingface.co/", ""),
    ],
)
def test_an_address_in_the_making_is_a_name_in_the_making(typed: str, left: str) -> None:
    """What stands behind the host is what is looked for while somebody types or pastes."""
    assert without_address(typed) == left


@given(st.one_of(st.text(), st.text().map("hf.co/a/{}".format), st.text().map("a/{}".format)))
def test_any_typed_text_is_a_name_or_refused(typed: str) -> None:
    """What is read is at most an owner and a name, which the hub can be asked for."""
    try:
        name = named_model(typed)
    except Refusal:
        return
    assert (name.count("/") <= 1, name.isascii(), name.strip("/ ")) == (True, True, name)
