"""A hub record, as JSON, turned into facts. Everything in it is hostile; only an unusable id makes it unreadable."""

from pathlib import PurePosixPath
from typing import cast

from bot.domain.licences import strictest
from bot.domain.model import Gating, HubModel, Source
from bot.hub.counted_weights import counted_parameters, counted_tensors, quantization_of
from bot.hub.declared_languages import declared_languages, is_language_tag
from bot.hub.declared_parents import declared_parents
from bot.hub.published_evaluations import published_evaluations
from bot.hub.record_fields import (
    LONGEST_REPO_ID,
    Record,
    count_of,
    first,
    flag_of,
    items_of,
    moment_of,
    number_of,
    object_of,
    repo_id_of,
    size_of,
    text_of,
    texts_of,
)

MOST_TAGS = 300
"""The Hub's longest tag lists hold some two hundred (languages of a multilingual model)."""

MOST_FILES = 500
"""Enough for every shard of the largest models; a data dump of 100,000 files says no more than its first 500."""

MOST_LICENCES = 10

_SHORT = 100
_LINK = 300
_HUB_ID = 40

_CARD_TAGS = ("license:", "base_model:", "dataset:", "arxiv:")
"""Tags that the Hub takes from a model card; task and library are also guessed from files, so they prove nothing."""

_STORAGE_TAG = "region:"
_PICTURES = frozenset({".gif", ".ico", ".jpeg", ".jpg", ".png", ".svg", ".webp"})
_ABOUT_FILES = frozenset({".gitattributes", ".gitignore", "licence", "license", "notice", "readme", "use_policy"})
"""Names (without their suffix) of files that are about a model and not of it."""


class UnreadableRecord(Exception):  # noqa: N818 - named as the log line says it
    """A record without an id that could be used; `reason` says what stood there instead."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def parse_record(raw: object, source: Source = Source.HUGGING_FACE) -> HubModel:
    """Turn one record of a listing or a look-up into facts.

    A field that is absent, of the wrong type or out of bounds is "not said"; lengths and numbers are bounded.

    Raises:
        UnreadableRecord: the record is no JSON object or its id is no repository name.
    """
    record = object_of(raw)
    repo_id = _repo_id(raw, record)
    card = object_of(record.get("cardData"))
    tags = texts_of(record.get("tags"), limit=MOST_TAGS, length=_SHORT + LONGEST_REPO_ID)
    files = _files(record.get("siblings"))
    gguf, config = object_of(record.get("gguf")), object_of(record.get("config"))
    safetensors = object_of(record.get("safetensors"))
    quantized_by, quantized_bits = quantization_of(config)
    return HubModel(
        source=source,
        repo_id=repo_id,
        hub_id=_hub_id(record.get("_id")),
        author=repo_id.partition("/")[0] if "/" in repo_id else "",
        created_at=moment_of(record.get("createdAt")),
        last_modified=moment_of(record.get("lastModified")),
        tags=tags,
        declared=declared_parents(record, card, tags, repo_id),
        task=text_of(record.get("pipeline_tag"), _SHORT),
        library=text_of(record.get("library_name"), _SHORT),
        licence=_licence(card, tags),
        licence_name=text_of(card.get("license_name"), _SHORT),
        licence_link=text_of(card.get("license_link"), _LINK),
        gating=_gating(record.get("gated")),
        private=flag_of(record.get("private")),
        disabled=flag_of(record.get("disabled")),
        downloads=count_of(record.get("downloads")),
        likes=count_of(record.get("likes")),
        trending=_score(record.get("trendingScore")),
        parameters=counted_parameters(safetensors, gguf),
        tensors=counted_tensors(safetensors),
        quantized_by=quantized_by,
        quantized_bits=quantized_bits,
        context_length=_context_length(gguf, config),
        architecture=_architecture(gguf, config),
        files=files,
        used_storage=count_of(record.get("usedStorage"), 2**53),
        has_files=_has_files(files, tags if isinstance(record.get("tags"), list) else None),
        has_card=_has_card(card, files, tags),
        languages=declared_languages(card, tags),
        evaluations=published_evaluations(record, card),
    )


def _repo_id(raw: object, record: Record) -> str:
    if not isinstance(raw, dict):
        raise UnreadableRecord(f"a record that is no object but {type(raw).__name__}")
    said = record["id"] if "id" in record else record.get("modelId")
    repo_id = repo_id_of(said)
    if repo_id is None or repo_id != said:
        raise UnreadableRecord("a record whose id is no repository name")
    return repo_id


def _hub_id(value: object) -> str | None:
    usable = isinstance(value, str) and value.isascii() and value.isalnum() and len(value) <= _HUB_ID
    return value if usable and isinstance(value, str) else None


def _gating(value: object) -> Gating:
    if value == "manual":
        return Gating.MANUAL
    return Gating.AUTO if value == "auto" or value is True else Gating.OPEN


def _licence(card: Record, tags: tuple[str, ...]) -> str | None:
    """Return the licence id; of several that are declared the strictest, because all of them bind."""
    tagged = [text_of(tag.removeprefix("license:"), _SHORT) for tag in tags if tag.startswith("license:")]
    on_card = [text_of(said, _SHORT) for said in (card.get("license"), *items_of(card.get("license"), MOST_LICENCES))]
    said = [licence.lower() for licence in tagged if licence] or [licence.lower() for licence in on_card if licence]
    return strictest(said) or first(said)


def _score(value: object) -> float | None:
    number = number_of(value)
    return None if number is None else float(max(-1e9, min(1e9, number)))


def _context_length(gguf: Record, config: Record) -> int | None:
    places = (config, object_of(config.get("text_config")))
    return size_of(gguf.get("context_length")) or next(
        (length for place in places if (length := size_of(place.get("max_position_embeddings")))), None
    )


def _architecture(gguf: Record, config: Record) -> str | None:
    said = (*items_of(config.get("architectures"), 1), config.get("model_type"), gguf.get("architecture"))
    return first(text_of(name, _SHORT) for name in said)


def _files(siblings: object) -> tuple[str, ...] | None:
    if not isinstance(siblings, list):
        return None
    listed = items_of(cast("object", siblings), MOST_FILES)
    names = (text_of(object_of(file).get("rfilename"), LONGEST_REPO_ID) for file in listed)
    return tuple(dict.fromkeys(name for name in names if name))


def _has_files(files: tuple[str, ...] | None, tags: tuple[str, ...] | None) -> bool | None:
    """Tell whether anything but words about the model is there; without a file list, tags tell (HUB.md, point 2)."""
    if files is not None:
        return any(map(_is_content, files))
    return None if tags is None else any(not tag.startswith(_STORAGE_TAG) for tag in tags)


def _is_content(name: str) -> bool:
    path = PurePosixPath(name.lower())
    return path.suffix not in _PICTURES and path.name not in _ABOUT_FILES and path.stem not in _ABOUT_FILES


def _has_card(card: Record, files: tuple[str, ...] | None, tags: tuple[str, ...]) -> bool | None:
    if card or (files is not None and "README.md" in files):
        return True
    if files is not None and len(files) < MOST_FILES:
        return False
    return any(tag.startswith(_CARD_TAGS) or is_language_tag(tag) for tag in tags) or None
