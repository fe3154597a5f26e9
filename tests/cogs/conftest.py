"""The fixture `play`: the real bot on SQLite in a simulated Discord."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import simcord

from storage.engine import Database
from tests.cogs.stage import Play, SmallHub, make_bot, new_database, set_scene, simulated
from tests.turnable_clock import TurnableClock


@pytest.fixture
async def stage_database(migrated_sqlite: Path, tmp_path: Path, clock: TurnableClock) -> AsyncIterator[Database]:
    """Open a fresh SQLite database."""
    database = new_database(migrated_sqlite, tmp_path, clock)
    yield database
    await database.close()


@pytest.fixture
def hub() -> SmallHub:
    """Put up an empty hub."""
    return SmallHub()


@pytest.fixture
async def env(stage_database: Database, hub: SmallHub, clock: TurnableClock) -> AsyncIterator[simcord.Env]:
    """Run the bot for one test; SimCord's pytest plugin looks for this very value."""
    async with simulated(make_bot(stage_database, hub, clock)) as running:
        yield running


@pytest.fixture
def play(env: simcord.Env, stage_database: Database, hub: SmallHub, clock: TurnableClock) -> Play:
    """Set the scene: a server, a channel, a moderator, a member."""
    return set_scene(env, stage_database, hub, clock)
