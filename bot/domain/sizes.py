"""What it takes to run a model: parameters, memory at common precisions, hardware that fits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from bot.domain.kinds import classify
from bot.domain.model import HubModel, Kind


class ParametersFrom(StrEnum):
    """Where a parameter count comes from: the files' own metadata, or the name."""

    METADATA = "metadata"
    NAME = "name"


class Precision(StrEnum):
    """The precisions that memory is shown for."""

    BF16 = "bf16"
    INT8 = "int8"
    FOUR_BIT = "4bit"


@dataclass(frozen=True, slots=True)
class Requirements:
    """What running a model takes; everything is `None` or empty where the size is unknown.

    `memory` is bytes for weights plus working room; `fits` is the smallest common card in GB
    (8, 12, 16, 24, 48, 80) that holds the model at that precision, absent where none does.
    """

    parameters: int | None = None
    parameters_from: ParametersFrom | None = None
    active_parameters: int | None = None
    """For a mixture of experts whose name states it (`A3B`)."""
    memory: Mapping[Precision, int] = field(default_factory=dict[Precision, int])
    fits: Mapping[Precision, int] = field(default_factory=dict[Precision, int])
    formats: tuple[str, ...] = ()
    """Formats this very repository offers: GGUF, MLX, AWQ, GPTQ, FP8, ONNX, ..."""


_UNITS = {"t": 10**12, "b": 10**9, "m": 10**6}
_EDGE, _END = r"(?<![a-z0-9.])", r"(?![a-z0-9])"
_COUNT = r"(\d{1,4}(?:\.\d{1,3})?)"

_PLAIN = re.compile(rf"{_EDGE}(?:e)?{_COUNT}([tbm]){_END}")
"""`8B`, `0.6b`, `270M`, `1T`, and `E4B`: Gemma's effective parameters, which is what must be in fast memory."""
_SPLIT = re.compile(rf"{_EDGE}(\d{{1,3}})b(\d){_END}")
"""`1b7`, as BLOOM and its time wrote 1.7B."""
_EXPERTS = re.compile(rf"{_EDGE}(\d{{1,3}})x{_COUNT}b{_END}")
_ACTIVE = re.compile(rf"{_EDGE}a{_COUNT}([bm]){_END}")
_ACTIVE_OF_EXPERTS = re.compile(rf"{_EDGE}{_COUNT}b[-_]\d{{1,3}}e{_END}")
"""`17B-16E`: Llama 4 names the active parameters and the number of experts, not the total."""

_SHARED_BY_EXPERTS = 0.83
"""Of `8x7B`: experts share everything but their feed-forward layers. Mixtral 8x7B has 46.7B parameters and not 56B
(0.834), 8x22B has 140.6B and not 176B (0.80)."""

_SMALLEST_MILLIONS = 5 * 10**6
"""`1M` in a name is a context length (`Qwen2.5-7B-Instruct-1M`); models of under five million carry other names."""

_DRAFT = re.compile(r"(?<![a-z])(?:d?eagle\d?|dflash|speculator|draft(?:er)?|sae|mmproj)(?![a-z])")
"""Names of parts that go with a model: the number in them is that model's size, not theirs."""

_PACKED_TAGS = frozenset(
    {
        *(
            "1-bit",
            "2-bit",
            "3-bit",
            "4-bit",
            "5-bit",
            "6-bit",
            "8-bit",
            "int4",
            "int8",
            "quantized",
            "compressed-tensors",
        ),
        *("gptq", "awq", "bitsandbytes", "nvfp4", "mxfp4", "exl2", "exl3", "mlx", "gguf", "modelopt", "auto-round"),
    }
)
_PACKED_SHORTFALL = 0.75
"""Packed weights are counted as the integers they are packed into: eight 4-bit weights an int32, two a byte. So a
count far below the name's is the files', not the model's."""

_BITS = {Precision.BF16: 16.0, Precision.INT8: 8.5, Precision.FOUR_BIT: 4.85}
"""Bits a weight, scales included: llama.cpp's Q8_0 is 8.5 by construction (32 weights share a 16-bit scale), Q4_K_M
comes out at 4.85 on average (llama.cpp, tools/quantize/README.md: 4.89 for Llama 3.1 8B)."""

_WORKING_ROOM = 1.2
"""Activations, a short context's cache and the runtime take up to a fifth more than the weights
(EleutherAI, "Transformer Math 101", Inference)."""

HARDWARE = (8, 12, 16, 24, 48, 80)
"""Common cards, in GB. Taken as 10^9 bytes where the card has 2^30: the 7 % between are the driver's and the
desktop's."""

_GIGABYTE = 10**9

_FORMATS: Mapping[str, frozenset[str]] = {
    "GGUF": frozenset({"gguf"}),
    "MLX": frozenset({"mlx", "jang", "jangtq"}),
    "AWQ": frozenset({"awq"}),
    "GPTQ": frozenset({"gptq", "gptqmodel"}),
    "EXL2": frozenset({"exl2"}),
    "EXL3": frozenset({"exl3"}),
    "FP8": frozenset({"fp8", "float8"}),
    "NVFP4": frozenset({"nvfp4", "nvfp4a16"}),
    "MXFP4": frozenset({"mxfp4"}),
    "INT8": frozenset({"int8", "w8a8", "w8a16"}),
    "INT4": frozenset({"int4", "w4a16"}),
    "BNB": frozenset({"bnb", "bitsandbytes"}),
    "ONNX": frozenset({"onnx"}),
    "OpenVINO": frozenset({"openvino", "ov"}),
    "LiteRT": frozenset({"litert", "litertlm", "tflite"}),
    "CoreML": frozenset({"coreml", "mlpackage", "mlmodelc"}),
}
"""Formats by the words that stand for them in names, tags, libraries and file names."""

_WORDS = re.compile(r"[a-z0-9]+")


_REMEMBERED = 1024
"""Records whose needs are asked again within one batch: for matching before and after it is completed, for the card."""


@lru_cache(maxsize=_REMEMBERED)
def requirements(facts: HubModel) -> Requirements:
    """Return what it takes to run a model; everything that nothing states stays `None` or empty.

    The files' own count wins, with two exceptions. Packed weights are undercounted: there the name's number is taken.
    An adapter's count is that of the adapter, while running it takes its base: the name's number, or nothing.
    """
    named, active = read_name(facts.repo_id)
    parameters, source = _choose(facts, named)
    memory = {} if parameters is None else {precision: _memory(parameters, bits) for precision, bits in _BITS.items()}
    fits = {precision: size for precision, needed in memory.items() if (size := _smallest_that_holds(needed))}
    return Requirements(
        parameters=parameters,
        parameters_from=source,
        active_parameters=active if parameters is None or active is None or active < parameters else None,
        memory=memory,
        fits=fits,
        formats=formats(facts),
    )


def read_name(repo_id: str) -> tuple[int | None, int | None]:
    """Read total and active parameters from a repository's name; `None` for what it does not say.

    Of several sizes the first counts (`Qwen3-8B-...-distilled-from-235B`), billions before trillions and millions,
    which also stand for training tokens (`2B-4T`) and context lengths (`7B-1M`).
    """
    name = repo_id.rpartition("/")[2].casefold().replace("_", "-")
    if _DRAFT.search(name):
        return None, None
    of_experts = _ACTIVE_OF_EXPERTS.search(name)
    if of_experts:
        return None, _count(of_experts[1], "b")
    active, totals = _active(name), _totals(name)
    if "moe" in name and len(totals) > 1 and active is None:
        return max(totals), min(totals)
    return (totals[0] if totals else None), active


def most_parameters(gigabytes: int, precision: Precision) -> int:
    """Return the most parameters that a card of this memory holds: `requirements` the other way round."""
    return int(gigabytes * _GIGABYTE * 8 / (_BITS[precision] * _WORKING_ROOM))


def formats(facts: HubModel) -> tuple[str, ...]:
    """Return the formats that a repository offers, by its name, tags, library and files, in the table's order."""
    own_tags = (tag for tag in facts.tags if ":" not in tag)
    said = " ".join((facts.repo_id.rpartition("/")[2], *own_tags, facts.library or "", *(facts.files or ())))
    words = frozenset(_WORDS.findall(said.casefold()))
    return tuple(label for label, signs in _FORMATS.items() if not signs.isdisjoint(words))


def _totals(name: str) -> list[int]:
    sizes = [(float(found[1]), found[2]) for found in _PLAIN.finditer(name)]
    split = [_count(f"{found[1]}.{found[2]}", "b") for found in _SPLIT.finditer(name)]
    billions = [*(_count(number, unit) for number, unit in sizes if unit == "b"), *split]
    experts = [round(int(found[1]) * _count(found[2], "b") * _SHARED_BY_EXPERTS) for found in _EXPERTS.finditer(name)]
    others = [_count(number, unit) for unit_wanted in "tm" for number, unit in sizes if unit == unit_wanted]
    return billions or experts or [size for size in others if size >= _SMALLEST_MILLIONS]


def _active(name: str) -> int | None:
    found = _ACTIVE.search(name)
    return None if found is None else _count(found[1], found[2])


def _count(number: float | str, unit: str) -> int:
    return round(float(number) * _UNITS[unit])


def _choose(facts: HubModel, named: int | None) -> tuple[int | None, ParametersFrom | None]:
    counted = None if _is_adapter(facts) else facts.parameters
    if named is not None and (counted is None or (_is_packed(facts) and counted < _PACKED_SHORTFALL * named)):
        return named, ParametersFrom.NAME
    return counted, None if counted is None else ParametersFrom.METADATA


def _is_adapter(facts: HubModel) -> bool:
    return classify(facts).kind is Kind.ADAPTER


def _is_packed(facts: HubModel) -> bool:
    return not _PACKED_TAGS.isdisjoint(tag.casefold() for tag in facts.tags) or bool(formats(facts))


def _memory(parameters: int, bits: float) -> int:
    return round(parameters * bits / 8 * _WORKING_ROOM)


def _smallest_that_holds(needed: int) -> int | None:
    return next((size for size in HARDWARE if needed <= size * _GIGABYTE), None)
