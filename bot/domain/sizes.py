"""What it takes to run a model: parameters, memory at common precisions, hardware that fits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from bot.domain.kinds import classify
from bot.domain.model import HubModel, Kind
from bot.domain.named_sizes import read_name
from bot.domain.packed_weights import count_weights


class ParametersFrom(StrEnum):
    """Where a parameter count comes from: the files' own metadata, the name, or the model that this one is made of."""

    METADATA = "metadata"
    NAME = "name"
    BASE = "base"


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
    "OpenVINO": frozenset({"openvino"}),
    "LiteRT": frozenset({"litert", "litertlm", "tflite"}),
    "CoreML": frozenset({"coreml", "mlpackage", "mlmodelc"}),
}
"""Formats by the words that stand for them in names, tags, libraries and file names."""

_WORDS = re.compile(r"[a-z0-9]+")


_REMEMBERED = 1024
"""Records whose needs are asked again within one batch: for matching before and after it is completed, for the card."""


def requirements(facts: HubModel, base: int | None = None) -> Requirements:
    """Return what it takes to run a model; everything that nothing states stays `None` or empty.

    The files' own count wins, with two exceptions. Packed weights are undercounted: `bot.domain.packed_weights` says
    what that takes. An adapter's count is that of the adapter, while running it takes its base. For a quantisation and
    an adapter `base` is the count of what they were made from, where that is known: it is theirs.
    """
    return _requirements(facts, base)  # The cache takes a base that is left out for another than None.


@lru_cache(maxsize=_REMEMBERED)
def _requirements(facts: HubModel, base: int | None) -> Requirements:
    named, active = read_name(facts.repo_id)
    parameters, source = _choose(facts, named, base)
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


def most_parameters(gigabytes: int, precision: Precision) -> int:
    """Return the most parameters that a card of this memory holds: `requirements` the other way round."""
    return int(gigabytes * _GIGABYTE * 8 / (_BITS[precision] * _WORKING_ROOM))


@lru_cache(maxsize=_REMEMBERED)
def formats(facts: HubModel) -> tuple[str, ...]:
    """Return the formats that a repository offers, by its name, tags, library and files, in the table's order."""
    own_tags = (tag for tag in facts.tags if ":" not in tag)
    said = " ".join((facts.repo_id.rpartition("/")[2], *own_tags, facts.library or "", *(facts.files or ())))
    words = frozenset(_WORDS.findall(said.casefold()))
    return tuple(label for label, signs in _FORMATS.items() if not signs.isdisjoint(words))


def size_of_base(kind: Kind, bases: Sequence[HubModel]) -> int | None:
    """Return the count of what a quantisation or an adapter was made from; None for others, and where it is unclear.

    `kind` is what was concluded of the model; `bases` are the records of its parents.
    """
    if kind not in _MADE_OF_ONE or len(bases) != 1:
        return None
    return requirements(bases[0]).parameters


_MADE_OF_ONE = frozenset({Kind.QUANTIZED, Kind.ADAPTER})

_SAME_SIZE = 1.7
"""A base of another size than the name says was declared by mistake (`gemma-4-E4B-it-ONNX`, quantized from `E2B`)."""


def _choose(facts: HubModel, named: int | None, base: int | None) -> tuple[int | None, ParametersFrom | None]:
    if base and (named is None or named / _SAME_SIZE <= base <= named * _SAME_SIZE):
        return base, ParametersFrom.BASE
    counted = None if classify(facts).kind is Kind.ADAPTER else count_weights(facts, named)
    if counted is None and named is not None:
        return named, ParametersFrom.NAME
    return counted, None if counted is None else ParametersFrom.METADATA


def _memory(parameters: int, bits: float) -> int:
    return round(parameters * bits / 8 * _WORKING_ROOM)


def _smallest_that_holds(needed: int) -> int | None:
    return next((size for size in HARDWARE if needed <= size * _GIGABYTE), None)
