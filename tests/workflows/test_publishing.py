"""Posts in announcement channels are sent on to the servers that follow: once each, whatever the limit."""

from datetime import timedelta

import pytest

from bot.domain.card import NoticeFacts, Post
from bot.domain.delivery import NONCE_WINDOW, Delivery
from bot.domain.errors import ChannelRefused, MessageGone, MessageRefused, SendFailure, TryLater
from bot.domain.server import Locale, Server
from bot.workflows.deliver_pending import DeliverPending
from bot.workflows.ports import Work
from bot.workflows.publish_posts import PUBLISH_AGAIN, PUBLISHED_WITHIN
from storage.engine import Database
from tests.storage.stored import CHANNEL, GUILD, owe_committed
from tests.turnable_clock import TurnableClock
from tests.workflows.bell import Bell
from tests.workflows.fake_messenger import FakeMessenger, Killed, fails, nothing

AN_HOUR = timedelta(hours=1)


async def prepare(_: Work, delivery: Delivery) -> Post:
    """Render a delivery as a notice of its subject, to be published."""
    facts = NoticeFacts(delivery.id, "any", {})
    return Post(delivery.purpose, Locale.ENGLISH, facts, marker=delivery.subject, published=True)


class News:
    """A sender, and an announcement channel of a server that wants its posts published."""

    def __init__(self, database: Database, clock: TurnableClock) -> None:
        self.database = database
        self.clock = clock
        self.messenger = FakeMessenger(clock)
        self.messenger.news.add(CHANNEL)
        self.told: list[str] = []

    async def wants(self, *, published: bool) -> None:
        """Store what the server's moderators want."""
        async with self.database.unit_of_work() as work:
            await work.servers.put(Server(GUILD, publishes=published))
            await work.commit()

    async def deliver(self) -> None:
        """Do what is due."""
        sender = DeliverPending(
            self.database.unit_of_work,
            self.messenger,
            prepare,
            self._tell,
            clock=self.clock,
            doorbell=Bell(),
            owner="a",
        )
        while await sender.run_once():
            pass

    async def _tell(self, guild_id: int, channel_id: int, reason: str) -> None:  # noqa: ARG002 - the port's signature
        self.told.append(reason)

    async def owe(self, *subjects: str) -> None:
        """Owe posts to the channel."""
        await owe_committed(self.database, *subjects)

    @property
    def posted(self) -> list[int]:
        """The ids of what the channel shows."""
        return [message.id for message in self.messenger.channels[CHANNEL]]


@pytest.fixture
async def news(database: Database, clock: TurnableClock) -> News:
    """Set the stage."""
    news = News(database, clock)
    await news.wants(published=True)
    return news


async def test_a_post_is_published_once_it_stands(news: News) -> None:
    """Posts first, then their publication, each once; a channel of another kind publishes nothing."""
    await news.owe("a", "b")
    await owe_committed(news.database, "c", channel_id=CHANNEL + 1)
    await news.deliver()
    await news.deliver()
    assert news.messenger.published == news.posted
    assert len(news.posted) == 2


async def test_what_hits_the_limit_is_published_when_it_is_over(news: News) -> None:
    """Discord says when: each is published once, and new posts do not wait for that."""
    news.messenger.publishing = fails(*[TryLater("about ten an hour", 3_000)] * 2)
    await news.owe("a", "b")
    await news.deliver()
    assert (len(news.posted), news.messenger.published) == (2, [])
    news.clock.turn(timedelta(seconds=2_999))
    await news.owe("c")
    await news.deliver()
    assert news.messenger.published == news.posted[2:]
    news.clock.turn(timedelta(seconds=2))
    await news.deliver()
    news.clock.turn(AN_HOUR)
    await news.deliver()
    assert sorted(news.messenger.published) == news.posted


async def test_without_a_word_from_discord_it_is_tried_every_few_minutes(news: News) -> None:
    """A 503 says nothing about when."""
    news.messenger.publishing = fails(TryLater("503"))
    await news.owe("a")
    await news.deliver()
    news.clock.turn(PUBLISH_AGAIN - timedelta(seconds=1))
    await news.deliver()
    before = list(news.messenger.published)
    news.clock.turn(timedelta(seconds=1))
    await news.deliver()
    assert (before, news.messenger.published) == ([], news.posted)


async def test_a_process_that_ends_publishes_later(news: News) -> None:
    """The post stands and was not published: the next process does it."""

    def kill() -> None:
        raise Killed

    news.messenger.publishing = kill
    await news.owe("a")
    with pytest.raises(Killed):
        await news.deliver()
    news.messenger.publishing = nothing
    news.clock.turn(NONCE_WINDOW)
    await news.deliver()
    assert (len(news.posted), news.messenger.published) == (1, news.posted)


async def test_old_news_is_published_no_more(news: News) -> None:
    """What the limit kept back for a day has had its day."""
    news.messenger.publishing = fails(TryLater("about ten an hour", PUBLISHED_WITHIN.total_seconds()))
    await news.owe("a")
    await news.deliver()
    news.clock.turn(PUBLISHED_WITHIN + timedelta(seconds=1))
    await news.deliver()
    assert news.messenger.published == []


async def test_who_switches_publishing_off_means_at_once(news: News) -> None:
    """Also what waits for the limit to be over."""
    news.messenger.publishing = fails(TryLater("about ten an hour", 3_000))
    await news.owe("a")
    await news.deliver()
    await news.wants(published=False)
    news.clock.turn(AN_HOUR)
    await news.deliver()
    assert news.messenger.published == []


@pytest.mark.parametrize("failure", [ChannelRefused("50013"), MessageRefused("400"), MessageGone("10008")])
async def test_what_cannot_be_published_stops_nothing(news: News, failure: SendFailure) -> None:
    """The post itself stands: the channel is not paused, nobody is told, and it is not tried again."""
    news.messenger.publishing = fails(failure)
    await news.owe("a")
    await news.deliver()
    news.clock.turn(AN_HOUR)
    await news.owe("b")
    await news.deliver()
    assert (news.messenger.published, news.told) == (news.posted[1:], [])
