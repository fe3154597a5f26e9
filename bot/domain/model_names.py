"""Repository names as words: which say a format, and whether two names are one model's.

A quantisation carries its base's name and adds how it was made (`Qwen3-8B-GGUF`, `Qwen_Qwen3-8B-i1-GGUF`). What adds
words of another kind is another model, whatever it declares: `Qwen3.6-27B-Uncensored-Aggressive`, `Qwopus3.6-27B-GGUF`
and `Ministral-3-8B-Instruct` (of `-Base`) are declared quantisations on the Hub, and are none.
"""

import re
from dataclasses import dataclass
from functools import cached_property

_CONTAINERS = (
    r"gguf|ggml|mlx|exl[23]?|onnx|openvino|ov$|litert-lm|litertlm|litert|tflite|coreml|mlc|llamafile|ct2|mnn|ncnn|rkllm"
    r"|hipfire|jang(?:tq|_\w+)?"
)
"""Formats that need their own runtime: a repository named so holds nothing else."""

_PRECISIONS = (
    r"awq|gptq|nvfp4(?:a\d+)?|mxfp[48]|mfp4|fp[48]|nf4|hqq|aqlm|auto[-_]?(?:round|gptq|awq)|w[48]a(?:4|8|16)|int[248]"
    r"|bnb|imatrix|optiq|paro|nunchaku|quants|quanti[sz]ed|oq\d(?:\.\d)?e?|q4f16(?:_\d)?|q[2-8]$"
    r"|[1-8](?:[._]\d{1,3})?-?bits?|[1-9](?:[._]\d{1,4})?-?bpw|bpw\d[\d.]*"
    r"|i?q[1-8]_[0-9k][a-z0-9_]*|iq[1-4]_[a-z]{1,3}|tq\d_[a-z0-9_]+"
)
CONTAINER, PRECISION = (re.compile(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])") for words in (_CONTAINERS, _PRECISIONS))
"""In names in lower case."""

UNDONE = re.compile(r"(?<![0-9])(?:16|32)-?bits?(?![a-z0-9])|unquanti[sz]ed|dequant")
"""`bnb-16bit`, `4bit_merged_16bit`: what was quantised while it was trained is not any more."""

REFUSALS_TAKEN_OUT = (
    r"ablit[a-z]*|uncensored|decensored|derestricted|heretic|heresy|obliterat[a-z]*|(?<![a-z])(?:crack|uncen)(?![a-z])"
)
"""Words for a model that somebody made of one that existed before; they also stand glued to others."""

_CHANGES = (
    rf"{REFUSALS_TAKEN_OUT}|unfiltered|amoral|nsfw"
    r"|distill?(?:ed|ation)?|fine[-_]?tun[a-z]*|tuned|ft|sft|dpo|orpo|kto|ppo|grpo|rlhf|rlvr|rl|(?:q|rs)?lora|adapters?"
    r"|merged?|slerp|franken[a-z]*|pruned|reap|healed"
    r"|instruct|chat|it|thinking|reasoning|reasoner|coder|math|embed(?:ding)?s?|rerank(?:er)?|reward|guard|vision|vl"
    r"|roleplay|rp|tiny|nano|micro|mini|small|medium|large"
    r"|claude|opus|sonnet|haiku|gpt|chatgpt|gemini|grok|deepseek|kimi|glm|r1|o1"
)
"""Words that make another model of a name: how it was trained further, for what, in which size, after which teacher."""

_CHANGED = re.compile(rf"(?<![a-z0-9])(?:{_CHANGES})(?![a-z0-9])")

_TALKS = frozenset({"it", "instruct", "chat"})
"""One thing in three words: who quantises `gemma-2-9b-it` may call it `gemma-2-9b-instruct`."""

_BEFORE_TRAINING = frozenset({"base", "pt", "pretrain", "pretrained"})
"""`DeepSeek-V3.1` is not `DeepSeek-V3.1-Base` in another precision."""

_FULL_PRECISION = re.compile(r"(?<![a-z0-9])(?:bf16|f(?:p)?(?:16|32))(?![a-z0-9])")
_REPACKED = re.compile(r"(?<![a-z0-9])diffusers(?![a-z0-9])")

_NEUTRAL = re.compile(
    r"v?\d+(?:\.\d+)*[a-z]?|[ae]?\d+(?:\.\d+)?[bmtk]|\d+x\d+(?:\.\d+)?b|[0-9a-f]{5}"
    r"|g(?:s|roup)?\d+g?|\d+g|[hb]{1,2}\d+|i\d|a?sym|e[45]m[23](?:fn)?|\w*quant\w*|int\d\w*|fp\d\w*|w\d+a\d+\w*"
    r"|d?q\d\w*|[it]q\d\w*|ud|dwq|imat|ik|gptqmodel|fbgemm|kvc|apex|otq|hlwq|ct|configi|neo|code|di|max|sota|bpe"
    r"|dynamic|static|mixed|scaled|smooth|affine|(?:no)?mtp|multimodal|gu?ff|faster|\d?steps?"
    r"|hf|it|instruct|chat|base|old|new|fix(?:ed)?|model|weights|official|original|preview|unsloth|transformers|diffusers"
    r"|vllm|sglang|ollama|llamacpp|comfyui|comfy|safetensors"
    r"|apple|metal|cuda|cpu|gpu|npu|gb10|[abh]\d{3}|rtx|ryzen|strix"
)
"""Words that say nothing about which model it is: versions and sizes, ways of quantising, engines and devices.

Sizes are among them because people round them; which of two sizes was meant is the declaration's affair."""

_FAMILIES = frozenset(
    {
        *("qwen", "llama", "gemma", "mistral", "mixtral", "phi", "flux", "sdxl", "wan"),
        *("alibaba", "baidu", "google", "ibm", "meta", "microsoft", "mistralai", "nvidia", "openai", "tencent", "zai"),
    }
)
"""Families and makers, put before a name by who wants to say what it is; other words there make another name."""

_FEWEST_LETTERS = 3
"""Of a word's beginning that counts as the word: `mel` for `melbandroformer`."""


@dataclass(frozen=True)
class _Name:
    """A repository's name, cut into words."""

    repo_id: str

    @cached_property
    def text(self) -> str:
        return self.repo_id.rpartition("/")[2].lower()

    @cached_property
    def words(self) -> tuple[str, ...]:
        return _words_in(self.text)

    @cached_property
    def changes(self) -> tuple[str, ...]:
        return tuple(found[0] for found in _CHANGED.finditer(self.text))

    @cached_property
    def publishers_words(self) -> frozenset[str]:
        publisher = self.repo_id.rpartition("/")[0].lower()
        return frozenset({publisher, *re.split(r"[^a-z0-9]+", publisher)})

    @cached_property
    def joined(self) -> str:
        return _joined(self.text)

    @cached_property
    def has_format(self) -> bool:
        return bool(format_word(self.repo_id))

    @cached_property
    def families(self) -> frozenset[str]:
        """The first word that says which model it is, and the first that is not its publisher's own name."""
        letters = [said for word in self.words if len(said := _letters(word)) > 1]
        said = [word for word in letters if not _NEUTRAL.fullmatch(word) and not _CHANGED.fullmatch(word)]
        said = [word for word in said if word not in _BEFORE_TRAINING]
        return frozenset(said[:1]).union([word for word in said if word not in self.publishers_words][:1])

    def begins_like(self, word: str) -> bool:
        """Tell whether a word of another name is one of these."""
        letters = _letters(word)
        return any(
            letters.startswith(family) or (len(letters) >= _FEWEST_LETTERS and family.startswith(letters))
            for family in self.families
        )


def format_word(name: str) -> str | None:
    """Return the first format or precision that a name says, as it is spelled there; None where it is undone."""
    text = name.rpartition("/")[2]
    if UNDONE.search(text.lower()):
        return None
    found = CONTAINER.search(text.lower()) or PRECISION.search(text.lower())
    return text[found.start() : found.end()] if found else None


def bare_name(repo_id: str) -> str:
    """Return a name without formats, precisions and punctuation: what two copies of one model have in common."""
    name = _FULL_PRECISION.sub("", repo_id.rpartition("/")[2].lower())
    return _joined(PRECISION.sub("", CONTAINER.sub("", name)))


def what_differs(child: str, parent: str, *, marked: bool) -> str | None:
    """Return the word by which a name is another model's than its declared base's; None where it is the same model.

    `marked`: something beside words (a format in the name, a tag) says that the child is a copy in another format.
    Then words behind the format are ways of quantising; those in front of it are the model's, as everywhere.
    """
    of_child, of_parent = _Name(child), _Name(parent)
    if bare_name(child) == bare_name(parent):
        return None
    word = _change(of_child, of_parent) or _own_word(of_child, of_parent, marked=marked) or _lost(of_child, of_parent)
    return None if word is None else _as_spelled(word, child, parent)


def names_without_format(repo_id: str) -> tuple[str, ...]:
    """Return under which names the same publisher shows the model that this is a copy of: most likely first."""
    publisher, slash, name = repo_id.rpartition("/")
    if UNDONE.search(name.lower()):
        return ()
    found = sorted(
        (one.span() for pattern in (CONTAINER, PRECISION, _REPACKED) for one in pattern.finditer(name.lower())),
    )
    if not found:
        return ()
    without = _without(name, found)
    plain = dict.fromkeys(one for one in (without, name[: found[0][0]].rstrip("-_. ")) if one and one != name)
    return tuple(f"{publisher}{slash}{one}{ending}" for one in plain for ending in ("", "-BF16", "-hf"))


def _without(name: str, spans: list[tuple[int, int]]) -> str:
    kept, end = "", 0
    for start, stop in spans:
        if start >= end:
            kept += name[end:start].rstrip("-_. ")
            end = stop
    return (kept + name[end:]).strip("-_. ")


def _change(child: _Name, parent: _Name) -> str | None:
    """Return a word for a change that the parent's name does not have."""
    before = {*parent.changes, *parent.publishers_words}
    before |= frozenset[str]() if before.isdisjoint(_TALKS) else _TALKS
    return next((word for word in child.changes if word not in before), None)


def _own_word(child: _Name, parent: _Name, *, marked: bool) -> str | None:
    """Return a word that only the child has and that makes a name of its own."""
    own = _own_words(child.text, child, parent)
    if not marked or not own:
        return next(iter(own), None)
    if parent.families and not any(map(parent.begins_like, child.words)):
        return own[0]
    before = _own_words(_before_format(child, parent), child, parent)
    return next((word for word in before if _letters(word) not in _FAMILIES and not parent.begins_like(word)), None)


def _own_words(text: str, child: _Name, parent: _Name) -> list[str]:
    """Return the words that say which model it is, and that the parent's name does not have."""
    passed_over = child.publishers_words | parent.publishers_words
    formats = _FULL_PRECISION.sub(" ", PRECISION.sub(" ", CONTAINER.sub(" ", text)))
    said = [word for word in _words_in(formats) if word not in passed_over and not _NEUTRAL.fullmatch(word)]
    return [word for word in said if _joined(word) not in parent.joined]


def _before_format(child: _Name, parent: _Name) -> str:
    """Return what stands in front of the first format that is not the parent's as well."""
    formats = [found for pattern in (CONTAINER, PRECISION) for found in pattern.finditer(child.text)]
    return child.text[: min((one.start() for one in formats if one[0] not in parent.text), default=len(child.text))]


def _lost(child: _Name, parent: _Name) -> str | None:
    """Return the word by which a parent was not trained yet, if the child names no format and does without it."""
    gone = [word for word in parent.words if word in _BEFORE_TRAINING and word not in child.words]
    return gone[0] if gone and not child.has_format else None


def _as_spelled(word: str, *names: str) -> str:
    found = next((at for name in names if (at := re.search(re.escape(word), name, re.IGNORECASE))), None)
    return found[0] if found else word


def _letters(word: str) -> str:
    """Return the letters that a word begins with: `qwen` of `qwen3.6`."""
    return re.split(r"[^a-z]", word, maxsplit=1)[0]


def _words_in(text: str) -> tuple[str, ...]:
    return tuple(word for word in re.split(r"[-_\s]+|\.(?!\d)|(?<!\d)\.", text) if word)


def _joined(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text)
