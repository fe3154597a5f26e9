"""A card that is delivered to a forum is the model's discussion from that moment on."""

from datetime import timedelta

import pytest

from bot.domain.card import NoticeFacts, Post
from bot.domain.delivery import NONCE_WINDOW, Delivery
from bot.domain.discussions import Discussion
from bot.domain.server import Locale
from bot.workflows.deliver_pending import DeliverPending
from bot.workflows.ports import Work
from storage.engine import Database
from tests.storage.stored import CHANNEL, GUILD, owe_committed, store_names
from tests.turnable_clock import TurnableClock
from tests.workflows.bell import Bell
from tests.workflows.fake_messenger import FakeMessenger, Killed, nothing

OTHER_FORUM = 201


async def prepare(_: Work, delivery: Delivery) -> Post:
    """Render a delivery as a notice of its subject."""
    return Post(delivery.purpose, Locale.ENGLISH, NoticeFacts(delivery.id, "any", {}), marker=delivery.subject)


def kill() -> None:
    """End the process."""
    raise Killed


async def tell(guild_id: int, channel_id: int, reason: str) -> None:
    """Nobody is told."""


class Forums:
    """A sender and two forums."""

    def __init__(self, database: Database, clock: TurnableClock) -> None:
        self.database = database
        self.clock = clock
        self.messenger = FakeMessenger(clock)
        self.messenger.forums |= {CHANNEL, OTHER_FORUM}

    async def deliver(self) -> None:
        """Send what is due."""
        sender = DeliverPending(
            self.database.unit_of_work, self.messenger, prepare, tell, clock=self.clock, doorbell=Bell(), owner="a"
        )
        while await sender.run_once():
            pass

    async def discussion(self, model: int) -> Discussion | None:
        """Return what is recorded."""
        async with self.database.unit_of_work() as work:
            return await work.discussions.get(GUILD, model)

    def posted(self, channel: int) -> list[int]:
        """Return the ids of what a forum shows."""
        return [message.id for message in self.messenger.channels[channel]]


@pytest.fixture
def forums(database: Database, clock: TurnableClock) -> Forums:
    """Set the stage."""
    return Forums(database, clock)


async def test_the_post_is_recorded_with_the_delivery(forums: Forums) -> None:
    """A digest, which is about no model, is not."""
    (model,) = await store_names(forums.database, "org/model")
    await owe_committed(forums.database, f"model:{model}", model_id=model)
    await owe_committed(forums.database, "digest:x")
    await forums.deliver()
    first, _ = forums.posted(CHANNEL)
    assert await forums.discussion(model) == Discussion(CHANNEL, first)


async def test_one_discussion_for_two_forums(forums: Forums) -> None:
    """The first post stays the one that everybody is led to."""
    (model,) = await store_names(forums.database, "org/model")
    await owe_committed(forums.database, f"model:{model}", model_id=model)
    await forums.deliver()
    await owe_committed(forums.database, f"model:{model}", channel_id=OTHER_FORUM, model_id=model)
    await forums.deliver()
    assert await forums.discussion(model) == Discussion(CHANNEL, forums.posted(CHANNEL)[0])
    assert len(forums.posted(OTHER_FORUM)) == 1


async def test_a_post_that_is_found_again_is_recorded_too(forums: Forums) -> None:
    """The process ended between the post and its record."""
    (model,) = await store_names(forums.database, "org/model")
    await owe_committed(forums.database, f"model:{model}", model_id=model)
    forums.messenger.after = kill
    with pytest.raises(Killed):
        await forums.deliver()
    forums.messenger.after = nothing
    forums.clock.turn(NONCE_WINDOW + timedelta(minutes=1))
    await forums.deliver()
    (posted,) = forums.posted(CHANNEL)
    assert await forums.discussion(model) == Discussion(CHANNEL, posted)
