"""Figures of this machine: `python -m tests.benchmarks [name ...]` runs every `bench_*.py`, or those named.

A benchmark file exposes `figures()`, plain or async, which yields (what, figure) rows. Figures, not pass or fail.
"""

import asyncio
import importlib
import inspect
import sys
from collections.abc import AsyncIterable, Iterable, Sequence
from pathlib import Path
from typing import Any, cast

from rich.console import Console
from rich.table import Table

from bot.garbage import search_rarely

Row = tuple[str, str]


def main(wanted: Sequence[str]) -> None:
    """Run the benchmarks whose names contain a wanted word (all without one) and print one table each."""
    console = Console()
    search_rarely()
    for name in benchmarks():
        if not wanted or any(word in name for word in wanted):
            console.print(table_of(name))


def benchmarks() -> Sequence[str]:
    """Return the names of the benchmark modules, sorted."""
    return sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))


def table_of(name: str) -> Table:
    """Run one benchmark and put its figures into a table."""
    module = importlib.import_module(f"tests.benchmarks.{name}")
    title = (module.__doc__ or name).partition("\n")[0]
    table = Table("what", "figure", title=title, title_justify="left", min_width=80)
    for what, figure in asyncio.run(collected(module.figures())):
        table.add_row(what, figure)
    return table


async def collected(figures: Any) -> Sequence[Row]:  # noqa: ANN401 - a benchmark may answer in four ways
    """Return the rows of a plain or asynchronous iterable, or of a coroutine that returns rows."""
    if inspect.isasyncgen(figures):
        return [row async for row in cast("AsyncIterable[Row]", figures)]
    rows = await figures if inspect.isawaitable(figures) else figures
    return list(cast("Iterable[Row]", rows))


if __name__ == "__main__":
    main(sys.argv[1:])
