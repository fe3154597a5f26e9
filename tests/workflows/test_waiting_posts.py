"""A week whose channel takes no messages: moderators are told once, and the post comes late where it still can."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.card import NoticeFacts, Post
from bot.domain.delivery import Delivery, Purpose
from bot.domain.errors import ChannelRefused
from bot.domain.leaderboard import LeaderboardFacts, WaitingPost
from bot.domain.server import Server
from bot.workflows.deliver_pending import DeliverPending
from bot.workflows.ports import Work
from bot.workflows.prepare_post import prepare_post
from bot.workflows.schedule_leaderboard import ScheduleWish
from bot.workflows.tell_moderators import TellModerators
from storage.engine import Database
from tests.turnable_clock import TurnableClock
from tests.workflows.bell import Bell
from tests.workflows.fake_messenger import FakeMessenger
from tests.workflows.scenes import LABS
from tests.workflows.test_publish_leaderboard import (
    CHANNEL,
    GUILD,
    HOUR,
    OWNER,
    SUNDAY,
    WEEK,
    models,
    publish,
    scheduled,
    scheduling,
    vote,
)

NOTICES, OTHER = 555, 201
DAY = timedelta(days=1)
POST = f"v1:week:{GUILD}:2026-W39:0"


class Doors(FakeMessenger):
    """A Discord in which some channels take no messages."""

    closed: frozenset[int] = frozenset()

    async def send(self, channel_id: int, post: Post, *, nonce: str) -> int:
        """Refuse, as for a channel that was removed."""
        if channel_id in self.closed:
            raise ChannelRefused("404 Unknown Channel")
        return await super().send(channel_id, post, nonce=nonce)


@dataclass
class Town:
    """A server whose weekly post goes to a channel, with moderators who read another."""

    database: Database
    clock: TurnableClock
    messenger: Doors
    prepared: list[Post] = field(default_factory=list[Post])

    async def send(self) -> None:
        """Send all that is owed."""
        tell = TellModerators(self.database.unit_of_work, messenger=self.messenger, clock=self.clock)
        sender = DeliverPending(
            self.database.unit_of_work,
            self.messenger,
            self._prepare,
            tell,
            clock=self.clock,
            doorbell=Bell(),
            owner="test",
        )
        while await sender.run_once():
            pass

    async def _prepare(self, work: Work, delivery: Delivery) -> Post | None:
        post = await prepare_post(work, delivery, LABS)
        if post is not None:
            self.prepared.append(post)
        return post

    async def publish(self) -> None:
        """Let the scheduler look, and send."""
        await publish(self.database)
        await self.send()

    async def choose(self, channel_id: int) -> None:
        """Let a moderator choose a channel."""
        schedule = scheduling(self.database, self.clock)
        await schedule.change(GUILD, ScheduleWish(channel_id=channel_id), here=CHANNEL, by=OWNER)
        await self.send()

    async def waits(self) -> WaitingPost | None:
        """Return what `/leaderboard schedule` tells."""
        return await scheduling(self.database, self.clock).held_up(GUILD)

    def told(self) -> Sequence[tuple[str, str | None]]:
        """Return the notices that moderators got: which, and about which week."""
        notices = {post.marker: post.facts for post in self.prepared if isinstance(post.facts, NoticeFacts)}
        sent = [notices[marker] for marker in self.messenger.markers(NOTICES)]
        return [(one.key, one.values.get("week")) for one in sent]

    def posted_late(self) -> bool:
        """Tell whether the post that was prepared last says that it is late."""
        (*_, facts) = [post.facts for post in self.prepared if isinstance(post.facts, LeaderboardFacts)]
        return facts.is_late


@pytest.fixture
async def town(database: Database, clock: TurnableClock) -> Town:
    """Return a server with votes whose channel is removed before its first weekly post is due."""
    await scheduled(database, clock)
    async with database.unit_of_work() as work:
        await work.servers.put(Server(GUILD, notice_channel_id=NOTICES, set_up_by=OWNER))
        await work.commit()
    first, *_ = await models(database)
    await vote(database, clock.now(), first, 5)
    messenger = Doors(clock)
    messenger.closed = frozenset({CHANNEL})
    clock.moment = SUNDAY
    return Town(database, clock, messenger)


async def test_moderators_are_told_once_which_week_waits(town: Town) -> None:
    """However often the scheduler looks."""
    await town.publish()
    town.clock.turn(HOUR)
    await town.publish()
    assert town.told() == [("week-waiting", "2026-W39")]
    waits = await town.waits()
    assert waits is not None
    assert (str(waits.week), waits.channel_id, waits.refused) == ("2026-W39", CHANNEL, "404 Unknown Channel")


async def test_another_channel_gets_the_post_late(town: Town) -> None:
    """It says so, comes once, and nothing waits any more."""
    await town.publish()
    town.clock.moment = SUNDAY + 2 * DAY
    await town.choose(OTHER)
    town.messenger.closed = frozenset()
    await town.choose(CHANNEL)
    assert (town.messenger.markers(OTHER), town.messenger.markers(CHANNEL)) == ([POST], [])
    assert town.posted_late()
    assert await town.waits() is None


async def test_a_second_channel_that_refuses_can_be_left_again(town: Town) -> None:
    """From one closed channel to another and back to the first, which is open now."""
    await town.publish()
    town.messenger.closed = frozenset({CHANNEL, OTHER})
    town.clock.turn(HOUR)
    await town.choose(OTHER)
    town.messenger.closed = frozenset({OTHER})
    town.clock.turn(HOUR)
    await town.choose(CHANNEL)
    assert town.messenger.markers(CHANNEL) == [POST]
    assert town.told() == [("week-waiting", "2026-W39")] * 2


async def test_a_post_on_time_is_not_late(town: Town) -> None:
    """Nor one that was sent within minutes."""
    town.messenger.closed = frozenset()
    town.clock.turn(timedelta(minutes=5))
    await town.publish()
    assert town.messenger.markers(CHANNEL) == [POST]
    assert not town.posted_late()
    assert town.told() == []


async def test_a_week_later_it_is_made_up_for_no_more(town: Town) -> None:
    """Its votes are old news then; it can be looked up."""
    await town.publish()
    async with town.database.unit_of_work() as work:
        await work.leaderboards.move_on(GUILD, SUNDAY + 2 * WEEK)
        await work.commit()
    town.clock.moment = SUNDAY + WEEK + HOUR
    assert await town.waits() is None
    await town.choose(OTHER)
    assert town.messenger.markers(OTHER) == []


async def test_a_quiet_week_takes_what_waited_with_it(town: Town) -> None:
    """Where weeks without votes have no post, the one before does not come in their place."""
    await scheduling(town.database, town.clock).change(GUILD, ScheduleWish(quiet_weeks=False), here=CHANNEL, by=OWNER)
    await town.publish()
    town.clock.moment = SUNDAY + WEEK
    await town.publish()
    town.messenger.closed = frozenset()
    await town.choose(CHANNEL)
    assert town.messenger.markers(CHANNEL) == []


async def test_a_channel_that_refused_something_else_is_tried_again_for_the_week(town: Town) -> None:
    """Moderators were told of the channel then, not of the week: they are told of the week too, each week once."""
    town.clock.moment = SUNDAY - HOUR
    async with town.database.unit_of_work() as work:
        await work.deliveries.enqueue(
            guild_id=GUILD, channel_id=CHANNEL, subject="x", purpose=Purpose.NOTICE, now=SUNDAY, payload={"key": "x"}
        )
        await work.commit()
    await town.send()
    for moment in (SUNDAY, SUNDAY + WEEK):
        town.clock.moment = moment
        await town.publish()
    assert town.told() == [("channel-paused", None), ("week-waiting", "2026-W39"), ("week-waiting", "2026-W40")]
