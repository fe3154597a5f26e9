"""Moderators are told of each batch that was set aside: once, whatever happens in between."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot.domain.card import NoticeFacts, Post
from bot.domain.errors import ChannelRefused, SendFailure, TryLater
from bot.domain.labs import LabBook
from bot.domain.server import Server
from bot.domain.votes import AsideBecause, Ballot, BallotKey, Choice
from bot.workflows.ports import Work
from bot.workflows.prepare_post import prepare_post
from bot.workflows.tell_moderators import TellModerators
from storage.engine import Database
from tests.domain.builders import NOW
from tests.storage.stored import store_names
from tests.turnable_clock import TurnableClock
from tests.workflows.fake_messenger import FakeMessenger, Killed

HERE, NOTICES, OWNER = 100, 555, 7


async def a_batch(database: Database, server: Server | None = None) -> None:
    """Set two ballots aside in a server with a channel for notices."""
    (model,) = await store_names(database, "a/model")
    keys = [BallotKey(HERE, model, user) for user in (1, 2)]
    async with database.unit_of_work() as work:
        await work.servers.put(server or Server(HERE, notice_channel_id=NOTICES, set_up_by=OWNER))
        await work.votes.put({key: Ballot(Choice.UP, NOW, NOW) for key in keys})
        await work.integrity.set_aside(AsideBecause.BURST, keys, {}, NOW)
        await work.commit()


async def owed(database: Database, clock: TurnableClock) -> list[tuple[int, Post | None]]:
    """Send what channels are owed: (channel, post) of each."""
    found: list[tuple[int, Post | None]] = []
    async with database.unit_of_work() as work:
        while held := await work.deliveries.claim_lane("test", lease=timedelta(minutes=1)):
            while delivery := await work.deliveries.next_in_lane(held, now=clock.now()):
                await work.deliveries.begin_attempt(held, delivery.id, now=clock.now())
                await work.deliveries.mark_sent(held, delivery.id, 9_000 + delivery.id, now=clock.now())
                await work.deliveries.mark_shown(delivery.id, delivery.wanted_revision)
                found.append((delivery.channel_id, await prepare_post(work, delivery, LabBook([]))))
            await work.deliveries.release_lane(held, now=clock.now())
        await work.commit()
    return found


def told(post: Post | None) -> NoticeFacts:
    """Return what a notice says."""
    assert post is not None
    assert isinstance(post.facts, NoticeFacts)
    return post.facts


def tell(database: Database, clock: TurnableClock, messenger: FakeMessenger | None = None) -> TellModerators:
    """Return what tells moderators."""
    return TellModerators(database.unit_of_work, messenger=messenger or FakeMessenger(clock), clock=clock)


class Refusing(FakeMessenger):
    """A Discord that opens no conversation."""

    def __init__(self, clock: TurnableClock, failure: SendFailure) -> None:
        super().__init__(clock)
        self._failure = failure

    async def open_dm(self, user_id: int) -> int:  # noqa: ARG002 - the port's signature
        """Refuse."""
        raise self._failure


class Dying:
    """A database whose next transaction that writes ends with the process, before or after it is committed."""

    def __init__(self, database: Database, *, committed: bool) -> None:
        self._database = database
        self._committed = committed

    @asynccontextmanager
    async def unit_of_work(self) -> AsyncGenerator[Work]:
        """Open a transaction that nobody survives."""
        async with self._database.unit_of_work() as work:
            commit = work.commit

            async def die() -> None:
                if self._committed:
                    await commit()
                raise Killed

            work.commit = die  # pyright: ignore[reportAttributeAccessIssue] - the process dies right there
            yield work


async def test_the_channel_for_notices_is_told_once(database: Database, clock: TurnableClock) -> None:
    """With the batch that can be decided on there."""
    await a_batch(database)
    assert [await tell(database, clock).of_batches() for _ in range(3)] == [1, 0, 0]
    ((channel, post),) = await owed(database, clock)
    assert (channel, told(post).batch) == (NOTICES, 1)
    assert told(post).values == {"batch": "1", "ballots": "2", "members": "2"}


@pytest.mark.parametrize("committed", [False, True])
async def test_a_kill_makes_it_neither_twice_nor_never(
    database: Database, clock: TurnableClock, *, committed: bool
) -> None:
    """That a batch was told of and what is owed become true together."""
    await a_batch(database)
    dying = TellModerators(
        Dying(database, committed=committed).unit_of_work, messenger=FakeMessenger(clock), clock=clock
    )
    with pytest.raises(Killed):
        await dying.of_batches()
    assert await tell(database, clock).of_batches() == int(not committed)
    assert len(await owed(database, clock)) == 1


async def test_without_such_a_channel_whoever_set_it_up_is_told(database: Database, clock: TurnableClock) -> None:
    """Directly, and without buttons to decide: those are for the server, where it is known who moderates."""
    await a_batch(database, Server(HERE, set_up_by=OWNER))
    assert await tell(database, clock).of_batches() == 1
    ((channel, post),) = await owed(database, clock)
    assert (channel, told(post).batch) == (await FakeMessenger(clock).open_dm(OWNER), None)


async def test_when_discord_does_not_answer_it_is_tried_again(database: Database, clock: TurnableClock) -> None:
    """Nothing is owed meanwhile."""
    await a_batch(database, Server(HERE, set_up_by=OWNER))
    later = Refusing(clock, TryLater("503"))
    assert [await tell(database, clock, later).of_batches(), len(await owed(database, clock))] == [0, 0]
    assert [await tell(database, clock).of_batches(), len(await owed(database, clock))] == [1, 1]


@pytest.mark.parametrize("owner", [None, OWNER])
async def test_where_nobody_can_be_told_nobody_is_asked_for_ever(
    database: Database, clock: TurnableClock, owner: int | None
) -> None:
    """Nobody set it up, or they take no messages; `/status` and every standing say it too."""
    await a_batch(database, Server(HERE, set_up_by=owner))
    assert await tell(database, clock, Refusing(clock, ChannelRefused("403"))).of_batches() == 0
    assert await tell(database, clock).of_batches() == 0
    assert await owed(database, clock) == []


async def test_what_was_decided_before_is_not_told(database: Database, clock: TurnableClock) -> None:
    """Moderators were there first."""
    await a_batch(database)
    async with database.unit_of_work() as work:
        await work.integrity.reject(HERE, 1, by=OWNER, now=NOW)
        await work.commit()
    assert await tell(database, clock).of_batches() == 0
