"""What is found is set aside, shown to moderators, and counts again when they say so: on both databases."""

from datetime import timedelta
from random import Random

import pytest

from bot.domain.errors import Refusal
from bot.domain.set_aside import BatchState
from bot.domain.standing_filter import ALL_MODELS
from bot.domain.standings import Scope
from bot.domain.votes import AsideBecause, Choice, Tally, recount
from bot.domain.windows import Window
from bot.workflows.cast_vote import Vote, cast_votes
from bot.workflows.compute_standings import standings
from bot.workflows.decide_integrity import DecideIntegrity
from bot.workflows.watch_integrity import watch_integrity
from storage.engine import Database
from tests.domain.builders import NOW
from tests.storage.stored import store_names
from tests.turnable_clock import TurnableClock

HERE, MODERATOR = 100, 1
OLD = NOW - timedelta(days=900)
MODELS, MEMBERS, BLOC = 30, 60, 16


async def vote(database: Database, clock: TurnableClock, votes: list[tuple[int, int]], *, fresh: bool = False) -> None:
    """Let (member, model) vote up."""
    async with database.unit_of_work() as work:
        events = range(await work.integrity.log_end() + 1, 100_000)
        created = clock.now() - timedelta(days=1) if fresh else OLD
        cast = [Vote(event, HERE, model, user, Choice.UP, created, OLD) for event, (user, model) in zip(events, votes)]  # noqa: B905 - the events are endless
        await cast_votes(work, cast, clock.now())
        await work.commit()


async def a_server(database: Database, clock: TurnableClock) -> list[int]:
    """Let honest members vote for a month; the models."""
    models = await store_names(database, *(f"a/model-{number}" for number in range(MODELS)))
    random = Random(5)
    for day in range(30):
        clock.moment = NOW - timedelta(days=31 - day)
        await vote(database, clock, [(100 + random.randrange(MEMBERS), random.choice(models[:24])) for _ in range(10)])
    clock.moment = NOW
    return models


async def a_bloc(database: Database, clock: TurnableClock, models: list[int]) -> None:
    """Let accounts vote the last four models up as one."""
    await vote(database, clock, [(9_000 + user, model) for user in range(BLOC) for model in models[-4:]])


async def tally(database: Database, model: int) -> Tally:
    """Return how a model stands, which is what its log says."""
    async with database.unit_of_work() as work:
        found = await standings(work, Scope(HERE), Window(None, NOW + timedelta(days=99)), ALL_MODELS, NOW)
        from_log = recount(await work.votes.log_of(HERE, model), NOW)
    one = found.of(model)
    counted = Tally(round(one.up), round(one.down)) if one else Tally()
    assert counted == from_log
    return counted


async def test_a_bloc_is_set_aside_until_a_moderator_lets_it_in(database: Database, clock: TurnableClock) -> None:
    """Exactly its ballots, in one batch with figures; let in, it is not set aside again."""
    models = await a_server(database, clock)
    await a_bloc(database, clock, models)
    decide = DecideIntegrity(database.unit_of_work, clock)
    assert (await tally(database, models[-1])).up == BLOC
    assert await watch_integrity(database.unit_of_work, clock) == 4 * BLOC
    assert await tally(database, models[-1]) == Tally()
    (batch,) = (await decide.batches(HERE)).batches
    assert (batch.kind, batch.state, batch.ballots, batch.members) == (
        AsideBecause.BLOC,
        BatchState.OPEN,
        4 * BLOC,
        BLOC,
    )
    assert (set(batch.models), batch.evidence["accounts"]) == (set(models[-4:]), BLOC)
    assert await decide.accept(HERE, batch.id, by=MODERATOR) == 4
    assert (await tally(database, models[-1])).up == BLOC
    await vote(database, clock, [(100, models[0])])
    assert await watch_integrity(database.unit_of_work, clock) == 0


async def test_what_was_kept_aside_stays_aside(database: Database, clock: TurnableClock) -> None:
    """Changing one's mind does not take the mark off; voting anew joins the batch; moderators may think again."""
    models = await a_server(database, clock)
    await a_bloc(database, clock, models)
    await watch_integrity(database.unit_of_work, clock)
    decide = DecideIntegrity(database.unit_of_work, clock)
    (batch,) = (await decide.batches(HERE)).batches
    await decide.reject(HERE, batch.id, by=MODERATOR)
    with pytest.raises(Refusal):
        await decide.reject(HERE, batch.id, by=MODERATOR)
    await a_bloc(database, clock, models)
    assert await tally(database, models[-1]) == Tally()
    await vote(database, clock, [(9_500, model) for model in models[-4:]])
    assert await watch_integrity(database.unit_of_work, clock) == 4
    (after,) = (await decide.batches(HERE)).batches
    assert (after.id, after.state, after.ballots) == (batch.id, BatchState.REJECTED, 4 * BLOC + 4)
    await decide.accept(HERE, batch.id, by=MODERATOR)
    assert (await tally(database, models[-1])).up == BLOC + 1


async def test_a_member_whom_moderators_set_aside_stays_so(database: Database, clock: TurnableClock) -> None:
    """Letting a batch in does not undo what a moderator said about one of its members."""
    models = await a_server(database, clock)
    await a_bloc(database, clock, models)
    await watch_integrity(database.unit_of_work, clock)
    async with database.unit_of_work() as work:
        await work.votes.set_aside(HERE, 9_000, AsideBecause.MODERATOR, by=MODERATOR, now=NOW)
        await work.commit()
    decide = DecideIntegrity(database.unit_of_work, clock)
    (batch,) = (await decide.batches(HERE)).batches
    await decide.accept(HERE, batch.id, by=MODERATOR)
    assert (await tally(database, models[-1])).up == BLOC - 1


async def test_a_burst_of_fresh_accounts_does_not_begin_to_count(database: Database, clock: TurnableClock) -> None:
    """It is set aside while it is fresh, with what is usual here."""
    models = await a_server(database, clock)
    await vote(database, clock, [(8_000 + user, models[-1]) for user in range(20)], fresh=True)
    assert await watch_integrity(database.unit_of_work, clock) == 20
    (batch,) = (await DecideIntegrity(database.unit_of_work, clock).batches(HERE)).batches
    assert (batch.kind, batch.model_id, batch.evidence["fresh"]) == (AsideBecause.BURST, models[-1], 20)
    assert await tally(database, models[-1]) == Tally()


async def test_nothing_is_looked_at_twice(database: Database, clock: TurnableClock) -> None:
    """Another server's batch is not there, and an honest server has none."""
    await a_server(database, clock)
    assert await watch_integrity(database.unit_of_work, clock) == 0
    assert await watch_integrity(database.unit_of_work, clock) == 0
    decide = DecideIntegrity(database.unit_of_work, clock)
    assert (await decide.batches(HERE)).batches == []
    with pytest.raises(Refusal):
        await decide.accept(HERE, 1, by=MODERATOR)
