"""When a server's digests are due: its own hour and weekday, right across daylight-saving changes."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.errors import Refusal
from bot.domain.server import Server
from bot.domain.watches import Pace

_WEEK = 7
_LOOK_BACK = timedelta(days=2)
"""Zones are at most 14 hours from UTC, and a moment that does not exist moves on by a day at most."""


def next_digest_at(server: Server, pace: Pace, after: datetime) -> datetime:
    """Return the first digest moment of a daily or weekly watch strictly after `after`, in UTC.

    Exactly one moment a local date (or a local week): an hour that the clock skips moves on to the first moment
    that exists, or back by a minute where that is another date already (Greenland skips a Saturday's last hour);
    an hour that comes twice counts the first time. Dates that a zone never had (Samoa, 30 December 2011) have no
    moment. A zone that is unknown counts as UTC. Raises `ValueError` for `Pace.INSTANT`.
    """
    if pace is Pace.INSTANT:
        msg = "an instant watch has no digest"
        raise ValueError(msg)
    zone = zone_named(server.timezone) or UTC
    day = (after.astimezone(zone) - _LOOK_BACK).date()
    while True:
        if pace is Pace.DAILY or day.weekday() == server.digest_weekday % _WEEK:
            moment = _moment_on(day, server.digest_hour, zone)
            if moment is not None and moment > after:
                return moment
        day += timedelta(days=1)


def checked_zone(name: str) -> str:
    """Return the name of a zone that there is; raises `Refusal` for any other."""
    if zone_named(name) is None:
        raise Refusal("timezone-unknown", value=name)
    return name


def zone_named(name: str) -> tzinfo | None:
    """Find a zone; `ZoneInfo` answers nonsense with several errors (a folder, a null byte, a name too long)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _moment_on(day: date, hour: int, zone: tzinfo) -> datetime | None:
    """Return the UTC moment of a local hour on a local date; None where the zone never had that date."""
    wall = datetime.combine(day, time(hour), tzinfo=zone)
    moment = wall.astimezone(UTC)
    if exists(wall):
        return moment
    jump = end_of_gap(wall)
    around = (jump, jump - timedelta(minutes=1))
    return next((near for near in around if near.astimezone(zone).date() == day), None)


def exists(wall: datetime) -> bool:
    """Tell whether a zone's clocks ever show this local time: where they jump ahead, they do not."""
    return wall.astimezone(UTC).astimezone(wall.tzinfo).replace(tzinfo=None) == wall.replace(tzinfo=None)


def end_of_gap(wall: datetime) -> datetime:
    """Return the moment the clock jumped over `wall`: the offset changes there, found to the second.

    Read with the later offset (`fold=1`) the missing time lies before the jump, with the earlier one after it.
    """
    before, after = wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0).astimezone(UTC)
    earlier = before.astimezone(wall.tzinfo).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(wall.tzinfo).utcoffset() == earlier:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
