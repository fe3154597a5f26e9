"""How a server's channels stand, for its moderators: what keeps each from posting, and what to do about it."""

import re
from collections.abc import Iterator

import discord

from bot.announcing.preflight import preflight_channel
from bot.cards.layout import small
from bot.cards.safe_text import chip, safe
from bot.domain.watches import PausedBecause
from bot.language.words import Words
from bot.workflows.report_status import StatusReport
from cogs.channels import PostingChannel, permission_names
from cogs.watch_words import NAME_SHOWN

CHANNELS_SHOWN = 15
WATCHES_NAMED = 10

UNKNOWN_CHANNEL = "10003"
"""What Discord says of a channel that was deleted."""

_CODE = re.compile(r"([0-9]{3} [0-9]{1,6})(?::|$)")
"""How `bot.announcing.failures` begins what Discord answered: the status, and Discord's own code."""


def channel_lines(report: StatusReport, words: Words, guild: discord.Guild | None) -> Iterator[str]:
    """Say which channels do not take what they are owed. `guild` is where that is asked, if it is asked there."""
    yield from _homeless(report, words)
    reasons = {lane.channel_id: lane.paused_reason for lane in report.lanes}
    told = {report.held_up.channel_id} if report.held_up is not None else set[int]()
    is_gone = {channel for channel in told if guild is not None and guild.get_channel(channel) is None}
    for channel_id in [one for one in report.paused_channels if one not in is_gone][:CHANNELS_SHOWN]:
        yield from _paused(channel_id, reasons.get(channel_id) or "", words, guild)
    for lane in [lane for lane in report.lanes if lane.failures and not lane.paused_reason][:CHANNELS_SHOWN]:
        yield words.plural("status.waiting-channel", lane.failures, channel=f"<#{lane.channel_id}>")


def why_refused(reason: str, words: Words) -> str:
    """Return in words why a channel takes no messages."""
    code = UNKNOWN_CHANNEL if reason == PausedBecause.CHANNEL_GONE else _code_in(reason).partition(" ")[2]
    key = f"status.refused.{code}"
    return words(key) if code and words.has(key) else words("status.refused.other")


def _code_in(reason: str) -> str:
    found = _CODE.match(reason)
    return found[1] if found else ""


def _homeless(report: StatusReport, words: Words) -> Iterator[str]:
    if report.homeless:
        named = [f"**#{watch.id} {safe(watch.name, NAME_SHOWN)}**" for watch in report.homeless[:WATCHES_NAMED]]
        yield words.plural("status.deleted-channel", len(report.homeless), watches=words.enumeration(named))


def _paused(channel_id: int, reason: str, words: Words, guild: discord.Guild | None) -> Iterator[str]:
    """Say that a channel is paused, why in words, and what helps; Discord's own code in small print."""
    yield words("status.paused-channel", channel=f"<#{channel_id}>", reason=why_refused(reason, words))
    said = [_remedy(channel_id, words, guild), chip(_code_in(reason) or reason, 60)]
    yield small(" · ".join(part for part in said if part)) or ""


def _remedy(channel_id: int, words: Words, guild: discord.Guild | None) -> str:
    channel = guild.get_channel(channel_id) if guild else None
    if guild is not None and channel is None:
        return words("status.remedy.elsewhere")
    if not isinstance(channel, PostingChannel):
        return words("status.remedy.in-the-server")
    missing = preflight_channel(channel).missing
    if missing:
        return words("status.remedy.permissions", missing=words.list(permission_names(missing, words)))
    return words("status.remedy.resume")
