"""`/status`: is everything at work, and if not, what to do about it."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import discord
from discord import ButtonStyle, app_commands
from discord.ext import commands
from discord.utils import format_dt

from bot.cards.ago import ago
from bot.cards.button_ids import NOTICE
from bot.cards.layout import Accent, button, row
from bot.cards.safe_text import chip, safe
from bot.language.words import Language, Words
from bot.workflows.manage_watches import ManageWatches
from bot.workflows.report_status import FeedHealth, ReportStatus, StatusReport
from cogs.answering import Answer, How, Interaction, answering, refuse_members
from cogs.buttons import Press
from cogs.channel_lines import channel_lines
from cogs.channels import channel_by_id, refuse_unless_ready
from cogs.leaderboard_words import held_up_line

RESUME_BUTTONS = 5
"""As many as stand in one row; the next ones appear when these are dealt with."""

REASON_SHOWN = 120


class Status(commands.Cog):
    """Reports on one server to its moderators."""

    def __init__(self, language: Language, report: ReportStatus, manage: ManageWatches) -> None:
        self.language = language
        self.manage = manage
        self.report = report

    @app_commands.command()
    @app_commands.default_permissions(manage_guild=True)
    async def status(self, interaction: Interaction) -> None:
        """Show feeds, channels and watches."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            await self.show(answer, answer.guild_id)

    async def show(self, answer: Answer, guild_id: int) -> None:
        """Answer with the state of everything a server depends on; channels are resumed in the server itself."""
        report = await self.report(guild_id)
        guild = answer.interaction.guild if answer.interaction.guild_id == guild_id else None
        paused = [found for channel in report.paused_channels if (found := _channel_of(guild, channel)) is not None]
        troubled = bool(report.paused_channels or report.homeless)
        await answer.say(
            *status_lines(report, answer.words),
            _deaf_line(answer.interaction.client.get_guild(guild_id), answer.words),
            *channel_lines(report, answer.words, guild),
            accent=Accent.WARNING if troubled else Accent.GOOD,
            rows=[row(*(_resume_button(channel, answer.words) for channel in paused[:RESUME_BUTTONS]))],
        )


class NoticePressed(Press[Status], template=NOTICE):
    """The button under a notice to moderators: the state of everything."""

    cog: ClassVar[str] = Status.__cog_name__

    async def pressed(self, answer: Answer, cog: Status) -> None:
        """Show the status privately: to moderators in the server, or to whoever got the notice as a message."""
        reader = answer.interaction
        if reader.guild_id is not None:
            refuse_members(reader)
            await cog.show(answer, reader.guild_id)
        else:
            server = await cog.report.server_of_notice(self.number("delivery_id"), reader.user.id)
            await cog.show(answer, server)


class ResumePressed(Press[Status], template=r"v1:resume:(?P<channel>[0-9]{1,20})"):
    """Wakes a channel that was paused because it refused messages."""

    cog: ClassVar[str] = Status.__cog_name__
    how: ClassVar[How] = How.IN_PLACE
    moderators: ClassVar[bool] = True

    async def pressed(self, answer: Answer, cog: Status) -> None:
        """Check the permissions again, wake the channel and show how things stand then."""
        channel = channel_by_id(answer.interaction, self.number("channel"))
        refuse_unless_ready(channel, answer.words)
        await cog.manage.resume_channel(answer.guild_id, channel.id)
        await cog.show(answer, answer.guild_id)


def _channel_of(guild: discord.Guild | None, channel_id: int) -> discord.abc.GuildChannel | None:
    """Return a channel that can be resumed here; not a direct conversation, nor one that is gone."""
    return guild.get_channel(channel_id) if guild else None


def _resume_button(channel: discord.abc.GuildChannel, words: Words) -> Any:  # noqa: ANN401 - a button of any view
    return button(words("status.resume", channel=channel.name), f"v1:resume:{channel.id}", ButtonStyle.primary)


def _deaf_line(guild: discord.Guild | None, words: Words) -> str | None:
    """Say that bans do not reach the votes, where Discord tells of none (docs/decisions/0006-who-counts.md)."""
    held = guild.me.guild_permissions if guild is not None else discord.Permissions.all()
    return None if held.view_audit_log or held.ban_members else f"-# {words('status.bans-not-heard')}"


def status_lines(report: StatusReport, words: Words) -> Iterator[str]:
    """Say how the feeds and the watches are, and how much is owed."""
    yield words("status.title")
    if report.server.set_up_at is None and not report.watches:
        yield words("watch.none-yet")
    yield from _feed_lines(report.feeds, words)
    if report.unread:
        yield f"-# {words.plural('status.unread', report.unread)}"
    yield words.plural("status.watches", len(report.watches), active=words.number(report.active))
    if report.weekly is not None:
        next_at = format_dt(report.weekly.next_at, "F")
        yield words("status.weekly", channel=f"<#{report.weekly.channel_id}>", next=next_at)
    if report.held_up is not None:
        yield held_up_line(report.held_up, words)
    yield words.plural("status.backlog", report.backlog)
    if report.waiting.ballots:
        batches = words.number(report.waiting.batches)
        yield words.plural("status.set-aside", report.waiting.ballots, batches=batches)


def _feed_lines(feeds: Sequence[FeedHealth], words: Words) -> Iterator[str]:
    if not feeds:
        yield words("status.no-feeds")
    for feed in feeds:
        troubled = max(feed.late, feed.failing)
        sign = "🟢" if not troubled else "🟡" if troubled < feed.feeds else "🔴"
        last = ago(feed.last_ok_at.timestamp()) if feed.last_ok_at else words("status.never")
        key = f"status.feed.{feed.name}"
        name = words(key) if words.has(key) else safe(feed.name, REASON_SHOWN)
        yield words("status.feed", sign=sign, name=name, last=last, seen=words.compact(feed.seen))
        if feed.failing:
            yield f"-# {_failure(feed, words)}"
        elif feed.late:
            yield f"-# {words.plural('status.feed-late', feed.late)}"


def _failure(feed: FeedHealth, words: Words) -> str:
    """Say how many of a feed's listings fail, with what, and when they are tried again; nothing is lost by it."""
    reason = chip(feed.last_error or "?", REASON_SHOWN)
    again = format_dt(feed.next_at, "R") if feed.next_at else words("status.soon")
    return words.plural("status.feed-failing", feed.failing, reason=reason, again=again)
