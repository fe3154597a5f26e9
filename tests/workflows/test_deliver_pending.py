"""Deliveries reach their channel once, in order, whatever goes wrong."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random

import pytest

from bot.domain.card import NoticeFacts, Post
from bot.domain.delivery import NONCE_WINDOW, Delivery, DeliveryState, LaneReport
from bot.domain.errors import ChannelRefused, MessageGone, MessageRefused, OutcomeUnknown, TryLater
from bot.domain.server import Locale
from bot.domain.watches import WatchState
from bot.workflows.deliver_pending import GIVE_UP_AFTER, LEASE, LONGEST_WAIT, MESSAGES_PER_LEASE, DeliverPending
from bot.workflows.ports import UnitOfWork, Work
from storage.doorbells import ProcessDoorbell
from storage.engine import Database
from storage.unit_of_work import SqlWork
from tests.domain.builders import watch
from tests.storage.stored import CHANNEL, GUILD, owe_committed, store_names
from tests.turnable_clock import TurnableClock
from tests.workflows.fake_messenger import FakeMessenger, Killed, fails, nothing


async def prepare(_: Work, delivery: Delivery) -> Post | None:
    """Render a delivery as a notice of its subject; subjects named `nothing` have nothing to show."""
    if delivery.subject == "nothing":
        return None
    return Post(delivery.purpose, Locale.ENGLISH, NoticeFacts(delivery.id, "any", {}), marker=delivery.subject)


class Stage:
    """Everything a sender needs, and a way to let time pass until nothing is due."""

    def __init__(self, database: Database, clock: TurnableClock) -> None:
        self.database = database
        self.clock = clock
        self.messenger = FakeMessenger(clock)
        self.told: list[tuple[int, int, str]] = []
        self.doorbell = ProcessDoorbell()

    def sender(self, owner: str = "sender", unit_of_work: UnitOfWork | None = None) -> DeliverPending:
        """Start a process."""
        return DeliverPending(
            unit_of_work or self.database.unit_of_work,
            self.messenger,
            prepare,
            self.tell,
            clock=self.clock,
            doorbell=self.doorbell,
            owner=owner,
            jitter=lambda: 1.0,
        )

    async def tell(self, guild_id: int, channel_id: int, reason: str) -> None:
        """Remember who was told."""
        self.told.append((guild_id, channel_id, reason))

    async def deliveries(self, *ids: int) -> list[Delivery]:
        """Read deliveries."""
        async with self.database.unit_of_work() as work:
            found = [await work.deliveries.delivery(one) for one in ids]
        return [one for one in found if one is not None]

    async def lane(self) -> LaneReport:
        """Read how the channel stands."""
        async with self.database.unit_of_work() as work:
            (report,) = await work.deliveries.lane_reports(GUILD)
        return report

    async def run(self, times: int = 1) -> None:
        """Work lanes until none is due, let time pass, and so on."""
        for _ in range(times):
            while await self.sender().run_once():
                pass
            self.clock.turn(LONGEST_WAIT)


@pytest.fixture
def stage(database: Database, clock: TurnableClock) -> Stage:
    """Set the stage."""
    return Stage(database, clock)


async def test_what_is_owed_is_sent_in_order(stage: Stage) -> None:
    """Everything that is owed is sent, first owed first, and then nothing is due."""
    owed = await owe_committed(stage.database, "a", "b", "c")
    assert await stage.sender().run_once()
    assert not await stage.sender().run_once()
    assert stage.messenger.markers(CHANNEL) == ["a", "b", "c"]
    assert {one.state for one in await stage.deliveries(*owed)} == {DeliveryState.SENT}


async def test_a_busy_channel_takes_turns(stage: Stage) -> None:
    """After a few messages the next channel has its turn."""
    await owe_committed(stage.database, *[f"{number}" for number in range(MESSAGES_PER_LEASE + 1)])
    stage.clock.turn(timedelta(seconds=1))
    await owe_committed(stage.database, "other", channel_id=CHANNEL + 1)
    sender = stage.sender()
    turns: list[int] = []
    for _ in range(3):
        stage.clock.turn(timedelta(seconds=1))
        await sender.run_once()
        turns.append(len(stage.messenger.markers(CHANNEL)))
    assert turns == [MESSAGES_PER_LEASE, MESSAGES_PER_LEASE, MESSAGES_PER_LEASE + 1]
    assert stage.messenger.markers(CHANNEL + 1) == ["other"]


async def test_nothing_to_show_is_withdrawn(stage: Stage) -> None:
    """A delivery whose model is gone is owed no more, and the lane goes on."""
    first, _ = await owe_committed(stage.database, "nothing", "b")
    await stage.run()
    (withdrawn,) = await stage.deliveries(first)
    assert (withdrawn.state, stage.messenger.markers(CHANNEL)) == (DeliveryState.WITHDRAWN, ["b"])


async def test_discord_is_waited_for(stage: Stage) -> None:
    """When Discord says later, the lane waits as long as it said; the message stays first in line."""
    (owed, _) = await owe_committed(stage.database, "a", "b")
    stage.messenger.before = fails(TryLater("429", retry_after=400))
    await stage.sender().run_once()
    (waiting,) = await stage.deliveries(owed)
    stage.clock.turn(timedelta(seconds=399))
    assert not await stage.sender().run_once()
    stage.clock.turn(timedelta(seconds=1))
    await stage.run()
    assert (waiting.state, stage.messenger.markers(CHANNEL)) == (DeliveryState.PENDING, ["a", "b"])


async def test_backoff_doubles_up_to_its_bound(stage: Stage) -> None:
    """Failures in a row wait 2, 4, 8 ... seconds and never more than five minutes; a success begins anew."""
    await owe_committed(stage.database, "a")
    stage.messenger.before = fails(*[TryLater("503")] * 10)
    for failure in range(10):
        assert (await stage.lane()).failures == failure
        assert await stage.sender().run_once()
        wait = min(timedelta(seconds=2) * 2**failure, LONGEST_WAIT)
        stage.clock.turn(wait - timedelta(milliseconds=1))
        assert not await stage.sender().run_once()
        stage.clock.turn(timedelta(milliseconds=1))
    await stage.run()
    assert ((await stage.lane()).failures, stage.messenger.markers(CHANNEL)) == (0, ["a"])


async def test_a_refusing_channel_is_paused_and_told_of_once(stage: Stage) -> None:
    """Lost permissions pause lane and watches, keep what is owed, and tell a moderator a single time."""
    owed = await owe_committed(stage.database, "a", "b")
    async with stage.database.unit_of_work() as work:
        await work.watches.add(watch(channel_id=CHANNEL, guild_id=GUILD))
        await work.commit()
    stage.messenger.before = fails(ChannelRefused("50013"))
    await stage.run(times=3)
    async with stage.database.unit_of_work() as work:
        (paused,) = await work.watches.of_server(GUILD)
    assert stage.told == [(GUILD, CHANNEL, "50013")]
    assert (paused.state, paused.paused_reason) == (WatchState.PAUSED, "channel-refused")
    assert {one.state for one in await stage.deliveries(*owed)} == {DeliveryState.PENDING}
    async with stage.database.unit_of_work() as work:
        await work.deliveries.resume_lane(CHANNEL, now=stage.clock.now())
        await work.commit()
    await stage.run()
    assert stage.messenger.markers(CHANNEL) == ["a", "b"]


async def test_a_refused_message_is_given_up(stage: Stage) -> None:
    """What Discord will never take is failed with its reason, and the lane goes on."""
    first, _ = await owe_committed(stage.database, "a", "b")
    stage.messenger.before = fails(MessageRefused("AutoMod"))
    await stage.run()
    (failed,) = await stage.deliveries(first)
    assert (failed.state, failed.error) == (DeliveryState.FAILED, "AutoMod")
    assert stage.messenger.markers(CHANNEL) == ["b"]


async def test_an_unknown_outcome_is_repeated_with_the_same_nonce(stage: Stage) -> None:
    """Within the nonce's window a broken connection is simply tried again, and Discord sees the same message."""
    await owe_committed(stage.database, "a")
    stage.messenger.after = fails(OutcomeUnknown("reset"))
    await stage.sender().run_once()
    stage.clock.turn(NONCE_WINDOW / 2)
    await stage.run()
    assert (stage.messenger.markers(CHANNEL), stage.messenger.looked) == (["a"], [])


async def test_an_old_unknown_outcome_is_looked_for_first(stage: Stage) -> None:
    """After the nonce's window the channel is read, and the message found there is taken as ours."""
    (owed,) = await owe_committed(stage.database, "a")
    stage.messenger.after = fails(OutcomeUnknown("reset"))
    await stage.sender().run_once()
    stage.clock.turn(timedelta(hours=1))
    await stage.run()
    (adopted,) = await stage.deliveries(owed)
    assert (stage.messenger.markers(CHANNEL), stage.messenger.looked) == (["a"], ["a"])
    assert (adopted.state, adopted.message_id) == (DeliveryState.SENT, 1000)


async def test_a_failing_look_is_repeated_and_nothing_sent_blindly(stage: Stage) -> None:
    """While the channel cannot be read, nothing is sent; an attempt that never arrived is sent then."""
    await owe_committed(stage.database, "a")
    stage.messenger.before = fails(OutcomeUnknown("reset"), TryLater("503"), TryLater("503"))
    await stage.sender().run_once()
    stage.clock.turn(NONCE_WINDOW)
    await stage.run(times=3)
    assert (stage.messenger.markers(CHANNEL), stage.messenger.looked) == (["a"], ["a"] * 3)


async def test_a_doubtful_attempt_stays_doubtful_when_a_repeat_fails(stage: Stage) -> None:
    """A repeat that certainly posted nothing says nothing about the first attempt, which may have."""
    await owe_committed(stage.database, "a")
    stage.messenger.after = fails(OutcomeUnknown("reset"))
    await stage.sender().run_once()
    stage.messenger.before = fails(TryLater("503", retry_after=600))
    stage.clock.turn(timedelta(seconds=30))
    await stage.sender().run_once()
    stage.clock.turn(timedelta(seconds=600))
    await stage.run()
    assert (stage.messenger.markers(CHANNEL), stage.messenger.looked) == (["a"], ["a"])


async def send_one_card(stage: Stage) -> int:
    """Send one card and ask for an edit of it; its delivery."""
    (model_id,) = await store_names(stage.database, "lab/a")
    (card,) = await owe_committed(stage.database, "a", model_id=model_id)
    await stage.sender().run_once()
    async with stage.database.unit_of_work() as work:
        await work.deliveries.refresh_cards([model_id], due_at=stage.clock.now())
        await work.commit()
    return card


async def test_a_stale_card_is_edited_once(stage: Stage) -> None:
    """A card that shows an older revision is brought up to date by one edit."""
    card = await send_one_card(stage)
    await stage.run(times=2)
    (shown,) = await stage.deliveries(card)
    assert (stage.messenger.channels[CHANNEL][0].edits, shown.shown_revision) == (1, 1)


async def test_a_limited_edit_waits_while_new_messages_go_on(stage: Stage) -> None:
    """Discord limits edits of old messages by themselves: the edit is tried later, the lane goes on."""
    await send_one_card(stage)
    stage.messenger.before = fails(TryLater("30046", retry_after=60))
    await stage.sender().run_once()
    await owe_committed(stage.database, "b")
    await stage.sender().run_once()
    edits = stage.messenger.channels[CHANNEL][0].edits
    await stage.run(times=2)
    assert (edits, stage.messenger.markers(CHANNEL)) == (0, ["a", "b"])
    assert stage.messenger.channels[CHANNEL][0].edits == 1


@pytest.mark.parametrize("fault", [MessageGone("10008"), MessageRefused("400")])
async def test_a_hopeless_edit_is_not_repeated(stage: Stage, fault: Exception) -> None:
    """A deleted message, or an edit that Discord will not take, is left alone."""
    await send_one_card(stage)
    calls = 0

    def count() -> None:
        nonlocal calls
        calls += 1
        raise fault

    stage.messenger.before = count
    await stage.run(times=3)
    assert calls == 1


async def test_an_error_of_our_own_stops_a_lane_for_a_while_only(stage: Stage) -> None:
    """A message that we cannot render is logged, tried a few times and given up; the rest of the lane follows."""
    first, _ = await owe_committed(stage.database, "a", "b")
    stage.messenger.before = fails(*[RuntimeError("a bug")] * (GIVE_UP_AFTER + 1))
    await stage.run(times=GIVE_UP_AFTER + 1)
    (failed,) = await stage.deliveries(first)
    assert (failed.state, failed.error) == (DeliveryState.FAILED, "RuntimeError: a bug")
    assert stage.messenger.markers(CHANNEL) == ["b"]


class DyingDatabase:
    """Units of work of which one dies at its commit: before it, or after it."""

    def __init__(self, database: Database, random: Random) -> None:
        self._database = database
        self._random = random

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncGenerator[SqlWork]:
        """Open a transaction that may be the last."""
        async with self._database.unit_of_work() as work:
            commit = work.commit

            async def commit_or_die() -> None:
                at = self._random.random()
                if at < 0.15:
                    raise Killed
                await commit()
                if at > 0.85:
                    raise Killed

            work.commit = commit_or_die
            yield work


@pytest.mark.parametrize("seed", range(4))
async def test_kills_at_any_moment_lose_and_double_nothing(stage: Stage, seed: int) -> None:
    """Killed before, between and after every step, over and over: each message once, each channel in order."""
    random = Random(seed)
    subjects = [f"s{number}" for number in range(8)]
    for channel_id in (1, 2):
        await owe_committed(stage.database, *subjects, channel_id=channel_id)
    dying = DyingDatabase(stage.database, random)
    in_doubt = [None] * 5 + [Killed(), OutcomeUnknown("reset")]
    stage.messenger.before = chance(random, [*in_doubt, TryLater("503")])
    stage.messenger.after = chance(random, in_doubt)
    kills = 0
    for run in range(60):
        try:
            await stage.sender(f"process {run}", dying.unit_of_work).run_once()
        except Killed:
            kills += 1
        stage.clock.turn(random.choice([timedelta(seconds=1), LEASE, timedelta(minutes=1), timedelta(minutes=4)]))
    stage.messenger.before = stage.messenger.after = nothing
    await stage.run(times=3)
    assert kills > 10
    assert [stage.messenger.markers(channel_id) for channel_id in (1, 2)] == [subjects, subjects]


def chance(random: Random, faults: Sequence[BaseException | None]) -> Callable[[], None]:
    """Raise one of these, or nothing, as chance has it."""

    def fail() -> None:
        fault = random.choice(faults)
        if fault is not None:
            raise fault

    return fail


async def test_senders_run_until_they_are_stopped(stage: Stage) -> None:
    """Several workers send until cancelled, the doorbell wakes them, and a send in flight ends before they do."""
    sending, may_end = asyncio.Event(), asyncio.Event()
    plain_send = stage.messenger.send

    async def slow_send(channel_id: int, post: Post, *, nonce: str) -> int:
        sending.set()
        await may_end.wait()
        return await plain_send(channel_id, post, nonce=nonce)

    stage.messenger.send = slow_send
    running = asyncio.create_task(stage.sender().run_forever())
    (owed,) = await owe_committed(stage.database, "a")
    await stage.doorbell.ring()
    await sending.wait()
    running.cancel()
    await asyncio.sleep(0)
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    (sent,) = await stage.deliveries(owed)
    assert (sent.state, stage.messenger.markers(CHANNEL)) == (DeliveryState.SENT, ["a"])
