"""Whatever moderators change and whenever the scheduler looks: one post in every local week."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.leaderboard import Schedule
from bot.domain.windows import Week, last_minute_of, week_of

MONDAY = datetime(2026, 9, 21, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ZONES = ("Pacific/Honolulu", "UTC", "Europe/Berlin", "Asia/Shanghai", "Pacific/Auckland")


def schedule(weekday: int, hour: int, zone: str = "UTC") -> Schedule:
    """Return a schedule that begins before all that is played."""
    made = Schedule(1, 2, weekday, hour, 0, zone, quiet_weeks=True, next_at=MONDAY)
    return replace(made, next_at=made.after(MONDAY - timedelta(seconds=1)))


@dataclass
class Server:
    """Publishes and changes as the workflows do, in memory."""

    schedule: Schedule
    weeks: list[Week] = field(default_factory=list[Week])

    def tick(self, now: datetime) -> None:
        """Publish what is due."""
        if self.schedule.next_at > now:
            return
        week = self.schedule.week_of(self.schedule.due_by(now))
        if not self.weeks or week > self.weeks[-1]:
            self.weeks.append(week)
        self.schedule = replace(self.schedule, next_at=self.schedule.after(now))

    def until(self, moment: datetime) -> None:
        """Let the scheduler look at every moment that is due before this one."""
        while self.schedule.next_at <= moment:
            self.tick(self.schedule.next_at)

    def change(self, now: datetime, weekday: int, hour: int, zone: str) -> None:
        """Let a moderator choose another time."""
        wanted = replace(self.schedule, weekday=weekday, hour=hour, zone=zone)
        published = self.weeks[-1] if self.weeks else None
        self.schedule = replace(wanted, next_at=wanted.changed_from(self.schedule, now, published))


def test_a_week_whose_new_moment_has_passed_keeps_its_old_one() -> None:
    """On Wednesday from Sundays to Mondays: this Sunday's post comes, and the one of the Monday after it."""
    server = Server(schedule(6, 18))
    server.change(MONDAY + 2 * DAY, 0, 9, "UTC")
    assert server.schedule.coming(2) == [MONDAY + 6 * DAY + 18 * HOUR, MONDAY + 7 * DAY + 9 * HOUR]


def test_a_week_that_is_over_in_the_new_zone_has_its_post_at_once() -> None:
    """It is Monday in Auckland while the Sunday's evening is still to come in Honolulu."""
    server = Server(schedule(6, 18, "Pacific/Honolulu"))
    now = MONDAY + 6 * DAY + 20 * HOUR
    server.until(now)
    before = server.weeks[-1]
    server.change(now, 6, 18, "Pacific/Auckland")
    server.tick(now)
    assert server.weeks[-1] == before.later(1) == Week(2026, 39)
    assert server.schedule.week_of(server.schedule.next_at) == Week(2026, 40)


def test_a_week_that_nobody_promised_has_no_post() -> None:
    """The first schedule began after its moment: a change does not make up for it."""
    began = replace(schedule(0, 9), next_at=MONDAY + 7 * DAY + 9 * HOUR)
    assert replace(began, weekday=1).changed_from(began, MONDAY + 3 * DAY, None) == MONDAY + 8 * DAY + 9 * HOUR
    assert schedule(1, 9).changed_from(None, MONDAY + 3 * DAY, None) == MONDAY + 8 * DAY + 9 * HOUR


changes = st.lists(
    st.tuples(st.integers(0, 30 * 24 * 60), st.integers(0, 6), st.integers(0, 23), st.sampled_from(ZONES)), max_size=8
)


@given(st.integers(0, 6), st.integers(0, 23), st.sampled_from(ZONES), changes)
def test_every_week_is_published_once_whatever_is_changed(
    weekday: int, hour: int, zone: str, changed: list[tuple[int, int, int, str]]
) -> None:
    """Days, hours and zones, changed at any minute of a month: the published weeks follow each other."""
    server = Server(schedule(weekday, hour, zone))
    for minute, other_weekday, other_hour, other_zone in sorted(changed):
        now = MONDAY + timedelta(minutes=minute)
        server.until(now)
        server.change(now, other_weekday, other_hour, other_zone)
    server.until(MONDAY + timedelta(days=50))
    assert [server.weeks[0].later(number) for number in range(len(server.weeks))] == server.weeks
    assert len(server.weeks) >= 6


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=40), timedelta(hours=9)])
def test_the_date_line_takes_a_day_and_no_post(weekday: int, late: timedelta) -> None:
    """Samoa had no 30 December 2011, a Friday: one post in each week around it, also by a scheduler that is late."""
    begin = datetime(2011, 12, 11, 12, tzinfo=UTC)
    apia = Schedule(1, 2, weekday, 9, 0, "Pacific/Apia", quiet_weeks=True, next_at=begin)
    server = Server(replace(apia, next_at=apia.after(begin)))
    for _ in range(5):
        server.tick(server.schedule.next_at + late)
    assert server.weeks == [server.weeks[0].later(number) for number in range(5)]


@given(st.integers(2000, 2040), st.integers(1, 52), st.sampled_from([*ZONES, "Africa/Cairo", "America/Nuuk"]))
def test_the_last_minute_of_a_week_is_in_it(year: int, number: int, zone: str) -> None:
    """And the minute after it in the next."""
    last = last_minute_of(Week(year, number), zone)
    assert week_of(last, zone) == Week(year, number)
    assert week_of(last + timedelta(minutes=1), zone) == Week(year, number).later(1)
