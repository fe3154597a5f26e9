"""A server's weekly moment: once in every local week, at the right hour wherever that exists."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple
from zoneinfo import TZPATH, ZoneInfo, available_timezones

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

WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
YEARS = 10
DECADES = (datetime(2010, 1, 4, tzinfo=UTC), datetime(2026, 1, 5, tzinfo=UTC))
"""Two Mondays. Ten years with the strangest changes there were (Samoa drops a Friday, Nuuk a Saturday's last hour), and
the ten that are to come."""

HALF_HOURS = [time(hour, minute) for hour in range(24) for minute in (0, 30)]
NIGHT = (time(0), time(0, 30), time(2), time(2, 30), time(23, 30))
"""Clocks are changed at night."""

ZONES = sorted(available_timezones())


@cache
def zones() -> Sequence[str]:
    """Return every zone of the calendar, those of one and the same file once."""
    known: dict[bytes, str] = {}
    for name in ZONES:
        known.setdefault(file_of(name), name)
    return sorted(known.values())


def file_of(name: str) -> bytes:
    """Return the rules of a zone, as its machine or the package `tzdata` has them."""
    found = [Path(folder, name) for folder in TZPATH if Path(folder, name).is_file()]
    return found[0].read_bytes() if found else files("tzdata.zoneinfo").joinpath(*name.split("/")).read_bytes()


class Jump(NamedTuple):
    """A zone's offset changes: at which moment, from what, to what."""

    at: datetime
    before: timedelta
    after: timedelta


def offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    """Return how far a zone is from UTC."""
    found = moment.astimezone(zone).utcoffset()
    assert found is not None
    return found


def jumps_of(zone: ZoneInfo, first: datetime) -> Iterator[Jump]:
    """Return every change of ten years: looked for day by day, found to the second."""
    after = offset(zone, first)
    for number in range(YEARS * 366):
        low, high = first + number * DAY, first + (number + 1) * DAY
        before, after = after, offset(zone, high)
        if before == after:
            continue
        while high - low > timedelta(seconds=1):
            middle = low + (high - low) // 2
            low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
        yield Jump(high.replace(microsecond=0), before, after)


def played(first: datetime) -> Iterator[tuple[str, list[Jump]]]:
    """Return the changes to play, each with those near it, the one that is meant first.

    Two zones that jump alike at the same weekday and local time are played once. Only what lies within three weeks of
    a change can feel it; changes that are nearer to each other count together.
    """
    known: set[object] = set()
    for name in zones():
        jumps = list(jumps_of(ZoneInfo(name), first))
        for jump in jumps:
            near = sorted((one for one in jumps if abs(one.at - jump.at) < 3 * WEEK), key=lambda one: one is not jump)
            wall = jump.at + jump.before
            alike = (wall.weekday(), wall.time(), *((other.at - jump.at, other.before, other.after) for other in near))
            if alike not in known:
                known.add(alike)
                yield name, near


def first_moment_of(wall: datetime) -> datetime | None:
    """Return the first moment at which clocks show this; None where they never do. Written unlike the rule."""
    read = [wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
    shown = [one for one in read if one.astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None)]
    return min(shown) if shown else None


@pytest.mark.parametrize("first", DECADES)
def test_every_zone_has_one_moment_in_every_local_week(first: datetime) -> None:
    """Week by week over ten years, in every zone of the calendar: each moment in the week after the one before."""
    for number, name in enumerate(zones()):
        zone, weekday, at = ZoneInfo(name), number % 7, NIGHT[number % len(NIGHT)]
        due = next_weekly_moment(name, weekday, at, first)
        monday = due.astimezone(zone).date() - timedelta(days=weekday)
        for _ in range(YEARS * 52):
            due, monday = next_weekly_moment(name, weekday, at, due), monday + WEEK
            local, wanted = due.astimezone(zone), datetime.combine(monday + timedelta(days=weekday), at)
            if local.replace(tzinfo=None) != wanted:
                assert first_moment_of(wanted.replace(tzinfo=zone)) is None, (name, weekday, at, due)
                assert local.date() - timedelta(days=local.weekday()) == monday, (name, weekday, at, due)


@pytest.mark.parametrize("first", DECADES)
def test_every_change_of_the_clocks_keeps_one_moment_a_week(first: datetime) -> None:
    """Around each change of ten years: every half hour of the local days it touches, and the nights of all others."""
    count = 0
    for name, (jump, *others) in played(first):
        zone, ends = ZoneInfo(name), {one.at for one in (jump, *others)}
        touched = {(jump.at + beside).astimezone(zone).weekday() for beside in (-DAY, -DAY / 24, DAY / 24)}
        for weekday in range(7):
            for at in HALF_HOURS if weekday in touched else NIGHT:
                check_the_weeks(zone, weekday, at, next_weekly_moment(name, weekday, at, jump.at - 2 * WEEK), ends)
                count += 1
    assert count > 5_000


def check_the_weeks(zone: ZoneInfo, weekday: int, at: time, now: datetime, ends: set[datetime]) -> None:
    """Assert that one moment follows the other, each in the next local week and at the hour.

    Where clocks never show the hour it is the first moment they show after it, or the last minute before it.
    """
    name = zone.key
    week = week_of(now, name)
    for _ in range(4):
        expected = first_moment_of(datetime.combine(week.day(weekday), at, tzinfo=zone))
        allowed = ends | {end - timedelta(minutes=1) for end in ends} if expected is None else {expected}
        assert (week_of(now, name), now in allowed) == (week, True), (name, weekday, at, now)
        now, week = next_weekly_moment(name, weekday, at, now), week.later(1)


def test_a_sundays_last_hour_that_never_comes_stays_in_its_week() -> None:
    """St. John's went from Sunday, 23:00, straight to Monday, 0:00, each spring: a minute before is still that week."""
    moments = [moment_in_week(Week(1930, 1).later(number), "America/St_Johns", 6, time(23, 30)) for number in range(52)]
    assert [week_of(one, "America/St_Johns") for one in moments] == [
        Week(1930, 1).later(number) for number in range(52)
    ]
    local = [one.astimezone(ZoneInfo("America/St_Johns")).time() for one in moments]
    assert sorted(set(local)) == [time(22, 59), time(23, 30)]
    assert local.count(time(22, 59)) == 1


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
