"""Weeks and windows as a server's members live them: in their own zone, handed on as moments in UTC.

A server's weekly moment comes exactly once in every local ISO week, whatever its clocks do: `moment_in_week` is the
one rule, everything else counts weeks.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Self

from bot.domain.moments import end_of_gap, exists, zone_named

_WEEK_NAME = re.compile(r"([0-9]{4})[- ]?[Ww]([0-9]{1,2})")
_DAY = timedelta(days=1)
_SMALLEST_STEP_BACK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """An ISO 8601 week of a server's own calendar, Monday to Sunday. Written `2026-W48`."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.number:02}"

    def day(self, weekday: int) -> date:
        """Return one of its days; Monday is 0."""
        return date.fromisocalendar(self.year, self.number, weekday + 1)

    def later(self, weeks: int) -> Self:
        """Return the week this many weeks later, or earlier."""
        year, number, _ = (self.day(0) + timedelta(weeks=weeks)).isocalendar()
        return type(self)(year, number)


class Span(StrEnum):
    """How far back a standing looks. Local days, today included: seven, thirty, or all there ever were."""

    WEEK = "week"
    MONTH = "month"
    ALL = "all"


_DAYS = {Span.WEEK: 7, Span.MONTH: 30}


@dataclass(frozen=True, slots=True)
class Window:
    """What entered in [start, end), in UTC (`bot.domain.votes.Ballot.entered_at`). No start: all before the end."""

    start: datetime | None
    end: datetime


def parse_week(text: str) -> Week:
    """Return the week that was typed (`2026-W48`, `2026w48`). Raises `ValueError` for what is no week."""
    found = _WEEK_NAME.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"no week: {text!r}")
    week = Week(int(found[1]), int(found[2]))
    week.day(0)
    return week


def week_of(moment: datetime, zone: str) -> Week:
    """Return the local week a moment falls into."""
    year, number, _ = moment.astimezone(_zone(zone)).isocalendar()
    return Week(year, number)


def moment_in_week(week: Week, zone: str, weekday: int, at: time) -> datetime:
    """Return the one moment of a local week, in UTC.

    An hour that comes twice counts the first time. One that the clocks skip moves on to the first moment that
    exists; where that is another week already (a Sunday's last hour), back to the last minute before. A zone that is
    unknown counts as UTC.
    """
    wall = datetime.combine(week.day(weekday), at, tzinfo=_zone(zone))
    if exists(wall):
        return wall.astimezone(UTC)
    jump = end_of_gap(wall)
    return jump if week_of(jump, zone) == week else jump - _SMALLEST_STEP_BACK


def last_minute_of(week: Week, zone: str) -> datetime:
    """Return the last minute of a local week, in UTC."""
    return _begin_of(week.later(1).day(0), zone) - _SMALLEST_STEP_BACK


def next_weekly_moment(zone: str, weekday: int, at: time, after: datetime) -> datetime:
    """Return the first weekly moment strictly after `after`, in UTC."""
    week = week_of(after - _DAY, zone)
    while (moment := moment_in_week(week, zone, weekday, at)) <= after:
        week = week.later(1)
    return moment


def window_of(span: Span, zone: str, now: datetime) -> Window:
    """Return the window of a standing that is looked up now: whole local days, up to this moment."""
    days = _DAYS.get(span)
    if days is None:
        return Window(None, now)
    return Window(_begin_of(now.astimezone(_zone(zone)).date() - (days - 1) * _DAY, zone), now)


def _begin_of(day: date, zone: str) -> datetime:
    """Return the first moment of a local date, also where the clocks skip its midnight."""
    wall = datetime.combine(day, time(), tzinfo=_zone(zone))
    return wall.astimezone(UTC) if exists(wall) else end_of_gap(wall)


def _zone(name: str) -> tzinfo:
    return zone_named(name) or UTC
