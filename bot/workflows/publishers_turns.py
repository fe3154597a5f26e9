"""Whose listing is read next: whom watches name, then whose models are known but not their listing, then the others."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.domain.clock import Clock
from bot.domain.feed_pace import attention_of, publishers_waits
from bot.domain.feeds import FeedState
from bot.domain.labs import LabBook
from bot.domain.model import Source
from bot.workflows.matcher_cache import MatcherCache, Standing
from bot.workflows.observe_releases import PUBLISHER_FEED
from bot.workflows.ports import Work

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is due, in turn, and how long each publisher waits after its reading (by the feed's name)."""

    due: tuple[FeedState, ...]
    waits: Mapping[str, timedelta]


class PublishersTurns:
    """Plans readings. `allowed` tells how many requests in five minutes there are at present."""

    def __init__(
        self, *, labs: LabBook, source: Source, matchers: MatcherCache, period: timedelta, allowed: Callable[[], float]
    ) -> None:
        self._labs = labs
        self._source = source
        self._matchers = matchers
        self._period = period
        self._allowed = allowed

    async def plan(self, work: Work, clock: Clock, *, known_by_sight: bool) -> Plan:
        """Plan the next readings, and forget publishers about whom nobody asks any more.

        Without `known_by_sight` (neither the newest nor the trending feed has been read) only whom watches name are
        due for their first reading: what those feeds show says who comes next.
        """
        states = {state.name: state for state in await work.feeds.all()}
        standing, now = await self._matchers.current(work), clock.now()
        feeds = {PUBLISHER_FEED + author: author for author in self._followed(standing.watched_authors)}
        await _forget_others(work, states, feeds)
        known = [states.get(name, FeedState(name)) for name in feeds]
        named = {name for name, author in feeds.items() if self._is_named(author, standing)}
        waits = self._waits(known, named, now)
        due = [state for state in known if is_due(state, waits[state.name], now)]
        seen = await self._seen(work, {feeds[state.name] for state in due if state.last_ok_at is None})
        if not known_by_sight:
            due = [state for state in due if state.last_ok_at is not None or state.name in named]
        return Plan(tuple(_in_turn(due, named, seen)), waits)

    def _followed(self, watched: tuple[str, ...]) -> list[str]:
        """Return whose listings are compared: every lab's, and whom watches name, unless it is a mere uploader."""
        known = self._labs.publishers()
        spelled = {author.casefold() for author in known}
        others = (author for author in watched if author not in spelled)
        return [*known, *(author for author in others if not ((lab := self._labs.of(author)) and lab.uploader))]

    def _is_named(self, author: str, standing: Standing) -> bool:
        lab = self._labs.of(author)
        if lab is not None and (lab.key in standing.watched_labs or lab.country in standing.watched_countries):
            return True
        return author.casefold() in standing.watched_authors

    def _waits(self, known: Sequence[FeedState], named: Collection[str], now: datetime) -> Mapping[str, timedelta]:
        attention = {state.name: attention_of(state, now, named=state.name in named) for state in known}
        waits = publishers_waits(Counter(attention.values()), period=self._period, allowed=self._allowed())
        return {name: waits[kind] for name, kind in attention.items()}

    async def _seen(self, work: Work, authors: Collection[str]) -> frozenset[str]:
        """Return the feeds of those of these authors of whom some model was seen already."""
        if not authors:
            return frozenset()
        keys = {author.casefold(): author for author in authors}
        return frozenset(PUBLISHER_FEED + keys[key] for key in await work.models.authors_of(self._source, list(keys)))


def is_due(state: FeedState, wait: timedelta, now: datetime) -> bool:
    """Tell whether a feed's moment has come: the one that was noted, or a sooner one because it is waited for now."""
    if state.next_at is None or state.last_ok_at is None or state.failures:
        return state.next_at is None or state.next_at <= now
    return min(state.next_at, state.last_ok_at + wait) <= now


def _in_turn(due: Sequence[FeedState], named: Collection[str], seen: Collection[str]) -> Iterator[FeedState]:
    """Order who is due: the named, those whose first reading matters most, then first and later readings by turns.

    By turns, because hundreds of first readings must not hold up what is read again, nor the other way round.
    """
    yield from (state for state in due if state.name in named)
    others = [state for state in due if state.name not in named]
    yield from (state for state in others if state.name in seen)
    first = iter([state for state in others if state.last_ok_at is None and state.name not in seen])
    again = iter(sorted((state for state in others if state.last_ok_at is not None), key=_longest_waiting))
    for one in again:
        yield one
        yield from (state for state in [next(first, None)] if state is not None)
    yield from first


def _longest_waiting(state: FeedState) -> datetime:
    return state.next_at or LONG_AGO


async def _forget_others(work: Work, states: Mapping[str, FeedState], feeds: Mapping[str, str]) -> None:
    """A publisher whom nobody asks about any more begins anew, should somebody ask again: with a baseline."""
    for name, state in states.items():
        if name.startswith(PUBLISHER_FEED) and name not in feeds and state.cursor is not None:
            await work.feeds.put(FeedState(name))
