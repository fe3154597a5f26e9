"""What a channel is given, and in which form: folding, bursts, digests, thresholds, kills."""

import contextlib
import itertools
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bot.demo.hub_server import Fault
from bot.domain.card import CardFacts, NoticeFacts, Post
from bot.domain.errors import HubUnavailable
from bot.domain.model import Kind
from bot.domain.server import Locale, Server
from bot.domain.watches import Pace, WatchFilter
from bot.workflows.forget_member import ForgetMember
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.tell_moderators import TellModerators
from tests.workflows.scenes import CHANNEL, GUILD, OWNER, Scene

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def begin(scene: Scene, asked: WatchFilter | None = None, pace: Pace = Pace.INSTANT) -> None:
    scene.publish("Qwen/Known", made=90 * DAY)
    await scene.watch(asked, pace=pace)
    await scene.poll()


async def test_quantisations_fold_into_the_card_of_their_base(scene: Scene) -> None:
    """Somebody's GGUF makes no post: minutes later the base's card says who offers it."""
    await begin(scene)
    scene.publish("Qwen/New")
    await scene.poll_after()
    assert await scene.new_cards() == ["Qwen/New"]
    gguf = [{"rfilename": name} for name in ("README.md", "new-Q4_K_M.gguf")]
    scene.publish("bartowski/New-GGUF", bases={"Qwen/New": "quantized"}, siblings=gguf, library_name="gguf")
    await scene.poll_after()
    assert await scene.deliver() == []
    scene.clock.turn(3 * MINUTE)
    edits = await scene.deliver()
    assert [delivery.message_id is not None for delivery, _ in edits] == [True]
    facts = edits[0][1].facts
    assert isinstance(facts, CardFacts)
    assert (facts.facts.repo_id, facts.family.formats) == ("Qwen/New", {"GGUF": ("bartowski",)})
    assert facts.family.derivatives == {Kind.QUANTIZED: 1}


async def test_a_base_and_its_quantisation_in_one_listing_are_one_card(scene: Scene) -> None:
    """The base comes first whatever the listing's order, so that the quantisation folds."""
    await begin(scene)
    scene.publish("someone/Model")
    scene.publish("other/Model-GGUF", bases={"someone/Model": "quantized"}, made=-MINUTE)
    await scene.poll_after()
    assert await scene.new_cards() == ["someone/Model"]


async def test_a_watch_can_ask_for_quantisations(scene: Scene) -> None:
    """Naming the kind makes them posts of their own."""
    await begin(scene, WatchFilter(kinds=frozenset({Kind.QUANTIZED})))
    scene.publish("other/Known-GGUF", bases={"Qwen/Known": "quantized"})
    await scene.poll_after()
    assert await scene.new_cards() == ["other/Known-GGUF"]


async def test_a_series_becomes_one_digest(scene: Scene) -> None:
    """The first three by one author are cards, the rest of the flood is one message half an hour later."""
    await begin(scene)
    for number in range(7):
        scene.publish(f"flood/co{number:03}")
    await scene.poll_after()
    assert len(await scene.new_cards()) == 3
    assert await scene.new_digests() == []
    scene.publish("flood/late")
    await scene.poll_after()
    scene.clock.turn(31 * MINUTE)
    ((reason, lines),) = await scene.new_digests()
    assert (reason, len(lines)) == ("overflow", 5)
    scene.clock.turn(DAY)
    assert await scene.new_digests() == []


async def test_a_daily_digest_comes_at_the_servers_own_hour(scene: Scene) -> None:
    """Nine in the morning in Shanghai is one in the night in UTC; once, with what the day brought."""
    async with scene.unit_of_work() as work:
        await work.servers.put(Server(GUILD, Locale.CHINESE, "Asia/Shanghai"))
        await work.commit()
    scene.clock.moment = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    await begin(scene, pace=Pace.DAILY)
    scene.publish("a/One")
    await scene.poll_after()
    scene.publish("b/Two")
    await scene.poll_after()
    scene.clock.moment = datetime(2026, 5, 5, 0, 59, tzinfo=UTC)
    assert await scene.new_digests() == []
    scene.clock.moment = datetime(2026, 5, 5, 1, 0, tzinfo=UTC)
    assert await scene.new_digests() == [("daily", ["a/One", "b/Two"])]
    assert await scene.new_digests() == []


async def test_a_weekly_digest_and_an_instant_watch_in_one_channel(scene: Scene) -> None:
    """Instant beats digest: what was a card is not repeated on Monday."""
    scene.clock.moment = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
    await begin(scene, WatchFilter(keywords=frozenset({"special"})))
    await scene.watch(pace=Pace.WEEKLY)
    scene.publish("a/Special")
    scene.publish("b/Plain")
    await scene.poll_after()
    assert await scene.new_cards() == ["a/Special"]
    scene.clock.moment = datetime(2026, 5, 11, 9, 0, tzinfo=UTC)
    assert await scene.new_digests() == [("weekly", ["b/Plain"])]


async def test_a_threshold_fires_when_it_is_crossed_days_later_and_once(scene: Scene) -> None:
    """Likes rise past the bound: one card, which says why; falling and rising again adds nothing."""
    await begin(scene, WatchFilter(min_likes=100))
    scene.publish("Qwen/Slow", likes=3)
    await scene.poll_after()
    assert await scene.new_cards() == []
    scene.hub.set_metrics("Qwen/Slow", likes=99)
    await scene.poll_after(3 * DAY)
    assert await scene.new_cards() == []
    scene.hub.set_metrics("Qwen/Slow", likes=100)
    await scene.poll_after()
    ((_, post),) = await scene.deliver()
    assert isinstance(post.facts, CardFacts)
    assert (post.facts.facts.repo_id, post.facts.crossed) == ("Qwen/Slow", ("likes:100",))
    for likes in (90, 150):
        scene.hub.set_metrics("Qwen/Slow", likes=likes)
        await scene.poll_after()
        assert await scene.new_cards() == []


@pytest.mark.parametrize("after_the_commit", [False, True])
async def test_a_kill_in_the_middle_loses_nothing_and_doubles_nothing(scene: Scene, *, after_the_commit: bool) -> None:
    """Killed at its first commit, then at its second, and so on, the reading ends where an undisturbed one does."""
    await begin(scene)
    scene.publish("Qwen/New")
    scene.publish("someone/tune", bases={"Qwen/New": "finetune"})
    posted: list[str] = []
    for commits in range(1, 7):
        scene.restart(_dying_at(scene, commits, after=after_the_commit))
        with contextlib.suppress(BaseExceptionGroup, _Killed):
            await scene.poll_after()
        posted += await scene.new_cards()
    scene.restart()
    await scene.poll_after()
    posted += await scene.new_cards()
    assert sorted(posted) == ["Qwen/New", "someone/tune"]


class _Killed(BaseException):
    """Ends a process, as far as a test can."""


def _dying_at(scene: Scene, commits: int, *, after: bool) -> UnitOfWork:
    """Return units of work the `commits`-th commit of which kills, before or after it is done."""
    left = itertools.count(commits - 1, -1)

    @asynccontextmanager
    async def unit_of_work() -> AsyncGenerator[Work]:
        async with scene.unit_of_work() as work:
            commit = work.commit

            async def die() -> None:
                last = next(left) <= 0
                if last and not after:
                    raise _Killed
                await commit()
                if last:
                    raise _Killed

            work.commit = die  # type: ignore[method-assign]  # the moments at which a kill matters
            yield work

    return unit_of_work


async def test_bad_records_stop_nothing(scene: Scene) -> None:
    """They are counted in the feed's state; what stands beside them is posted."""
    await begin(scene)
    scene.publish("someone/fine")
    scene.hub.faults.inject(Fault.BAD_RECORD, times=10, path="/api/models")
    await scene.poll_after()
    assert await scene.new_cards() == ["someone/fine"]
    assert (await scene.feed("newest")).rejected > 0


@pytest.mark.parametrize("fault", [Fault.TOO_MANY, Fault.FAILS, Fault.GARBAGE, Fault.RESET])
async def test_a_hub_in_trouble_is_waited_out_and_nothing_is_lost(scene: Scene, fault: Fault) -> None:
    """Every feed notes why it failed and when it comes round; what appeared meanwhile is posted afterwards."""
    await begin(scene)
    scene.publish("Qwen/Staged", made=20 * DAY)
    scene.publish("someone/new")
    scene.hub.faults.inject(fault, times=1000)
    await scene.poll_after()
    newest = await scene.feed("newest")
    assert newest.last_error is not None
    assert newest.next_at is not None
    assert (newest.failures, newest.next_at > scene.clock.now()) == (1, True)
    scene.hub.faults.clear()
    await scene.poll_after(20 * MINUTE)
    assert sorted(await scene.new_cards()) == ["Qwen/Staged", "someone/new"]
    assert (await scene.feed("newest")).last_error is None


async def test_one_failing_publisher_does_not_hold_up_the_others(scene: Scene) -> None:
    """A hub that fails for one listing only is a failure of that feed only."""
    await begin(scene)
    scene.publish("someone/new")
    scene.client.published_by = _fails  # type: ignore[method-assign]  # the stand-in cannot fail for one author only
    await scene.poll_after()
    assert await scene.new_cards() == ["someone/new"]
    assert (await scene.feed("publisher:Qwen")).failures == 1
    assert (await scene.feed("newest")).failures == 0


def _fails(author: str = "") -> object:
    raise HubUnavailable(f"no listing for {author or 'anybody'}")


async def test_a_hub_that_only_fails_at_look_ups_delays_a_release_but_loses_nothing(scene: Scene) -> None:
    """A light record whose full record cannot be had waits as unsettled, and is posted at a second look."""
    await begin(scene)
    scene.publish("Qwen/Staged", made=20 * DAY)
    scene.client.newest = _fails  # type: ignore[method-assign]  # on so small a hub it would show full records
    scene.hub.faults.inject(Fault.FAILS, times=1000, path="/api/models/")
    await scene.poll_after()
    assert await scene.new_cards() == []
    scene.hub.faults.clear()
    await scene.look_after(MINUTE)
    assert await scene.new_cards() == ["Qwen/Staged"]


async def test_a_paused_channel_is_told_of_once_where_moderators_look(scene: Scene) -> None:
    """The server's notice channel gets one notice that names the channel, and not its own troubles."""
    async with scene.unit_of_work() as work:
        await work.servers.put(Server(GUILD, notice_channel_id=555, set_up_by=OWNER))
        await work.commit()
    tell = TellModerators(scene.unit_of_work, messenger=_Postman(), clock=scene.clock)
    assert await tell(GUILD, CHANNEL, "403")
    ((delivery, post),) = await scene.deliver()
    assert (delivery.channel_id, isinstance(post.facts, NoticeFacts)) == (555, True)
    assert await tell(GUILD, 555, "403")
    ((delivery, _),) = await scene.deliver()
    assert delivery.channel_id == _Postman.DM


async def test_somebodys_conversation_is_theirs_and_no_channel_of_the_server(scene: Scene) -> None:
    """It is in their export and in no status; whoever is forgotten while it is opened is not written to."""
    async with scene.unit_of_work() as work:
        await work.servers.put(Server(GUILD, set_up_by=OWNER))
        await work.commit()
    assert await TellModerators(scene.unit_of_work, messenger=_Postman(), clock=scene.clock)(GUILD, CHANNEL, "403")
    async with scene.unit_of_work() as work:
        found = await work.members.everything_of(OWNER)
        assert await work.deliveries.lane_reports(GUILD) == []
    assert [row["channel_id"] for row in (*found["lane"], *found["delivery"])] == [_Postman.DM] * 2
    tell = TellModerators(scene.unit_of_work, messenger=_Forgetting(scene), clock=scene.clock)
    assert not await tell(GUILD, CHANNEL, "403")
    async with scene.unit_of_work() as work:
        assert [rows for rows in (await work.members.everything_of(OWNER)).values() if rows] == []


class _Postman:
    """Opens one conversation; sends nothing."""

    DM = 777

    async def open_dm(self, user_id: int) -> int:
        assert user_id == OWNER
        return self.DM

    async def send(self, channel_id: int, post: Post, *, nonce: str) -> int:
        raise NotImplementedError

    async def edit(self, channel_id: int, message_id: int, post: Post) -> None:
        raise NotImplementedError

    async def find(self, channel_id: int, marker: str, *, since: datetime) -> int | None:
        raise NotImplementedError

    def begins_threads(self, channel_id: int) -> bool:
        raise NotImplementedError

    def publishes(self, channel_id: int) -> bool:
        raise NotImplementedError

    async def publish(self, channel_id: int, message_id: int) -> None:
        raise NotImplementedError


@dataclass
class _Forgetting(_Postman):
    """Opens a conversation with somebody who asks to be forgotten meanwhile."""

    scene: Scene

    async def open_dm(self, user_id: int) -> int:
        await ForgetMember(self.scene.unit_of_work, self.scene.clock, self.scene.bell)(user_id)
        return self.DM
