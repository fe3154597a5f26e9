"""What a model is: the facts a hub states about one repository, and what Rootstock concludes from them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Source(StrEnum):
    """The hub a model lives on; together with the hub's own id it is the model's identity."""

    HUGGING_FACE = "hf"
    MODELSCOPE = "ms"


class Kind(StrEnum):
    """How a model came to be, in the Hub's own words."""

    ORIGINAL = "original"
    FINETUNE = "finetune"
    ADAPTER = "adapter"
    MERGE = "merge"
    QUANTIZED = "quantized"


class Gating(StrEnum):
    """Whether the files may be fetched at once (`open`), after a form (`auto`) or after a person agrees (`manual`)."""

    OPEN = "open"
    AUTO = "auto"
    MANUAL = "manual"


class LicenceClass(StrEnum):
    """What a licence lets a builder do, coarsely. `CUSTOM` must be read; `NONE` means nothing was declared."""

    PERMISSIVE = "permissive"
    COPYLEFT = "copyleft"
    NON_COMMERCIAL = "non-commercial"
    CUSTOM = "custom"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class DeclaredParent:
    """One `base_model` declaration: the parent's repository id and the relation, `None` where the tag is bare."""

    repo_id: str
    relation: Kind | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One published result: what was measured, the value as the card states it, and who reported it."""

    benchmark: str
    metric: str
    value: float
    reported_by: str


@dataclass(frozen=True, slots=True)
class HubModel:
    """One hub record, parsed and bounded; nothing in it is guessed.

    `None` always means "the record does not say", never "no": a trending row without a file list has
    `has_files=None`, a repository whose list holds only `.gitattributes` has `has_files=False`.
    """

    source: Source
    repo_id: str
    """`Org/Name` as the hub spells it today; at most 200 characters."""
    hub_id: str | None = None
    """The hub's stable `_id`: survives renames."""
    author: str = ""
    """The part of `repo_id` before the slash; empty for the Hub's few root repositories (`gpt2`)."""
    created_at: datetime | None = None
    """UTC. `None` also for the Hub's 2022-03-02T23:29:04Z, which means unknown (HUB.md)."""
    last_modified: datetime | None = None
    tags: tuple[str, ...] = ()
    declared: tuple[DeclaredParent, ...] = ()
    """Every declared parent, in order, without duplicates and without the model itself."""
    task: str | None = None
    """The Hub's `pipeline_tag`."""
    library: str | None = None
    licence: str | None = None
    """The licence id in lower case (`apache-2.0`, `other`)."""
    licence_name: str | None = None
    licence_link: str | None = None
    gating: Gating = Gating.OPEN
    private: bool = False
    disabled: bool = False
    downloads: int | None = None
    """In the last 30 days, as the Hub counts; 0 for the first day."""
    likes: int | None = None
    trending: float | None = None
    parameters: int | None = None
    """From safetensors or GGUF metadata only, as the hub counts them; `bot.domain.sizes` reads names as well."""
    tensors: tuple[tuple[str, int], ...] = ()
    """How many numbers of which data type the safetensors files hold: `(("BF16", 8_190_735_360),)`."""
    quantized_by: str | None = None
    """The method that the configuration names, in lower case (`awq`, `compressed-tensors`, `modelopt`)."""
    quantized_bits: int | None = None
    """Bits a weight, where the configuration says it."""
    context_length: int | None = None
    """In tokens."""
    architecture: str | None = None
    files: tuple[str, ...] | None = None
    used_storage: int | None = None
    """In bytes."""
    has_files: bool | None = None
    has_card: bool | None = None
    languages: tuple[str, ...] = ()
    """ISO 639 codes as declared, lower case."""
    summary: str | None = None
    """One plain sentence from the model card; hostile text, rendered safe in `bot.cards`."""
    evaluations: tuple[Evaluation, ...] = ()


@dataclass(frozen=True, slots=True)
class Classification:
    """A model's kind and parents, with the reason in words a catalogue knows.

    `reason` is a catalogue key below `kind.reason.`; `details` fills its placeholders, for example
    `("name-says-quantized", {"declared": "adapter", "sign": "GGUF"})`.
    """

    kind: Kind
    parents: tuple[str, ...]
    """Repository ids of the parents, as declared."""
    reason: str
    details: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Metrics:
    """The numbers that thresholds look at; `None` where the hub did not say."""

    likes: int | None = None
    downloads: int | None = None
    trending: float | None = None


class Stage(StrEnum):
    """How far a model has come in Rootstock's eyes.

    `STUB`: known by name only (somebody's parent). `UNSETTLED`: listed, looked at again on a schedule.
    `SETTLED`: has files and a card, was classified and judged. `GIVEN_UP`: stayed empty for seven days;
    a later record that is settled brings it back. `GONE`: deleted, made private or renamed away.
    """

    STUB = "stub"
    UNSETTLED = "unsettled"
    SETTLED = "settled"
    GIVEN_UP = "given_up"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Model:
    """A model as Rootstock remembers it: the latest facts, and what was concluded from them."""

    id: int
    """Rootstock's own key: never changes, appears in button ids."""
    facts: HubModel
    stage: Stage
    first_seen_at: datetime
    released_at: datetime | None
    """When the model became publicly visible, as Rootstock saw it; `None` for a stub, and for a model that
    was already there at a publisher's first listing and does not say when it was created."""
    kind: Kind | None = None
    kind_reason: str = ""
    kind_details: Mapping[str, str] = field(default_factory=dict[str, str])
    look_at: datetime | None = None
    """When an unsettled model (or a stub) is looked at again."""
    looks: int = 0

    @property
    def is_known(self) -> bool:
        """Tell whether more than a name is remembered: a feed has shown it, or somebody had it looked up."""
        return self.stage is not Stage.STUB or self.facts.hub_id is not None


@dataclass(frozen=True, slots=True)
class ModelToPut:
    """What is to be remembered about one model: the arguments of `StoreModels.put` as one value."""

    facts: HubModel
    stage: Stage
    released_at: datetime | None
    classification: Classification | None
    look_at: datetime | None
    looks: int = 0
