"""A channel that is deleted: its watches rest, what waits for it is withdrawn, moderators are told once."""

from dataclasses import replace

import pytest

from bot.domain.card import NoticeFacts
from bot.domain.delivery import DeliveryState, Purpose
from bot.domain.errors import ChannelGone
from bot.domain.server import Server
from bot.domain.watches import Pace, PausedBecause, WatchFilter, WatchState
from bot.workflows.close_channel import CloseChannel
from bot.workflows.manage_watches import ManageWatches, WatchChange
from bot.workflows.tell_moderators import TellModerators
from storage.engine import Database
from tests.domain.builders import watch as a_watch
from tests.storage.stored import owe_committed
from tests.turnable_clock import TurnableClock
from tests.workflows.fake_messenger import fails
from tests.workflows.scenes import CHANNEL, GUILD, LABS, OWNER, Scene
from tests.workflows.test_announcing_stories import begin
from tests.workflows.test_deliver_pending import Stage, stage

__all__ = ["stage"]

NOTICES = 555


@pytest.fixture
async def close(scene: Scene) -> CloseChannel:
    """Return what hears of deleted channels; the server has a channel for notices."""
    async with scene.unit_of_work() as work:
        await work.servers.put(Server(GUILD, set_up_by=OWNER, notice_channel_id=NOTICES))
        await work.commit()
    tell = TellModerators(scene.unit_of_work, messenger=Stage(scene.database, scene.clock).messenger, clock=scene.clock)
    return CloseChannel(scene.unit_of_work, tell, scene.clock)


async def notices(scene: Scene) -> list[tuple[int, str, str]]:
    """Return channel, key and watches of the notices that are sent now."""
    return [
        (delivery.channel_id, post.facts.key, post.facts.values.get("watches", ""))
        for delivery, post in await scene.deliver()
        if isinstance(post.facts, NoticeFacts)
    ]


async def test_its_watches_rest_and_moderators_are_told_once(scene: Scene, close: CloseChannel) -> None:
    """The notice says which watches; a second session of the gateway adds nothing, other channels go on."""
    gone = await scene.watch()
    other = await scene.watch(channel=CHANNEL + 1)
    assert [await close(GUILD, CHANNEL), await close(GUILD, CHANNEL)] == [True, False]
    assert await notices(scene) == [(NOTICES, "channel-gone", f"#{gone.id} watch")]
    async with scene.unit_of_work() as work:
        watches = {one.id: (one.state, one.paused_reason) for one in await work.watches.of_server(GUILD)}
    assert watches == {
        gone.id: (WatchState.PAUSED, PausedBecause.CHANNEL_GONE),
        other.id: (WatchState.ACTIVE, None),
    }


async def test_a_channel_that_nobody_follows_is_no_news(scene: Scene, close: CloseChannel) -> None:
    """Servers delete channels all the time."""
    assert not await close(GUILD, CHANNEL)
    assert await notices(scene) == []


async def test_a_watch_that_refused_messages_before_rests_for_the_new_reason(scene: Scene, close: CloseChannel) -> None:
    """Permissions would not help any more; one that a moderator paused stays theirs."""
    refused, paused = await scene.watch(), await scene.watch(WatchFilter(min_likes=5))
    async with scene.unit_of_work() as work:
        resting = {refused: PausedBecause.CHANNEL_REFUSED, paused: PausedBecause.MODERATOR}
        for one, reason in resting.items():
            await work.watches.update(replace(one, state=WatchState.PAUSED, paused_reason=reason))
        await work.commit()
    assert await close(GUILD, CHANNEL)
    async with scene.unit_of_work() as work:
        reasons = [one.paused_reason for one in await work.watches.of_server(GUILD)]
    assert reasons == [PausedBecause.CHANNEL_GONE, PausedBecause.MODERATOR]


async def test_nothing_is_owed_to_it(scene: Scene, close: CloseChannel) -> None:
    """Neither what waits for a digest nor what waits to be sent; in a new channel its watch begins with what is new."""
    await begin(scene, pace=Pace.DAILY)
    scene.publish("a/One")
    await scene.poll_after()
    (owed,) = await owe_committed(scene.database, "x", channel_id=CHANNEL)
    assert await close(GUILD, CHANNEL)
    async with scene.unit_of_work() as work:
        delivery = await work.deliveries.delivery(owed)
        lines = await work.deliveries.waiting_lines(CHANNEL, 1, limit=10)
        assert delivery is not None
        assert (delivery.state, list(lines)) == (DeliveryState.WITHDRAWN, [])
    manage = ManageWatches(scene.unit_of_work, scene.clock, scene.bell, LABS)
    moved = await manage.edit(GUILD, "1", WatchChange(channel_id=CHANNEL + 1))
    assert moved.watch.state is WatchState.ACTIVE


async def test_a_deleted_notice_channel_sends_notices_to_whoever_set_the_server_up(
    scene: Scene, close: CloseChannel
) -> None:
    """The setting is taken back, so that the next notice arrives."""
    await close(GUILD, NOTICES)
    async with scene.unit_of_work() as work:
        server = await work.servers.get(GUILD)
    assert server is not None
    assert (server.notice_channel_id, server.set_up_by) == (None, OWNER)


async def test_a_deletion_that_nobody_heard_of_is_noticed_by_the_next_message(stage: Stage) -> None:
    """The bot was away meanwhile: Discord's answer says that there is no such channel."""
    (owed,) = await owe_committed(stage.database, "a")
    async with stage.database.unit_of_work() as work:
        await work.watches.add(a_watch(channel_id=CHANNEL, guild_id=GUILD))
        await work.commit()
    stage.messenger.before = fails(ChannelGone("404 10003: Unknown Channel"))
    await stage.run(times=2)
    async with stage.database.unit_of_work() as work:
        (resting,) = await work.watches.of_server(GUILD)
    (delivery,) = await stage.deliveries(owed)
    assert (resting.paused_reason, delivery.state) == (PausedBecause.CHANNEL_GONE, DeliveryState.WITHDRAWN)
    assert [told[:2] for told in stage.told] == [(GUILD, CHANNEL)]


async def test_watched_channels_are_listed_by_server(database: Database, clock: TurnableClock) -> None:
    """Those whose watches could post: what was found to be gone is not asked about again."""
    async with database.unit_of_work() as work:
        for channel_id, reason in ((1, None), (2, PausedBecause.MODERATOR), (3, PausedBecause.CHANNEL_GONE)):
            state = WatchState.ACTIVE if reason is None else WatchState.PAUSED
            await work.watches.add(
                replace(a_watch(channel_id=channel_id, guild_id=GUILD), state=state, paused_reason=reason)
            )
        await work.deliveries.enqueue(
            guild_id=GUILD, channel_id=1, subject="x", purpose=Purpose.DIGEST, now=clock.now()
        )
        await work.commit()
    close = CloseChannel(database.unit_of_work, _tell_nobody, clock)
    assert await close.watched() == {GUILD: {1}}


async def _tell_nobody(guild_id: int, channel_id: int, reason: str) -> bool:
    raise AssertionError(f"nobody is to be told of {channel_id} in {guild_id}: {reason}")
