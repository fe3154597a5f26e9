"""What members say they ran a model on, brought together: "RTX 4090", "4090" and "24GB" are all 24 GB.

What decides whether a model runs is memory, so answers are summed up by it. Members write as they like: an answer
that names neither a known card nor an amount stands for itself.
"""

import re
from collections import Counter
from collections.abc import Mapping

from bot.domain.plain_text import plain

HARDWARE_LENGTH = 40
"""Characters of an answer; the column's width."""

MOST_CARDS = 16
"""In one machine; a larger number in front of a card is no count."""

LARGEST_MEMORY = 4096
"""GB. Above it an amount is a joke or a disk."""

CARDS: Mapping[str, tuple[int, ...]] = {
    "b300": (288, 270),
    "b200": (192, 180),
    "h200": (141,),
    "h100": (80, 94, 96),
    "h20": (96, 141),
    "a100": (80, 40),
    "a800": (80, 40),
    "pro 6000": (96,),
    "6000 pro": (96,),
    "dgx spark": (128,),
    "gb10": (128,),
    "l40s": (48,),
    "l40": (48,),
    "a6000": (48,),
    "6000 ada": (48,),
    "5000 ada": (32,),
    "4000 ada": (20,),
    "a5000": (24,),
    "a4500": (20,),
    "a4000": (16,),
    "rtx 8000": (48,),
    "a40": (48,),
    "a10g": (24,),
    "a10": (24,),
    "a30": (24,),
    "l20": (48,),
    "l4": (24,),
    "v100": (16, 32),
    "p40": (24,),
    "t4": (16,),
    "5090": (32,),
    "5080": (16,),
    "5070 ti": (16,),
    "5070": (12,),
    "5060 ti": (16, 8),
    "5060": (8,),
    "4090": (24, 48),
    "4080": (16,),
    "4070 ti super": (16,),
    "4070 ti": (12,),
    "4070": (12,),
    "4060 ti": (8, 16),
    "4060": (8,),
    "3090": (24,),
    "3080 ti": (12,),
    "3080": (10, 12),
    "3070": (8,),
    "3060 ti": (8,),
    "3060": (12, 8),
    "3050": (8, 6),
    "2080 ti": (11, 22),
    "2080": (8,),
    "1080 ti": (11,),
    "mi355x": (288,),
    "mi325x": (256,),
    "mi300x": (192,),
    "w7900": (48,),
    "7900 xtx": (24,),
    "7900 xt": (20,),
    "7800 xt": (16,),
    "6900 xt": (16,),
    "6800 xt": (16,),
    "9070": (16,),
    "arc a770": (16, 8),
    "arc b580": (12,),
}
"""GB of memory by card as members write them, the usual one first (makers' data sheets, August 2026).

Longer names stand before those that they contain."""

_CARD = re.compile(r"(?:(?<![0-9a-z])|(?<=rtx)|(?<=gtx))(" + "|".join(CARDS) + r")(?![0-9])")
_AMOUNT = re.compile(r"(?<![0-9.])([0-9]{1,4})\s*(?:gib|gb|g)(?![a-z])(?!\s*(?:of\s*)?(?:system\s*)?(?:ram|ddr|内存))")
"""An amount of memory that is not said to be the machine's own."""

_COUNT_BEFORE = re.compile(r"(?<![0-9a-z])([0-9]{1,2})\s*[x×*]\s*(?:[a-z]+\s*)*$")
_COUNT_AFTER = re.compile(r"^\s*(?:[0-9]+\s*(?:gib|gb|g)\s*)?[x×*]\s*([0-9]{1,2})(?![0-9])")


def hardware_class(answer: str) -> str:
    """Return what an answer counts as: "24 GB" where its memory is known, else the answer in lower case.

    A card's name settles it, together with an amount that the card comes in; several cards add up. Empty for an
    answer that says nothing.
    """
    said = plain(answer.casefold().replace("-", " "), HARDWARE_LENGTH)
    memory = _memory_of(said)
    return f"{memory} GB" if memory else said


def most_ran_on(answers: Mapping[str, int]) -> str | None:
    """Return what more than half of those who named their hardware ran it on, in the commonest spelling.

    `answers` counts members by what they wrote. `None` where fewer than two agree: one answer is no "most".
    """
    members: Counter[str] = Counter()
    spellings: dict[str, Counter[str]] = {}
    for answer, count in answers.items():
        counted_as = hardware_class(answer)
        if counted_as:
            members[counted_as] += count
            spellings.setdefault(counted_as, Counter())[answer] += count
    leading, most = next(iter(members.most_common(1)), ("", 0))
    if most < 2 or 2 * most <= members.total():  # noqa: PLR2004 - two make the first majority
        return None
    if _memory_of(leading.casefold()):
        return leading
    return min(spellings[leading].items(), key=lambda one: (-one[1], one[0]))[0]


def _memory_of(said: str) -> int | None:
    """Return the memory in GB that an answer in lower case names."""
    named = _CARD.search(said) or _AMOUNT.search(said)
    if named is None:
        return None
    amounts = [int(amount) for amount in _AMOUNT.findall(said)]
    comes_in = CARDS.get(named.group(1))
    memory = int(named.group(1)) if comes_in is None else next((a for a in amounts if a in comes_in), comes_in[0])
    total = memory * _count(said, named)
    return total if 0 < total <= LARGEST_MEMORY else None


def _count(said: str, named: re.Match[str]) -> int:
    """Return how many of the named card or amount there are: "2x 3090", "3090 x2"."""
    found = _COUNT_BEFORE.search(said[: named.start()]) or _COUNT_AFTER.search(said[named.end() :])
    count = int(found.group(1)) if found else 1
    return count if 1 <= count <= MOST_CARDS else 1
