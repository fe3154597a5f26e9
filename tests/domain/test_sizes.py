import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import Kind
from bot.domain.sizes import ParametersFrom, Precision, formats, read_name, requirements
from tests.domain.builders import hub_model, parent
from tests.domain.real_records import real_models
from tests.shared_data import shared_data

BILLION = 10**9


@pytest.mark.parametrize(
    ("name", "total", "active"),
    [
        ("Qwen3-8B", 8, None),
        ("Qwen3.6-27B", 27, None),
        ("parakeet-tdt-0.6b-v3", 0.6, None),
        ("Qwen2.5-1.5b", 1.5, None),
        ("gemma-3-270M", 0.27, None),
        ("PixelDiT-1300M-1024px", 1.3, None),
        ("Qwen3.6-35B-A3B", 35, 3),
        ("Qwen3-235B-A22B-Instruct-2507", 235, 22),
        ("granite-1b-a400m", 1, 0.4),
        ("Huihui4-8B-A4B-v2", 8, 4),
        ("gemma-4-E2B-it", 2, None),
        ("gemma-4-E4B-it-GGUF", 4, None),
        ("Ling-2.6-1T", 1000, None),
        ("DeepSeek-V3-671b", 671, None),
        ("bitnet-b1.58-2B-4T", 2, None),
        ("Qwen2.5-7B-Instruct-1M", 7, None),
        ("bloom-1b7", 1.7, None),
        ("Llama-3.2-8X3B-MOE-Dark-Champion-18.4B-GGUF", 18.4, None),
        ("OLMoE-1B-7B-0924", 7, 1),
        ("Llama-4-Scout-17B-16E-Instruct", None, 17),
        ("Wan2.2-I2V-A14B", None, 14),
        ("Qwen3-TTS-12Hz-1.7B", 1.7, None),
        ("Qwen3.6-27B-4.5b-mlx-AutoRound", 27, None),
        ("DeepSeek-R1-0528-Qwen3-8B-from-671B", 8, None),
        ("Must_Have_Klein_9b_loras", 9, None),
    ],
)
def test_names_say_sizes(name: str, total: float | None, active: float | None) -> None:
    """In all the ways that labs write them."""
    expected = tuple(None if number is None else round(number * BILLION) for number in (total, active))
    assert expected == read_name(f"lab/{name}")


@pytest.mark.parametrize(
    "name",
    ["Kimi-K2.6", "VibeVoice-4bit", "Qwen3-2507", "GLM-5.1", "tool-B200-GB10", "Q4_K_M", "v1.5", "32GB-pack", "LWM-1M",
     "0.7x", "3d", "w8a8", "nano-4-bit", "7bn", "B"],
)  # fmt: skip
def test_other_numbers_are_no_sizes(name: str) -> None:
    """Versions, dates, bits, chips, context lengths."""
    assert read_name(f"lab/{name}") == (None, None)


@pytest.mark.parametrize("name", ["Qwen3.6-35B-A3B-DFlash", "Mistral-Medium-3.5-128B-EAGLE", "SAE-Res-Qwen3-8B"])
def test_a_part_of_a_model_does_not_have_the_models_size(name: str) -> None:
    """Draft models and autoencoders are named after what they belong to; their own count is believed."""
    assert read_name(f"lab/{name}") == (None, None)
    assert requirements(hub_model(f"lab/{name}", parameters=500_000_000)).parameters == 500_000_000


def test_eight_experts_are_less_than_eight_models() -> None:
    """Mixtral 8x7B has 46.7 billion parameters; the estimate is within one per cent."""
    total, _ = read_name("mistralai/Mixtral-8x7B-v0.1")
    assert total == pytest.approx(46.7 * BILLION, rel=0.01)


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
