"""What a model's facts suggest as tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import HubModel, Kind
from bot.domain.tag_suggestions import SUGGESTED, suggestions_from
from bot.domain.tags import tag_key
from tests.domain.builders import hub_model, parent
from tests.domain.real_records import real_models
from tests.shared_data import shared_data


@pytest.mark.parametrize(
    ("facts", "suggested"),
    [
        (hub_model("Qwen/Qwen3-Coder-480B-A35B-Instruct", tags=("conversational",)),
         ["coding", "instruct", "chat", "large", "moe"]),
        (hub_model("x/y", task="image-text-to-text", parameters=3 * 10**9, languages=("zh", "en")),
         ["vision", "small", "low-vram", "chinese", "english"]),
        (hub_model("x/y-OCR", task=None, context_length=262_144, languages=("en", "fr", "de")),
         ["ocr", "long-context", "multilingual"]),
        (hub_model("bartowski/Qwen3-8B-GGUF", declared=(parent("Qwen/Qwen3-8B", Kind.QUANTIZED),),
                   tags=("gguf", "function-calling", "region:us", "base_model:Qwen/Qwen3-8B")),
         ["tool-use", "low-vram", "quantized", "gguf"]),
        (hub_model("x/embed-small", task="feature-extraction", library="sentence-transformers"), ["embedding"]),
        (hub_model("x/y", task=None, library=None), []),
    ],
)  # fmt: skip
def test_facts_suggest_tags(facts: HubModel, suggested: list[str]) -> None:
    """Task, the hub's tags, the name, size, memory, kind, formats and languages each suggest a tag."""
    assert list(suggestions_from(facts)) == suggested


@given(st.lists(st.text(max_size=50), max_size=30), st.text(max_size=40), st.lists(st.text(max_size=5), max_size=4))
def test_hostile_facts_suggest_nothing_odd(tags: list[str], task: str, languages: list[str]) -> None:
    """Whatever a hub says, suggestions are at most ten tags that could be typed."""
    found = suggestions_from(hub_model("x/y", tags=tuple(tags), task=task, languages=tuple(languages)))
    assert len(found) <= SUGGESTED
    assert [tag_key(key) for key in found] == list(found)


def test_real_models_are_suggested_something() -> None:
    """Nearly every real record suggests a tag, and none suggests what is no tag."""
    models = real_models(shared_data("hub_models.jsonl")).values()
    found = [suggestions_from(facts) for facts in models]
    assert all(tag_key(key) == key for keys in found for key in keys)
    assert sum(bool(keys) for keys in found) > 0.9 * len(found)
