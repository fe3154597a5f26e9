"""A model's published weeks, read on both databases."""

import pytest

from bot.domain.errors import Refusal
from bot.workflows.publish_leaderboard import publish_due_weeks
from bot.workflows.read_standing_history import ReadStandingHistory
from storage.engine import Database
from tests.turnable_clock import TurnableClock
from tests.workflows.bell import Bell
from tests.workflows.test_publish_leaderboard import GUILD, HOUR, SUNDAY, WEEK, models, scheduled, vote


async def refused(read: ReadStandingHistory, guild_id: int, model_id: int) -> str:
    """Return why a history was refused."""
    with pytest.raises(Refusal) as refusal:
        await read(guild_id, model_id)
    return refusal.value.key


async def test_the_published_weeks_of_a_model(database: Database, clock: TurnableClock) -> None:
    """Oldest first, with a gap where nobody voted on it; another server's weeks are not its own."""
    await scheduled(database, clock)
    first, second, third = await models(database)
    read = ReadStandingHistory(database.unit_of_work)
    assert await refused(read, GUILD, first) == "no-week-published"
    for week, voted in enumerate((first, second, first)):
        clock.moment = SUNDAY + week * WEEK
        await vote(database, clock.now() - HOUR, voted, 5)
        await publish_due_weeks(database.unit_of_work, Bell())
    history = await read(GUILD, first)
    assert [(str(week), place and (place.rank, place.up)) for week, place in history.weeks] == [
        ("2026-W39", (1, 5)),
        ("2026-W40", None),
        ("2026-W41", (1, 5)),
    ]
    assert await refused(read, GUILD, third) == "never-ranked"
    assert await refused(read, GUILD + 1, first) == "no-week-published"
    assert await refused(read, GUILD, 2**62) == "model-forgotten"
