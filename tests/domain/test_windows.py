"""A server's weekly moment: once in every local week, at the right hour wherever that exists."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.windows import (
    Span,
    Week,
    Window,
    moment_in_week,
    next_weekly_moment,
    parse_week,
    week_of,
    window_of,
)
from tests.domain.builders import NOW

WEEK = timedelta(weeks=1)
FIRST, YEARS = datetime(2010, 1, 4, tzinfo=UTC), 10
"""Ten years with the strangest changes there were: Samoa drops a Friday, Nuuk a Saturday's last hour."""

HOURS = (time(0), time(0, 30), time(2), time(2, 30), time(23, 30))
"""Clocks are changed at night. Samoa's lost day has all of them."""

ZONES = sorted(available_timezones())


def offsets(zone: ZoneInfo) -> Sequence[timedelta | None]:
    """Return a zone's offset at the start of each week of the ten years."""
    return [(FIRST + number * WEEK).astimezone(zone).utcoffset() for number in range(YEARS * 52 + 4)]


def changes() -> Iterator[tuple[str, datetime]]:
    """Return every week in which a zone's offset changes, as zone and moment; zones that are alike count once."""
    known: set[tuple[tuple[int, timedelta | None], ...]] = set()
    for name in ZONES:
        zone = ZoneInfo(name)
        begun = offsets(zone)
        changed = [number for number in range(1, len(begun)) if begun[number] != begun[number - 1]]
        alike = (
            (0, begun[0]),
            *((number, begun[number]) for number in changed),
            *((number, jump_of(zone, number)) for number in changed),
        )
        if alike in known:
            continue
        known.add(alike)
        for number in changed:
            yield name, FIRST + (number - 1) * WEEK


def jump_of(zone: ZoneInfo, number: int) -> timedelta:
    """Return when in the week before this one the offset changes, to the half hour."""
    start = FIRST + (number - 1) * WEEK
    before = start.astimezone(zone).utcoffset()
    low, high = 0, 7 * 48
    while high - low > 1:
        middle = (low + high) // 2
        same = (start + middle * timedelta(minutes=30)).astimezone(zone).utcoffset() == before
        low, high = (middle, high) if same else (low, middle)
    return high * timedelta(minutes=30)


def first_moment_of(wall: datetime) -> datetime | None:
    """Return the first moment at which clocks show this; None where they never do. Written unlike the rule."""
    read = [wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    shown = [one for one in read if one.astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None)]
    return min(shown) if shown else None


def test_every_zone_has_one_moment_in_every_local_week() -> None:
    """Over every IANA zone for ten years: around each change every weekday and hour is played, one by one."""
    played = 0
    for name, around in changes():
        zone = ZoneInfo(name)
        for weekday in range(7):
            for at in HOURS:
                check_the_weeks(name, zone, weekday, at, around)
                played += 1
    assert played > 30_000


def check_the_weeks(name: str, zone: ZoneInfo, weekday: int, at: time, around: datetime) -> None:
    """Assert that one moment follows the other, a week apart, each in its own local week and at the hour."""
    week, now = week_of(around, name), around - WEEK
    moments: dict[Week, datetime] = {}
    for _ in range(4):
        now = next_weekly_moment(name, weekday, at, now)
        own = week_of(now, name)
        assert own not in moments, (name, weekday, at, now)
        moments[own] = now
    for _ in range(2):
        due = moments[week]
        expected = first_moment_of(datetime.combine(week.day(weekday), at, tzinfo=zone))
        assert expected in {None, due}, (name, weekday, at, week)
        if expected is None:
            local = due.astimezone(zone).replace(tzinfo=None)
            assert abs(local - datetime.combine(week.day(weekday), at)) <= timedelta(days=1), (name, weekday, at, week)
        week = week.later(1)


def test_away_from_changes_a_week_is_seven_days() -> None:
    """Where no offset changes nothing but the calendar counts: every zone, every week of ten years."""
    for name in ZONES:
        zone = ZoneInfo(name)
        begun = offsets(zone)
        for number in range(0, len(begun) - 2, 13):
            if len(set(begun[max(number - 1, 0) : number + 3])) > 1:
                continue
            due = next_weekly_moment(name, 3, time(12), FIRST + number * WEEK)
            local = due.astimezone(zone)
            assert (local.weekday(), local.time()) == (3, time(12))
            assert timedelta() < due - (FIRST + number * WEEK) <= WEEK


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "Asia/Shanghai"])
def test_ten_years_week_by_week(zone: str) -> None:
    """A plain loop: as many posts as there are local weeks, each in the next one."""
    due = FIRST
    weeks: list[Week] = []
    for _ in range(YEARS * 52):
        due = next_weekly_moment(zone, 6, time(2, 30), due)
        weeks.append(week_of(due, zone))
    assert [weeks[0].later(number) for number in range(YEARS * 52)] == weeks


@given(
    st.sampled_from(ZONES),
    st.integers(0, 6),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.datetimes(datetime(2005, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
)
def test_the_next_moment_is_the_first_after(zone: str, weekday: int, at: time, now: datetime) -> None:
    """Strictly ahead, and none lies between."""
    due = next_weekly_moment(zone, weekday, at, now)
    week = week_of(due, zone)
    assert due > now
    assert moment_in_week(week, zone, weekday, at) == due
    assert moment_in_week(week.later(-1), zone, weekday, at) <= now


def test_the_hour_that_comes_twice_and_the_one_that_never_comes() -> None:
    """Berlin's October and March; Nuuk's Saturday ends an hour early, which is still the same week."""
    fold = next_weekly_moment("Europe/Berlin", 6, time(2, 30), datetime(2026, 10, 20, tzinfo=UTC))
    gap = next_weekly_moment("Europe/Berlin", 6, time(2, 30), datetime(2026, 3, 24, tzinfo=UTC))
    nuuk = next_weekly_moment("America/Nuuk", 5, time(23, 30), datetime(2026, 3, 24, tzinfo=UTC))
    assert fold == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert gap == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    assert nuuk == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_day_that_never_was_moves_on() -> None:
    """Samoa had no Friday in the last week of 2011; that week has its post all the same."""
    friday = moment_in_week(Week(2011, 52), "Pacific/Apia", 4, time(9))
    assert friday.astimezone(ZoneInfo("Pacific/Apia")).replace(tzinfo=None) == datetime(2011, 12, 31)  # noqa: DTZ001 - a wall clock


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2026-W48", Week(2026, 48)),
        (" 2026w01 ", Week(2026, 1)),
        ("2026 W7", Week(2026, 7)),
        ("2020-W53", Week(2020, 53)),
    ],
)
def test_weeks_are_read_as_people_type_them(typed: str, expected: Week) -> None:
    """And written one way."""
    assert parse_week(typed) == expected
    assert parse_week(str(expected)) == expected


@pytest.mark.parametrize(
    "typed", ["", "2026", "2026-W54", "2026-W00", "2021-W53", "0000-W01", "W48", "二〇二六-W48", "x" * 5000]
)
def test_what_is_no_week_is_refused(typed: str) -> None:
    """Whatever is typed."""
    with pytest.raises(ValueError, match=r"."):
        parse_week(typed)


def test_weeks_go_on_over_the_new_year() -> None:
    """2026 has 53 weeks."""
    assert [str(Week(2026, 52).later(number)) for number in (1, 2, -52)] == ["2026-W53", "2027-W01", "2025-W52"]


def test_windows_are_whole_local_days() -> None:
    """Today is one of them; a midnight that Cairo skips begins an hour later."""
    assert window_of(Span.WEEK, "UTC", NOW) == Window(datetime(2026, 9, 18, tzinfo=UTC), NOW)
    assert window_of(Span.MONTH, "Asia/Shanghai", NOW).start == datetime(2026, 8, 25, 16, tzinfo=UTC)
    assert window_of(Span.ALL, "UTC", NOW) == Window(None, NOW)
    skipped = window_of(Span.WEEK, "Africa/Cairo", datetime(2026, 4, 30, 12, tzinfo=UTC))
    assert skipped.start == datetime(2026, 4, 23, 22, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "UTC\0", "../etc"])
def test_an_unknown_zone_counts_as_utc(zone: str) -> None:
    """A database may hold a zone that this machine does not know."""
    assert next_weekly_moment(zone, 6, time(18), NOW) == datetime(2026, 9, 27, 18, tzinfo=UTC)
