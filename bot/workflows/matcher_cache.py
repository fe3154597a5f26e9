"""Keeps the compiled matcher for as long as no watch has changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.domain.matching import Matcher
from bot.domain.watches import ANY_LAB, Watch, keeps_what_waits
from bot.workflows.ports import Work

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Standing:
    """All watches at one version, compiled, and what every observation asks of them."""

    version: int
    matcher: Matcher
    watched_authors: tuple[str, ...]
    """Authors that active watches name, casefolded and sorted: their listings are read too."""
    watched_labs: frozenset[str]
    """Keys of labs that active watches name."""
    watched_countries: frozenset[str]
    has_thresholds: bool
    earliest_start: datetime | None
    """Nothing that was released before this can be posted as a release; `None` without an active watch."""


class MatcherCache:
    """One process's compiled watches. Cheap to ask: one number is read where nothing changed."""

    def __init__(self) -> None:
        self._standing: Standing | None = None

    async def current(self, work: Work) -> Standing:
        """Return the watches as they stand in this transaction, compiled anew if their version has moved."""
        version = await work.watches.version()
        if self._standing is None or self._standing.version != version:
            watches = await work.watches.all()
            self._standing = _compile(version, watches)
            _log.info("watches.compiled", version=version, watches=len(watches))
        return self._standing


def _compile(version: int, watches: Sequence[Watch]) -> Standing:
    active = [watch for watch in watches if keeps_what_waits(watch)]
    return Standing(
        version=version,
        matcher=Matcher.compile(active),
        watched_authors=tuple(sorted({author for watch in active for author in watch.filter.authors})),
        watched_labs=frozenset({key for watch in active for key in watch.filter.labs}) - {ANY_LAB},
        watched_countries=frozenset({country for watch in active for country in watch.filter.countries}),
        has_thresholds=any(map(_has_threshold, active)),
        earliest_start=min((watch.starts_at for watch in active), default=None),
    )


def _has_threshold(watch: Watch) -> bool:
    asked = watch.filter
    return any(bound is not None for bound in (asked.min_likes, asked.min_downloads, asked.min_trending))
