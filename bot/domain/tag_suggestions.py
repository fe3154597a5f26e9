"""Tags that a model's own facts suggest: nobody has to type what the hub says already."""

import re
from collections.abc import Iterator, Sequence

from bot.domain.errors import Refusal
from bot.domain.kinds import classify
from bot.domain.model import HubModel, Kind
from bot.domain.sizes import Precision, Requirements, requirements
from bot.domain.tag_families import LANGUAGE_TAGS
from bot.domain.tags import family_of, tag_key

SUGGESTED = 10
"""What one group of boxes in a form holds (DISCORD.md, Modals; discord.py `CheckboxGroup`)."""

SMALL, LARGE = 5 * 10**9, 60 * 10**9
"""Parameters: at most that, a laptop runs it; from that on, no single common card does in 4 bits (48 GB hold 70B)."""

LOW_VRAM = 8
"""GB of the smallest common card that holds the 4-bit weights (`bot.domain.sizes`)."""

LONG_CONTEXT = 128_000
"""Tokens; what most new models claim is below."""

FEW_LANGUAGES = 2
"""A card that lists more says "many languages", and which ones is no tag."""

_KIND_TAGS = {
    Kind.FINETUNE: "finetune",
    Kind.ADAPTER: "adapter",
    Kind.MERGE: "merge",
    Kind.QUANTIZED: "quantized",
}
_HINTS = ("coder", "code", "math", "vl", "ocr", "embed", "reranker", "thinking", "reasoning", "r1", "roleplay", "rp",
          "uncensored", "abliterated", "guard", "agent", "instruct", "chat", "tts", "asr", "omni", "moe", "merge",
          "translate", "medical", "lora", "distill")  # fmt: skip
"""Words in names that builders mean in one way only."""

_HINT_TAGS = {"embed": "embedding", "r1": "reasoning"}
_WORDS = re.compile(r"[a-z0-9]+")
_LANGUAGES = frozenset({*LANGUAGE_TAGS.values(), "multilingual"})


def suggestions_from(facts: HubModel, kind: Kind | None = None) -> Sequence[str]:
    """Return up to `SUGGESTED` keys of tags: uses first, then what it takes, how it was made, its languages."""
    needs = requirements(facts)
    found = (
        *_uses(facts),
        *_size_tags(facts, needs),
        *_made(kind or classify(facts).kind, needs),
        *_spoken(facts),
    )
    return list(dict.fromkeys(found))[:SUGGESTED]


def _uses(facts: HubModel) -> Iterator[str]:
    """Yield families only: most of a hub's tags are no label for a reader (`region:us`, `endpoints_compatible`)."""
    name = set(_WORDS.findall(facts.repo_id.partition("/")[2].casefold()))
    hints = [_HINT_TAGS.get(hint, hint) for hint in _HINTS if hint in name]
    for text in (facts.task, *hints, *facts.tags, facts.library):
        family = _family(text or "")
        if family is not None and family not in _LANGUAGES:
            yield family


def _family(text: str) -> str | None:
    try:
        return family_of(tag_key(text))
    except Refusal:
        return None  # A hub's tag that is too long or shows nothing suggests nothing.


def _size_tags(facts: HubModel, needs: Requirements) -> Iterator[str]:
    if needs.parameters is not None and needs.parameters <= SMALL:
        yield "small"
    if needs.parameters is not None and needs.parameters >= LARGE:
        yield "large"
    if needs.fits.get(Precision.FOUR_BIT) == LOW_VRAM:
        yield "low-vram"
    if needs.active_parameters is not None:
        yield "moe"
    if (facts.context_length or 0) >= LONG_CONTEXT:
        yield "long-context"


def _made(kind: Kind, needs: Requirements) -> Iterator[str]:
    if kind in _KIND_TAGS:
        yield _KIND_TAGS[kind]
    for name in needs.formats:
        yield tag_key(name)


def _spoken(facts: HubModel) -> Iterator[str]:
    if len(facts.languages) > FEW_LANGUAGES:
        yield "multilingual"
        return
    for code in facts.languages:
        if code in LANGUAGE_TAGS:
            yield LANGUAGE_TAGS[code]
