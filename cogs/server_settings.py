"""`/settings`: what moderators settled for their server, shown and changed."""

from datetime import UTC, datetime
from typing import Literal, get_args

import discord
from discord import app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot.cards.layout import small
from bot.domain.moments import next_digest_at, zone_named
from bot.domain.server import Locale, Server
from bot.domain.watches import Pace
from bot.language.timezones import find_timezone, is_fixed, shown_zone, suggest_timezones
from bot.language.words import Language, Words
from bot.workflows.change_settings import ChangeSettings, SettingsChange
from cogs.answering import Choices, Interaction, Speaking, answering, choice, refuse_members, suggesting
from cogs.channels import refuse_unless_ready

LanguageName = Literal["en", "zh-CN"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[str, ...] = get_args(Weekday)
"""In Python's order: Monday is 0."""

ZoneName = app_commands.Range[str, 1, 64]


@suggesting
async def suggest_zones(cog: Speaking, interaction: Interaction, current: str) -> Choices:
    """Offer timezones, the usual ones of the reader's language first."""
    zones = suggest_timezones(cog.language, current, cog.language.locale_of(interaction.locale))
    return [choice(one.label, one.zone) for one in zones]


class ServerSettings(commands.Cog):
    """Shows and changes one server's settings."""

    def __init__(self, language: Language, change: ChangeSettings) -> None:
        self.language = language
        self._change = change

    @app_commands.command()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.autocomplete(timezone=suggest_zones)
    async def settings(
        self,
        interaction: Interaction,
        *,
        language: LanguageName | None = None,
        timezone: ZoneName | None = None,
        digest_hour: app_commands.Range[int, 0, 23] | None = None,
        digest_weekday: Weekday | None = None,
        notice_channel: discord.TextChannel | None = None,
        publish: bool | None = None,
        everywhere: bool | None = None,
    ) -> None:
        """Show the settings, or change those that are given."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            if notice_channel is not None:
                refuse_unless_ready(notice_channel, answer.words)
            wanted = SettingsChange(
                locale=Locale(language) if language else None,
                timezone=find_timezone(self.language, timezone) if timezone else None,
                digest_hour=digest_hour,
                digest_weekday=WEEKDAYS.index(digest_weekday) if digest_weekday else None,
                notice_channel_id=notice_channel.id if notice_channel else None,
                publishes=publish,
                everywhere=everywhere,
            )
            changes = wanted != SettingsChange()
            server = await (self._change(answer.guild_id, wanted) if changes else self._change.read(answer.guild_id))
            counts = await self._change.counts_everywhere(answer.guild_id)
            await answer.say(
                answer.words("settings.saved" if changes else "settings.title"),
                *setting_lines(server, answer.words, interaction.created_at),
                answer.words("settings.everywhere" if counts else "settings.not-everywhere"),
                answer.words("settings.next"),
            )


def setting_lines(server: Server, words: Words, now: datetime) -> tuple[str | None, ...]:
    """Return one line for each setting; the moments are as they come at `now`."""
    notices = f"<#{server.notice_channel_id}>" if server.notice_channel_id else words("settings.notices-by-dm")
    local = now.astimezone(zone_named(server.timezone) or UTC)
    return (
        words("settings.language", language=words(f"choice.{server.locale}")),
        words("settings.timezone", timezone=shown_zone(words, server.timezone), now=f"{local:%H:%M}"),
        small(fixed_zone_hint(server.timezone, words)),
        words(
            "settings.digest",
            hour=f"{server.digest_hour:02}:00",
            weekday=words(f"choice.{WEEKDAYS[server.digest_weekday]}"),
            next=format_dt(next_digest_at(server, Pace.DAILY, now), "R"),
        ),
        words("settings.notices", where=notices),
        words("settings.published" if server.publishes else "settings.not-published"),
    )


def fixed_zone_hint(zone: str, words: Words) -> str | None:
    """Say of an offset that it knows no summer time."""
    return words("timezone.fixed", zone=shown_zone(words, zone)) if is_fixed(zone) else None
