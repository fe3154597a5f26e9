from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import HubModel
from bot.domain.packed_weights import count_weights
from bot.domain.sizes import ParametersFrom, requirements
from tests.domain.builders import HubModelFields, hub_model

BILLION = 10**9


def counted(repo_id: str, billions: dict[str, float], fields: HubModelFields | None = None) -> HubModel:
    """Return a model whose files hold so many billions of numbers of each type."""
    tensors = tuple((kind, round(count * BILLION)) for kind, count in billions.items())
    facts = hub_model(repo_id, **(fields or {}))
    return replace(facts, tensors=tensors, parameters=sum(count for _, count in tensors))


@pytest.mark.parametrize(
    ("facts", "billions"),
    [
        (counted("moonshotai/Kimi-K2.6", {"I32": 127, "BF16": 43}, {"tags": ("compressed-tensors",)}), 1059),
        (counted("cyankiwi/MiniMax-M2.7-AWQ-4bit", {"I32": 28, "BF16": 3}), 227),
        (
            counted("nvidia/DeepSeek-R1-FP4", {"U8": 333, "F8_E4M3": 42, "BF16": 19}, {"tags": ("8-bit", "modelopt")}),
            685,
        ),
        (counted("a/Foo-GPTQ", {"I32": 1.6, "F16": 1.1}, {"quantized_by": "gptq", "quantized_bits": 8}), 7.5),
        (counted("mlx-community/Foo", {"U32": 127, "BF16": 32}, {"tags": ("mlx", "4-bit")}), 1048),
        (counted("a/Foo", {"U8": 3.5, "BF16": 1.1}, {"quantized_by": "bitsandbytes"}), 8.1),
        (counted("a/Foo-exl3-4.0bpw", {"I16": 1.6, "F16": 0.5}), 6.9),
        (counted("a/Foo-W8A16", {"I32": 2, "BF16": 1}, {"quantized_by": "compressed-tensors"}), 9),
        (counted("a/bitnet-Foo", {"U8": 0.5, "BF16": 0.3}, {"tags": ("bitnet", "8-bit")}), 2.3),
        (counted("a/Foo", {"I8": 7, "BF16": 1}), 8),
    ],
    ids=lambda value: value.repo_id if isinstance(value, HubModel) else None,
)
def test_packed_weights_are_counted_as_weights(facts: HubModel, billions: float) -> None:
    """By what configuration, name, method or tags say of the bits; scales are no weights."""
    found = count_weights(facts, None)
    assert found is not None
    assert found == pytest.approx(billions * BILLION, rel=0.01)


def test_what_is_packed_in_an_unknown_way_has_an_unknown_size() -> None:
    """Better no memory line than one that is eight times too small."""
    for kinds in ({"U8": 7.0, "BF16": 1.0}, {"I32": 7.0, "BF16": 1.0}):
        facts = counted("a/mystery", kinds)
        assert (requirements(facts).parameters, requirements(facts).fits) == (None, {})
    only_a_total = hub_model("a/mystery", parameters=31 * BILLION, tags=("awq",))
    assert requirements(only_a_total).parameters is None


def test_few_integers_are_no_packed_weights() -> None:
    """Position indices and masks."""
    assert count_weights(counted("a/b", {"BF16": 8, "I64": 0.1, "U8": 0.2}), None) == 8_300_000_000


def test_the_name_tells_which_reading_is_right() -> None:
    """The Hub unpacks some methods itself; a count of either kind near the name's number is believed."""
    unpacked = counted("openai/gpt-oss-120b", {"U8": 118.2, "BF16": 2.2}, {"tags": ("mxfp4", "8-bit")})
    assert requirements(unpacked).parameters == 120_400_000_000
    packed = counted("Qwen/Qwen2.5-7B-Instruct-AWQ", {"I32": 0.82, "F16": 1.1}, {"quantized_by": "awq"})
    assert requirements(packed).parameters == pytest.approx(7.66 * BILLION, rel=0.01)
    neither = counted("a/Foo-70B-AWQ", {"I32": 0.8, "F16": 1.1}, {"quantized_by": "awq"})
    assert requirements(neither).parameters_from is ParametersFrom.NAME


def test_what_would_not_fit_into_the_repository_was_unpacked_by_the_hub() -> None:
    """Numbers take the room of their type."""
    fields: HubModelFields = {"quantized_by": "awq", "quantized_bits": 4, "used_storage": 6 * BILLION}
    assert count_weights(counted("a/Foo-AWQ", {"I32": 6.5, "F16": 1.1}, fields), None) == 7_600_000_000


def test_plain_weights_are_counted_as_they_are() -> None:
    """FP8 is a type of its own, GGUF's metadata counts weights."""
    fp8 = counted("deepseek-ai/DeepSeek-V3.1", {"F8_E4M3": 680, "BF16": 4}, {"tags": ("fp8",)})
    assert requirements(fp8).parameters == 684 * BILLION
    gguf = hub_model("a/Foo-GGUF", parameters=8 * BILLION, tags=("gguf", "4-bit", "awq"))
    assert requirements(gguf).parameters == 8 * BILLION


@given(
    st.lists(st.tuples(st.sampled_from(["I32", "U8", "I8", "U32", "BF16", "F8_E4M3", "?"]), st.integers(1, 2**53))),
    st.none() | st.integers(1, 2**53),
    st.none() | st.integers(1, 32),
    st.none() | st.integers(1, 10**13),
)
def test_any_counts_give_a_size_or_none(
    tensors: list[tuple[str, int]], total: int | None, bits: int | None, named: int | None
) -> None:
    """Hostile records neither raise nor give sizes below one."""
    facts = hub_model("a/b", tensors=tuple(tensors), parameters=total, quantized_bits=bits, used_storage=total)
    found = count_weights(facts, named)
    assert found is None or found > 0
