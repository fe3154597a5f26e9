"""Discord's failures, by their named codes, turned into what a sender does next.

Codes are those of Discord's documentation ("JSON Error Codes"); what follows from each is
DISCORD.md, "Product pitfalls".
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from enum import Enum, IntEnum

import aiohttp
import discord

from bot.domain.errors import (
    ChannelGone,
    ChannelRefused,
    MessageGone,
    MessageRefused,
    OutcomeUnknown,
    SendFailure,
    ThreadExists,
    TooManyThreads,
    TryLater,
)

LONG_WAIT = timedelta(minutes=10)
"""After a refusal that concerns the whole bot: Discord counts invalid requests in windows of ten minutes."""

EDIT_WAIT = timedelta(minutes=1)
"""Edits of messages older than an hour are limited (30046) without saying for how long; its bucket is about a
minute."""


class Action(Enum):
    """What was tried; after a broken connection only a send may have left something behind."""

    SEND = "send"
    EDIT = "edit"
    READ = "read"


class Code(IntEnum):
    """The codes that Rootstock tells apart."""

    UNKNOWN_CHANNEL = 10003
    UNKNOWN_GUILD = 10004
    UNKNOWN_MESSAGE = 10008
    UNKNOWN_USER = 10013
    FLAGGED_AS_SPAM = 20026
    TOO_MANY_OLD_EDITS = 30046
    ALREADY_CROSSPOSTED = 40033
    THREAD_NEEDS_FIRST_MESSAGE = 40058
    NEEDS_A_TAG = 40067
    NO_ACCESS = 50001
    NOT_IN_DM = 50003
    NOT_OUR_MESSAGE = 50005
    DM_CLOSED = 50007
    NOT_A_TEXT_CHANNEL = 50008
    MISSING_PERMISSIONS = 50013
    WRONG_CHANNEL_TYPE = 50024
    INVALID_BODY = 50035
    THREAD_ARCHIVED = 50083
    THREAD_EXISTS = 160004
    THREAD_LOCKED = 160005
    TOO_MANY_THREADS = 160006
    TOO_MANY_NEWS_THREADS = 160007
    BLOCKED_BY_AUTOMOD = 200000
    TITLE_BLOCKED_BY_AUTOMOD = 200001
    HARMFUL_LINK = 240000


CHANNEL_REFUSES = frozenset({
    Code.UNKNOWN_GUILD, Code.UNKNOWN_USER, Code.NO_ACCESS, Code.NOT_IN_DM, Code.DM_CLOSED,
    Code.NOT_A_TEXT_CHANNEL, Code.MISSING_PERMISSIONS, Code.WRONG_CHANNEL_TYPE, Code.NEEDS_A_TAG,
})  # fmt: skip
MESSAGE_REFUSED = frozenset({
    Code.BLOCKED_BY_AUTOMOD, Code.TITLE_BLOCKED_BY_AUTOMOD, Code.HARMFUL_LINK, Code.THREAD_LOCKED,
})  # fmt: skip
TOO_MANY_THREADS = frozenset({Code.TOO_MANY_THREADS, Code.TOO_MANY_NEWS_THREADS})
REFUSALS: Mapping[int, type[SendFailure]] = {
    **dict.fromkeys(CHANNEL_REFUSES, ChannelRefused),
    **dict.fromkeys(MESSAGE_REFUSED, MessageRefused),
    Code.UNKNOWN_CHANNEL: ChannelGone,
    Code.THREAD_EXISTS: ThreadExists,
}
WAITS: Mapping[int, timedelta] = {
    Code.TOO_MANY_OLD_EDITS: EDIT_WAIT,
    Code.FLAGGED_AS_SPAM: LONG_WAIT,
    Code.THREAD_NEEDS_FIRST_MESSAGE: LONG_WAIT,
    Code.THREAD_ARCHIVED: LONG_WAIT,
    **dict.fromkeys(TOO_MANY_THREADS, LONG_WAIT),
}


@asynccontextmanager
async def as_send_failures(action: Action) -> AsyncGenerator[None]:
    """Turn what discord.py and aiohttp raise inside the block into a `SendFailure`.

    Raises:
        SendFailure: the subclass says what follows.
    """
    try:
        yield
    except (discord.DiscordException, aiohttp.ClientError, OSError, KeyError, ValueError) as error:
        # discord.py takes an answer's fields for granted: a proxy's body that lacks one, or is no JSON, ends in the
        # last two. TimeoutError is an OSError.
        raise failure_of(error, action) from error


def failure_of(error: Exception, action: Action) -> SendFailure:
    """Say what follows from an error of discord.py or aiohttp."""
    if isinstance(error, discord.RateLimited):
        return TryLater(str(error), error.retry_after)
    if isinstance(error, discord.HTTPException):
        return _answered(error, action)
    if isinstance(error, aiohttp.ClientConnectorError):
        return TryLater(f"no connection: {error}")
    return _may_have_been_posted(f"{type(error).__name__}: {error}", action)


def _answered(error: discord.HTTPException, action: Action) -> SendFailure:
    """Discord, or something in front of it, answered: by code first, then by status."""
    reason = f"{error.status} {error.code}: {error.text[:200]}"
    if error.code in WAITS:
        wait = WAITS[error.code].total_seconds()
        return TooManyThreads(reason, wait) if error.code in TOO_MANY_THREADS else TryLater(reason, wait)
    if error.code in REFUSALS:
        return REFUSALS[error.code](reason)
    if error.code in {Code.UNKNOWN_MESSAGE, Code.NOT_OUR_MESSAGE}:
        return _without_message(reason, action)
    return _by_status(error, reason, action)


def _without_message(reason: str, action: Action) -> SendFailure:
    """An edit has nothing to edit; a send was answered with a nonce whose message was posted and deleted since."""
    return MessageGone(reason) if action is Action.EDIT else MessageRefused(reason)


def _by_status(error: discord.HTTPException, reason: str, action: Action) -> SendFailure:
    if error.status == 429:  # noqa: PLR2004 - an HTTP status is its own name
        return _rate_limited(error, reason)
    if error.status == 503:  # noqa: PLR2004 - an HTTP status is its own name
        return TryLater(reason)
    if error.status >= 500:  # noqa: PLR2004 - an HTTP status is its own name
        return _may_have_been_posted(reason, action)
    if error.status in {401, 403, 404}:
        # Without one of Discord's codes this is a revoked token, or a proxy or Cloudflare: the channel is not to blame.
        return TryLater(reason, LONG_WAIT.total_seconds())
    return MessageRefused(reason)


def _rate_limited(error: discord.HTTPException, reason: str) -> TryLater:
    """A 429 without `Via` is Cloudflare's ban of the whole address; going on would prolong it."""
    if "Via" not in error.response.headers:
        return TryLater(reason, LONG_WAIT.total_seconds())
    return TryLater(reason)


def _may_have_been_posted(reason: str, action: Action) -> SendFailure:
    """Only a send leaves something behind that a second try would double."""
    return OutcomeUnknown(reason) if action is Action.SEND else TryLater(reason)
