"""What a record says about its weights: how many numbers of which type, and how they were quantised."""

from collections.abc import Iterator

from bot.hub.record_fields import Record, object_of, size_of, text_of

MOST_TYPES = 16
"""The safetensors format knows about twenty; a model uses three or four."""

MOST_BITS = 32

_TYPE_LENGTH = 12
_METHOD_LENGTH = 40


def counted_tensors(safetensors: Record) -> tuple[tuple[str, int], ...]:
    """Return how many numbers of each data type there are, types in upper case as the format writes them."""
    counted = ((text_of(name, _TYPE_LENGTH), size_of(count)) for name, count in _types(safetensors))
    return tuple((name.upper(), count) for name, count in counted if name and count)[:MOST_TYPES]


def counted_parameters(safetensors: Record, gguf: Record) -> int | None:
    """Return `total`, or the sum over data types where only that is said (HUB.md: some records lack either)."""
    by_type = (size_of(count) or 0 for _, count in _types(safetensors))
    return size_of(safetensors.get("total")) or size_of(sum(by_type)) or size_of(gguf.get("total"))


def quantization_of(config: Record) -> tuple[str | None, int | None]:
    """Return the method and the bits that a configuration names, whichever of the usual places has them.

    GPTQ and AWQ write `bits`, bitsandbytes `load_in_4bit`, compressed-tensors `config_groups`; of a model with
    several parts the text's counts.
    """
    said = object_of(config.get("quantization_config")) or object_of(
        object_of(config.get("text_config")).get("quantization_config")
    )
    method = text_of(said.get("quant_method"), _METHOD_LENGTH)
    bits = next((bits for bits in _bits(said) if bits is not None and bits <= MOST_BITS), None)
    return (method.lower() if method else None), bits


def _types(safetensors: Record) -> list[tuple[str, object]]:
    return list(object_of(safetensors.get("parameters")).items())


def _bits(said: Record) -> Iterator[int | None]:
    yield from (size_of(said.get(key)) for key in ("bits", "w_bit", "wbits"))
    for key, bits in (("load_in_4bit", 4), ("load_in_8bit", 8)):
        if said.get(key) is True:
            yield bits
    for group in object_of(said.get("config_groups")).values():
        yield size_of(object_of(object_of(group).get("weights")).get("num_bits"))
