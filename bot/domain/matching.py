"""Which watches let a model through: compiled bitmaps for deciding, the same predicates one by one for explaining.

A watch is one bit. For every value of an attribute there is an integer with the bits of the watches that accept it;
a watch that does not ask sets its bit in all. AND over the attributes leaves the watches that match; only keywords
are looked at one by one (ARCHITECTURE, "Matching").

**Start and thresholds.** A watch begins with silence: it asks for a release after `starts_at`.

- `START` holds if the release is known and not before `starts_at`, or if one of the watch's thresholds was crossed
  in this very observation: the number before is known and below the threshold, the number now is not.
- Every threshold must hold now, whether it was crossed now or earlier; an unknown number holds none.
- So a model released after the start fires as soon as all its thresholds hold ("once a channel" is the unique
  announcement's affair), an older one (or of unknown release) only in the observation in which one is crossed
  and all hold. A watch without thresholds never fires for an older model.
- Entering the trending list crosses too: for a model that was not on the previous complete list, the caller gives
  `before.trending = 0.0`.
"""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import reduce

from bot.domain.model import Metrics
from bot.domain.watches import (
    ANY_LAB,
    Condition,
    Explanation,
    Finding,
    Subject,
    Watch,
    WatchFilter,
    keeps_what_waits,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

THRESHOLDS = (Condition.LIKES, Condition.DOWNLOADS, Condition.TRENDING)


@dataclass(frozen=True, slots=True)
class Match:
    """A watch that lets a model through, with the thresholds that were crossed in this very observation."""

    watch: Watch
    crossed: tuple[Condition, ...] = ()


# ------------------------------------------------------------------ one by one


def explain(watch: Watch, subject: Subject) -> Explanation:
    """Hold every condition of a watch against a model. `matches` is exactly what a compiled `Matcher` decides.

    `STATE` and `START` are always reported, the others where the filter asks for something.
    """
    crossed = tuple(condition for condition in THRESHOLDS if _crosses(watch.filter, condition, subject))
    findings = (
        Finding(Condition.STATE, keeps_what_waits(watch)),
        Finding(Condition.START, _is_new(watch, subject) or bool(crossed)),
        *_findings(watch.filter, subject),
    )
    return Explanation(watch, all(finding.holds for finding in findings), findings, crossed)


def _findings(asked: WatchFilter, subject: Subject) -> Iterator[Finding]:
    for condition, choice in CHOICES.items():
        wanted = choice.wanted(asked)
        if wanted:
            yield Finding(condition, not wanted.isdisjoint(choice.offered(subject)))
    if asked.min_parameters is not None or asked.max_parameters is not None:
        yield Finding(Condition.PARAMETERS, _size_fits(asked, subject.parameters))
    if asked.keywords:
        yield Finding(Condition.KEYWORDS, any(word in subject.text for word in asked.keywords))
    if asked.excluded_keywords:
        yield Finding(Condition.EXCLUDED_KEYWORDS, not any(word in subject.text for word in asked.excluded_keywords))
    for condition in THRESHOLDS:
        threshold = _threshold(asked, condition)
        if threshold is not None:
            yield Finding(condition, _reaches(_number(subject.now, condition), threshold))


def _is_new(watch: Watch, subject: Subject) -> bool:
    return subject.released_at is not None and subject.released_at >= watch.starts_at


def _size_fits(asked: WatchFilter, parameters: int | None) -> bool:
    if parameters is None:
        return False
    not_too_small = asked.min_parameters is None or parameters >= asked.min_parameters
    return not_too_small and (asked.max_parameters is None or parameters <= asked.max_parameters)


def _crosses(asked: WatchFilter, condition: Condition, subject: Subject) -> bool:
    threshold, before = _threshold(asked, condition), _number(subject.before, condition)
    if threshold is None or before is None:
        return False
    return before < threshold and _reaches(_number(subject.now, condition), threshold)


def _reaches(number: float | None, threshold: float) -> bool:
    return number is not None and number >= threshold


def _threshold(asked: WatchFilter, condition: Condition) -> float | None:
    if condition is Condition.LIKES:
        return asked.min_likes
    return asked.min_downloads if condition is Condition.DOWNLOADS else asked.min_trending


def _number(metrics: Metrics, condition: Condition) -> float | None:
    if condition is Condition.LIKES:
        return metrics.likes
    return metrics.downloads if condition is Condition.DOWNLOADS else metrics.trending


# ------------------------------------------------------------------ conditions that choose among values


@dataclass(frozen=True, slots=True)
class _Choice:
    """A condition that holds if the model offers one of the values the filter wants."""

    wanted: Callable[[WatchFilter], frozenset[Hashable]]
    offered: Callable[[Subject], Iterable[Hashable]]


def _one(value: Hashable | None) -> tuple[Hashable, ...]:
    return () if value is None else (value,)


def _labs_of(subject: Subject) -> tuple[Hashable, ...]:
    if subject.lab is None:
        return ()
    return (subject.lab,) if subject.by_uploader else (subject.lab, ANY_LAB)


CHOICES: Mapping[Condition, _Choice] = {
    Condition.AUTHORS: _Choice(lambda asked: asked.authors, lambda subject: (subject.author,)),
    Condition.LABS: _Choice(lambda asked: asked.labs, _labs_of),
    Condition.COUNTRIES: _Choice(lambda asked: asked.countries, lambda subject: _one(subject.country)),
    Condition.KINDS: _Choice(lambda asked: asked.kinds, lambda subject: (subject.kind,)),
    Condition.DESCENDS_FROM: _Choice(lambda asked: asked.descends_from, lambda subject: subject.family),
    Condition.TASKS: _Choice(lambda asked: asked.tasks, lambda subject: _one(subject.task)),
    Condition.LIBRARIES: _Choice(lambda asked: asked.libraries, lambda subject: _one(subject.library)),
    Condition.LICENCE_CLASSES: _Choice(lambda asked: asked.licence_classes, lambda subject: (subject.licence_class,)),
    Condition.LANGUAGES: _Choice(lambda asked: asked.languages, lambda subject: subject.languages),
}
"""In the order in which they are explained."""


# ------------------------------------------------------------------ all at once


class Matcher:
    """Watches, compiled. Immutable: made anew when the watches' version changes (0.1 s for 10,000)."""

    def __init__(self, watches: Sequence[Watch]) -> None:
        self._watches = tuple(filter(keeps_what_waits, watches))
        self._filters = filters = [watch.filter for watch in self._watches]
        self._choices = [
            (choice.offered, _Values([choice.wanted(asked) for asked in filters])) for choice in CHOICES.values()
        ]
        self._smallest = _AtMost([asked.min_parameters for asked in filters])
        self._largest = _AtMost([None if asked.max_parameters is None else -asked.max_parameters for asked in filters])
        self._starts = _AtMost([_microseconds(watch.starts_at) for watch in self._watches])
        self._thresholds = [
            (condition, _AtMost([_threshold(asked, condition) for asked in filters])) for condition in THRESHOLDS
        ]
        self._with_keywords = _bits(index for index, asked in enumerate(filters) if _asks_for_words(asked))

    @classmethod
    def compile(cls, watches: Sequence[Watch]) -> "Matcher":
        """Compile those of these watches that are at work or only wait for their channel; others can never match."""
        return cls(watches)

    def match(self, subject: Subject) -> tuple[Match, ...]:
        """Return every watch that lets this model through, in the order in which they were compiled."""
        crossed = [(condition, self._crossed(condition, bounds, subject)) for condition, bounds in self._thresholds]
        left = self._started(subject)
        for _, bits in crossed:
            left |= bits
        for offered, values in self._choices:
            if not left:
                return ()
            left &= values.accepting(offered(subject))
        left &= self._of_size(subject.parameters)
        for condition, bounds in self._thresholds:
            left &= bounds.met_by(_number(subject.now, condition))
        return self._matches(self._with_fitting_words(left, subject.text), crossed)

    def _started(self, subject: Subject) -> int:
        return 0 if subject.released_at is None else self._starts.met_by(_microseconds(subject.released_at))

    def _of_size(self, parameters: int | None) -> int:
        return self._smallest.met_by(parameters) & self._largest.met_by(None if parameters is None else -parameters)

    def _crossed(self, condition: Condition, bounds: "_AtMost", subject: Subject) -> int:
        before = _number(subject.before, condition)
        if before is None:
            return 0
        return bounds.met_by(_number(subject.now, condition)) & ~bounds.met_by(before)

    def _with_fitting_words(self, left: int, text: str) -> int:
        asking = left & self._with_keywords
        return left ^ _bits(index for index in _indices(asking) if not _words_fit(self._filters[index], text))

    def _matches(self, left: int, crossed: Sequence[tuple[Condition, int]]) -> tuple[Match, ...]:
        happened = [(condition, set(_indices(bits & left))) for condition, bits in crossed]
        return tuple(
            Match(self._watches[index], tuple(condition for condition, where in happened if index in where))
            for index in _indices(left)
        )


def _microseconds(moment: datetime) -> int:
    """Return a moment as a whole number: comparing these is comparing moments, which floats only nearly is."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _asks_for_words(asked: WatchFilter) -> bool:
    return bool(asked.keywords or asked.excluded_keywords)


def _words_fit(asked: WatchFilter, text: str) -> bool:
    wanted = not asked.keywords or any(word in text for word in asked.keywords)
    return wanted and not any(word in text for word in asked.excluded_keywords)


class _Values:
    """For each value the bits of the watches that want it; a watch that wants nothing accepts everything."""

    def __init__(self, wanted: Sequence[frozenset[Hashable]]) -> None:
        indices: dict[Hashable, list[int]] = {}
        for index, values in enumerate(wanted):
            for value in values:
                indices.setdefault(value, []).append(index)
        self._any = _bits(index for index, values in enumerate(wanted) if not values)
        self._by_value = {value: _bits(found) for value, found in indices.items()}

    def accepting(self, offered: Iterable[Hashable]) -> int:
        """Return the watches that accept a model that offers these values."""
        accepted = self._any
        if self._by_value:
            for value in offered:
                accepted |= self._by_value.get(value, 0)
        return accepted


class _AtMost:
    """Watches by a lower bound: which are met by a number. A watch without a bound is met by all, even by None."""

    EVERY = 64
    """Sums of bits are kept at every 64th distinct bound: a look-up joins 63 at most, and 10,000 distinct bounds
    take 0.2 MB instead of 12."""

    def __init__(self, bounds: Sequence[float | None]) -> None:
        self._without = _bits(index for index, bound in enumerate(bounds) if bound is None)
        indices: dict[float, list[int]] = {}
        for index, bound in enumerate(bounds):
            if bound is not None:
                indices.setdefault(bound, []).append(index)
        self._bounds = sorted(indices)
        self._bits = [_bits(indices[bound]) for bound in self._bounds]
        self._sums = [self._without]
        for start in range(0, len(self._bits), self.EVERY):
            self._sums.append(reduce(int.__or__, self._bits[start : start + self.EVERY], self._sums[-1]))

    def met_by(self, number: float | None) -> int:
        """Return the watches whose bound is at most `number`, and those without one."""
        if number is None or not self._bounds:
            return self._without
        position = bisect_right(self._bounds, number)
        block = position // self.EVERY
        return reduce(int.__or__, self._bits[block * self.EVERY : position], self._sums[block])


def _bits(indices: Iterable[int]) -> int:
    """Return the integer with these bits set, built in one pass over bytes."""
    found = sorted(indices)
    if not found:
        return 0
    row = bytearray(found[-1] // 8 + 1)
    for index in found:
        row[index >> 3] |= 1 << (index & 7)
    return int.from_bytes(row, "little")


def _indices(bits: int) -> Iterator[int]:
    """Return the positions of set bits, lowest first; one pass over the digits, however many are set."""
    digits = f"{bits:b}"
    last = len(digits) - 1
    position = digits.rfind("1")
    while position >= 0:
        yield last - position
        position = digits.rfind("1", 0, position)
