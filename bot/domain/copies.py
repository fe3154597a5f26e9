"""Copies whose records do not say of what: what else their publisher shows, and what it is known for, tells."""

from dataclasses import replace
from functools import lru_cache

from bot.domain.evidence import Evidence
from bot.domain.kinds import classify
from bot.domain.model import Classification, HubModel, Kind
from bot.domain.model_names import format_word, names_without_format

_REMEMBERED = 1024
"""Records that are asked about again within one batch: to put it in order, before its transaction and inside it."""


@lru_cache(maxsize=_REMEMBERED)
def twins_of(facts: HubModel) -> tuple[str, ...]:
    """Return under which names a model's own publisher would show what it is a copy of, most likely first.

    Empty where the name says no format, and where a declared base has the same name already.
    """
    evidence = Evidence(facts)
    if evidence.parents and evidence.difference is None:
        return ()
    return names_without_format(facts.repo_id)


def as_twin(facts: HubModel, twin: str) -> Classification:
    """Conclude about a model whose publisher shows `twin` too, which is named the same but for the format.

    It is that model in another format, whatever it was made from itself (`Qwen3.5-27B-GPTQ-Int4` names no base,
    `Qwopus3.5-9B-v3-GGUF` the base of its base).
    """
    sign = format_word(facts.repo_id) or "diffusers"
    return replace(Evidence(facts).concludes(Kind.QUANTIZED, "twin", parent=twin, sign=sign), parents=(twin,))


def as_reupload(facts: HubModel) -> Classification | None:
    """Conclude about what a publisher shows who is known for copies of others' models; None where its record tells.

    Such copies often carry the card of what they were made from, and so name its bases as their own
    (`LoneStriker/tulu-2-dpo-70b-5.0bpw-h6-exl2`: Llama 2). Those are not what it is a copy of. A declared finetune
    under its base's very name is a copy as well (`unsloth/Qwen3.6-27B`).
    """
    evidence = Evidence(facts)
    if evidence.lora_sign or evidence.declared is Kind.ADAPTER:
        return None
    if evidence.parents and evidence.difference is None:
        is_finetune = classify(facts).kind is Kind.FINETUNE
        return (
            evidence.concludes(Kind.QUANTIZED, "re-uploaded-name", parent=evidence.parents[0]) if is_finetune else None
        )
    sign = format_word(facts.repo_id) or evidence.container_tag
    return replace(evidence.concludes(Kind.QUANTIZED, "re-uploaded", sign=sign), parents=()) if sign else None
