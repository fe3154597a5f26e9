"""Servers, watches, notes and leases."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.server import Locale, Server
from bot.domain.watches import WatchFilter, WatchState
from storage.engine import Database
from tests.domain.builders import NOW, watch
from tests.storage.stored import CHANNEL, GUILD
from tests.turnable_clock import TurnableClock


async def test_a_servers_settings_are_kept(database: Database) -> None:
    """What moderators settled on comes back, and can be changed."""
    server = Server(GUILD, Locale.CHINESE, "Asia/Shanghai", 8, 6, notice_channel_id=5, set_up_by=6, set_up_at=NOW)
    async with database.unit_of_work() as work:
        assert await work.servers.get(GUILD) is None
        await work.servers.put(Server(GUILD))
        await work.servers.put(server)
        assert await work.servers.get(GUILD) == server


async def test_watches_are_kept_in_order(database: Database) -> None:
    """A watch comes back as it was stored, its filter included; only its own server sees it."""
    async with database.unit_of_work() as work:
        first = await work.watches.add(watch(guild_id=GUILD, filter=WatchFilter(authors=frozenset({"qwen"}))))
        second = await work.watches.add(watch(guild_id=GUILD, name="模型"))
        assert await work.watches.of_server(GUILD) == [first, second]
        assert await work.watches.all() == [first, second]
        assert await work.watches.get(GUILD, first.id) == first
        assert await work.watches.get(GUILD + 1, first.id) is None
        assert first.id != second.id


async def test_every_change_raises_the_version(database: Database) -> None:
    """A compiled matcher is known to be stale after anything that changes a watch."""
    versions: list[int] = []
    async with database.unit_of_work() as work:
        versions.append(await work.watches.version())
        added = await work.watches.add(watch(guild_id=GUILD))
        versions.append(await work.watches.version())
        await work.watches.update(replace(added, name="renamed"))
        versions.append(await work.watches.version())
        await work.watches.pause_channel(added.channel_id, "channel-refused")
        versions.append(await work.watches.version())
        await work.servers.forget(GUILD, now=NOW)
        versions.append(await work.watches.version())
        removed = [await work.watches.remove(guild, added.id) for guild in (GUILD + 1, GUILD)]
        versions.append(await work.watches.version())
    assert (sorted(set(versions)), removed) == (versions, [False, True])


async def test_a_channels_watches_are_paused_once(database: Database) -> None:
    """Active watches of that channel rest with their reason; those a moderator paused keep theirs."""
    async with database.unit_of_work() as work:
        active = await work.watches.add(watch(channel_id=CHANNEL))
        await work.watches.add(watch(channel_id=CHANNEL, state=WatchState.PAUSED, paused_reason="moderator"))
        await work.watches.add(watch(channel_id=CHANNEL + 1))
        paused = await work.watches.pause_channel(CHANNEL, "channel-refused")
        assert paused == [replace(active, state=WatchState.PAUSED, paused_reason="channel-refused")]
        assert await work.watches.pause_channel(CHANNEL, "channel-refused") == []


async def test_a_singleton_has_one_owner(database: Database, clock: TurnableClock) -> None:
    """A lease is renewed by its owner, refused to others, and free when it ends or is dropped."""
    minute = timedelta(minutes=1)
    async with database.unit_of_work() as work:
        taken = [await work.leases.take("watcher", owner, lease=minute) for owner in ("a", "b", "a")]
        clock.turn(minute)
        taken.append(await work.leases.take("watcher", "b", lease=minute))
        await work.leases.drop("watcher", "a")
        taken.append(await work.leases.take("watcher", "a", lease=minute))
        await work.leases.drop("watcher", "b")
        taken.append(await work.leases.take("watcher", "a", lease=minute))
    assert taken == [True, False, True, True, False, True]


async def test_slots_come_evenly_after_a_burst(database: Database, clock: TurnableClock) -> None:
    """A quiet limiter gives a few slots at once, then one every interval; a quiet spell fills it again."""
    second = timedelta(seconds=1)
    async with database.unit_of_work() as work:
        waits = [await work.leases.take_slot("rest", interval=second, burst=3) for _ in range(5)]
        clock.turn(second * 10)
        waits.append(await work.leases.take_slot("rest", interval=second, burst=3))
    assert [wait.total_seconds() for wait in waits] == [0, 0, 0, 1, 2, 0]
