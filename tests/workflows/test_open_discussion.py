"""One discussion a model a server: two at once, a crash in between, threads that are archived, deleted or refused."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.delivery import DeliveryState, card_subject
from bot.domain.discussions import Opening, Place, Started, ThreadState
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
from bot.workflows.open_discussion import LOOK_EVERY, OPENING_TAKES, Found, OpenDiscussion
from bot.workflows.start_thread import Asked
from storage.engine import Database, open_database
from tests.storage.stored import CHANNEL, GUILD, NOW, claim, claimed, owe_committed, release, store_names
from tests.turnable_clock import TurnableClock
from tests.workflows.bell import Bell
from tests.workflows.fake_messenger import Killed
from tests.workflows.scenes import LABS

CARD = 9001


def nothing(_: str) -> None:
    """Nothing goes wrong."""


async def in_no_time() -> None:
    """Let others have their turn."""
    await asyncio.sleep(0)


@dataclass
class FakeThreads:
    """Threads as Discord keeps them: one a message, with the message's id.

    `fault` is asked before every call, `meanwhile` waited for while a thread is started.
    """

    fault: Callable[[str], None] = nothing
    meanwhile: Callable[[], Awaitable[object]] = in_no_time
    states: dict[int, ThreadState] = field(default_factory=dict[int, ThreadState])
    openings: dict[int, list[str]] = field(default_factory=dict[int, list[str]])
    refused: dict[Place, SendFailure] = field(default_factory=dict[Place, SendFailure])
    forums: set[int] = field(default_factory=set[int])
    opened: list[int] = field(default_factory=list[int])

    async def visit(self, thread_id: int, *, opens: bool) -> ThreadState:
        """Say how it stands."""
        self.fault("visit")
        self.opened += [thread_id] if opens else []
        return self.states.get(thread_id, ThreadState.GONE)

    def is_forum(self, channel_id: int) -> bool:
        """Tell whether a test made this channel a forum."""
        return channel_id in self.forums

    async def start(self, place: Place, opening: Opening) -> Started:  # noqa: ARG002 - the port's signature
        """Start one, or find the one that was started from this message."""
        self.fault("start")
        if place in self.refused:
            raise self.refused[place]
        thread_id = place.message_id or 5000 + place.channel_id
        self.states[thread_id] = ThreadState.OPEN
        await self.meanwhile()
        return Started(thread_id, is_post=place.channel_id in self.forums)

    async def begin(self, thread_id: int, opening: Opening) -> int:
        """Post the opening unless it is there."""
        self.fault("begin")
        shown = self.openings.setdefault(thread_id, [])
        if opening.marker not in shown:
            shown.append(opening.marker)
        return thread_id + 1


@dataclass(frozen=True)
class FakeAccess:
    """Channels that are closed, to this member or to everybody but some, and those where they may open nothing."""

    unseen: frozenset[int] = frozenset()
    not_for_all: frozenset[int] = frozenset()
    silenced_in: frozenset[int] = frozenset()

    def sees(self, channel_id: int) -> bool:
        """Tell whether this member can look in."""
        return channel_id not in self.unseen

    def may_write(self, channel_id: int) -> bool:
        """Tell whether this member may write there."""
        return channel_id not in self.silenced_in

    def may_open(self, channel_id: int) -> bool:
        """Tell whether this member may open a thread there."""
        return channel_id not in self.silenced_in

    def everybody_sees(self, channel_id: int) -> bool:
        """Tell whether everybody can look in."""
        return channel_id not in self.not_for_all


@dataclass
class Forum:
    """A server with one model, its card in a channel, and members who ask for its discussion."""

    database: Database
    clock: TurnableClock
    model_id: int
    threads: FakeThreads = field(default_factory=FakeThreads)
    bell: Bell = field(default_factory=Bell)
    waits: timedelta = timedelta()
    """How long a pause really takes. Without, it only turns the clock: a claim that is held runs out in no time."""

    async def ask(self, *, channel: int = CHANNEL, user: int = 1, access: FakeAccess | None = None) -> Found:
        """Let a member press Discuss."""
        opening = OpenDiscussion(
            self.database.unit_of_work, LABS, self.clock, self.bell, self._complete, pause=self._pause
        )
        return await opening(self.threads, Asked(GUILD, self.model_id, channel, user, access or FakeAccess()))

    async def _complete(self, model_id: int) -> None:
        assert model_id == self.model_id

    async def _pause(self, seconds: float) -> None:
        if not self.waits:
            self.clock.turn(timedelta(seconds=seconds))
        await asyncio.sleep(self.waits.total_seconds())

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
    forum.waits = timedelta(seconds=0.05)
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
    assert (await forum.ask(channel=77, access=FakeAccess(unseen=frozenset({CHANNEL})))).thread_id == 5077


ONLY_FOR_SOME = FakeAccess(not_for_all=frozenset({77}))
KEPT_OUT = FakeAccess(unseen=frozenset({77}), not_for_all=frozenset({77}))


async def test_a_discussion_moves_to_where_more_can_see_it(forum: Forum) -> None:
    """Who cannot see it opens another, which is the one from then on; nothing is lost when that fails."""
    forum.threads.refused[Place(CHANNEL, CARD)] = MessageGone("deleted")
    forum.threads.refused[Place(CHANNEL)] = TryLater("503")
    only_here = FakeAccess(not_for_all=frozenset({77}), silenced_in=frozenset({CHANNEL}))
    hidden = await forum.ask(channel=77, access=only_here)
    async with forum.database.unit_of_work() as work:
        assert await work.discussions.threads(GUILD, [forum.model_id]) == {}
    with pytest.raises(Refusal):
        await forum.ask(user=2, access=KEPT_OUT)
    assert await forum.ask(access=ONLY_FOR_SOME) == replace(hidden, is_new=False)
    forum.threads.refused.clear()
    started = forum.clock.now()
    moved = await forum.ask(user=2, access=KEPT_OUT)
    assert (moved.thread_id, moved.is_new, forum.clock.now()) == (CARD, True, started)
    assert await forum.ask(access=ONLY_FOR_SOME) == replace(moved, is_new=False)
    async with forum.database.unit_of_work() as work:
        assert await work.discussions.threads(GUILD, [forum.model_id]) == {forum.model_id: CARD}


async def test_several_who_cannot_see_it_meet_in_one(forum: Forum) -> None:
    """At the same moment."""
    await forum.ask(channel=77, access=replace(ONLY_FOR_SOME, silenced_in=frozenset({CHANNEL})))
    forum.waits = timedelta(seconds=0.05)
    found = await asyncio.gather(*(forum.ask(user=user, access=KEPT_OUT) for user in range(5)))
    assert {one.thread_id for one in found} == {CARD}
    assert [one.is_new for one in found].count(True) == 1


async def test_who_may_write_there_opens_an_archived_thread(forum: Forum) -> None:
    """And nobody else."""
    await forum.ask()
    await forum.ask(access=FakeAccess(silenced_in=frozenset({CHANNEL})))
    assert forum.threads.opened == []
    await forum.ask()
    assert forum.threads.opened == [CARD]


async def test_a_card_elsewhere_is_preferred_to_a_thread_without_one(forum: Forum) -> None:
    """`/discuss` in another channel leads to the thread below the card."""
    assert (await forum.ask(channel=77)).thread_id == CARD


async def deliveries_of(forum: Forum) -> list[tuple[int, str, int]]:
    """Return the messages that follow, as (channel, purpose, message)."""
    async with forum.database.unit_of_work() as work:
        cards = await work.deliveries.cards_of(GUILD, [forum.model_id])
        found = [await work.deliveries.delivery(card.delivery_id) for card in cards]
    return [(one.channel_id, str(one.purpose), one.message_id or 0) for one in found if one]


async def test_what_a_thread_begins_with_follows(forum: Forum) -> None:
    """As the card does that it started from."""
    await forum.ask()
    assert await deliveries_of(forum) == [(CHANNEL, "card", CARD), (CARD, "opening", CARD + 1)]


async def test_in_a_forum_the_post_is_the_models_card(forum: Forum) -> None:
    """It begins with the card alone, and stands for the one that a watch owes the forum."""
    forum.threads.forums.add(77)
    owed = await owe_committed(forum.database, card_subject(forum.model_id), channel_id=77, model_id=forum.model_id)
    forum.threads.refused[Place(CHANNEL, CARD)] = MessageGone("deleted")
    assert (await forum.ask(channel=77)).thread_id == 5077
    assert (await deliveries_of(forum), forum.threads.openings) == (
        [(77, "card", 5077), (CHANNEL, "card", CARD)],
        {},
    )
    async with forum.database.unit_of_work() as work:
        sent = [await work.deliveries.delivery(one) for one in owed]
        assert [one.state for one in sent if one] == [DeliveryState.SENT]


async def test_no_sender_posts_in_a_forum_meanwhile(forum: Forum) -> None:
    """A forum's post has no nonce: a sender that posts the same card at the same moment would make a second one."""
    forum.threads.forums.add(77)
    forum.threads.refused[Place(CHANNEL, CARD)] = MessageGone("deleted")
    await owe_committed(forum.database, "model:other", channel_id=77)
    seen: list[bool] = []

    async def look() -> None:
        seen.append(await claim(forum.database) is None)

    forum.threads.meanwhile = look
    await forum.ask(channel=77)
    assert seen == [True]
    assert (await claimed(forum.database)).channel_id == 77


async def test_a_sender_at_work_is_waited_for(forum: Forum) -> None:
    """But not for ever: the member is asked to try again, and the next one can at once."""
    forum.threads.forums.add(77)
    forum.threads.refused[Place(CHANNEL, CARD)] = MessageGone("deleted")
    await owe_committed(forum.database, "model:other", channel_id=77)
    held = await claimed(forum.database)
    with pytest.raises(Refusal) as refusal:
        await forum.ask(channel=77)
    assert refusal.value.key == "discussion-busy"
    await release(forum.database, held)
    assert (await forum.ask(channel=77)).is_new


async def test_two_processes_meet_in_one_thread(database_url: str, clock: TurnableClock) -> None:
    """Each has its own connections to the database, and several members press in both at the same moment."""
    databases = [open_database(database_url, clock=clock) for _ in range(2)]
    (model,) = await store_names(databases[0], "org/model")
    threads = FakeThreads()
    processes = [Forum(one, clock, model, threads, waits=timedelta(seconds=0.1)) for one in databases]
    found = await asyncio.gather(*(processes[user % 2].ask(user=user) for user in range(8)))
    assert {one.thread_id for one in found} == {5000 + CHANNEL}
    assert [one.is_new for one in found].count(True) == 1
    assert threads.openings == {5000 + CHANNEL: [f"v1:details:{model}"]}
    for one in databases:
        await one.close()


async def test_a_thread_that_is_deleted_while_it_is_opened(forum: Forum) -> None:
    """A moderator was quick: the member is told that it failed, and the next press opens another."""

    def gone(call: str) -> None:
        if call == "begin":
            raise ChannelRefused("10003")

    forum.threads.fault = gone
    with pytest.raises(Refusal):
        await forum.ask()
    assert await forum.recorded() is None
    forum.threads.fault = nothing
    forum.threads.refused[Place(CHANNEL, CARD)] = MessageGone("its thread was deleted")
    assert (await forum.ask()).thread_id == 5000 + CHANNEL


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
