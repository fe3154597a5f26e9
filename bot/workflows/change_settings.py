"""What moderators settle for their server: language, timezone, when digests come, where notices go."""

from dataclasses import dataclass, replace
from typing import Any

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.moments import checked_zone
from bot.domain.server import Locale, Server
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.settle_waiting_lines import reschedule_digests


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What to change; `None` leaves a setting as it is. Hours are 0 to 23, weekdays 0 (Monday) to 6."""

    locale: Locale | None = None
    timezone: str | None = None
    digest_hour: int | None = None
    digest_weekday: int | None = None
    notice_channel_id: int | None = None
    publishes: bool | None = None
    everywhere: bool | None = None
    """Whether this server's ballots count in everywhere-standings, where no member is ever named."""


class ChangeSettings:
    """Reads and changes one server's settings."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def read(self, guild_id: int) -> Server:
        """Return a server's settings; those of a server that was never set up are the defaults."""
        async with self._unit_of_work() as work:
            return await server_of(work, guild_id)

    async def counts_everywhere(self, guild_id: int) -> bool:
        """Tell whether a server's ballots count in everywhere-standings."""
        async with self._unit_of_work() as work:
            return guild_id in await work.standings.opted_in()

    async def __call__(self, guild_id: int, change: SettingsChange) -> Server:
        """Change what is asked for and return the settings as they are then; digests that wait follow.

        Raises `Refusal` for a timezone that does not exist or an hour or weekday out of range.
        """
        async with self._unit_of_work() as work:
            server = replace(await server_of(work, guild_id), **_checked(change))
            await work.servers.put(server)
            await reschedule_digests(work, server, self._clock.now())
            if change.everywhere is not None:
                since = await work.leaderboards.now() if change.everywhere else None
                await work.standings.opt_in(guild_id, since)
            await work.commit()
        return server


async def server_of(work: Work, guild_id: int) -> Server:
    """Return a server's settings, or the defaults."""
    return await work.servers.get(guild_id) or Server(guild_id)


def _checked(change: SettingsChange) -> dict[str, Any]:
    if change.digest_hour is not None and not 0 <= change.digest_hour <= 23:  # noqa: PLR2004 - the hours of a day
        raise Refusal("hour-unknown", value=str(change.digest_hour))
    if change.digest_weekday is not None and not 0 <= change.digest_weekday <= 6:  # noqa: PLR2004 - the days of a week
        raise Refusal("weekday-unknown", value=str(change.digest_weekday))
    values = {
        "locale": change.locale,
        "timezone": None if change.timezone is None else checked_zone(change.timezone),
        "digest_hour": change.digest_hour,
        "digest_weekday": change.digest_weekday,
        "notice_channel_id": change.notice_channel_id,
        "publishes": change.publishes,
    }
    return {name: value for name, value in values.items() if value is not None}
