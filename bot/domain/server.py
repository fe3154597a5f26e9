"""A server (Discord calls it a guild) and what its moderators settled on."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

DIGEST_HOUR = 9
"""Nine in the morning, local time: read with the first coffee, unless a moderator chooses another hour."""


UNSET_TIMEZONE = "UTC"
"""What counts until a moderator chooses: the same for everybody, and never changed by daylight saving."""


class Locale(StrEnum):
    """The languages Rootstock speaks, by Discord's locale names; English where nothing else fits."""

    ENGLISH = "en"
    CHINESE = "zh-CN"


@dataclass(frozen=True, slots=True)
class Server:
    """One server's settings. `timezone` is an IANA zone; hours and weekdays are local to it."""

    guild_id: int
    locale: Locale = Locale.ENGLISH
    timezone: str = UNSET_TIMEZONE
    digest_hour: int = DIGEST_HOUR
    digest_weekday: int = 0
    """ISO weekday minus one: Monday is 0."""
    notice_channel_id: int | None = None
    """Where moderators are told that something needs them; without it, whoever ran /setup gets a DM."""
    publishes: bool = False
    """Whether posts in announcement channels are sent on to the servers that follow them. Off until a moderator says
    so: about ten an hour are possible, and they cannot be called back."""
    set_up_by: int | None = None
    set_up_at: datetime | None = None
