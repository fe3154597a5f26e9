"""Doorbells wake senders, across processes on PostgreSQL."""

import asyncio
from datetime import timedelta

from storage.doorbells import PostgresDoorbell, ProcessDoorbell
from storage.engine import open_database
from tests.storage.databases import StartsPostgres

LONG, NO_TIME = timedelta(minutes=1), timedelta(0)


async def test_a_ring_wakes_everyone_who_waits() -> None:
    """All workers look; one ring that nobody waited for is kept, and rings are not counted."""
    doorbell = ProcessDoorbell()
    waiting = [asyncio.create_task(doorbell.wait(LONG)) for _ in range(2)]
    await asyncio.sleep(0)
    await doorbell.ring()
    await asyncio.gather(*waiting)
    await doorbell.ring()
    await doorbell.wait(LONG)
    await doorbell.wait(NO_TIME)


async def test_a_ring_is_heard_in_another_process(postgres: StartsPostgres) -> None:
    """What one database connection notifies, another hears."""
    with postgres().database() as url:
        here, there = open_database(url), open_database(url)
        async with PostgresDoorbell(there) as ear:
            await ear.listening()
            await PostgresDoorbell(here).ring()
            async with asyncio.timeout(20):
                await ear.wait(LONG)
        await here.close()
        await there.close()


async def test_a_ring_into_the_void_is_no_error(postgres: StartsPostgres) -> None:
    """Without a database the ring is logged: what is owed is found by whoever looks."""
    with postgres().database() as url:
        gone = open_database(url + "&connect_timeout=1")
    doorbell = PostgresDoorbell(gone)
    await doorbell.ring()
    await doorbell.wait(LONG)
    await gone.close()
