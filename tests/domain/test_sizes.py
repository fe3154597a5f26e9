import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import Kind
from bot.domain.named_sizes import read_name
from bot.domain.sizes import ParametersFrom, Precision, formats, requirements, size_of_base
from tests.domain.builders import hub_model, parent
from tests.domain.real_records import real_models
from tests.shared_data import shared_data

BILLION = 10**9


@pytest.mark.parametrize("name", ["Qwen3.6-35B-A3B-DFlash", "Mistral-Medium-3.5-128B-EAGLE", "SAE-Res-Qwen3-8B"])
def test_a_part_of_a_model_does_not_have_the_models_size(name: str) -> None:
    """Draft models and autoencoders are named after what they belong to; their own count is believed."""
    assert read_name(f"lab/{name}") == (None, None)
    assert requirements(hub_model(f"lab/{name}", parameters=500_000_000)).parameters == 500_000_000


def test_the_files_own_count_wins() -> None:
    """Names round; metadata does not."""
    found = requirements(hub_model("Qwen/Qwen3-8B", parameters=8_190_735_360))
    assert (found.parameters, found.parameters_from) == (8_190_735_360, ParametersFrom.METADATA)


def test_packed_weights_are_counted_by_the_name() -> None:
    """Eight 4-bit weights lie in one 32-bit integer, so the files' count is too small."""
    packed = hub_model("QuantTrio/Qwen3.6-27B-AWQ", parameters=5_700_000_000, tags=("awq", "4-bit"))
    assert requirements(packed).parameters == 27 * BILLION
    assert requirements(packed).parameters_from is ParametersFrom.NAME
    pruned = hub_model("lab/Pruned-27B", parameters=5_700_000_000, tags=("safetensors",))
    assert requirements(pruned).parameters == 5_700_000_000


def test_an_adapter_takes_its_base() -> None:
    """Its own few millions say nothing about running it; the base's size is known only if the name says it."""
    declared = (parent("Qwen/Qwen3-8B", Kind.ADAPTER),)
    unnamed = requirements(hub_model("emma/tone", declared=declared, parameters=40_000_000))
    assert (unnamed.parameters, unnamed.memory, unnamed.fits) == (None, {}, {})
    named = requirements(hub_model("emma/tone-8b-lora", declared=declared, parameters=40_000_000))
    assert (named.parameters, named.parameters_from) == (8 * BILLION, ParametersFrom.NAME)


def test_what_it_was_made_of_says_what_it_takes() -> None:
    """A quantisation has its base's weights and an adapter runs with them; a base of another size was a mistake."""
    base = hub_model("Qwen/Qwen3-8B", parameters=8_190_735_360)
    assert size_of_base(Kind.QUANTIZED, [base]) == size_of_base(Kind.ADAPTER, [base]) == 8_190_735_360
    assert size_of_base(Kind.FINETUNE, [base]) is size_of_base(Kind.ADAPTER, [base, base]) is None
    declared = (parent("Qwen/Qwen3-8B", Kind.ADAPTER),)
    adapter = requirements(hub_model("emma/tone", declared=declared, parameters=40_000_000), 8_190_735_360)
    assert (adapter.parameters, adapter.parameters_from) == (8_190_735_360, ParametersFrom.BASE)
    packed = requirements(
        hub_model("RedHatAI/Kimi-K2.6-NVFP4", tags=("nvfp4",), parameters=594 * BILLION), 1058 * BILLION
    )
    assert (packed.parameters, packed.fits) == (1058 * BILLION, {})
    wrong = requirements(hub_model("onnx-community/gemma-4-E4B-it-ONNX"), 2 * BILLION)
    assert (wrong.parameters, wrong.parameters_from) == (4 * BILLION, ParametersFrom.NAME)


def test_memory_is_weights_and_a_fifth() -> None:
    """At 16, 8.5 and 4.85 bits a weight; the smallest common card that holds it."""
    found = requirements(hub_model("Qwen/Qwen3-8B", parameters=8 * BILLION))
    assert found.memory == {
        Precision.BF16: 19_200_000_000,
        Precision.INT8: 10_200_000_000,
        Precision.FOUR_BIT: 5_820_000_000,
    }
    assert found.fits == {Precision.BF16: 24, Precision.INT8: 12, Precision.FOUR_BIT: 8}


def test_what_fits_nowhere_is_absent() -> None:
    """A model of a trillion parameters has its memory stated and no hardware."""
    found = requirements(hub_model("inclusionAI/Ling-2.6-1T"))
    assert (len(found.memory), found.fits) == (3, {})


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (hub_model("bartowski/Qwen_Qwen3.6-27B-GGUF", tags=("gguf", "imatrix")), ("GGUF",)),
        (hub_model("unsloth/Qwen3.6-27B-UD-MLX-4bit", tags=("mlx", "safetensors")), ("MLX",)),
        (hub_model("Qwen/Qwen3.5-27B-GPTQ-Int4", tags=("gptq",)), ("GPTQ", "INT4")),
        (hub_model("deepseek-ai/DeepSeek-V4-Pro", tags=("fp8",)), ("FP8",)),
        (hub_model("a/b", files=("model.safetensors", "b-Q4_K_M.gguf", "onnx/model.onnx")), ("GGUF", "ONNX")),
        (hub_model("a/b", tags=("license:mit", "base_model:quantized:c/d-GGUF", "dataset:fp8")), ()),
        (hub_model("openai/gpt-oss-20b", tags=("mxfp4",)), ("MXFP4",)),
    ],
    ids=lambda value: value.repo_id if hasattr(value, "repo_id") else None,
)
def test_formats_at_hand(facts: object, expected: tuple[str, ...]) -> None:
    """By name, tags and files, but not by what other models' tags say."""
    assert expected == formats(facts)  # pyright: ignore[reportArgumentType] - parametrize types its values loosely


@given(st.text(max_size=200), st.none() | st.integers(min_value=0, max_value=10**13))
def test_no_name_is_too_strange(repo_id: str, parameters: int | None) -> None:
    """Whatever a name holds, the outcome is whole: memory for every precision or for none."""
    found = requirements(hub_model(repo_id, parameters=parameters))
    assert len(found.memory) == (0 if found.parameters is None else 3)
    assert set(found.fits) <= set(found.memory)


def test_most_real_text_models_have_a_size() -> None:
    """From names alone, for the records that carry no metadata."""
    models = real_models(shared_data("hub_models.jsonl")).values()
    text_models = [facts for facts in models if facts.task == "text-generation"]
    known = sum(requirements(facts).parameters is not None for facts in text_models)
    assert known / len(text_models) > 0.75
