"""What a record says about how its model was made: every sign that `bot.domain.kinds` weighs, read at most once."""

import re
from dataclasses import dataclass
from functools import cached_property

from bot.domain.model import Classification, HubModel, Kind
from bot.domain.model_names import CONTAINER, PRECISION, UNDONE, what_differs
from bot.domain.named_sizes import read_name

_LORA_SIGN = re.compile(
    r"(?<![A-Za-z])(?:[Ii][CcDd]-?|(?:[Rr][Ss])?[Qq]?|[Dd])[Ll][Oo][Rr][Aa]s?(?![a-z])|[A-Za-z]{0,4}LoRAs?|(?<=[a-z])Lora(?![a-z])"
    r"|(?<![A-Za-z])[Aa]dapters?(?![A-Za-z])"
)
_MERGED_IN = re.compile(r"(?<![a-z])(?:merged?|fused|full-?model)(?![a-z])|(?<![0-9])16-?bit")

_CONTAINER_TAGS = frozenset({"mlx", "onnx", "openvino", "litert", "litert-lm", "tflite", "coreml", "exl2", "exl3"})
_PRECISION_TAGS = frozenset(
    {
        *("gptq", "awq", "nvfp4", "mxfp4", "fp8", "bitsandbytes", "auto-round", "compressed-tensors", "modelopt"),
        *("int4", "int8", "fp4", "nf4", "imatrix", "quantization"),
        *("1-bit", "2-bit", "3-bit", "4-bit", "5-bit", "6-bit", "8-bit", "quantized"),
    }
)

_QUANTISERS_TAGS = frozenset({"gptq", "awq", "exl2", "exl3", "quantized"})
"""Written by tools or people that quantise finished models; no lab trains in these formats."""

_FULL_WEIGHTS = frozenset({"safetensors", "pytorch"})
_BIT_TAG = re.compile(r"[1-8]-bit")

_WEIGHT_FILES = re.compile(r"(?:^|/)(?:model|pytorch_model|consolidated)[^/]*\.(?:safetensors|bin|pth)$")
_SHARD = re.compile(r"-\d{5}-of-\d{5}\.(?:safetensors|bin)$")
_ADAPTER_FILES = re.compile(
    r"(?:^|/)(?:adapter_(?:config|model)[^/]*|[^/]*lora[^/]*\.(?:safetensors|bin|gguf))$", re.IGNORECASE
)

_WHOLE = 0.5
"""Of the size that a name says: adapters hold some per cent of their base's weights, and never half of them."""


@dataclass(frozen=True)
class Evidence:
    """One record, read for signs. Everything is worked out only where a rule asks."""

    facts: HubModel

    @cached_property
    def name(self) -> str:
        """The repository's name without its publisher."""
        return self.facts.repo_id.rpartition("/")[2]

    @cached_property
    def parents(self) -> tuple[str, ...]:
        """The declared parents, each once, without the model itself."""
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
        """The tags in lower case."""
        return frozenset(tag.casefold() for tag in self.facts.tags)

    @cached_property
    def library(self) -> str:
        """The library in lower case; empty where none is said."""
        return (self.facts.library or "").casefold()

    @cached_property
    def container_sign(self) -> str | None:
        """A format that the name says, as it is spelled there."""
        found = CONTAINER.search(self.name.lower())
        return self.name[found.start() : found.end()] if found else None

    @cached_property
    def precision_sign(self) -> str | None:
        """A precision that the name says, unless it is undone or a parent's name says the same."""
        name = self.name.lower()
        if UNDONE.search(name):
            return None
        inherited = "" if self.declared is Kind.QUANTIZED else " ".join(self.parents).lower()
        found = next((found for found in PRECISION.finditer(name) if found[0] not in inherited), None)
        return self.name[found.start() : found.end()] if found else None

    @cached_property
    def difference(self) -> tuple[str, str] | None:
        """The first parent and the word by which this is another model; None where one parent has the same name."""
        marked = bool(self.container_sign or self.precision_sign or self.container_tag or self.precision_tag)
        differing = {parent: what_differs(self.facts.repo_id, parent, marked=marked) for parent in self.parents}
        if not all(differing.values()):
            return None
        return next(((parent, word) for parent, word in differing.items() if word), None)

    @cached_property
    def lora_sign(self) -> str | None:
        """A word for an adapter, unless the name says that it was merged in."""
        found = _LORA_SIGN.search(self.name)
        return None if found is None or self.is_merged else found[0]

    @cached_property
    def is_merged(self) -> bool:
        """Whether the name says that an adapter was merged in."""
        return bool(_MERGED_IN.search(self.name.lower()))

    @cached_property
    def has_weight_files(self) -> bool:
        """Whether files are there that hold a model's weights, by their usual names."""
        return any(map(_WEIGHT_FILES.search, self.facts.files or ()))

    @cached_property
    def whole_weights(self) -> bool:
        """Whether the files hold a whole model: shards, or weights with their configuration, and no adapter."""
        files = self.facts.files
        if files is None:
            return self._counts_as_whole()
        if any(map(_ADAPTER_FILES.search, files)):
            return False
        return any(map(_SHARD.search, files)) or ("config.json" in files and self.has_weight_files)

    def _counts_as_whole(self) -> bool:
        """Tell by the number of weights, where the record has that and no list of files."""
        sizes = (read_name(name)[0] for name in (self.facts.repo_id, *self.parents))
        named = next((size for size in sizes if size), None)
        return named is not None and (self.facts.parameters or 0) >= _WHOLE * named

    @cached_property
    def container_tag(self) -> str | None:
        """A tag (or library) of a format with its own runtime; formats beside full weights are an extra."""
        library = {self.library} & _CONTAINER_TAGS
        said = sorted((self.tags & _CONTAINER_TAGS if self.tags.isdisjoint(_FULL_WEIGHTS) else self.mlx_tag) | library)
        if said:
            return said[0]
        return "gguf" if "gguf" in self.tags and self.tags.isdisjoint(_FULL_WEIGHTS) else None

    @cached_property
    def mlx_tag(self) -> frozenset[str]:
        """MLX keeps its weights in safetensors files as well."""
        return self.tags & {"mlx", "exl2", "exl3"}

    @cached_property
    def precision_tag(self) -> str | None:
        """A tag of a precision; labs publish in some of them."""
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
