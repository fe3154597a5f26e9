"""A member asks what is stored about them: all of it, in every server, as one JSON file."""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.clock import Clock
from bot.workflows.ports import UnitOfWork

LARGEST_FILE = 8_000_000
"""Bytes. Discord takes 10 MiB from everybody; a longer file is compressed, to about a tenth."""

LARGEST_EXACT_NUMBER = 2**53
"""Larger numbers lose digits in JavaScript, and in most programs that show JSON: they are written as text."""


@dataclass(frozen=True, slots=True)
class Export:
    """A file, and how many things it holds."""

    name: str
    content: bytes
    things: int


class ExportMember:
    """Writes one member's file."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, *, largest: int = LARGEST_FILE) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._largest = largest

    async def __call__(self, user_id: int, explain: Callable[[str], str]) -> Export:
        """Return everything that carries this member's id, and what each part of it is for (`explain`, by table)."""
        async with self._unit_of_work() as work:
            tables = await work.members.everything_of(user_id)
        whole = {
            "member": str(user_id),
            "exported_at": self._clock.now().isoformat(),
            "explained": {table: explain(table) for table in tables},
            **{table: [_readable(row) for row in rows] for table, rows in tables.items()},
        }
        content = json.dumps(whole, ensure_ascii=False, indent=1).encode()
        things = sum(map(len, tables.values()))
        if len(content) > self._largest:
            return Export("rootstock.json.gz", gzip.compress(content, mtime=0), things)
        return Export("rootstock.json", content, things)


def _readable(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _json_value(value) for name, value in row.items()}


def _json_value(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, int) and abs(value) >= LARGEST_EXACT_NUMBER:
        return str(value)
    return value
