"""What a standing was asked for, as a short code that fits into a button's id."""

from dataclasses import dataclass
from typing import TypeVar

from bot.domain.model import Kind, LicenceClass
from bot.domain.standing_filter import ALL_MODELS, SizeClass, StandingFilter
from bot.domain.windows import Span

CODE_LIMIT = 85
"""Characters; with `v1:board:999:` before it an id stays within Discord's 100."""

_EVERYWHERE, _HERE = "e", "s"
_PARTS = 7
_Value = TypeVar("_Value", Kind, LicenceClass, SizeClass)


@dataclass(frozen=True, slots=True)
class StandingQuery:
    """Whose ballots, of which days, on which models."""

    everywhere: bool = False
    span: Span = Span.WEEK
    filters: StandingFilter = ALL_MODELS


def code_of(query: StandingQuery) -> str | None:
    """Return a query as a code; None where it has no code of at most `CODE_LIMIT` characters."""
    asked = query.filters
    parts = [
        _EVERYWHERE if query.everywhere else _HERE,
        query.span,
        asked.kind or "",
        asked.size or "",
        asked.licence_class or "",
        asked.task or "",
        asked.tag or "",
    ]
    code = "|".join(parts)
    return code if len(code) <= CODE_LIMIT and "|" not in parts[-2] else None


def query_of(code: str) -> StandingQuery:
    """Return the query that `code_of` wrote. Raises `ValueError` for anything else."""
    whose, span, kind, size, licence, task, tag = [*code.split("|", _PARTS - 1), *([""] * _PARTS)][:_PARTS]
    filters = StandingFilter(
        tag=tag or None,
        kind=_read(Kind, kind),
        task=task or None,
        size=_read(SizeClass, size),
        licence_class=_read(LicenceClass, licence),
    )
    return StandingQuery(whose == _EVERYWHERE, Span(span), filters)


def _read(values: type[_Value], text: str) -> _Value | None:
    return values(text) if text else None
