"""Sends what channels are owed: once, whatever happens.

The attempt is committed before the send, the send happens outside any transaction, and its outcome is committed by
itself. Whatever breaks in between leaves a row that says how far it came (ARCHITECTURE, "Delivery").
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.domain.card import Post
from bot.domain.clock import Clock
from bot.domain.delivery import BY_MEMBERS, Delivery, DeliveryState, LaneLease, Purpose
from bot.domain.errors import ChannelGone, ChannelRefused, MessageGone, MessageRefused, OutcomeUnknown, SendFailure
from bot.domain.watches import PausedBecause
from bot.workflows.close_channel import TellModerators, close_channel
from bot.workflows.ports import Doorbell, Messenger, UnitOfWork, Work
from bot.workflows.publish_posts import PublishPosts, owe_publication
from bot.workflows.telemetry import NoTelemetry, Telemetry

LEASE = timedelta(seconds=20)
"""How long a channel stays untouched after its sender died; a living one renews while it works."""

MESSAGES_PER_LEASE = 10
"""Then the channel goes to the end of the line, so that a busy one does not starve the others."""

WORKERS = 4
"""Channels worked at a time in one process. A send takes about 0.2 s: four stay under Discord's limit of 50/s."""

IDLE = timedelta(seconds=2)
"""How often a sender looks by itself; the doorbell makes it faster, this makes a lost ring harmless."""

GRACE = timedelta(seconds=10)
"""How long a send in flight may take to end when the bot stops; process managers kill after 10 to 30 seconds."""

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
"""Backoff doubles from the first to the longest: an outage is probed twelve times an hour, not ten thousand times."""

GIVE_UP_AFTER = 5
"""Stumbles in a row over one message (our own errors, not Discord's) before the lane goes on without it."""

PreparePost = Callable[[Work, Delivery], Awaitable[Post | None]]
"""`bot.workflows.prepare_post`, with the lab book already given."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Step:
    """What a message means for its lane: go on, or give it back, perhaps with a wait."""

    goes_on: bool
    wait: timedelta | None = None


NEXT = Step(goes_on=True)
DONE = Step(goes_on=False)


class DeliverPending:
    """Works lanes: `run_once` one of them, `run_forever` several at a time until it is cancelled."""

    def __init__(  # noqa: PLR0913 - its parts, put together once in bot.assembly
        self,
        unit_of_work: UnitOfWork,
        messenger: Messenger,
        prepare_post: PreparePost,
        tell_moderators: TellModerators,
        *,
        clock: Clock,
        doorbell: Doorbell,
        owner: str,
        lease: timedelta = LEASE,
        telemetry: Telemetry | None = None,
        jitter: Callable[[], float] = random.random,  # noqa: S311 - spreads retries, guards nothing
    ) -> None:
        """`owner` is unique to this process; `jitter` returns a share between 0 and 1."""
        self._unit_of_work = unit_of_work
        self._messenger = messenger
        self._prepare_post = prepare_post
        self._tell_moderators = tell_moderators
        self._clock = clock
        self._doorbell = doorbell
        self._owner = owner
        self._lease = lease
        self._jitter = jitter
        self._telemetry = telemetry or NoTelemetry()
        self._publish = PublishPosts(unit_of_work, messenger, clock)
        self._busy: set[asyncio.Task[object]] = set()
        self._stopping = False

    async def run_forever(self, workers: int = WORKERS) -> None:
        """Work lanes until cancelled; then sends in flight may end within `GRACE`."""
        self._stopping = False
        tasks = [asyncio.create_task(self._work_lanes(), name=f"sender-{number}") for number in range(workers)]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in ended:
                task.result()
        finally:
            await self._stop(tasks)

    async def run_once(self) -> bool:
        """Work one lane; False if none was due."""
        async with self._unit_of_work() as work:
            held = await work.deliveries.claim_lane(self._owner, lease=self._lease)
            await work.commit()
        if held is None:
            return False
        async with self._renewing(held):
            await self._work_lane(held)
        return True

    async def _work_lanes(self) -> None:
        task = asyncio.current_task()
        while task is not None and not self._stopping:
            worked = False
            self._busy.add(task)
            try:
                worked = await self.run_once()
            except Exception:  # noqa: BLE001 - logged, and tried again after the next wait
                # The database is away, or the lane's own error went as far as here: the lease expires by itself.
                _log.exception("sender.stumbled")
            finally:
                self._busy.discard(task)
            if not worked and not self._stopping:
                await self._doorbell.wait(IDLE)

    async def _stop(self, tasks: Sequence["asyncio.Task[None]"]) -> None:
        self._stopping = True
        busy = [task for task in tasks if task in self._busy]
        for task in tasks:
            if task not in self._busy:
                task.cancel()
        if busy:
            await asyncio.wait(busy, timeout=GRACE.total_seconds())
        for task in busy:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work_lane(self, held: LaneLease) -> None:
        wait: timedelta | None = None
        for _ in range(MESSAGES_PER_LEASE):
            step = await self._work_message(held)
            wait = step.wait
            if not step.goes_on or self._stopping:
                break
            held = replace(held, failures=0)
        async with self._unit_of_work() as work:
            await work.deliveries.release_lane(held, now=self._clock.now(), wait=wait)
            await work.commit()

    async def _work_message(self, held: LaneLease) -> Step:
        async with self._unit_of_work() as work:
            delivery = await work.deliveries.next_in_lane(held, now=self._clock.now())
            await work.commit()
        if delivery is None:
            return DONE
        with structlog.contextvars.bound_contextvars(
            channel_id=delivery.channel_id, delivery_id=delivery.id, subject=delivery.subject
        ):
            try:
                return await self._deliver(held, delivery)
            except Exception as error:  # noqa: BLE001 - whatever is wrong with one message must not stop its lane for ever
                return await self._stumble(held, delivery, error)

    async def _deliver(self, held: LaneLease, delivery: Delivery) -> Step:
        if delivery.purpose is Purpose.PUBLICATION:
            self._telemetry.delivered(await self._publish(delivery))
            return NEXT
        async with self._unit_of_work() as work:
            post = await self._prepare_post(work, delivery)
        try:
            return await self._show(held, delivery, post)
        except ChannelRefused as refusal:
            if delivery.purpose in BY_MEMBERS:
                return await self._withdraw(delivery)
            return await self._pause(held, delivery, refusal)
        except MessageRefused as refusal:
            return await self._give_up(delivery, refusal.reason)
        except SendFailure as failure:
            return await self._try_later(held, delivery, failure)

    async def _show(self, held: LaneLease, delivery: Delivery, post: Post | None) -> Step:
        if post is None:
            return await self._withdraw(delivery)
        if delivery.state is DeliveryState.SENT:
            return await self._edit(delivery, post)
        if delivery.state is DeliveryState.UNKNOWN and await self._find(held, delivery, post):
            return NEXT
        return await self._send(held, delivery, post)

    async def _send(self, held: LaneLease, delivery: Delivery, post: Post) -> Step:
        async with self._unit_of_work() as work:
            begun = await work.deliveries.begin_attempt(held, delivery.id, now=self._clock.now())
            await work.commit()
        if not begun:
            _log.info("delivery.overtaken")
            return DONE
        message_id = await self._messenger.send(delivery.channel_id, post, nonce=delivery.nonce)
        await self._mark_sent(held, delivery, message_id, post)
        _log.info("delivery.sent", message_id=message_id, repeated=delivery.state is not DeliveryState.PENDING)
        self._telemetry.delivered("sent")
        return NEXT

    async def _find(self, held: LaneLease, delivery: Delivery, post: Post) -> bool:
        """Look whether an attempt of unknown outcome got through, and adopt its message if it did."""
        since = delivery.sending_at or delivery.created_at
        message_id = await self._messenger.find(delivery.channel_id, post.marker, since=since)
        _log.info("delivery.looked", found=message_id)
        if message_id is not None:
            await self._mark_sent(held, delivery, message_id, post)
        return message_id is not None

    async def _edit(self, delivery: Delivery, post: Post) -> Step:
        if delivery.message_id is None:
            return await self._withdraw(delivery)
        try:
            await self._messenger.edit(delivery.channel_id, delivery.message_id, post)
        except MessageGone:
            _log.info("delivery.message-gone")
            return await self._withdraw(delivery)
        async with self._unit_of_work() as work:
            await work.deliveries.mark_shown(delivery.id, delivery.wanted_revision)
            await work.commit()
        _log.info("delivery.edited", revision=delivery.wanted_revision)
        self._telemetry.delivered("edited")
        return NEXT

    async def _mark_sent(self, held: LaneLease, delivery: Delivery, message_id: int, post: Post) -> None:
        """Record the message, and what follows: in a forum it is a thread too, and with that the model's discussion."""
        model_id = delivery.model_id if delivery.purpose is Purpose.CARD else None
        discusses = model_id is not None and self._messenger.begins_threads(delivery.channel_id)
        async with self._unit_of_work() as work:
            await work.deliveries.mark_sent(held, delivery.id, message_id, now=self._clock.now())
            if model_id is not None and discusses:
                await work.discussions.settle(
                    delivery.guild_id, model_id, channel_id=delivery.channel_id, thread_id=message_id
                )
            if post.published and self._messenger.publishes(delivery.channel_id):
                await owe_publication(work, delivery, message_id, self._clock.now())
            await work.commit()

    async def _withdraw(self, delivery: Delivery) -> Step:
        async with self._unit_of_work() as work:
            if delivery.state is DeliveryState.SENT:
                await work.deliveries.stop_editing(delivery.id)
            else:
                await work.deliveries.mark_withdrawn(delivery.id)
            await work.commit()
        _log.info("delivery.withdrawn")
        self._telemetry.delivered("withdrawn")
        return NEXT

    async def _give_up(self, delivery: Delivery, reason: str) -> Step:
        """Go on without a message, or without an edit, that will never be taken."""
        async with self._unit_of_work() as work:
            if delivery.state is DeliveryState.SENT:
                await work.deliveries.mark_shown(delivery.id, delivery.wanted_revision)
            else:
                await work.deliveries.mark_failed(delivery.id, reason)
            await work.commit()
        _log.warning("delivery.failed", reason=reason, edit=delivery.state is DeliveryState.SENT)
        self._telemetry.delivered("failed")
        return NEXT

    async def _try_later(self, held: LaneLease, delivery: Delivery, failure: SendFailure) -> Step:
        wait = self._wait(held, failure.retry_after)
        _log.warning("delivery.waiting", reason=failure.reason, seconds=wait.total_seconds())
        self._telemetry.delivered("later")
        async with self._unit_of_work() as work:
            if delivery.state is DeliveryState.SENT:
                # Discord limits edits of old messages by themselves: new messages need not wait with them.
                await work.deliveries.postpone_edit(delivery.id, due_at=self._clock.now() + wait)
            elif not isinstance(failure, OutcomeUnknown):
                await self._put_back(work, delivery)
            await work.commit()
        return NEXT if delivery.state is DeliveryState.SENT else Step(goes_on=False, wait=wait)

    async def _pause(self, held: LaneLease, delivery: Delivery, refusal: ChannelRefused) -> Step:
        async with self._unit_of_work() as work:
            await self._put_back(work, delivery)
            first = await work.deliveries.pause_lane(held.channel_id, refusal.reason, now=self._clock.now())
            if isinstance(refusal, ChannelGone):
                watches = await close_channel(work, held.guild_id, held.channel_id, self._clock.now())
            else:
                watches = await work.watches.pause_channel(held.channel_id, PausedBecause.CHANNEL_REFUSED)
            await work.commit()
        _log.warning("lane.paused", reason=refusal.reason, watches=len(watches), first=first)
        self._telemetry.delivered("paused")
        if first:
            await self._tell_moderators(held.guild_id, held.channel_id, refusal.reason)
        return DONE

    async def _put_back(self, work: Work, delivery: Delivery) -> None:
        """Make an attempt undone that certainly posted nothing, unless an earlier one may have."""
        if delivery.state is DeliveryState.PENDING:
            await work.deliveries.put_back(delivery.id)

    async def _stumble(self, held: LaneLease, delivery: Delivery, error: Exception) -> Step:
        """Answer an error of our own: wait, and after a few in a row go on without the message."""
        _log.error("delivery.stumbled", failures=held.failures, exc_info=error)
        if held.failures < GIVE_UP_AFTER:
            return Step(goes_on=False, wait=self._wait(held, None))
        return await self._give_up(delivery, f"{type(error).__name__}: {error}"[:500])

    def _wait(self, held: LaneLease, retry_after: float | None) -> timedelta:
        """Return what Discord asked for, or a backoff that doubles, with up to half of it by chance."""
        if retry_after is not None:
            return timedelta(seconds=retry_after)
        longest = min(FIRST_WAIT * 2 ** min(held.failures, 10), LONGEST_WAIT)
        return longest * (0.5 + self._jitter() / 2)

    @asynccontextmanager
    async def _renewing(self, held: LaneLease) -> AsyncGenerator[None]:
        """Keep a lane while it is worked; a send may take longer than a lease."""
        renewal = asyncio.create_task(self._renew(held))
        try:
            yield
        finally:
            renewal.cancel()
            await asyncio.gather(renewal, return_exceptions=True)

    async def _renew(self, held: LaneLease) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            try:
                async with self._unit_of_work() as work:
                    kept = await work.deliveries.renew(held, lease=self._lease)
                    await work.commit()
            except Exception:  # noqa: BLE001 - logged, and tried again at the next turn
                # The lease may be lost now: the nonce and the epoch keep the message single.
                _log.exception("lane.not-renewed", channel_id=held.channel_id)
                continue
            if not kept:
                _log.warning("lane.lost", channel_id=held.channel_id)
                return
