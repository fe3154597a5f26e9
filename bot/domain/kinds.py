"""What kind of model a repository holds, and why: the declared relation, held against name, tags, library and files.

The kinds are the Hub's words, with one reading that the Hub's own data suggests: **quantized** means the same
weights in another precision or format (the Hub files MLX and ONNX conversions there too). Declarations are noisy
(HUB.md, point 3), so strong signs overrule them, always with the reason. Nothing is invented: the parents are the
declared ones, and a quantised name without a declaration is quantized with no known parent, unless the same publisher
shows the model that it is a copy of (`bot.domain.copies`).

The rules, in order; the first that has something to say decides:

1. **Files** hold whole weights, and no adapter: no adapter, whatever is declared or named so.
2. Declared adapter with LoRA in its name stays one, whatever its format (`LoRA-...-F16-GGUF`).
3. The **name** says a format or precision (`-GGUF`, `-4bit`) and is otherwise its base's (`bot.domain.model_names`), or
   names no base: quantized. Not where a precision is inherited from the parent's name (fine-tunes of
   `...-bnb-4bit` carry it on), undone (`-16bit`), or describes how a LoRA was trained.
4. The **name** says LoRA or adapter: adapter, unless it says merged (the adapter is inside the weights then) or is
   declared a merge.
5. **Library or files** say adapter (`peft`, `adapter_config.json` without weights).
6. Declared quantized: so it is, if the name is its base's. Otherwise it is a model of its own, a finetune.
7. The same name as its parent, and tags or library of another format: quantized.
8. **Tags** decide where nothing but a bare parent is declared. Of all tags only the author's own `quantized`, a
   diffusers `lora`, and mergekit's pair `mergekit` + `merge` overrule a declaration.
9. Declared adapter with a name of its own in a format of whole weights (`Qwopus3.5-9B-v3-GGUF`): a finetune.
10. Whatever is declared; several bare parents are a merge and a single one a finetune, as the Hub counts them.
11. Without a parent: mergekit's tags, words for refusals taken out, else an original. Tags such as `fp8`, `8-bit` or
    `compressed-tensors` say nothing here: several labs train and publish in them (DeepSeek-V4-Pro, gpt-oss, Kimi-K3).

A listing's record knows no files, so rules 1 and 5 wait for the full record; a model is classified anew with it.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from bot.domain.evidence import Evidence
from bot.domain.model import Classification, HubModel, Kind
from bot.domain.model_names import REFUSALS_TAKEN_OUT, bare_name

_CHANGED_SIGN = re.compile(REFUSALS_TAKEN_OUT)

_MERGEKIT_PAIR = frozenset({"mergekit", "merge"})
"""mergekit writes both into every card it makes; `merge` alone is also written by people who merged a LoRA in."""

_IMAGE_TASKS = frozenset({"text-to-image", "image-to-image", "text-to-video", "image-to-video", "video-to-video"})

_TRAINED_IN = re.compile(r"bnb|nf4|int[248]|[\d._]+-?bits?|quanti[sz]ed")
"""Precisions in an adapter's name that may be its base's while it was trained; all others are of finished weights."""

_REMEMBERED = 1024
"""Records whose kind is asked again within one batch: by sizes, by matching, by the store."""


@lru_cache(maxsize=_REMEMBERED)
def classify(facts: HubModel) -> Classification:
    """Conclude kind and parents of a model from everything its record says; see the module for the rules."""
    evidence = Evidence(facts)
    for rule in _RULES:
        conclusion = rule(evidence)
        if conclusion is not None:
            return conclusion
    return evidence.concludes(Kind.ORIGINAL, "no-parent")


_Rule = Callable[[Evidence], Classification | None]


def _whole_model(evidence: Evidence) -> Classification | None:
    said = evidence.declared is Kind.ADAPTER or (evidence.declared is None and evidence.lora_sign)
    if not said or not evidence.whole_weights:
        return None
    if evidence.declared:
        return evidence.concludes(Kind.FINETUNE, "files-hold-whole")
    return evidence.concludes(Kind.FINETUNE, "files-hold-whole-named", sign=evidence.lora_sign or "")


def _adapter_in_another_format(evidence: Evidence) -> Classification | None:
    if evidence.declared is Kind.ADAPTER and evidence.lora_sign:
        return evidence.concludes(Kind.ADAPTER, "declared")
    return None


def _quantized_by_name(evidence: Evidence) -> Classification | None:
    trained_in_it = evidence.lora_sign and evidence.declared is not Kind.QUANTIZED
    sign = evidence.container_sign or (None if trained_in_it else evidence.precision_sign)
    return evidence.weighs(Kind.QUANTIZED, "name", sign) if sign and not evidence.difference else None


def _adapter_by_name(evidence: Evidence) -> Classification | None:
    if evidence.lora_sign and evidence.declared is not Kind.MERGE:
        return evidence.weighs(Kind.ADAPTER, "name", evidence.lora_sign)
    return None


def _adapter_by_library(evidence: Evidence) -> Classification | None:
    if evidence.library == "peft" and not evidence.is_merged:
        return evidence.weighs(Kind.ADAPTER, "library", "peft")
    return None


def _adapter_by_files(evidence: Evidence) -> Classification | None:
    if "adapter_config.json" in (evidence.facts.files or ()) and not evidence.has_weight_files:
        return evidence.weighs(Kind.ADAPTER, "files", "adapter_config.json")
    return None


def _declared_quantized(evidence: Evidence) -> Classification | None:
    if evidence.declared is not Kind.QUANTIZED:
        return None
    if evidence.difference is None:
        return evidence.concludes(Kind.QUANTIZED, "declared")
    parent, word = evidence.difference
    return evidence.concludes(Kind.FINETUNE, "names-differ", parent=parent, sign=word)


def _same_name_as_parent(evidence: Evidence) -> Classification | None:
    same = next((parent for parent in evidence.parents if bare_name(parent) == bare_name(evidence.name)), None)
    sign = evidence.container_tag or evidence.precision_tag
    if same and sign and evidence.declared is not Kind.ADAPTER:
        bare = "" if evidence.declared else "-bare"
        return evidence.concludes(Kind.QUANTIZED, f"same-name{bare}", parent=same, sign=sign)
    return None


def _quantized_by_tags(evidence: Evidence) -> Classification | None:
    if evidence.declared:
        tag = "quantized" if "quantized" in evidence.tags and evidence.declared is not Kind.ADAPTER else None
    else:
        tag = evidence.quantisers_tag or (evidence.container_tag if evidence.parents else None)
    return evidence.weighs(Kind.QUANTIZED, "tags", tag) if tag and not evidence.difference else None


def _adapter_by_tags(evidence: Evidence) -> Classification | None:
    if "lora" not in evidence.tags or evidence.declared is Kind.MERGE:
        return None
    of_images = evidence.library == "diffusers" or evidence.facts.task in _IMAGE_TASKS
    return evidence.weighs(Kind.ADAPTER, "tags", "lora") if of_images or not evidence.declared else None


def _merge_by_tags(evidence: Evidence) -> Classification | None:
    said = evidence.tags & _MERGEKIT_PAIR
    if said == _MERGEKIT_PAIR or (said and (len(evidence.parents) > 1 or not evidence.parents)):
        return evidence.weighs(Kind.MERGE, "tags", ", ".join(sorted(said)))
    return None


def _own_name_in_a_format(evidence: Evidence) -> Classification | None:
    sign = evidence.container_sign or evidence.precision_sign
    if evidence.declared is Kind.ADAPTER and sign and not _TRAINED_IN.fullmatch(sign.lower()):
        return evidence.concludes(Kind.FINETUNE, "name-says-whole", sign=sign)
    return None


def _as_declared(evidence: Evidence) -> Classification | None:
    return evidence.concludes(evidence.declared, "declared") if evidence.declared else None


def _bare_parents(evidence: Evidence) -> Classification | None:
    if len(evidence.parents) > 1:
        return evidence.concludes(Kind.MERGE, "several-parents")
    return evidence.concludes(Kind.FINETUNE, "bare-parent") if evidence.parents else None


def _changed_without_parent(evidence: Evidence) -> Classification | None:
    words = (evidence.name.lower(), *sorted(evidence.tags))
    found = next(filter(None, map(_CHANGED_SIGN.search, words)), None)
    return evidence.concludes(Kind.FINETUNE, "changed-alone", sign=found[0]) if found else None


def _own_parent(evidence: Evidence) -> Classification | None:
    return evidence.concludes(Kind.ORIGINAL, "self-parent") if evidence.facts.declared else None


_RULES: tuple[_Rule, ...] = (
    _whole_model,
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
    _own_name_in_a_format,
    _as_declared,
    _bare_parents,
    _changed_without_parent,
    _own_parent,
)
