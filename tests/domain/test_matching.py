from dataclasses import fields, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.matching import Match, Matcher, explain
from bot.domain.model import Kind, LicenceClass, Metrics
from bot.domain.watches import ANY_LAB, Condition, Finding, PausedBecause, Subject, Watch, WatchFilter, WatchState
from tests.domain.builders import NOW, subject, watch

AFTER, BEFORE = NOW, NOW - timedelta(days=30)
"""A release after a watch of the builders began, and one long before."""


def matched(asked: WatchFilter, seen: Subject) -> bool:
    """Tell whether an active watch lets a model through, by both ways of deciding."""
    order = watch(filter=asked)
    compiled = bool(Matcher.compile([order]).match(seen))
    assert compiled is explain(order, seen).matches
    return compiled


def crossed(asked: WatchFilter, seen: Subject) -> tuple[Condition, ...]:
    """Return the thresholds that the only match reports."""
    (match,) = Matcher.compile([watch(filter=asked)]).match(seen)
    return match.crossed


@pytest.mark.parametrize(
    ("asked", "passes", "stops"),
    [
        (WatchFilter(authors=frozenset({"qwen"})), {}, {"author": "emma"}),
        (WatchFilter(labs=frozenset({"qwen"})), {}, {"lab": "mistral"}),
        (WatchFilter(labs=frozenset({ANY_LAB})), {}, {"lab": None}),
        (WatchFilter(countries=frozenset({"CN", "FR"})), {}, {"country": None}),
        (WatchFilter(kinds=frozenset({Kind.ORIGINAL})), {}, {"kind": Kind.MERGE}),
        (WatchFilter(descends_from=frozenset({7})), {"family": frozenset({3, 7})}, {"family": frozenset({3})}),
        (WatchFilter(tasks=frozenset({"text-generation"})), {}, {"task": None}),
        (WatchFilter(libraries=frozenset({"transformers"})), {}, {"library": "mlx"}),
        (
            WatchFilter(licence_classes=frozenset({LicenceClass.PERMISSIVE})),
            {},
            {"licence_class": LicenceClass.CUSTOM},
        ),
        (WatchFilter(languages=frozenset({"zh", "sw"})), {}, {"languages": frozenset({"en"})}),
        (WatchFilter(min_parameters=8_000_000_000), {}, {"parameters": 7_999_999_999}),
        (WatchFilter(max_parameters=8_000_000_000), {}, {"parameters": 8_000_000_001}),
        (WatchFilter(min_parameters=1), {}, {"parameters": None}),
        (WatchFilter(keywords=frozenset({"coder", "qwen3"})), {}, {"text": "mistral"}),
        (WatchFilter(excluded_keywords=frozenset({"test"})), {}, {"text": "mytestrepo"}),
        (WatchFilter(min_likes=5), {"now": Metrics(likes=5)}, {"now": Metrics(likes=4)}),
        (WatchFilter(min_downloads=5), {"now": Metrics(downloads=5)}, {"now": Metrics()}),
        (WatchFilter(min_trending=0.5), {"now": Metrics(trending=0.5)}, {"now": Metrics(trending=0.4)}),
    ],
)
def test_every_condition_lets_through_and_stops(
    asked: WatchFilter, passes: dict[str, object], stops: dict[str, object]
) -> None:
    """Each on its own; what is unknown does not satisfy a condition that asks."""
    assert matched(asked, replace(subject(), **passes))  # pyright: ignore[reportArgumentType] - fields by name
    assert not matched(asked, replace(subject(), **stops))  # pyright: ignore[reportArgumentType] - fields by name


def test_any_lab_is_one_that_makes_models() -> None:
    """Who copies others' is followed by name only."""
    copier = subject(lab="unsloth", by_uploader=True)
    assert not matched(WatchFilter(labs=frozenset({ANY_LAB})), copier)
    assert matched(WatchFilter(labs=frozenset({"unsloth"})), copier)
    assert matched(WatchFilter(countries=frozenset({"CN"})), copier)


def test_a_descendant_is_not_the_base_itself() -> None:
    """`descends_from` asks for ancestors, at any depth."""
    asked = WatchFilter(descends_from=frozenset({7}))
    assert not matched(asked, subject(7))
    assert matched(asked, subject(9, family=frozenset({7, 8})))


def test_all_conditions_must_hold_together() -> None:
    """One that fails stops the whole watch, and the explanation says which."""
    asked = WatchFilter(authors=frozenset({"qwen"}), kinds=frozenset({Kind.MERGE}))
    explanation = explain(watch(filter=asked), subject())
    assert not explanation.matches
    assert explanation.findings == (
        Finding(Condition.STATE, holds=True),
        Finding(Condition.START, holds=True),
        Finding(Condition.AUTHORS, holds=True),
        Finding(Condition.KINDS, holds=False),
    )


def test_a_paused_watch_matches_nothing() -> None:
    """And is not even compiled."""
    paused = watch(state=WatchState.PAUSED)
    assert Matcher.compile([paused]).match(subject()) == ()
    assert Finding(Condition.STATE, holds=False) in explain(paused, subject()).findings


def test_a_watch_whose_channel_refuses_messages_goes_on_gathering() -> None:
    """Only its channel rests: what it lets through waits there."""
    waiting = watch(state=WatchState.PAUSED, paused_reason=PausedBecause.CHANNEL_REFUSED)
    assert [one.watch for one in Matcher.compile([waiting]).match(subject())] == [waiting]
    assert explain(waiting, subject()).matches


def test_matches_come_in_the_order_of_the_watches() -> None:
    """Whatever their ids."""
    orders = [watch(number) for number in (5, 3, 70, 1)]
    assert Matcher.compile(orders).match(subject()) == tuple(Match(order) for order in orders)


def test_a_watch_begins_with_silence() -> None:
    """What was released before it, or nobody knows when, is not news; the very moment is."""
    assert matched(WatchFilter(), subject(released_at=watch().starts_at))
    assert not matched(WatchFilter(), subject(released_at=watch().starts_at - timedelta(microseconds=1)))
    assert not matched(WatchFilter(), subject(released_at=None))


def test_a_new_release_fires_as_soon_as_its_thresholds_hold() -> None:
    """Also if the crossing itself was not seen."""
    asked = WatchFilter(min_likes=100)
    assert not matched(asked, subject(released_at=AFTER, now=Metrics(likes=99)))
    assert matched(asked, subject(released_at=AFTER, now=Metrics(likes=100)))
    assert matched(asked, subject(released_at=AFTER, before=Metrics(likes=150), now=Metrics(likes=160)))
    assert not matched(asked, subject(released_at=AFTER, now=Metrics()))


@pytest.mark.parametrize("released_at", [BEFORE, None])
def test_an_older_model_fires_only_in_the_observation_that_crosses(released_at: None) -> None:
    """The number before must be known and below."""
    asked = WatchFilter(min_likes=100)
    older = subject(released_at=released_at)
    assert matched(asked, replace(older, before=Metrics(likes=99), now=Metrics(likes=100)))
    assert not matched(asked, replace(older, before=Metrics(likes=100), now=Metrics(likes=101)))
    assert not matched(asked, replace(older, before=Metrics(), now=Metrics(likes=500)))
    assert not matched(asked, replace(older, before=Metrics(likes=50), now=Metrics()))


def test_several_thresholds_must_all_hold_and_one_be_crossed() -> None:
    """For an older model; which one it was is reported."""
    asked = WatchFilter(min_likes=100, min_trending=50)
    older = subject(released_at=BEFORE)
    one = replace(older, before=Metrics(likes=99, trending=60.0), now=Metrics(likes=100, trending=61.0))
    assert crossed(asked, one) == (Condition.LIKES,)
    both = replace(older, before=Metrics(likes=99, trending=0.0), now=Metrics(likes=100, trending=61.0))
    assert crossed(asked, both) == (Condition.LIKES, Condition.TRENDING)
    not_all = replace(older, before=Metrics(likes=99, trending=60.0), now=Metrics(likes=100, trending=49.0))
    assert not matched(asked, not_all)
    none_now = replace(older, before=Metrics(likes=100, trending=60.0), now=Metrics(likes=101, trending=61.0))
    assert not matched(asked, none_now)


def test_entering_the_trending_list_crosses() -> None:
    """The caller gives 0 for a model that was not on the list before."""
    seen = subject(released_at=BEFORE, before=Metrics(trending=0.0), now=Metrics(trending=80.0))
    assert matched(WatchFilter(min_trending=50), seen)


def test_a_crossing_is_reported_for_a_new_release_too() -> None:
    """The card says what brought it here."""
    seen = subject(before=Metrics(likes=9), now=Metrics(likes=12))
    assert crossed(WatchFilter(min_likes=10), seen) == (Condition.LIKES,)
    assert crossed(WatchFilter(min_likes=5), seen) == ()


def test_another_watchs_threshold_does_not_open_this_one() -> None:
    """A crossing counts for the watch that asked for it alone."""
    asking, other = watch(1, filter=WatchFilter(min_likes=10)), watch(2, filter=WatchFilter(min_likes=5))
    seen = subject(released_at=BEFORE, before=Metrics(likes=9), now=Metrics(likes=12))
    assert Matcher.compile([other, asking, watch(3)]).match(seen) == (Match(asking, (Condition.LIKES,)),)


def test_nothing_compiled_matches_nothing() -> None:
    """The first minutes of a new installation."""
    assert Matcher.compile([]).match(subject()) == ()


def choice_of(*values: object) -> st.SearchStrategy[frozenset[object]]:
    """Return small sets, empty as often as not, so that conditions are mostly absent."""
    return st.just(frozenset[object]()) | st.frozensets(st.sampled_from(values), max_size=2)


NUMBERS = st.none() | st.sampled_from([0, 1, 2, 3, 5, 8])
TRENDING = st.none() | st.sampled_from([0.0, 0.5, 1.0, 2.5])
METRICS = st.builds(Metrics, NUMBERS, NUMBERS, TRENDING)
MOMENTS = st.sampled_from([NOW + timedelta(hours=hours) for hours in range(-2, 3)])
AUTHORS, LABS, TASKS, LIBRARIES, LANGUAGES = ("ann", "bo"), ("x", "y"), ("t", "u"), ("l", "m"), ("en", "zh")
FILTERS = st.builds(
    WatchFilter,
    authors=choice_of(*AUTHORS),
    labs=choice_of(*LABS, ANY_LAB),
    countries=choice_of("CN", "FR"),
    kinds=choice_of(*Kind),
    descends_from=choice_of(1, 2, 3),
    tasks=choice_of(*TASKS),
    libraries=choice_of(*LIBRARIES),
    licence_classes=choice_of(*LicenceClass),
    languages=choice_of(*LANGUAGES),
    min_parameters=NUMBERS,
    max_parameters=NUMBERS,
    min_likes=NUMBERS,
    min_downloads=NUMBERS,
    min_trending=TRENDING,
    keywords=choice_of("a", "b"),
    excluded_keywords=choice_of("c", "d"),
)


def only(full: WatchFilter, kept: frozenset[str]) -> WatchFilter:
    """Return a filter that asks for these conditions alone."""
    return replace(WatchFilter(), **{name: getattr(full, name) for name in kept})


SPARSE_FILTERS = st.builds(
    only, FILTERS, st.frozensets(st.sampled_from([field.name for field in fields(WatchFilter)]), max_size=3)
)
"""Filters with few conditions: those that match at all."""


def numbered(orders: list[tuple[WatchFilter, datetime, WatchState]]) -> list[Watch]:
    """Return watches with ids of their own."""
    return [
        watch(number, filter=asked, starts_at=start, state=state) for number, (asked, start, state) in enumerate(orders)
    ]


STATES = st.sampled_from([WatchState.ACTIVE, WatchState.ACTIVE, WatchState.PAUSED])
WATCHES = st.lists(st.tuples(FILTERS | SPARSE_FILTERS, MOMENTS, STATES), max_size=40).map(numbered)
SUBJECTS = st.builds(
    Subject,
    model_id=st.integers(1, 3),
    author=st.sampled_from(AUTHORS),
    lab=st.none() | st.sampled_from(LABS),
    country=st.none() | st.sampled_from(["CN", "FR"]),
    kind=st.sampled_from(Kind),
    family=st.frozensets(st.integers(1, 4), max_size=3),
    task=st.none() | st.sampled_from(TASKS),
    library=st.none() | st.sampled_from(LIBRARIES),
    licence_class=st.sampled_from(LicenceClass),
    languages=st.frozensets(st.sampled_from(LANGUAGES)),
    parameters=NUMBERS,
    text=st.text(alphabet="abcd ", max_size=4),
    released_at=st.none() | MOMENTS,
    before=METRICS,
    now=METRICS,
    by_uploader=st.booleans(),
)


@settings(max_examples=120)
@given(WATCHES, SUBJECTS)
def test_deciding_and_explaining_never_differ(orders: list[Watch], seen: Subject) -> None:
    """All watches at once, and each on its own with the same outcome and the same crossings."""
    decided = {match.watch.id: match.crossed for match in Matcher.compile(orders).match(seen)}
    explained = {order.id: explain(order, seen) for order in orders}
    assert decided == {number: why.crossed for number, why in explained.items() if why.matches}


@settings(max_examples=30)
@given(st.lists(st.none() | st.integers(0, 400), min_size=300, max_size=300), st.none() | st.integers(-1, 401))
def test_many_distinct_bounds_are_decided_like_few(bounds: list[int | None], likes: int | None) -> None:
    """Across the blocks in which sums of bits are kept."""
    orders = [watch(number, filter=WatchFilter(min_likes=bound)) for number, bound in enumerate(bounds)]
    found = Matcher.compile(orders).match(subject(now=Metrics(likes=likes)))
    expected = [
        number for number, bound in enumerate(bounds) if bound is None or (likes is not None and likes >= bound)
    ]
    assert expected == [match.watch.id for match in found]
