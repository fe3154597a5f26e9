"""Sends posts on to the servers that follow an announcement channel: once each, also past Discord's hourly limit.

Publishing changes a message that stands already, and waits its turn as an edit does: no new post waits for it.
"""

from datetime import datetime, timedelta

import structlog

from bot.domain.clock import Clock
from bot.domain.delivery import Delivery, PostedMessage, Purpose
from bot.domain.errors import ChannelRefused, MessageGone, MessageRefused, SendFailure
from bot.workflows.ports import Messenger, UnitOfWork, Work

PUBLISH_AGAIN = timedelta(minutes=10)
"""After a failure that does not say when. Where it was the limit of about ten an hour, one is free by then."""

PUBLISHED_WITHIN = timedelta(days=1)
"""What the limit kept back for longer is no news any more, and would keep back what is."""

_log = structlog.get_logger()


async def owe_publication(work: Work, delivery: Delivery, message_id: int, now: datetime) -> None:
    """Owe it to a post that was just sent, in the transaction that records the post."""
    subject = f"publication:{delivery.id}"
    owed = PostedMessage(delivery.guild_id, delivery.channel_id, subject, Purpose.PUBLICATION, message_id)
    await work.deliveries.adopt(owed, now=now, edit_due_at=now)


class PublishPosts:
    """Publishes what is due, or puts it off; whatever goes wrong, the post itself stands and nothing else stops."""

    def __init__(self, unit_of_work: UnitOfWork, messenger: Messenger, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._messenger = messenger
        self._clock = clock

    async def __call__(self, delivery: Delivery) -> str:
        """Publish the post behind a delivery; what came of it, as metrics name it."""
        if delivery.message_id is None or not await self._is_wanted(delivery):
            return await self._end(delivery, "withdrawn")
        try:
            await self._messenger.publish(delivery.channel_id, delivery.message_id)
        except (ChannelRefused, MessageRefused, MessageGone) as failure:
            _log.warning("post.not-published", message_id=delivery.message_id, reason=failure.reason)
            return await self._end(delivery, "failed")
        except SendFailure as failure:
            return await self._put_off(delivery, failure)
        _log.info("post.published", message_id=delivery.message_id)
        return await self._end(delivery, "published")

    async def _is_wanted(self, delivery: Delivery) -> bool:
        async with self._unit_of_work() as work:
            server = await work.servers.get(delivery.guild_id)
        return bool(server and server.publishes) and self._clock.now() - delivery.created_at <= PUBLISHED_WITHIN

    async def _end(self, delivery: Delivery, outcome: str) -> str:
        async with self._unit_of_work() as work:
            await work.deliveries.mark_shown(delivery.id, delivery.wanted_revision)
            await work.commit()
        return outcome

    async def _put_off(self, delivery: Delivery, failure: SendFailure) -> str:
        wait = PUBLISH_AGAIN if failure.retry_after is None else timedelta(seconds=failure.retry_after)
        _log.info("post.published-later", reason=failure.reason, seconds=wait.total_seconds())
        async with self._unit_of_work() as work:
            await work.deliveries.postpone_edit(delivery.id, due_at=self._clock.now() + wait)
            await work.commit()
        return "later"
