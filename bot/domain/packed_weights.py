"""How many weights there are where they are packed into integers: eight 4-bit weights an int32, two a byte.

The Hub's count is of the numbers in the files' headers. For some methods (GPTQ, AWQ, gpt-oss's MXFP4) it unpacks them
itself, for others (compressed-tensors, ModelOpt's NVFP4) it does not: Kimi-K2.6, a model of a trillion, has 170 billion
numbers, and DeepSeek-R1-FP4 394. So both readings are weighed against what the name says and against the room that
the files take.
"""

import re
from collections.abc import Iterable

from bot.domain.model import HubModel

_WIDTHS = {"I8": 8, "U8": 8, "I16": 16, "U16": 16, "I32": 32, "U32": 32}
"""Bits of the integers that weights are packed into. I64 holds indices, never weights."""

_BYTES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2, "U16": 2}
"""Of a number in a file; all other types take one."""

_FEWEST_PACKED = 0.1
"""Of all numbers, before they count as packed weights: position indices and masks are integers too. Of the numbers of
Qwen2.5-7B-Instruct-AWQ 43 % are packed, of Kimi-K2.6 three quarters."""

_NEAR = 1.7
"""A reading within this factor of the name's number is believed: names round, and quantised models keep embeddings
apart. Readings of one file differ by two to eight."""

_ROOM_FOR_COPIES = 1.3
"""A repository takes at least as much room as its numbers: tokenizers, pictures and earlier files come on top."""

_SCALES_NVFP4 = 16
"""NVFP4 keeps a scale in 8 bits for every 16 weights, which is counted as a number as well (NVIDIA, "Introducing
NVFP4")."""

_BITS_SAID = re.compile(
    r"(?<![a-z0-9])(?:(?P<plain>[1-8])(?:[._]\d+)?-?bits?|w(?P<w>[48])a(?:4|8|16)|u?int(?P<int>[2348])"
    r"|i?q(?P<q>[1-8])_[0-9k]|(?P<bpw>[1-8](?:\.\d+)?)bpw)"
)
_FOUR_BIT_WORDS = re.compile(r"(?<![a-z0-9])(?:nvfp4|mxfp4|fp4|nf4|awq|gptq|bnb)(?![a-z0-9])")
_PACK_FOUR_BITS = frozenset({"compressed-tensors", "modelopt", "auto-round", "bitsandbytes"})
"""Methods that pack into integers what takes four bits, unless they are told otherwise, which names say (`w8a16`);
their 8-bit weights are floats or plain bytes (vllm-project/compressed-tensors, `pack-quantized`; NVIDIA ModelOpt)."""

_BITNET = "bitnet"
_BITS_OF_BITNET = 2
"""A ternary weight takes two bits in its packing (microsoft/bitnet-b1.58-2B-4T: four a byte)."""

_PACKING_METHODS = frozenset({"awq", "gptq", "bitsandbytes", "exl2", "exl3", "auto-round", "aqlm", "hqq", _BITNET})
"""Where only a total is known: these count integers."""


def count_weights(facts: HubModel, named: int | None) -> int | None:
    """Return the number of weights that the files hold; None where they are packed in a way that nothing tells.

    `named`: what the name says, to tell two readings of one file apart.
    """
    counted = facts.parameters
    if counted is None or _is_plain(facts):
        return counted
    unpacked = _unpacked(facts)
    readings = [reading for reading in (counted, unpacked) if reading]
    if named:
        nearest = min(readings, key=lambda reading: max(reading / named, named / reading))
        return nearest if named / _NEAR <= nearest <= named * _NEAR else None
    return counted if _is_unpacked_already(facts) else unpacked


def _is_plain(facts: HubModel) -> bool:
    """Tell whether every number is a weight; where only a total is known, whether nothing speaks of packing."""
    if facts.tensors:
        packed = sum(count for kind, count in facts.tensors if kind in _WIDTHS)
        return packed < _FEWEST_PACKED * sum(count for _, count in facts.tensors)
    tags = {tag.casefold() for tag in facts.tags}
    by_integers = not _PACKING_METHODS.isdisjoint({facts.quantized_by, *tags}) or _four_bit_word(facts) is not None
    return "gguf" in tags or not by_integers


def _unpacked(facts: HubModel) -> int | None:
    bits = _bits(facts) if facts.tensors else None
    if bits is None:
        return None
    packed = sum(count * _WIDTHS[kind] / bits for kind, count in facts.tensors if kind in _WIDTHS)
    others = sum(count for kind, count in facts.tensors if kind not in _WIDTHS)
    of_scales = min(_eight_bit_floats(facts), packed / _SCALES_NVFP4)
    return round(packed + others - of_scales)


def _eight_bit_floats(facts: HubModel) -> int:
    return sum(count for kind, count in facts.tensors if kind.startswith("F8"))


def _is_unpacked_already(facts: HubModel) -> bool:
    """Tell whether the count is of weights: as numbers of their types they would not fit into the repository."""
    if not facts.tensors or not facts.used_storage:
        return False
    room = sum(count * _BYTES.get(kind, 1) for kind, count in facts.tensors)
    return room > _ROOM_FOR_COPIES * facts.used_storage


def _bits(facts: HubModel) -> float | None:
    """Return the bits that a weight takes, by configuration, name, method and tags: the surest first.

    A tag such as `8-bit` comes last: the Hub gives it to every file of bytes, NVFP4 and MXFP4 among them.
    """
    if facts.quantized_bits:
        return facts.quantized_bits
    if _BITNET in {facts.quantized_by, *facts.tags}:
        return _BITS_OF_BITNET
    name = facts.repo_id.rpartition("/")[2].casefold()
    methods = {facts.quantized_by, *_own_tags(facts)}
    by_method = None if _PACK_FOUR_BITS.isdisjoint(methods) else 4.0
    by_tags = next(filter(None, map(_bits_in, _own_tags(facts))), None)
    return _bits_in(name) or _four_bit_word(facts) or by_method or by_tags or _plain_bytes(facts)


def _plain_bytes(facts: HubModel) -> float | None:
    """Signed bytes are 8-bit weights by themselves; what is packed into bytes is unsigned."""
    kinds = {kind for kind, _ in facts.tensors if kind in _WIDTHS}
    return 8.0 if kinds == {"I8"} else None


def _four_bit_word(facts: HubModel) -> float | None:
    words = (facts.repo_id.rpartition("/")[2].casefold(), facts.quantized_by or "", *_own_tags(facts))
    return 4.0 if any(map(_FOUR_BIT_WORDS.search, words)) else None


def _bits_in(text: str) -> float | None:
    found = _BITS_SAID.search(text)
    said = next((number for number in found.groups() if number), None) if found else None
    return float(said) if said else None


def _own_tags(facts: HubModel) -> Iterable[str]:
    return (tag.casefold() for tag in facts.tags if ":" not in tag)
