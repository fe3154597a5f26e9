"""Every metric of Rootstock, named once, for `/metrics` (Prometheus text)."""

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.domain.delivery import Backlog
from bot.domain.feeds import FeedState

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

ANSWER_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 10.0)
"""Discord drops an interaction that is not acknowledged within three seconds."""


class Metrics:
    """Counts what happens; fits `bot.workflows.telemetry.Telemetry`. One registry each, so that tests share nothing."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seen = self._counter("rootstock_records_seen", "Hub records read, by kind of feed.", "feed")
        self._rejected = self._counter("rootstock_records_rejected", "Hub records that could not be read.", "feed")
        self._released = self._counter("rootstock_releases_seen", "Models that settled for the first time.")
        self._announced = self._counter("rootstock_announcements", "Models given to channels, by form.", "form")
        self._feeds = self._counter(
            "rootstock_feed_reads", "Readings of feeds, by kind and outcome.", "feed", "outcome"
        )
        self._notices = self._counter("rootstock_hub_notices", "Webhook notices of the hub, by outcome.", "outcome")
        self._delivered = self._counter("rootstock_deliveries", "Attempts to send or edit, by outcome.", "outcome")
        self._interactions = self._counter(
            "rootstock_interactions", "Commands and buttons, by name and outcome.", "name", "outcome"
        )
        self._answer_seconds = Histogram(
            "rootstock_interaction_seconds",
            "From a click to its answer.",
            buckets=ANSWER_SECONDS,
            registry=self.registry,
        )
        self._feed_age = self._gauge("rootstock_feed_age_seconds", "Since the feed last answered.", "feed")
        self._feeds_late = self._gauge("rootstock_feeds_failing", "Feeds whose last reading failed.")
        self._pending = self._gauge("rootstock_backlog_pending", "Deliveries that are owed.")
        self._unknown = self._gauge("rootstock_backlog_unknown", "Deliveries of unknown outcome.")
        self._paused = self._gauge("rootstock_lanes_paused", "Channels that refuse messages.")
        self._oldest = self._gauge("rootstock_backlog_age_seconds", "Age of the oldest delivery that is owed.")

    # ------------------------------------------------------------ bot.workflows.telemetry.Telemetry

    def records_seen(self, feed: str, records: int, rejected: int) -> None:
        """Count a page of a feed."""
        self._seen.labels(feed).inc(records)
        self._rejected.labels(feed).inc(rejected)

    def releases(self, released: int) -> None:
        """Count models that settled."""
        self._released.inc(released)

    def announced(self, form: str, count: int) -> None:
        """Count what channels were given."""
        self._announced.labels(form).inc(count)

    def feed_read(self, feed: str, outcome: str) -> None:
        """Count a reading of a feed."""
        self._feeds.labels(feed, outcome).inc()

    def notice(self, outcome: str) -> None:
        """Count a webhook notice."""
        self._notices.labels(outcome).inc()

    # ------------------------------------------------------------ senders and cogs

    def delivered(self, outcome: str) -> None:
        """Count an attempt: `sent`, `edited`, `later`, `refused`, `unknown`, ..."""
        self._delivered.labels(outcome).inc()

    def interaction(self, name: str, outcome: str, seconds: float) -> None:
        """Count a command or a button, and how long its answer took."""
        self._interactions.labels(name, outcome).inc()
        self._answer_seconds.observe(seconds)

    # ------------------------------------------------------------ states, read when somebody asks

    def set_backlog(self, backlog: Backlog, now: datetime) -> None:
        """Show how much is owed in all."""
        oldest = backlog.oldest_pending_at
        self._pending.set(backlog.pending)
        self._unknown.set(backlog.unknown)
        self._paused.set(backlog.paused_lanes)
        self._oldest.set((now - oldest).total_seconds() if oldest else 0.0)

    def set_feeds(self, feeds: list[FeedState], now: datetime) -> None:
        """Show how old each kind of feed is; of publishers' listings the oldest counts."""
        ages: dict[str, float] = {}
        for feed in feeds:
            if feed.last_ok_at is not None:
                kind = feed.name.partition(":")[0]
                ages[kind] = max(ages.get(kind, 0.0), (now - feed.last_ok_at).total_seconds())
        for kind, age in ages.items():
            self._feed_age.labels(kind).set(age)
        self._feeds_late.set(sum(feed.failures > 0 for feed in feeds))

    def watch_gauge(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """Show a number that its owner knows at any time (guilds, shards, gateway latency)."""
        Gauge(name, meaning, registry=self.registry).set_function(read)

    def text(self) -> bytes:
        """Return everything in Prometheus's text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(name, meaning, labels, registry=self.registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(name, meaning, labels, registry=self.registry)
