"""One discussion a model a server: two at once, a crash in between, threads that are archived, deleted or refused."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.discussions import Opening, Place, ThreadState
from bot.domain.errors import (
    ChannelRefused,
    MessageGone,
    MessageRefused,
    PermissionsMissing,
    Refusal,
    SendFailure,
    TooManyThreads,
    TryLater,
)
from bot.workflows.open_discussion import LOOK_EVERY, OPENING_TAKES, Asked, Found, OpenDiscussion
from storage.engine import Database
from tests.storage.stored import CHANNEL, GUILD, NOW, claimed, owe_committed, store_names
from tests.turnable_clock import TurnableClock
from tests.workflows.bell import Bell
from tests.workflows.fake_messenger import Killed
from tests.workflows.scenes import LABS

CARD = 9001


def nothing(_: str) -> None:
    """Nothing goes wrong."""


@dataclass
class FakeThreads:
    """Threads as Discord keeps them: one a message, with the message's id. `fault` is asked before every call."""

    fault: Callable[[str], None] = nothing
    states: dict[int, ThreadState] = field(default_factory=dict[int, ThreadState])
    openings: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    refused: dict[Place, SendFailure] = field(default_factory=dict[Place, SendFailure])

    async def reopen(self, thread_id: int) -> ThreadState:
        """Say how it stands."""
        self.fault("reopen")
        return self.states.get(thread_id, ThreadState.GONE)

    async def start(self, place: Place, opening: Opening) -> int:  # noqa: ARG002 - the port's signature
        """Start one, or find the one that was started from this message."""
        self.fault("start")
        if place in self.refused:
            raise self.refused[place]
        thread_id = place.message_id or 5000 + place.channel_id
        self.states[thread_id] = ThreadState.OPEN
        await asyncio.sleep(0)
        return thread_id

    async def begin(self, thread_id: int, opening: Opening) -> None:
        """Post the opening unless it is there."""
        self.fault("begin")
        shown = self.openings.setdefault(thread_id, [])
        if opening.marker not in shown:
            shown.append(opening.marker)


@dataclass
class Forum:
    """A server with one model, its card in a channel, and members who ask for its discussion."""

    database: Database
    clock: TurnableClock
    model_id: int
    threads: FakeThreads = field(default_factory=FakeThreads)
    bell: Bell = field(default_factory=Bell)

    async def ask(self, *, channel: int = CHANNEL, user: int = 1, may_see: bool = True) -> Found:
        """Let a member press Discuss."""
        opening = OpenDiscussion(self.database.unit_of_work, LABS, self.clock, self.bell, pause=self._pause)
        return await opening(self.threads, Asked(GUILD, self.model_id, channel, user, lambda _: may_see))

    async def _pause(self, seconds: float) -> None:
        self.clock.turn(timedelta(seconds=seconds))
        await asyncio.sleep(0)

    async def recorded(self) -> int | None:
        """Return the thread that is recorded."""
        async with self.database.unit_of_work() as work:
            known = await work.discussions.get(GUILD, self.model_id)
        return known.thread_id if known else None


@pytest.fixture
async def forum(database: Database, clock: TurnableClock) -> Forum:
    """Make the server; the card was posted as message 9001."""
    (model,) = await store_names(database, "org/model")
    (delivery,) = await owe_committed(database, f"model:{model}", model_id=model)
    held = await claimed(database)
    async with database.unit_of_work() as work:
        await work.deliveries.begin_attempt(held, delivery, now=NOW)
        await work.deliveries.mark_sent(held, delivery, CARD, now=NOW)
        await work.deliveries.release_lane(held, now=NOW)
        await work.commit()
    return Forum(database, clock, model)


async def test_the_thread_starts_from_the_card(forum: Forum) -> None:
    """The first who asks opens it and the next is led there; the card is asked to show it."""
    first, second = await forum.ask(), await forum.ask(user=2)
    assert (first, second) == (Found(CARD, "org/model", is_new=True), Found(CARD, "org/model", is_new=False))
    assert forum.threads.openings == {CARD: [f"v1:details:{forum.model_id}"]}
    assert await forum.recorded() == CARD
    assert forum.bell.rings == 1


async def test_five_at_once_meet_in_one_thread(forum: Forum) -> None:
    """All are led to the same thread, which one of them opened and which begins once."""
    found = await asyncio.gather(*(forum.ask(user=user) for user in range(5)))
    assert {one.thread_id for one in found} == {CARD}
    assert [one.is_new for one in found].count(True) == 1
    assert forum.threads.openings == {CARD: [f"v1:details:{forum.model_id}"]}


@pytest.mark.parametrize("before", ["start", "begin"])
async def test_after_a_crash_the_next_one_waits_and_goes_on(forum: Forum, before: str) -> None:
    """A process that ended in the middle leaves neither a second thread nor a model without one."""

    def kill(call: str) -> None:
        if call == before:
            raise Killed

    forum.threads.fault = kill
    with pytest.raises(Killed):
        await forum.ask()
    forum.threads.fault = nothing
    started = forum.clock.now()
    found = await forum.ask(user=2)
    assert (found.thread_id, found.is_new, await forum.recorded()) == (CARD, True, CARD)
    assert OPENING_TAKES <= forum.clock.now() - started <= OPENING_TAKES + 2 * LOOK_EVERY
    assert forum.threads.openings == {CARD: [f"v1:details:{forum.model_id}"]}


async def test_a_deleted_thread_is_made_anew(forum: Forum) -> None:
    """Where the card's own thread cannot come back, it starts in the channel."""
    await forum.ask()
    forum.threads.states[CARD] = ThreadState.GONE
    forum.threads.refused[Place(CHANNEL, CARD)] = MessageGone("its thread was deleted")
    found = await forum.ask()
    assert (found.thread_id, found.is_new, await forum.recorded()) == (5000 + CHANNEL, True, 5000 + CHANNEL)


async def test_a_locked_thread_is_said_to_be_locked(forum: Forum) -> None:
    """What a moderator closed stays closed, and can be read."""
    await forum.ask()
    forum.threads.states[CARD] = ThreadState.LOCKED
    assert await forum.ask() == Found(CARD, "org/model", is_new=False, is_locked=True)


async def test_a_card_that_a_member_cannot_see_is_no_place_for_them(forum: Forum) -> None:
    """The thread starts where they asked, not in a channel that is closed to them."""
    assert (await forum.ask(channel=77, may_see=False)).thread_id == 5077


async def test_a_card_elsewhere_is_preferred_to_a_thread_without_one(forum: Forum) -> None:
    """`/discuss` in another channel leads to the thread below the card."""
    assert (await forum.ask(channel=77)).thread_id == CARD


@pytest.mark.parametrize(
    ("failure", "key"),
    [
        (TooManyThreads("160006"), "too-many-threads"),
        (TryLater("503"), "discord-unavailable"),
        (MessageRefused("200001"), "discussion-blocked"),
        (ChannelRefused("50001"), "discussion-refused"),
    ],
)
async def test_what_discord_refuses_is_answered_and_blocks_nobody(forum: Forum, failure: SendFailure, key: str) -> None:
    """The member learns why, and the next one can try at once."""
    forum.threads.refused = {Place(CHANNEL, CARD): failure, Place(CHANNEL): failure}
    with pytest.raises(Refusal) as refusal:
        await forum.ask()
    assert refusal.value.key == key
    forum.threads.refused.clear()
    started = forum.clock.now()
    assert ((await forum.ask()).is_new, forum.clock.now()) == (True, started)


async def test_missing_permissions_stay_named(forum: Forum) -> None:
    """By Discord's names, for whoever speaks the reader's language."""
    lack = PermissionsMissing(CHANNEL, ("create_public_threads",))
    forum.threads.refused = {Place(CHANNEL, CARD): lack, Place(CHANNEL): lack}
    with pytest.raises(PermissionsMissing) as raised:
        await forum.ask()
    assert raised.value.missing == ("create_public_threads",)


async def test_a_model_nobody_knows_is_refused(forum: Forum) -> None:
    """A made-up id in a button leads to an answer."""
    forum.model_id = 999_999
    with pytest.raises(Refusal):
        await forum.ask()


async def test_who_waits_too_long_is_asked_to_try_again(forum: Forum) -> None:
    """A claim that is renewed for ever by others does not keep a member waiting for ever."""
    async with forum.database.unit_of_work() as work:
        await work.discussions.claim(
            GUILD, forum.model_id, channel_id=CHANNEL, opener="slow", lease=timedelta(minutes=5)
        )
        await work.commit()
    with pytest.raises(Refusal) as refusal:
        await forum.ask()
    assert refusal.value.key == "discussion-busy"
