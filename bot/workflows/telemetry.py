"""What workflows report about themselves; `bot.web.metrics` counts it, tests and tools need not."""

from typing import Protocol


class Telemetry(Protocol):
    """Hears what happened. Nothing depends on it, and nothing in it may raise."""

    def records_seen(self, feed: str, records: int, rejected: int) -> None:
        """A feed's page was read; `feed` is its kind (`publisher`, `newest`, `trending`, ...), never a name."""
        ...

    def releases(self, released: int) -> None:
        """Models settled for the first time."""
        ...

    def announced(self, form: str, count: int) -> None:
        """Channels were given models, as `card` or `digest`."""
        ...

    def feed_read(self, feed: str, outcome: str) -> None:
        """A feed was read: `ok` or `failed`."""
        ...

    def notice(self, outcome: str) -> None:
        """A hub's webhook notice was `taken`, `refused`, `ignored`, `dropped` or `failed`."""
        ...

    def delivered(self, outcome: str) -> None:
        """A message was `sent`, `edited`, `published`, `withdrawn`, `failed`, `later`, or its channel `paused`."""
        ...


class NoTelemetry:
    """Hears nothing."""

    def records_seen(self, feed: str, records: int, rejected: int) -> None:
        """Ignore it."""

    def releases(self, released: int) -> None:
        """Ignore it."""

    def announced(self, form: str, count: int) -> None:
        """Ignore it."""

    def feed_read(self, feed: str, outcome: str) -> None:
        """Ignore it."""

    def notice(self, outcome: str) -> None:
        """Ignore it."""

    def delivered(self, outcome: str) -> None:
        """Ignore it."""
