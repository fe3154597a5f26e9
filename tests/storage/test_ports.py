"""The store fits the protocols that workflows ask for: pyright proves it here, the test only runs it."""

from typing import TYPE_CHECKING

from storage.doorbells import PostgresDoorbell, ProcessDoorbell
from storage.engine import Database

if TYPE_CHECKING:
    from bot.workflows.ports import (
        Doorbell,
        StoreDeliveries,
        StoreFeeds,
        StoreLeases,
        StoreModels,
        StoreNotes,
        StoreServers,
        StoreWatches,
        UnitOfWork,
        Work,
    )


async def test_the_store_fits_its_ports(database: Database) -> None:
    """Every protocol of `bot.workflows.ports` is met by shape."""
    unit_of_work: UnitOfWork = database.unit_of_work
    async with database.unit_of_work() as work:
        models: StoreModels = work.models
        servers: StoreServers = work.servers
        watches: StoreWatches = work.watches
        deliveries: StoreDeliveries = work.deliveries
        feeds: StoreFeeds = work.feeds
        leases: StoreLeases = work.leases
        notes: StoreNotes = work.notes
        assert {models, servers, watches, deliveries, feeds, leases, notes}
    async with unit_of_work() as same:
        whole: Work = same
        assert await whole.watches.version() == 0


async def test_the_doorbells_fit_their_port(database: Database) -> None:
    """Both doorbells ring and wait."""
    bells: list[Doorbell] = [ProcessDoorbell(), PostgresDoorbell(database)]
    assert len(bells) == 2
