"""What kind of model a repository holds, and why: the declared relation, held against name, tags, library and files.

The kinds are the Hub's words, with one reading that the Hub's own data suggests: **quantized** means the same
weights in another precision or format (the Hub files MLX and ONNX conversions there too). Declarations are noisy
(HUB.md, point 3), so strong signs overrule them, always with the reason. Nothing is invented: the parents are the
declared ones, and a quantised name without a declaration is quantized with no known parent.

The rules, in order; the first that has something to say decides:

1. Declared adapter with LoRA in its name stays one, whatever its format (`LoRA-...-F16-GGUF`).
2. The **name** says a format or precision (`-GGUF`, `-4bit`): quantized. Not where a precision is inherited from the
   parent's name (fine-tunes of `...-bnb-4bit` carry it on), undone (`-16bit`), or describes how a LoRA was trained.
3. The **name** says LoRA or adapter: adapter, unless it says merged (the adapter is inside the weights then) or is
   declared a merge.
4. **Library or files** say adapter (`peft`, `adapter_config.json` without weights).
5. Declared quantized: so it is.
6. The same name as its parent, and tags or library of another format: quantized.
7. **Tags** decide where nothing but a bare parent is declared. Of all tags only the author's own `quantized`, a
   diffusers `lora`, and mergekit's pair `mergekit` + `merge` overrule a declaration.
8. Whatever is declared; several bare parents are a merge and a single one a finetune, as the Hub counts them.
9. Without a parent: mergekit's tags, words for refusals taken out, else an original. Tags such as `fp8`, `8-bit` or
   `compressed-tensors` say nothing here: several labs train and publish in them (DeepSeek-V4-Pro, gpt-oss, Kimi-K3).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from bot.domain.model import Classification, HubModel, Kind

_CONTAINER = (
    r"gguf|ggml|mlx|exl[23]?|onnx|openvino|ov|litert-lm|litertlm|litert|tflite|coreml|mlc|llamafile|jang(?:tq|_\w+)?"
)
"""Formats that need their own runtime: a repository named so holds nothing else."""

_PRECISION = (
    r"awq|gptq|nvfp4(?:a\d+)?|mxfp[48]|fp[48]|nf4|hqq|aqlm|auto-?round|w[48]a(?:4|8|16)|int[248]|bnb|imatrix|optiq"
    r"|quants|quanti[sz]ed|[1-8](?:[._]\d{1,3})?-?bits?|[1-9](?:[._]\d{1,4})?bpw|i?q[1-8]_[0-9k][a-z0-9_]*|q4f16(?:_\d)?"
    r"|oq\d(?:\.\d)?e?"
)
_CONTAINER_SIGN, _PRECISION_SIGN = (
    re.compile(rf"(?<![a-z0-9])(?:{signs})(?![a-z0-9])") for signs in (_CONTAINER, _PRECISION)
)

_UNDONE = re.compile(r"(?<![0-9])(?:16|32)-?bits?(?![a-z0-9])|unquanti[sz]ed|dequant")
"""`bnb-16bit`, `4bit_merged_16bit`: what was quantised while it was trained is not any more."""

_LORA_SIGN = re.compile(
    r"(?<![A-Za-z])(?:[Ii][CcDd]-?|(?:[Rr][Ss])?[Qq]?|[Dd])[Ll][Oo][Rr][Aa]s?(?![a-z])|[A-Za-z]{0,4}LoRAs?|(?<=[a-z])Lora(?![a-z])"
    r"|(?<![A-Za-z])[Aa]dapters?(?![A-Za-z])"
)
_MERGED_IN = re.compile(r"(?<![a-z])(?:merged?|fused|full-?model)(?![a-z])|(?<![0-9])16-?bit")
_CHANGED_SIGN = re.compile(r"ablit\w*|uncensored|decensored|heretic|obliterat\w*|(?<![a-z])(?:crack|uncen)(?![a-z])")
"""Words for a model whose refusals were taken out: always somebody's version of a model that existed before."""

_CONTAINER_TAGS = frozenset({"mlx", "onnx", "openvino", "litert", "litert-lm", "tflite", "coreml", "exl2", "exl3"})
_PRECISION_TAGS = frozenset(
    {
        *("gptq", "awq", "nvfp4", "mxfp4", "fp8", "bitsandbytes", "auto-round", "compressed-tensors", "modelopt"),
        *("1-bit", "2-bit", "3-bit", "4-bit", "5-bit", "6-bit", "8-bit", "quantized"),
    }
)
_QUANTISERS_TAGS = frozenset({"gptq", "awq", "exl2", "exl3", "quantized"})
"""Written by tools or people that quantise finished models; no lab trains in these formats."""

_FULL_WEIGHTS = frozenset({"safetensors", "pytorch"})
_BIT_TAG = re.compile(r"[1-8]-bit")
_MERGEKIT_PAIR = frozenset({"mergekit", "merge"})
"""mergekit writes both into every card it makes; `merge` alone is also written by people who merged a LoRA in."""

_IMAGE_TASKS = frozenset({"text-to-image", "image-to-image", "text-to-video", "image-to-video", "video-to-video"})
_WEIGHT_FILES = re.compile(r"(?:^|/)(?:model|pytorch_model|consolidated)[^/]*\.(?:safetensors|bin|pth)$")


_REMEMBERED = 1024
"""Records whose kind is asked again within one batch: by sizes, by matching, by the store."""


@lru_cache(maxsize=_REMEMBERED)
def classify(facts: HubModel) -> Classification:
    """Conclude kind and parents of a model from everything its record says; see the module for the rules."""
    evidence = _Evidence(facts)
    for rule in _RULES:
        conclusion = rule(evidence)
        if conclusion is not None:
            return conclusion
    return evidence.concludes(Kind.ORIGINAL, "no-parent")


@dataclass(frozen=True)
class _Evidence:
    """One record, read for signs. Everything is worked out at most once, and only where a rule asks."""

    facts: HubModel

    @cached_property
    def name(self) -> str:
        return self.facts.repo_id.rpartition("/")[2]

    @cached_property
    def parents(self) -> tuple[str, ...]:
        own = self.facts.repo_id.casefold()
        once = {parent.repo_id.casefold(): parent.repo_id for parent in reversed(self.facts.declared)}
        return tuple(repo_id for key, repo_id in reversed(once.items()) if key != own)

    @cached_property
    def declared(self) -> Kind | None:
        """The declared relation: one for all parents on the Hub; where records differ, the first that says one."""
        own = self.facts.repo_id.casefold()
        others = (parent.relation for parent in self.facts.declared if parent.repo_id.casefold() != own)
        return next((relation for relation in others if relation is not None), None)

    @cached_property
    def tags(self) -> frozenset[str]:
        return frozenset(tag.casefold() for tag in self.facts.tags)

    @cached_property
    def library(self) -> str:
        return (self.facts.library or "").casefold()

    @cached_property
    def container_sign(self) -> str | None:
        """A format that the name says, as it is spelled there."""
        found = _CONTAINER_SIGN.search(self.name.lower())
        return self.name[found.start() : found.end()] if found else None

    @cached_property
    def precision_sign(self) -> str | None:
        """A precision that the name says, unless it is undone or a parent's name says the same."""
        name = self.name.lower()
        if _UNDONE.search(name):
            return None
        inherited = "" if self.declared is Kind.QUANTIZED else " ".join(self.parents).lower()
        found = next((found for found in _PRECISION_SIGN.finditer(name) if found[0] not in inherited), None)
        return self.name[found.start() : found.end()] if found else None

    @cached_property
    def lora_sign(self) -> str | None:
        found = _LORA_SIGN.search(self.name)
        return None if found is None or _MERGED_IN.search(self.name.lower()) else found[0]

    @cached_property
    def container_tag(self) -> str | None:
        """A tag (or library) of a format with its own runtime; GGUF only where there are no other weights."""
        said = sorted((self.tags | {self.library}) & _CONTAINER_TAGS)
        if said:
            return said[0]
        return "gguf" if "gguf" in self.tags and self.tags.isdisjoint(_FULL_WEIGHTS) else None

    @cached_property
    def precision_tag(self) -> str | None:
        return min(self.tags & _PRECISION_TAGS, default=None)

    @cached_property
    def quantisers_tag(self) -> str | None:
        """A tag that only a quantisation of a finished model carries."""
        said = sorted(self.tags & _QUANTISERS_TAGS)
        if said:
            return said[0]
        bits = sorted(filter(_BIT_TAG.fullmatch, self.tags)) if "mlx" in self.tags | {self.library} else []
        return f"mlx, {bits[0]}" if bits else None

    def concludes(self, kind: Kind, reason: str, **details: str) -> Classification:
        """Return a conclusion; what was declared is among its details."""
        said = {"declared": str(self.declared)} if self.declared else {}
        return Classification(kind, self.parents, reason, {**said, **details})

    def weighs(self, kind: Kind, source: str, sign: str) -> Classification:
        """Conclude from a sign: `<source>-says-<kind>` over a declaration, `-bare` and `-alone` without one."""
        if self.declared is kind:
            return self.concludes(kind, "declared")
        over = "" if self.declared else "-bare" if self.parents else "-alone"
        return self.concludes(kind, f"{source}-says-{kind}{over}", sign=sign)


_Rule = Callable[[_Evidence], Classification | None]


def _adapter_in_another_format(evidence: _Evidence) -> Classification | None:
    if evidence.declared is Kind.ADAPTER and evidence.lora_sign:
        return evidence.concludes(Kind.ADAPTER, "declared")
    return None


def _quantized_by_name(evidence: _Evidence) -> Classification | None:
    trained_in_it = evidence.lora_sign and evidence.declared is not Kind.QUANTIZED
    sign = evidence.container_sign or (None if trained_in_it else evidence.precision_sign)
    return evidence.weighs(Kind.QUANTIZED, "name", sign) if sign else None


def _adapter_by_name(evidence: _Evidence) -> Classification | None:
    if evidence.lora_sign and evidence.declared is not Kind.MERGE:
        return evidence.weighs(Kind.ADAPTER, "name", evidence.lora_sign)
    return None


def _adapter_by_library(evidence: _Evidence) -> Classification | None:
    if evidence.library == "peft" and not _MERGED_IN.search(evidence.name.lower()):
        return evidence.weighs(Kind.ADAPTER, "library", "peft")
    return None


def _adapter_by_files(evidence: _Evidence) -> Classification | None:
    files = evidence.facts.files or ()
    if "adapter_config.json" in files and not any(_WEIGHT_FILES.search(file) for file in files):
        return evidence.weighs(Kind.ADAPTER, "files", "adapter_config.json")
    return None


def _declared_quantized(evidence: _Evidence) -> Classification | None:
    return evidence.concludes(Kind.QUANTIZED, "declared") if evidence.declared is Kind.QUANTIZED else None


def _same_name_as_parent(evidence: _Evidence) -> Classification | None:
    same = next((parent for parent in evidence.parents if _bare_name(parent) == _bare_name(evidence.name)), None)
    sign = evidence.container_tag or evidence.precision_tag
    if same and sign and evidence.declared is not Kind.ADAPTER:
        bare = "" if evidence.declared else "-bare"
        return evidence.concludes(Kind.QUANTIZED, f"same-name{bare}", parent=same, sign=sign)
    return None


def _quantized_by_tags(evidence: _Evidence) -> Classification | None:
    if evidence.declared:
        own_word = "quantized" in evidence.tags and evidence.declared is not Kind.ADAPTER
        return evidence.weighs(Kind.QUANTIZED, "tags", "quantized") if own_word else None
    tag = evidence.quantisers_tag or (evidence.container_tag if evidence.parents else None)
    return evidence.weighs(Kind.QUANTIZED, "tags", tag) if tag else None


def _adapter_by_tags(evidence: _Evidence) -> Classification | None:
    if "lora" not in evidence.tags or evidence.declared is Kind.MERGE:
        return None
    of_images = evidence.library == "diffusers" or evidence.facts.task in _IMAGE_TASKS
    return evidence.weighs(Kind.ADAPTER, "tags", "lora") if of_images or not evidence.declared else None


def _merge_by_tags(evidence: _Evidence) -> Classification | None:
    said = evidence.tags & _MERGEKIT_PAIR
    if said == _MERGEKIT_PAIR or (said and (len(evidence.parents) > 1 or not evidence.parents)):
        return evidence.weighs(Kind.MERGE, "tags", ", ".join(sorted(said)))
    return None


def _as_declared(evidence: _Evidence) -> Classification | None:
    return evidence.concludes(evidence.declared, "declared") if evidence.declared else None


def _bare_parents(evidence: _Evidence) -> Classification | None:
    if len(evidence.parents) > 1:
        return evidence.concludes(Kind.MERGE, "several-parents")
    return evidence.concludes(Kind.FINETUNE, "bare-parent") if evidence.parents else None


def _changed_without_parent(evidence: _Evidence) -> Classification | None:
    words = (evidence.name.lower(), *sorted(evidence.tags))
    found = next(filter(None, map(_CHANGED_SIGN.search, words)), None)
    return evidence.concludes(Kind.FINETUNE, "changed-alone", sign=found[0]) if found else None


def _own_parent(evidence: _Evidence) -> Classification | None:
    return evidence.concludes(Kind.ORIGINAL, "self-parent") if evidence.facts.declared else None


_RULES: tuple[_Rule, ...] = (
    _adapter_in_another_format,
    _quantized_by_name,
    _adapter_by_name,
    _adapter_by_library,
    _adapter_by_files,
    _declared_quantized,
    _same_name_as_parent,
    _quantized_by_tags,
    _adapter_by_tags,
    _merge_by_tags,
    _as_declared,
    _bare_parents,
    _changed_without_parent,
    _own_parent,
)


def _bare_name(repo_id: str) -> str:
    """Return a name without formats, precisions and punctuation: what two copies of one model have in common."""
    name = re.sub(r"(?<![a-z0-9])(?:bf16|f(?:p)?16)(?![a-z0-9])", "", repo_id.rpartition("/")[2].lower())
    return re.sub(r"[^a-z0-9]", "", _PRECISION_SIGN.sub("", _CONTAINER_SIGN.sub("", name)))
