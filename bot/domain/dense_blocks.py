"""Blocks of items of which nearly every two stand out together, as FRAUDAR (Hooi et al. 2016) looks for them.

What else the same people vote makes a block no less dense: camouflage does not hide it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping

DENSITY = 0.6
"""The share of a block's pairs that must stand out, while it grows."""

Row = Callable[[int], Mapping[int, float]]
"""What stands out together with an item, and how much (in standard deviations); the same both ways."""


Pairs = dict[tuple[int, int], float]
"""Two items that stand out together, the smaller first, and how much."""


def dense_blocks(pairs: Pairs, row: Row) -> Iterator[frozenset[int]]:
    """Return blocks around these pairs, the densest first, until each pair is in one."""
    while pairs:
        block = _grow(max(pairs, key=lambda pair: (pairs[pair], pair)), row)
        yield block
        pairs = {pair: deviations for pair, deviations in pairs.items() if not block.issuperset(pair)}


def _grow(pair: tuple[int, int], row: Row) -> frozenset[int]:
    """Grow a block around the pair that stands out most, by the item tied to most of it, while it stays dense."""
    block = set(pair)
    while candidates := {item for inside in block for item in row(inside)} - block:
        best = max(candidates, key=lambda item: (_ties(row(item), block), item))
        if _ties(row(best), block)[0] < DENSITY * len(block):
            break
        block.add(best)
    return frozenset(block)


def _ties(ties: Mapping[int, float], block: Collection[int]) -> tuple[int, float]:
    inside = [ties[item] for item in block if item in ties]
    return len(inside), sum(inside)
