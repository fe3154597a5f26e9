"""Gauges are read from states."""

from datetime import timedelta

from bot.domain.delivery import Backlog
from bot.domain.feeds import FeedState
from bot.web.metrics import Metrics
from tests.domain.builders import NOW


def test_of_many_publishers_the_oldest_reading_counts() -> None:
    """One publisher that is never read must not hide behind a hundred that are."""
    metrics = Metrics()
    feeds = [
        FeedState("publisher:A", last_ok_at=NOW - timedelta(seconds=30)),
        FeedState("publisher:B", last_ok_at=NOW - timedelta(hours=1), failures=4),
        FeedState("newest", last_ok_at=NOW),
        FeedState("trending"),
    ]
    metrics.set_feeds(feeds, NOW)
    lines = metrics.text().decode().splitlines()
    assert 'rootstock_feed_age_seconds{feed="publisher"} 3600.0' in lines
    assert 'rootstock_feed_age_seconds{feed="newest"} 0.0' in lines
    assert "rootstock_feeds_failing 1.0" in lines


def test_the_backlog_and_its_age() -> None:
    """What is owed, and for how long the oldest of it."""
    metrics = Metrics()
    metrics.set_backlog(Backlog(7, 1, 2, NOW - timedelta(minutes=1)), NOW)
    lines = metrics.text().decode().splitlines()
    assert "rootstock_backlog_pending 7.0" in lines
    assert "rootstock_lanes_paused 2.0" in lines
    assert "rootstock_backlog_age_seconds 60.0" in lines
