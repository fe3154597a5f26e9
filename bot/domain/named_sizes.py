"""The sizes that a repository's name says: total and active parameters, in all the ways that labs write them."""

import re
from functools import lru_cache

_UNITS = {"t": 10**12, "b": 10**9, "m": 10**6}

_EDGE = r"(?<![a-z0-9])(?<!\d\.)"
"""A size begins a word, also after a dot (`Model.7B`), but is not the end of a longer number (`2.7B` is no `7B`)."""

_CONTEXT = r"\d{1,4}k(?![a-z0-9])"
_TRAINED_ON = r"[-_ ]?(?:tok(?:en)?s?|words)(?![a-z])"
_END = rf"(?:(?![a-z0-9])|(?={_CONTEXT})|(?=a\d))(?!{_TRAINED_ON})"
"""It ends a word, or a context length or the active parameters follow at once (`70B8k`, `30BA3B`). What counts
training tokens (`100B-tokens`) is no size."""

_COUNT = r"(\d{1,4}(?:\.\d{1,3})?)"

_PLAIN = re.compile(rf"{_EDGE}(?:e)?{_COUNT}([tbm]){_END}")
"""`8B`, `0.6b`, `270M`, `1T`, and `E4B`: Gemma's effective parameters, which is what must be in fast memory."""

_GLUED_TO = r"vl|omni|audio|coder|math|command-r|llama|qwen|gemma|mi[sx]tral|falcon|vicuna|internlm|baichuan|chatglm"
_GLUED = re.compile(rf"(?<=[a-z]){_COUNT}(b){_END}")
_GLUED_WORD = re.compile(rf"(?:{_GLUED_TO})$")
"""`qwen3vl8b`, `command-r7b`: only after words of models. Others name what something was trained on (`laion2b`)."""

_SPLIT = re.compile(rf"{_EDGE}(\d{{1,3}})b(\d){_END}")
"""`1b7`, as BLOOM, RWKV and their time wrote 1.7B."""

_UNDERSCORED = re.compile(r"(?<=-)([01])_(\d)(?=[bm](?![a-z0-9]))")
"""`stablelm-2-1_6b`, `internlm2-1_8b`: an underscore for the point. With other digits in front it separates words
(`Llama-3_8B`)."""

_EXPERTS = re.compile(rf"(?<![0-9.])(\d{{1,3}})x{_COUNT}b{_END}")
_ACTIVE = re.compile(rf"{_EDGE}a{_COUNT}([bm])(?![a-z0-9])|(?<=\db)a{_COUNT}([bm])(?![a-z0-9])")
_ACTIVE_OF_EXPERTS = re.compile(rf"{_EDGE}{_COUNT}b[-_]\d{{1,3}}e(?![a-z0-9])")
"""`17B-16E`: Llama 4 names the active parameters and the number of experts, not the total."""

_PER_EXPERT, _SHARED = 0.775, 0.225
"""Of `8x7B`: what each expert has of its own, and what they share (everything but the feed-forward layers), as
parts of the dense model. Mixtral 8x22B: 140.6B in all and 39B active with two experts, so 17B each and 5B shared."""

_SEVEN = 7.24
"""What Mistral's 7B is, exactly: Mixtral 8x7B has 46.7B, mergekit's 4x7B 24.2B and 2x7B 12.9B."""

_ENCODER_AND_DECODER = re.compile(rf"t5gemma.*?{_EDGE}{_COUNT}([bm])-{_COUNT}([bm]){_END}")
"""`t5gemma-2-4b-4b`, `t5gemma-9b-2b`: the sizes of an encoder and of a decoder, both of which run."""

_SMALLEST_MILLIONS = 5 * 10**6
"""`1M` in a name is a context length (`Qwen2.5-7B-Instruct-1M`); models of under five million carry other names."""

_DRAFT = re.compile(r"(?<![a-z])(?:d?eagle\d?|dflash|speculator|draft(?:er)?|sae|mmproj)(?![a-z])")
"""Names of parts that go with a model: the number in them is that model's size, not theirs."""


_REMEMBERED = 1024
"""Names that are read again within one batch: what a model takes by itself, and given its base."""


@lru_cache(maxsize=_REMEMBERED)
def read_name(repo_id: str) -> tuple[int | None, int | None]:
    """Read total and active parameters from a repository's name; `None` for what it does not say.

    Of several sizes the first counts (`Qwen3-8B-...-distilled-from-235B`), billions before trillions and millions,
    which also stand for training tokens (`2B-4T`) and context lengths (`7B-1M`).
    """
    name = repo_id.rpartition("/")[2].casefold()
    name = _UNDERSCORED.sub(r"\1.\2", name).replace("_", "-")
    if _DRAFT.search(name):
        return None, None
    of_experts = _ACTIVE_OF_EXPERTS.search(name)
    if of_experts:
        return None, _count(of_experts[1], "b")
    active, totals = _active(name), _totals(name)
    if "moe" in name and len(totals) > 1 and active is None:
        return max(totals), min(totals)
    return (totals[0] if totals else None), active


def _totals(name: str) -> list[int]:
    both = _ENCODER_AND_DECODER.search(name)
    if both:
        return [_count(both[1], both[2]) + _count(both[3], both[4])]
    sizes = [(found[1], found[2]) for found in _PLAIN.finditer(name)]
    split = [_count(f"{found[1]}.{found[2]}", "b") for found in _SPLIT.finditer(name)]
    billions = [*(_count(number, unit) for number, unit in sizes if unit == "b"), *split]
    others = [_count(number, unit) for unit_wanted in "tm" for number, unit in sizes if unit == unit_wanted]
    return billions or _of_experts(name) or _glued(name) or [size for size in others if size >= _SMALLEST_MILLIONS]


def _of_experts(name: str) -> list[int]:
    return [_count(_together(int(found[1]), float(found[2])), "b") for found in _EXPERTS.finditer(name)]


def _together(experts: int, dense: float) -> float:
    """Return what so many experts come to, in the unit of `dense`."""
    return (_SEVEN if dense == int(_SEVEN) else dense) * (experts * _PER_EXPERT + _SHARED)


def _glued(name: str) -> list[int]:
    return [_count(found[1], found[2]) for found in _GLUED.finditer(name) if _GLUED_WORD.search(name[: found.start()])]


def _active(name: str) -> int | None:
    found = _ACTIVE.search(name)
    return None if found is None else _count(found[1] or found[3], found[2] or found[4])


def _count(number: float | str, unit: str) -> int:
    return round(float(number) * _UNITS[unit])
