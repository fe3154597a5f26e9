"""Rate limits as Discord tells them: a bucket a route and major parameter, and one limit for the whole bot."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Window:
    """A fixed window: `used` calls since `started` (the server's clock, seconds)."""

    started: float
    used: int = 0


@dataclass(slots=True)
class Limits:
    """`limit` calls a bucket in `seconds`; `each_second` calls of the whole bot, None for no global limit."""

    limit: int = 50
    seconds: float = 1.0
    each_second: int | None = None
    clock: Callable[[], float] = time.time
    windows: dict[str, Window] = field(default_factory=dict[str, Window])

    def take(self, route: str, major: str) -> tuple[dict[str, str], float | None]:
        """Count one call; return Discord's headers, and how long to wait if it was one too many."""
        window = self._window(f"{route}/{major}", self.seconds)
        window.used += 1
        reset_after = max(window.started + self.seconds - self.clock(), 0.001)
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(self.limit - window.used, 0)),
            "X-RateLimit-Reset": f"{self.clock() + reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{reset_after:.3f}",
            "X-RateLimit-Bucket": hashlib.blake2b(route.encode(), digest_size=16).hexdigest(),
        }
        return headers, reset_after if window.used > self.limit else None

    def take_global(self) -> float | None:
        """Count one call of the whole bot; return how long to wait if it was one too many."""
        if self.each_second is None:
            return None
        window = self._window("global", 1.0)
        window.used += 1
        return window.started + 1.0 - self.clock() if window.used > self.each_second else None

    def _window(self, key: str, seconds: float) -> Window:
        now = self.clock()
        window = self.windows.get(key)
        if window is None or now >= window.started + seconds:
            window = self.windows[key] = Window(now)
        return window
