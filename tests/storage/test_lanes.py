"""Lanes: one sender at a time, nothing forgotten, waits kept."""

import asyncio
from datetime import timedelta

from bot.domain.delivery import LaneLease
from storage.engine import Database, open_database
from tests.domain.builders import NOW
from tests.storage.stored import CHANNEL, GUILD, LEASE, claim, claimed, owe, owe_committed, release, store_names
from tests.turnable_clock import TurnableClock


async def test_concurrent_claimers_never_share_a_lane(database: Database) -> None:
    """Many senders at once get different lanes, and each lane is got."""
    channels = list(range(1, 13))
    for channel_id in channels:
        await owe_committed(database, "a", channel_id=channel_id)
    claims = await asyncio.gather(*[claim(database, f"sender {number}") for number in range(16)])
    assert sorted(held.channel_id for held in claims if held) == channels


async def test_the_lane_that_waited_longest_is_first(database: Database, clock: TurnableClock) -> None:
    """Channels take turns."""
    await owe_committed(database, "a", channel_id=2)
    clock.turn(timedelta(seconds=1))
    await owe_committed(database, "a", channel_id=1)
    first = await claimed(database)
    clock.turn(timedelta(seconds=1))
    await release(database, first)
    assert [first.channel_id, (await claimed(database)).channel_id] == [2, 1]


async def test_an_expired_lease_is_taken_over(database: Database, clock: TurnableClock) -> None:
    """A dead sender's lane is free when its lease ends, under a new epoch."""
    await owe_committed(database, "a")
    dead = await claimed(database)
    clock.turn(LEASE - timedelta(seconds=1))
    assert await claim(database) is None
    clock.turn(timedelta(seconds=1))
    assert (await claimed(database)).epoch == dead.epoch + 1


async def test_a_renewed_lease_stays(database: Database, clock: TurnableClock) -> None:
    """A sender that renews keeps its lane."""
    await owe_committed(database, "a")
    held = await claimed(database)
    clock.turn(LEASE / 2)
    async with database.unit_of_work() as work:
        assert await work.deliveries.renew(held, lease=LEASE)
        await work.commit()
    clock.turn(LEASE / 2)
    assert await claim(database) is None


async def test_an_empty_lane_is_not_due(database: Database) -> None:
    """A lane with nothing left is claimed by nobody, and is due again with the next thing it is owed."""
    (owed,) = await owe_committed(database, "a")
    held = await claimed(database)
    async with database.unit_of_work() as work:
        await work.deliveries.mark_withdrawn(owed)
        await work.commit()
    await release(database, held)
    assert await claim(database) is None
    await owe_committed(database, "b")
    assert await claim(database) is not None


async def test_a_wait_is_not_cut_short(database: Database, clock: TurnableClock) -> None:
    """While Discord is waited for, a new release does not wake the lane; the failures in a row are counted."""
    await owe_committed(database, "a")
    await release(database, await claimed(database), wait=timedelta(minutes=1))
    await owe_committed(database, "b")
    assert await claim(database) is None
    clock.turn(timedelta(minutes=1))
    assert (await claimed(database)).failures == 1


async def test_a_paused_lane_keeps_what_it_owes(database: Database) -> None:
    """Pausing is news once; nothing is lost, and resuming makes it due."""
    await owe_committed(database, "a")
    held = await claimed(database)
    async with database.unit_of_work() as work:
        paused = [await work.deliveries.pause_lane(CHANNEL, "403", now=NOW) for _ in range(2)]
        assert await work.deliveries.next_in_lane(held, now=NOW) is None
        await work.commit()
    await release(database, held)
    await owe_committed(database, "b")
    assert (paused, await claim(database)) == ([True, False], None)
    async with database.unit_of_work() as work:
        await work.deliveries.resume_lane(CHANNEL, now=NOW)
        await work.commit()
    again = await claimed(database)
    async with database.unit_of_work() as work:
        owed = await work.deliveries.next_in_lane(again, now=NOW)
    assert owed is not None
    assert owed.subject == "a"


async def test_a_lane_is_due_when_its_next_edit_is(database: Database, clock: TurnableClock) -> None:
    """An edit that is due later makes its lane due at that moment, whether the lane was held meanwhile or not."""
    (model_id,) = await store_names(database, "lab/a")
    (card,) = await owe_committed(database, "a", model_id=model_id)
    held = await claimed(database)
    async with database.unit_of_work() as work:
        await work.deliveries.begin_attempt(held, card, now=NOW)
        await work.deliveries.mark_sent(held, card, 1, now=NOW)
        await work.deliveries.refresh_cards([model_id], due_at=NOW + timedelta(minutes=1))
        await work.commit()
    await release(database, held)
    assert await claim(database) is None
    clock.turn(timedelta(minutes=1))
    assert await claim(database) is not None


async def test_what_is_enqueued_during_a_release_is_not_forgotten(database: Database) -> None:
    """The enqueue that began before the release and ends after it still wakes the lane."""
    (first,) = await owe_committed(database, "a")
    held = await claimed(database)
    async with database.unit_of_work() as work:
        await work.deliveries.mark_withdrawn(first)
        await work.commit()
    async with database.unit_of_work() as enqueuing:
        await owe(enqueuing, "b")
        releasing = asyncio.create_task(release(database, held))
        for _ in range(20):
            await asyncio.sleep(0)
        await enqueuing.commit()
    await releasing
    assert await claim(database) is not None


async def test_many_enqueues_and_releases_at_once_lose_nothing(database: Database) -> None:
    """Senders and enqueuers that race over one lane leave nothing behind."""
    seen: set[str] = set()

    async def owe_some(start: int) -> None:
        for number in range(start, start + 10):
            await owe_committed(database, f"subject {number}")

    async def send_some(owner: str) -> None:
        for _ in range(60):
            held = await claim(database, owner)
            if held is None:
                await asyncio.sleep(0)
                continue
            async with database.unit_of_work() as work:
                owed = await work.deliveries.next_in_lane(held, now=NOW)
                if owed is not None:
                    seen.add(owed.subject)
                    await work.deliveries.mark_withdrawn(owed.id)
                await work.commit()
            await release(database, held)

    await asyncio.gather(owe_some(0), owe_some(10), send_some("x"), send_some("y"))
    await send_some("whoever comes last")
    assert seen == {f"subject {number}" for number in range(20)}


async def test_leases_run_on_the_databases_own_clock(database_url: str) -> None:
    """Without a clock of the test's, a lane is claimed, held and given back by the database's."""
    database = open_database(database_url)
    await owe_committed(database, "a")
    held = await claimed(database)
    assert await claim(database) is None
    await release(database, held)
    again = await claim(database)
    ahead = await database.ping()
    await database.close()
    assert again is not None
    assert timedelta(seconds=-5) < ahead < timedelta(seconds=5)


async def take(database: Database, channel_id: int = CHANNEL) -> LaneLease | None:
    """Take a lane beside the senders, in a transaction of its own."""
    async with database.unit_of_work() as work:
        held = await work.deliveries.take_lane(channel_id, GUILD, "beside", lease=LEASE)
        await work.commit()
    return held


async def leave(database: Database, held: LaneLease) -> None:
    """Leave it."""
    async with database.unit_of_work() as work:
        await work.deliveries.leave_lane(held)
        await work.commit()


async def test_a_lane_can_be_taken_beside_its_senders(database: Database) -> None:
    """One at a time, whoever it is; nothing need be owed, and the channel need not be known."""
    held = await take(database)
    assert held is not None
    await owe_committed(database, "a")
    assert (await claim(database), await take(database)) == (None, None)
    await leave(database, held)
    sender = await claimed(database)
    assert await take(database) is None
    await release(database, sender)
    assert await take(database) is not None


async def test_a_taken_lane_goes_on_waiting(database: Database, clock: TurnableClock) -> None:
    """What Discord asked it to wait for is not forgotten, nor that it was paused."""
    await owe_committed(database, "a")
    await release(database, await claimed(database), wait=timedelta(minutes=5))
    held = await take(database)
    assert held is not None
    await leave(database, held)
    assert await claim(database) is None
    clock.turn(timedelta(minutes=5))
    await release(database, await claimed(database))
    async with database.unit_of_work() as work:
        await work.deliveries.pause_lane(CHANNEL, "50013", now=NOW)
        await work.commit()
    held = await take(database)
    assert held is not None
    await leave(database, held)
    async with database.unit_of_work() as work:
        (report,) = await work.deliveries.lane_reports(GUILD)
    assert (report.paused_reason, await claim(database)) == ("50013", None)
