"""How many requests the Hub is sent: never more than half of what it documents, and none while it asks to wait."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from aiolimiter import AsyncLimiter
from huggingface_hub.utils import RateLimitInfo, parse_ratelimit_headers

from bot.domain.errors import HubUnavailable
from bot.hub.turnstile import Turnstile, Urgency

WINDOW_SECONDS = 300.0
"""The Hub counts requests in windows of five minutes (HUB.md, Rate limits)."""

LONGEST_WAIT_SECONDS = 30.0
"""A shorter wait is sat out; a longer one is reported, so that a feed's schedule takes it and `/status` shows it."""

LONGEST_BELIEVED_SECONDS = 900.0
"""Three windows: no honest answer asks for more, and a mistaken one must not silence a feed for a year."""

_BURST_SHARE = 0.2

_SMALLEST_QUOTA, _LARGEST_QUOTA = 2, 1_000_000
"""A hub that states less or more than this has not understood its own header."""

_RESERVE_SHARE = 0.1
"""Below a tenth of the window's quota the rest is left to whoever else uses this address or token."""


@dataclass(frozen=True, slots=True)
class Quota:
    """Requests in five minutes that the Hub documents for one kind of address (HUB.md, August 2026)."""

    anonymous: int
    with_token: int

    def half(self, *, has_token: bool) -> int:
        """Return what Rootstock allows itself in any five minutes."""
        return (self.with_token if has_token else self.anonymous) // 2


API = Quota(anonymous=500, with_token=1000)
RESOLVE = Quota(anonymous=3000, with_token=5000)


def limiter_for(allowed: int) -> AsyncLimiter:
    """Return a limiter that lets at most `allowed` requests through in *any* five minutes.

    A leaky bucket of capacity B that drains at rate R lets B + 300 R through in the worst five minutes: a full
    burst, and then whatever drains. With a burst of a fifth, R is what spreads the other four fifths over the window.
    """
    burst = max(1.0, allowed * _BURST_SHARE)
    seconds_to_drain = WINDOW_SECONDS * burst / max(1.0, allowed - burst)
    return _Bucket(burst, seconds_to_drain)


class _Bucket(AsyncLimiter):
    """A leaky bucket that no clock can fill: a step back of the event loop's would close it for as long as the step.

    A simulated Discord shows the bot's own tasks another time than what runs beside them.
    """

    __slots__ = ()

    def _leak(self) -> None:
        level = self._level
        super()._leak()
        self._level = min(self._level, level)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How time passes for the client: replaced in tests, where nobody waits."""

    sleep: Callable[[float], Awaitable[None]]
    monotonic: Callable[[], float] = time.monotonic


class RequestBudget:
    """One budget of the Hub (`api` or `resolvers`): spend a request before sending it, show every answer's headers."""

    def __init__(self, allowed: int, waiting: Waiting) -> None:
        self.allowed = allowed
        """Requests in any five minutes: half of what is documented, then half of what the Hub states for us."""
        self._limiter = limiter_for(allowed)
        self._burst_spent_before = False
        """True for a limiter that took over from another: its burst was given out under the old one."""
        self._waiting = waiting
        self._turnstile = Turnstile()
        self._closed_until = 0.0
        self.last_seen: RateLimitInfo | None = None

    async def spend(self, urgency: Urgency = Urgency.POST) -> None:
        """Return when one more request may be sent; what is more urgent overtakes what waits.

        Raises:
            HubUnavailable: the Hub asked for a wait that is longer than `LONGEST_WAIT_SECONDS`.
        """
        while (wait := self._closed_until - self._waiting.monotonic()) > 0:
            if wait > LONGEST_WAIT_SECONDS:
                raise HubUnavailable("the hub asked us to wait", retry_after=wait)
            await self._waiting.sleep(wait)
        async with self._turnstile.turn(urgency):
            limiter = self._limiter
            if self._burst_spent_before:
                self._burst_spent_before = False
                await limiter.acquire(limiter.max_rate)
            await limiter.acquire()

    def heed(self, headers: Mapping[str, str]) -> None:
        """Read an answer's `RateLimit`: close until the window's end when little of its quota is left."""
        info = _rate_limit(headers)
        if info is None:
            return
        self.last_seen = info
        self._learn(info)
        if info.remaining <= (info.limit or 0) * _RESERVE_SHARE:
            self.close_for(info.reset_in_seconds)

    def _learn(self, info: RateLimitInfo) -> None:
        """Take half of the quota that the Hub states for this token (PRO and organisations have larger ones)."""
        if not info.limit or not _SMALLEST_QUOTA <= info.limit <= _LARGEST_QUOTA or not info.window_seconds:
            return
        allowed = max(1, int(info.limit / 2 * min(1.0, WINDOW_SECONDS / info.window_seconds)))
        if allowed != self.allowed:
            self.allowed = allowed
            self._limiter = limiter_for(allowed)
            self._burst_spent_before = True

    def close_for(self, seconds: float) -> float:
        """Send nothing for so long, within what is believed; return the wait."""
        seconds = min(max(seconds, 0.0), LONGEST_BELIEVED_SECONDS)
        self._closed_until = max(self._closed_until, self._waiting.monotonic() + seconds)
        return seconds


def wait_asked_for(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a refusal asks for: `Retry-After` where it is a number, else `RateLimit`'s `t`."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdigit() and len(said) <= 9:  # noqa: PLR2004 - beyond nine digits it is no wait
        return float(said)
    info = _rate_limit(headers)
    return float(info.reset_in_seconds) if info else None


def _rate_limit(headers: Mapping[str, str]) -> RateLimitInfo | None:
    try:
        return parse_ratelimit_headers(headers)
    except ValueError:  # A number of more than 4,300 digits: Python refuses to read it, and so do we.
        return None
