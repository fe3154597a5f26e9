"""Matching: one release against 10,000 watches (target: at most 0.2 ms)."""

import gc
import random
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from statistics import mean, quantiles
from time import thread_time
from typing import TypeVar

from bot.domain.matching import Matcher, explain
from bot.domain.model import Kind, LicenceClass, Metrics
from bot.domain.watches import ANY_LAB, Subject, Watch, WatchFilter
from tests.domain.builders import NOW, subject, watch

WATCHES = 10_000
RELEASES = 2_000
EXPLAINED = 20
AUTHORS = [f"author-{number}" for number in range(3_000)]
LABS = [f"lab-{number}" for number in range(120)]
COUNTRIES = ["CN", "US", "FR", "KR", "DE", "GB", "JP", "AE", "CA", "IL"]
TASKS = [f"task-{number}" for number in range(40)]
LIBRARIES = ["transformers", "diffusers", "mlx", "gguf", "peft", "vllm"]
WORDS = [f"word{number}" for number in range(500)]
LICENCES = list(LicenceClass)
SIZES = [10**9 * size for size in (1, 2, 3, 4, 7, 8, 9, 12, 14, 24, 27, 32, 35, 70, 120, 235)]

T = TypeVar("T")


def figures() -> Iterator[tuple[str, str]]:
    """Yield build time, memory, and time per release for watches as servers set them up."""
    chance = random.Random(8)
    orders = [watch(number, filter=a_filter(chance), starts_at=a_start(chance)) for number in range(WATCHES)]
    releases = [a_release(chance, number) for number in range(RELEASES)]
    tracemalloc.start()
    matcher = Matcher.compile(orders)
    yield "compiled watches, memory", f"{tracemalloc.get_traced_memory()[0] / 1e6:.1f} MB"
    tracemalloc.stop()
    yield f"compile {WATCHES:,} watches", f"{1000 * seconds_to_compile(orders):.0f} ms"
    times, matches = timed(matcher, releases)
    cuts = quantiles(times, n=100)
    yield "match a release, mean", f"{1000 * mean(times):.3f} ms"
    yield "match a release, median", f"{1000 * cuts[49]:.3f} ms"
    yield "match a release, 99 %", f"{1000 * cuts[98]:.3f} ms"
    yield "watches that match a release, mean", f"{matches / RELEASES:.1f}"
    yield "explaining all watches one by one, for comparison", f"{1000 * seconds_to_explain(orders, releases):.1f} ms"
    yield "10,000 watches that all match", f"{1000 * seconds_for_all():.2f} ms"


def timed(matcher: Matcher, releases: Sequence[Subject]) -> tuple[list[float], int]:
    """Return the processor's seconds for each match, and how many watches matched in all."""
    times, matches = list[float](), 0
    gc.disable()
    for release in releases:
        start = thread_time()
        found = matcher.match(release)
        times.append(thread_time() - start)
        matches += len(found)
    gc.enable()
    return times, matches


def seconds_to_compile(orders: Sequence[Watch]) -> float:
    """Return how long compiling takes."""
    start = thread_time()
    Matcher.compile(orders)
    return thread_time() - start


def seconds_to_explain(orders: Sequence[Watch], releases: Sequence[Subject]) -> float:
    """Return how long one release takes without bitmaps."""
    start = thread_time()
    for release in releases[:EXPLAINED]:
        for order in orders:
            explain(order, release)
    return (thread_time() - start) / EXPLAINED


def seconds_for_all() -> float:
    """Return how long it takes where every watch matches: the answer itself is 10,000 objects then."""
    matcher = Matcher.compile([watch(number) for number in range(WATCHES)])
    start = thread_time()
    matcher.match(subject())
    return thread_time() - start


def a_filter(chance: random.Random) -> WatchFilter:
    """Return a filter of one of the shapes that servers use."""
    shapes = [author_filter, size_filter, family_filter, country_filter, topic_filter, liked_filter, trending_filter]
    return chance.choices(shapes, weights=[30, 20, 10, 10, 15, 10, 5])[0](chance)


def author_filter(chance: random.Random) -> WatchFilter:
    """Return "what these people publish"."""
    return WatchFilter(authors=some(chance, AUTHORS, 5), kinds=some(chance, list(Kind), 2))


def size_filter(chance: random.Random) -> WatchFilter:
    """Return "what these labs publish that I can run"."""
    return WatchFilter(labs=some(chance, LABS, 4), max_parameters=chance.choice(SIZES))


def family_filter(chance: random.Random) -> WatchFilter:
    """Return "what becomes of these models"."""
    return WatchFilter(descends_from=some(chance, range(2_000), 3), min_likes=chance.randrange(5, 500))


def country_filter(chance: random.Random) -> WatchFilter:
    """Return "what comes from here"."""
    return WatchFilter(countries=some(chance, COUNTRIES, 2), kinds=frozenset({Kind.ORIGINAL}))


def topic_filter(chance: random.Random) -> WatchFilter:
    """Return "what is about this and may be used"."""
    licences = some(chance, LICENCES, 2)
    return WatchFilter(tasks=some(chance, TASKS, 2), keywords=some(chance, WORDS, 3), licence_classes=licences)


def liked_filter(chance: random.Random) -> WatchFilter:
    """Return "what labs publish and people like"."""
    return WatchFilter(labs=frozenset({ANY_LAB}), tasks=some(chance, TASKS, 3), min_likes=chance.choice([10, 50]))


def trending_filter(chance: random.Random) -> WatchFilter:
    """Return "what everybody looks at"."""
    return WatchFilter(min_trending=chance.choice([20.0, 50.0, 100.0]), libraries=some(chance, LIBRARIES, 2))


def some(chance: random.Random, values: Sequence[T], most: int) -> frozenset[T]:
    """Return a few of the values."""
    return frozenset(chance.sample(values, chance.randint(1, most)))


def a_start(chance: random.Random) -> datetime:
    """Return when a watch began, within the last year."""
    return NOW - timedelta(hours=chance.randrange(24 * 365))


def a_release(chance: random.Random, number: int) -> Subject:
    """Return a release of the feed's usual mix: one in four by a known lab, some older ones with moving numbers."""
    older = chance.random() < 0.5
    likes = chance.randrange(200)
    return subject(
        number,
        author=chance.choice(AUTHORS),
        lab=chance.choice(LABS) if chance.random() < 0.25 else None,
        country=chance.choice(COUNTRIES) if chance.random() < 0.25 else None,
        kind=chance.choice(list(Kind)),
        family=some(chance, range(2_000), 6),
        task=chance.choice(TASKS),
        library=chance.choice(LIBRARIES),
        licence_class=chance.choice(LICENCES),
        parameters=chance.choice(SIZES),
        text=" ".join(chance.sample(WORDS, 25)),
        released_at=NOW - timedelta(days=400) if older else NOW,
        before=Metrics(likes=likes, downloads=0, trending=0.0),
        now=Metrics(likes=likes + chance.randrange(30), downloads=0, trending=float(chance.randrange(60))),
    )
