"""What it takes to run a model: parameters, memory at common precisions, hardware that fits."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
