"""The demo's facts: real models, as records that the Hub's API could have sent, with their READMEs."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import cast

from bot.demo.hub_shelf import WireRecord, wire_date_of_day

_BYTES_A_SHARD = 5_000_000_000
"""Transformers splits weights into files of 5 GB."""

_BYTES_A_PARAMETER = {"safetensors": 2.0, "diffusers": 2.0, "fp8": 1.0, "awq": 0.6, "mlx": 0.57}
_GGUF_QUANTS = {"Q3_K_M": 0.49, "Q4_K_M": 0.61, "Q5_K_M": 0.71, "Q6_K": 0.82, "Q8_0": 1.06}
"""Bytes a parameter, as llama.cpp's own table of quantisations gives them."""

_LORA_BYTES = 350_000_000

_TAGS_OF_FORMAT = {
    "safetensors": ["transformers", "safetensors"],
    "fp8": ["transformers", "safetensors", "fp8"],
    "awq": ["transformers", "safetensors", "4-bit", "awq"],
    "gguf": ["gguf"],
    "mlx": ["mlx", "safetensors", "4-bit"],
    "lora": ["diffusers", "safetensors", "lora"],
    "diffusers": ["diffusers", "safetensors"],
}
_LIBRARY_OF_FORMAT = {"gguf": None, "mlx": "mlx", "lora": "diffusers", "diffusers": "diffusers"}
_TYPE_OF_FORMAT = {"fp8": "F8_E4M3", "awq": "F16"}

_Entry = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StoryModel:
    """One model of the demo: its whole record, and its README as the repository holds it."""

    record: WireRecord
    readme: str


def read_story_models() -> dict[str, StoryModel]:
    """Return the demo's models by repository id, in the file's order (a parent before what was made from it)."""
    text = resources.files("bot.demo").joinpath("models.toml").read_text("utf-8")
    entries = cast("list[_Entry]", tomllib.loads(text)["model"])
    return {str(entry["id"]): StoryModel(_record(entry), _readme(entry)) for entry in entries}


def _record(entry: _Entry) -> WireRecord:
    """Write an entry in the API's words; fields that a model lacks are absent, as they are on the wire."""
    kind = _format(entry)
    created = entry["created"]
    record: WireRecord = {
        "id": entry["id"],
        "createdAt": wire_date_of_day(created if isinstance(created, date) else date.min),
        "tags": _tags(entry, kind),
        "pipeline_tag": entry.get("task", "text-generation"),
        "library_name": entry.get("library", _LIBRARY_OF_FORMAT.get(kind, "transformers")),
        "gated": entry.get("gated", False),
        "likes": entry["likes"],
        "downloads": entry["downloads"],
        "siblings": [{"rfilename": name} for name in _files(entry, kind)],
        "cardData": _card(entry),
        "usedStorage": _storage(entry, kind) or None,
        **_sizes(entry, kind),
        **_family(entry),
    }
    return {name: value for name, value in record.items() if value is not None}


def _format(entry: _Entry) -> str:
    return str(entry.get("format", "safetensors"))


def _parameters(entry: _Entry) -> int:
    return cast("int", entry.get("parameters", 0))


def _texts(entry: _Entry, field: str) -> list[str]:
    return cast("list[str]", entry.get(field, []))


def _relation(entry: _Entry) -> str:
    return str(entry.get("relation", "finetune"))


def _tags(entry: _Entry, kind: str) -> list[str]:
    parents = _texts(entry, "parents")
    licence = entry.get("licence")
    return [
        *_TAGS_OF_FORMAT[kind],
        str(entry.get("task", "text-generation")),
        *_texts(entry, "tags"),
        *_texts(entry, "languages"),
        *(f"base_model:{parent}" for parent in parents),
        *(f"base_model:{_relation(entry)}:{parent}" for parent in parents),
        *([f"license:{licence}"] if licence else []),
        "region:us",
    ]


def _card(entry: _Entry) -> WireRecord:
    parents = _texts(entry, "parents")
    card: WireRecord = {
        "license": entry.get("licence"),
        "license_name": entry.get("licence_name"),
        "license_link": entry.get("licence_link"),
        "language": _texts(entry, "languages") or None,
        "pipeline_tag": entry.get("task", "text-generation"),
        "base_model": (parents if len(parents) > 1 else parents[0]) if parents else None,
        "base_model_relation": _relation(entry) if parents else None,
        "model-index": _results(entry),
    }
    return {name: value for name, value in card.items() if value is not None}


def _results(entry: _Entry) -> list[WireRecord] | None:
    results = cast("list[Mapping[str, object]]", entry.get("results", []))
    index: list[WireRecord] = [
        {
            "task": {"type": "text-generation"},
            "dataset": {"name": result["benchmark"], "type": "benchmark"},
            "metrics": [{"type": result["metric"], "value": result["value"]}],
        }
        for result in results
    ]
    return [{"name": str(entry["id"]).partition("/")[2], "results": index}] if index else None


def _family(entry: _Entry) -> WireRecord:
    parents = [{"_id": parent.encode().hex()[:24].ljust(24, "0"), "id": parent} for parent in _texts(entry, "parents")]
    return {"baseModels": {"relation": _relation(entry), "models": parents}} if parents else {}


def _sizes(entry: _Entry, kind: str) -> WireRecord:
    parameters, architecture = _parameters(entry), entry.get("architecture")
    if kind == "gguf":
        context = entry.get("context_length")
        return {"gguf": {"total": parameters, "architecture": architecture, "context_length": context}}
    config = {"architectures": [architecture], "max_position_embeddings": entry.get("context_length")}
    sizes: WireRecord = {"config": config} if architecture else {}
    if parameters:
        sizes["safetensors"] = {"parameters": {_TYPE_OF_FORMAT.get(kind, "BF16"): parameters}, "total": parameters}
    return sizes


def _storage(entry: _Entry, kind: str) -> int:
    if kind == "lora":
        return _LORA_BYTES
    share = sum(_GGUF_QUANTS.values()) if kind == "gguf" else _BYTES_A_PARAMETER[kind]
    return round(_parameters(entry) * share)


def _files(entry: _Entry, kind: str) -> list[str]:
    """Return the files that a repository of this format holds."""
    always = [".gitattributes", "README.md"]
    name = str(entry["id"]).partition("/")[2]
    if kind == "lora":
        return [*always, f"{name}.safetensors"]
    if kind == "gguf":
        return [*always, *(f"{name.removesuffix('-GGUF')}-{quant}.gguf" for quant in _GGUF_QUANTS)]
    if kind == "diffusers":
        return [*always, "model_index.json", "transformer/config.json", *_shards(entry, kind, "transformer/diffusion")]
    tokens = ["tokenizer.json", "tokenizer_config.json"]
    return [*always, "config.json", "generation_config.json", *_shards(entry, kind, ""), *tokens]


def _shards(entry: _Entry, kind: str, prefix: str) -> list[str]:
    count = max(1, -(-_storage(entry, kind) // _BYTES_A_SHARD))
    stem = f"{prefix}_pytorch_model" if prefix else "model"
    if count == 1:
        return [f"{stem}.safetensors"]
    return [f"{stem}-{number:05}-of-{count:05}.safetensors" for number in range(1, count + 1)]


def _readme(entry: _Entry) -> str:
    """Write a README as cards are: front matter, a heading, a badge, and then what the model is."""
    name = str(entry["id"]).partition("/")[2]
    licence = f"license: {entry['licence']}\n" if "licence" in entry else ""
    badge = "[![Paper](https://img.shields.io/badge/paper-arXiv-red)](https://arxiv.org/)"
    return f"---\n{licence}---\n# {name}\n\n{badge}\n\n## Introduction\n\n{entry['summary']}\n\n## Use\n\nSee below.\n"
