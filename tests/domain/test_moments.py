from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.moments import next_digest_at, zone_named
from bot.domain.watches import Pace
from tests.domain.builders import NOW, server

ZONES = [
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Shanghai", "Asia/Kolkata", "Australia/Lord_Howe",
    "America/St_Johns", "Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca", "Africa/Cairo", "America/Havana",
    "America/Asuncion", "Asia/Beirut", "Asia/Gaza", "Atlantic/Azores", "America/Nuuk", "Asia/Tehran", "Europe/Dublin",
    "Antarctica/Troll", "America/Sao_Paulo", "Pacific/Kiritimati", "Asia/Pyongyang", "America/Caracas",
]  # fmt: skip


def local(moment: datetime, zone: str) -> datetime:
    """Return the same moment as the zone shows it."""
    return moment.astimezone(ZoneInfo(zone))


def wall(moment: datetime, zone: str) -> str:
    """Return what the clock on the wall shows."""
    return f"{local(moment, zone):%Y-%m-%d %H:%M}"


def moments_since(year: int) -> st.SearchStrategy[datetime]:
    """Return moments from this year to 2037, where most zones' published rules end."""
    first, last = (datetime(number, 1, 10, tzinfo=UTC).timestamp() for number in (year, 2037))
    return st.integers(int(first), int(last)).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def test_the_daily_digest_comes_at_the_servers_hour() -> None:
    """Strictly after the moment it is asked for."""
    berlin = server(timezone="Europe/Berlin", digest_hour=9)
    first = next_digest_at(berlin, Pace.DAILY, NOW)
    assert wall(first, "Europe/Berlin") == "2026-09-25 09:00"
    assert next_digest_at(berlin, Pace.DAILY, first) == first + timedelta(days=1)
    assert next_digest_at(berlin, Pace.DAILY, first - timedelta(microseconds=1)) == first


def test_the_weekly_digest_comes_on_the_servers_day() -> None:
    """In its own zone, where it may be another day already."""
    auckland = server(timezone="Pacific/Auckland", digest_hour=1, digest_weekday=4)
    first = next_digest_at(auckland, Pace.WEEKLY, NOW)
    assert wall(first, "Pacific/Auckland") == "2026-09-25 01:00"
    assert next_digest_at(auckland, Pace.WEEKLY, first) - first in {timedelta(days=7), timedelta(days=7, hours=-1)}


def test_an_hour_that_the_clock_skips_moves_to_the_first_moment_there_is() -> None:
    """Two o'clock on 29 March 2026 is three o'clock in Berlin; Lord Howe skips half an hour, Cairo its midnight."""
    for zone, day, hour, expected in (
        ("Europe/Berlin", date(2026, 3, 29), 2, "2026-03-29 03:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), 2, "2026-10-04 02:30"),
        ("Africa/Cairo", date(2026, 4, 24), 0, "2026-04-24 01:00"),
    ):
        before = datetime.combine(day, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC) - timedelta(hours=2)
        assert expected == wall(next_digest_at(server(timezone=zone, digest_hour=hour), Pace.DAILY, before), zone)


def test_a_date_keeps_its_digest_even_if_its_last_hour_is_skipped() -> None:
    """Nuuk goes from 22:59 on a Saturday to midnight: the digest comes a minute before, and Sunday has its own."""
    nuuk = server(timezone="America/Nuuk", digest_hour=23)
    saturday = next_digest_at(nuuk, Pace.DAILY, datetime(2026, 3, 28, 12, tzinfo=UTC))
    assert wall(saturday, "America/Nuuk") == "2026-03-28 22:59"
    assert wall(next_digest_at(nuuk, Pace.DAILY, saturday), "America/Nuuk") == "2026-03-29 23:00"


def test_an_hour_that_comes_twice_counts_once() -> None:
    """The first of the two, and the next is a day later."""
    berlin = server(timezone="Europe/Berlin", digest_hour=2)
    first = next_digest_at(berlin, Pace.DAILY, datetime(2026, 10, 24, 12, tzinfo=UTC))
    assert first == datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    assert next_digest_at(berlin, Pace.DAILY, first) == datetime(2026, 10, 26, 1, 0, tzinfo=UTC)


def test_a_date_that_never_was_has_no_digest() -> None:
    """Samoa went from 29 to 31 December 2011."""
    samoa = server(timezone="Pacific/Apia", digest_hour=9)
    eve = next_digest_at(samoa, Pace.DAILY, datetime(2011, 12, 29, 12, tzinfo=UTC))
    assert wall(eve, "Pacific/Apia") == "2011-12-29 09:00"
    assert wall(next_digest_at(samoa, Pace.DAILY, eve), "Pacific/Apia") == "2011-12-31 09:00"


@given(
    st.sampled_from(ZONES),
    st.integers(min_value=0, max_value=23),
    moments_since(2005),
)
def test_every_local_date_has_exactly_one_daily_moment(zone: str, hour: int, start: datetime) -> None:
    """Over a fortnight anywhere: no date twice, none left out, always strictly ahead."""
    anywhere = server(timezone=zone, digest_hour=hour)
    moments, now = list[datetime](), start
    for _ in range(14):
        moment = next_digest_at(anywhere, Pace.DAILY, now)
        assert moment > now
        moments.append(moment)
        now = moment
    dates = [local(moment, zone).date() for moment in moments]
    missing = {(2011, 12, 30)} if zone == "Pacific/Apia" else set[tuple[int, int, int]]()
    expected = [dates[0] + timedelta(days=number) for number in range(15)]
    assert [day for day in expected if (day.year, day.month, day.day) not in missing][:14] == dates
    assert all(
        local(moment, zone) >= local(moment, zone).replace(hour=hour) - timedelta(minutes=1) for moment in moments
    )


@given(
    st.sampled_from(ZONES),
    st.integers(min_value=0, max_value=23),
    st.integers(min_value=0, max_value=6),
    moments_since(2012),
)
def test_every_local_week_has_exactly_one_weekly_moment(zone: str, hour: int, weekday: int, start: datetime) -> None:
    """Seven local days apart, on the server's day."""
    anywhere = server(timezone=zone, digest_hour=hour, digest_weekday=weekday)
    first = next_digest_at(anywhere, Pace.WEEKLY, start)
    second = next_digest_at(anywhere, Pace.WEEKLY, first)
    days = [local(moment, zone).date() for moment in (first, second)]
    assert [weekday, weekday] == [day.weekday() for day in days]
    assert days[1] - days[0] == timedelta(days=7)


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Olympus", "../etc/passwd", "/etc/localtime", "Europe", "UTC\0", "x" * 5000, "欧洲/柏林", "\ud800"],
)
def test_nonsense_is_no_zone_and_counts_as_utc(name: str) -> None:
    """Whatever a moderator types or a database holds."""
    assert zone_named(name) is None
    moment = next_digest_at(server(timezone=name, digest_hour=9), Pace.DAILY, NOW)
    assert datetime(2026, 9, 25, 9, 0, tzinfo=UTC) == moment


@pytest.mark.parametrize("name", ZONES)
def test_iana_names_are_zones(name: str) -> None:
    """All that the tests play in."""
    assert zone_named(name) is not None


def test_an_instant_watch_has_no_digest() -> None:
    """Asking for one is a mistake in the program."""
    with pytest.raises(ValueError, match="instant"):
        next_digest_at(server(), Pace.INSTANT, NOW)
