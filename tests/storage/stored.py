"""Short ways to put things into a test's database."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.delivery import LaneLease, Purpose
from bot.domain.model import Classification, HubModel, Model, ModelToPut, Stage
from storage.engine import Database
from storage.unit_of_work import SqlWork
from tests.domain.builders import NOW, hub_model

GUILD, CHANNEL = 100, 200
LEASE = timedelta(seconds=30)


def to_put(
    facts: HubModel,
    *,
    stage: Stage = Stage.SETTLED,
    released_at: datetime | None = NOW,
    classification: Classification | None = None,
) -> ModelToPut:
    """Return a settled record to put, released now."""
    return ModelToPut(facts, stage, released_at, classification, look_at=None)


async def store(database: Database, *puts: ModelToPut) -> Sequence[Model]:
    """Store a page of records in a transaction of its own."""
    async with database.unit_of_work() as work:
        models = await work.models.put_many(puts, now=NOW)
        await work.commit()
    return models


async def store_names(database: Database, *names: str) -> list[int]:
    """Store plain models of these names; their ids."""
    return [model.id for model in await store(database, *[to_put(hub_model(name)) for name in names])]


async def owe(work: SqlWork, subject: str, *, channel_id: int = CHANNEL, model_id: int | None = None) -> int:
    """Owe a card and return the delivery's id."""
    owed = await work.deliveries.enqueue(
        guild_id=GUILD, channel_id=channel_id, subject=subject, purpose=Purpose.CARD, now=NOW, model_id=model_id
    )
    assert owed is not None
    return owed


async def owe_committed(
    database: Database, *subjects: str, channel_id: int = CHANNEL, model_id: int | None = None
) -> list[int]:
    """Owe cards in a transaction of their own."""
    async with database.unit_of_work() as work:
        owed = [await owe(work, subject, channel_id=channel_id, model_id=model_id) for subject in subjects]
        await work.commit()
    return owed


async def claim(database: Database, owner: str = "a sender") -> LaneLease | None:
    """Claim a lane in a transaction of its own."""
    async with database.unit_of_work() as work:
        held = await work.deliveries.claim_lane(owner, lease=LEASE)
        await work.commit()
    return held


async def claimed(database: Database, owner: str = "a sender") -> LaneLease:
    """Claim a lane that is known to be due."""
    held = await claim(database, owner)
    assert held is not None
    return held


async def release(database: Database, held: LaneLease, *, wait: timedelta | None = None) -> None:
    """Give a lane back in a transaction of its own."""
    async with database.unit_of_work() as work:
        await work.deliveries.release_lane(held, now=NOW, wait=wait)
        await work.commit()
