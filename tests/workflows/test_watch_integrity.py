"""What is found is set aside, shown to moderators, and counts again when they say so: on both databases."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest

from bot.domain.errors import Refusal
from bot.domain.recounting import Replay
from bot.domain.set_aside import Batch, BatchState
from bot.domain.standing_filter import ALL_MODELS
from bot.domain.standings import EVERYWHERE, Scope
from bot.domain.votes import AsideBecause, Ballot, BallotKey, Choice, Tally, recount
from bot.domain.windows import Window
from bot.workflows.audit_ballots import AuditBallots, LetIn
from bot.workflows.cast_vote import Vote, cast_votes
from bot.workflows.compute_standings import count, standings
from bot.workflows.decide_integrity import DecideIntegrity
from bot.workflows.watch_integrity import watch_integrity
from storage.engine import Database
from tests.domain.builders import NOW, hub_model
from tests.storage.stored import store, store_names, to_put
from tests.turnable_clock import TurnableClock

HERE, MODERATOR = 100, 1
DOWN = Choice.DOWN
OLD, LATER = NOW - timedelta(days=900), NOW + timedelta(days=3)
MEMBERS, BLOC = 60, 16
BOUGHT = [f"its-own/model-{number}" for number in range(6)]


async def vote(
    database: Database,
    clock: TurnableClock,
    votes: list[tuple[int, int]],
    *,
    choice: Choice | None = Choice.UP,
    fresh: bool = False,
    joined: datetime = OLD,
    server: int = HERE,
) -> None:
    """Let (member, model) vote."""
    async with database.unit_of_work() as work:
        begin = 10 * await work.integrity.log_end() + 1
        created = clock.now() - timedelta(days=1) if fresh else OLD
        cast = [
            Vote(begin + number, server, model, user, choice, created, joined)
            for number, (user, model) in enumerate(votes)
        ]
        await cast_votes(work, cast, clock.now())
        await work.commit()


async def a_server(database: Database, clock: TurnableClock) -> list[int]:
    """Let honest members vote for a month; the models."""
    models = await store_names(database, *(f"lab-{number % 7}/model-{number}" for number in range(24)), *BOUGHT)
    random = Random(5)
    for day in range(30):
        clock.moment = NOW - timedelta(days=31 - day)
        await vote(database, clock, [(100 + random.randrange(MEMBERS), random.choice(models[:24])) for _ in range(10)])
    clock.moment = NOW
    return models


async def a_bloc(
    database: Database, clock: TurnableClock, models: list[int], choice: Choice | None = Choice.UP
) -> None:
    """Let accounts vote on the last four models as one."""
    bloc = [(9_000 + user, model) for user in range(BLOC) for model in models[-4:]]
    await vote(database, clock, bloc, choice=choice)


async def a_burst(database: Database, clock: TurnableClock, model: int, *, begin: int = 8_000, size: int = 40) -> None:
    """Let fresh accounts rush."""
    await vote(database, clock, [(begin + user, model) for user in range(size)], fresh=True)


async def marks(database: Database, model: int) -> Counter[AsideBecause | None]:
    """Return how many live ballots on a model carry which mark."""
    async with database.unit_of_work() as work:
        ballots = await work.votes.ballots_of(HERE, model)
    return Counter(ballot.set_aside for ballot in ballots.values())


async def batches(database: Database, clock: TurnableClock) -> list[Batch]:
    """Return the server's batches, from all pages."""
    decide = DecideIntegrity(database.unit_of_work, clock)
    pages = (await decide.batches(HERE)).pages
    return [batch for page in range(pages) for batch in (await decide.batches(HERE, page)).batches]


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
    assert (batch.evidence["up"], batch.evidence["down"]) == (4, 0)
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


@pytest.mark.parametrize("decided", [BatchState.OPEN, BatchState.REJECTED])
async def test_withdrawing_and_voting_again_takes_no_mark_off(
    database: Database, clock: TurnableClock, decided: BatchState
) -> None:
    """A burst's and a bloc's: undecided or rejected they hold; a recount and a replay say the same."""
    models = await a_server(database, clock)
    await a_bloc(database, clock, models)
    await a_burst(database, clock, models[-6])
    await watch_integrity(database.unit_of_work, clock)
    if decided is BatchState.REJECTED:
        for batch in await batches(database, clock):
            await DecideIntegrity(database.unit_of_work, clock).reject(HERE, batch.id, by=MODERATOR)
    for choice in (None, Choice.DOWN):
        clock.turn(timedelta(minutes=6))
        await a_bloc(database, clock, models, choice)
        await vote(database, clock, [(8_000 + user, models[-6]) for user in range(40)], choice=choice)
    assert await marks(database, models[-1]) == {AsideBecause.BLOC: BLOC}
    assert await marks(database, models[-6]) == {AsideBecause.BURST: 40}
    async with database.unit_of_work() as work:
        replay = Replay()
        replay.take((await work.votes.log_between(HERE, after=0, until=10**9, limit=10**6))[1])
    later = NOW + timedelta(days=9)
    assert not {models[-1], models[-6]} & replay.tallies(Window(None, later), later).keys()
    assert await tally(database, models[-1]) == Tally()


async def test_what_was_let_in_is_let_in_when_it_is_cast_again(database: Database, clock: TurnableClock) -> None:
    """An accepted batch holds nothing."""
    models = await a_server(database, clock)
    await a_bloc(database, clock, models)
    await watch_integrity(database.unit_of_work, clock)
    await DecideIntegrity(database.unit_of_work, clock).accept(HERE, 1, by=MODERATOR)
    await a_bloc(database, clock, models, None)
    await a_bloc(database, clock, models)
    assert await marks(database, models[-1]) == {None: BLOC}


async def test_a_second_burst_on_a_model_is_found(database: Database, clock: TurnableClock) -> None:
    """Hours after the first, whose marked ballots are still the busiest."""
    models = await a_server(database, clock)
    await a_burst(database, clock, models[-1])
    first = await watch_integrity(database.unit_of_work, clock)
    clock.turn(timedelta(hours=6))
    await a_burst(database, clock, models[-1], begin=8_500, size=30)
    assert (first, await watch_integrity(database.unit_of_work, clock)) == (40, 30)


async def test_several_rushes_at_once_are_batches_of_their_own(database: Database, clock: TurnableClock) -> None:
    """Two on one model hours apart, one on another, and a bloc: moderators decide on each."""
    models = await a_server(database, clock)
    await a_burst(database, clock, models[-1])
    clock.turn(timedelta(hours=6))
    await a_burst(database, clock, models[-1], begin=8_100, size=30)
    await a_burst(database, clock, models[-2], begin=8_200, size=25)
    await vote(database, clock, [(9_000 + user, model) for user in range(BLOC) for model in models[:4]], choice=DOWN)
    assert await watch_integrity(database.unit_of_work, clock) == 40 + 30 + 25 + 4 * BLOC
    found = [(batch.kind, batch.ballots, len(batch.models)) for batch in await batches(database, clock)]
    assert sorted(found) == [
        (AsideBecause.BLOC, 4 * BLOC, 4),
        (AsideBecause.BURST, 25, 1),
        (AsideBecause.BURST, 30, 1),
        (AsideBecause.BURST, 40, 1),
    ]


async def everywhere(database: Database) -> dict[int, tuple[float, float]]:
    """Return what counts everywhere, by model."""
    async with database.unit_of_work() as work:
        counted = await count(work, EVERYWHERE, Window(None, LATER), LATER)
    return {model: (round(tally.up, 1), round(tally.down, 1)) for model, tally in counted.tallies.items()}


async def servers_that_count(database: Database, clock: TurnableClock, own: int) -> list[int]:
    """Let three large servers and some small ones of one person's opt in, and vote in the large ones; the models."""
    models = await store_names(database, *(f"lab-{number % 7}/model-{number}" for number in range(12)), *BOUGHT)
    async with database.unit_of_work() as work:
        for server in [*range(1, 4), *range(500, 500 + own)]:
            await work.standings.opt_in(server, NOW)
        await work.commit()
    random = Random(7)
    for server in range(1, 4):
        votes = {(1_000 * server + user, random.choice(models[:12])) for user in range(150) for _ in range(3)}
        await vote(database, clock, sorted(votes), server=server)
    return models


@pytest.mark.parametrize("own", [1, 4])
async def test_own_servers_do_not_speak_for_everybody(database: Database, clock: TurnableClock, own: int) -> None:
    """Thirty-two accounts, in one server or in four, count as what they are: few people, on whatever they vote."""
    models = await servers_that_count(database, clock, own)
    for user in range(32):
        await vote(database, clock, [(9_000 + user, models[-1])], server=500 + user % own)
    before = await everywhere(database)
    await watch_integrity(database.unit_of_work, clock)
    after = await everywhere(database)
    assert (before[models[-1]][0], after[models[-1]][0] < 8) == (10 if own == 1 else 32, True)
    assert all(after[model] == before[model] for model in models[:12])


async def test_own_servers_vote_nothing_down_everywhere(database: Database, clock: TurnableClock) -> None:
    """At home it counts: a server may think what it likes. A moderator there lets a bloc in, and it is still apart."""
    models = await servers_that_count(database, clock, 1)
    liked = [(7_000 + user, model) for user in range(90) for model in models[:4]]
    await vote(database, clock, liked[: len(liked) // 2], server=1)
    await vote(database, clock, [(user + 90, model) for user, model in liked[len(liked) // 2 :]], server=2)
    await vote(database, clock, [(9_000 + user, m) for user in range(16) for m in models[:4]], choice=DOWN, server=500)
    await watch_integrity(database.unit_of_work, clock)
    decide = DecideIntegrity(database.unit_of_work, clock)
    for batch in (await decide.batches(500)).batches:
        await decide.accept(500, batch.id, by=MODERATOR)
    clock.turn(timedelta(days=1, minutes=1))
    await watch_integrity(database.unit_of_work, clock)
    assert [down for model, (_, down) in (await everywhere(database)).items() if model in models[:4]] == [0] * 4


async def test_one_person_in_many_servers_is_one_everywhere(database: Database, clock: TurnableClock) -> None:
    """Who votes in every server that counts gives each model one ballot and one server a voter."""
    models = await servers_that_count(database, clock, 4)
    for server in [*range(1, 4), *range(500, 504)]:
        await vote(database, clock, [(777, models[-1])], server=server)
    assert (await everywhere(database))[models[-1]] == (1, 0)
    await watch_integrity(database.unit_of_work, clock)
    async with database.unit_of_work() as work:
        voters = await work.standings.voters()
    assert sum(count or 0 for count in voters.values()) == 3 * 150 + 1


async def test_after_an_accepted_burst_the_next_is_found(database: Database, clock: TurnableClock) -> None:
    """Moderators let these votes in, and not whatever comes on that model for ever."""
    models = await a_server(database, clock)
    await a_burst(database, clock, models[-1])
    await watch_integrity(database.unit_of_work, clock)
    await DecideIntegrity(database.unit_of_work, clock).accept(HERE, 1, by=MODERATOR)
    clock.turn(timedelta(hours=6))
    await a_burst(database, clock, models[-1], begin=8_500, size=30)
    assert await watch_integrity(database.unit_of_work, clock) == 30
    assert await marks(database, models[-1]) == {None: 40, AsideBecause.BURST: 30}


async def test_an_accepted_bloc_may_be_found_with_other_models(database: Database, clock: TurnableClock) -> None:
    """Its accounts are not free for ever: what they do together afterwards is asked about again."""
    models = await a_server(database, clock)
    bloc = [9_000 + user for user in range(BLOC)]
    await vote(database, clock, [(user, model) for user in bloc for model in models[-3:]])
    await watch_integrity(database.unit_of_work, clock)
    await DecideIntegrity(database.unit_of_work, clock).accept(HERE, 1, by=MODERATOR)
    await vote(database, clock, [(user, model) for user in bloc for model in models[-6:-3]])
    assert await watch_integrity(database.unit_of_work, clock) == 3 * BLOC
    assert [(batch.state, batch.ballots) for batch in await batches(database, clock)] == [
        (BatchState.OPEN, 3 * BLOC),
        (BatchState.ACCEPTED, 3 * BLOC),
    ]


async def test_old_accounts_that_join_for_a_release_are_no_burst(database: Database, clock: TurnableClock) -> None:
    """Their votes wait for three days, as every new member's, and begin to count by themselves."""
    models = await a_server(database, clock)
    joined = clock.now() - timedelta(minutes=20)
    await vote(database, clock, [(8_000 + user, models[-1]) for user in range(40)], joined=joined)
    assert await watch_integrity(database.unit_of_work, clock) == 0
    clock.turn(timedelta(days=4))
    async with database.unit_of_work() as work:
        found = await standings(work, Scope(HERE), Window(None, clock.now()), ALL_MODELS, clock.now())
    one = found.of(models[-1])
    assert one is not None
    assert one.up == 40


async def test_a_brigade_that_votes_down_is_set_aside(database: Database, clock: TurnableClock) -> None:
    """Sixteen accounts against the four models that members like best."""
    models = await a_server(database, clock)
    brigade = [(9_000 + user, model) for user in range(BLOC) for model in models[:4]]
    await vote(database, clock, brigade, choice=Choice.DOWN)
    assert await watch_integrity(database.unit_of_work, clock) == 4 * BLOC
    (batch,) = await batches(database, clock)
    assert (batch.evidence["up"], batch.evidence["down"]) == (0, 4)
    assert (await tally(database, models[0])).down == 0


async def test_fans_of_a_theme_are_left_alone(database: Database, clock: TurnableClock) -> None:
    """What several publishers offer of it, cast as a bloc would be: the store tells what the models have in common."""
    models = await a_server(database, clock)
    names = [f"painter-{number}/image-{number}" for number in range(5)]
    images = [
        model.id for model in await store(database, *(to_put(hub_model(name, task="text-to-image")) for name in names))
    ]
    await vote(database, clock, [(7_000 + user, model) for user in range(BLOC) for model in images])
    assert await watch_integrity(database.unit_of_work, clock) == 0
    await a_bloc(database, clock, models)
    assert await watch_integrity(database.unit_of_work, clock) == 4 * BLOC


async def test_a_member_who_is_let_in_counts_and_is_not_asked_about_again(
    database: Database, clock: TurnableClock
) -> None:
    """One of a batch, also of a rejected one: the moderator is told what of it stays aside."""
    models = await a_server(database, clock)
    await a_bloc(database, clock, models)
    await watch_integrity(database.unit_of_work, clock)
    await DecideIntegrity(database.unit_of_work, clock).reject(HERE, 1, by=MODERATOR)
    audit = AuditBallots(database.unit_of_work, clock)
    assert await audit.let_in(HERE, 9_000, by=MODERATOR) == LetIn(4, {1: 4 * (BLOC - 1)})
    await vote(database, clock, [(9_000, models[0]), (9_001, models[0])])
    assert await watch_integrity(database.unit_of_work, clock) == 0
    assert await marks(database, models[-1]) == {None: 1, AsideBecause.BLOC: BLOC - 1}
    assert (await tally(database, models[-1])).up == 1
    assert (await batches(database, clock))[0].members == BLOC - 1
    assert await audit.let_in(HERE, 9_000, by=MODERATOR) == LetIn(0, {})


async def test_setting_a_member_aside_and_a_ban_wash_no_mark_off(database: Database, clock: TurnableClock) -> None:
    """When a ban ends, what a batch holds stays aside."""
    models = await a_server(database, clock)
    await a_bloc(database, clock, models)
    await watch_integrity(database.unit_of_work, clock)
    audit = AuditBallots(database.unit_of_work, clock)
    await audit.set_aside(HERE, 9_000, by=None)
    await vote(database, clock, [(9_000, models[-1])], choice=None)
    await vote(database, clock, [(9_000, models[-1]), (9_000, models[0])])
    assert await audit.let_in(HERE, 9_000, by=None) == LetIn(1, {})
    assert await marks(database, models[-1]) == {AsideBecause.BLOC: BLOC}


async def test_one_process_looks_at_a_time(database: Database, clock: TurnableClock) -> None:
    """Whoever comes while another looks goes away again; after a crash the lease runs out."""
    models = await a_server(database, clock)
    await a_bloc(database, clock, models)
    async with database.unit_of_work() as work:
        await work.leases.take("integrity", "another", lease=timedelta(minutes=5))
        await work.commit()
    assert await watch_integrity(database.unit_of_work, clock, owner="me") == 0
    async with database.unit_of_work() as work:
        await work.leases.drop("integrity", "another")
        await work.commit()
    looks = [watch_integrity(database.unit_of_work, clock, owner=owner) for owner in ("me", "another")]
    assert sorted(await asyncio.gather(*looks)) == [0, 4 * BLOC]


async def test_everything_is_looked_at_once_a_day(database: Database, clock: TurnableClock) -> None:
    """A bloc that lies in ballots of before, because the store was changed by hand, is found within a day."""
    models = await a_server(database, clock)
    await watch_integrity(database.unit_of_work, clock)
    async with database.unit_of_work() as work:
        keys = [BallotKey(HERE, model, 9_000 + user) for user in range(BLOC) for model in models[-4:]]
        await work.votes.put({key: Ballot(Choice.UP, NOW, NOW) for key in keys})
        await work.commit()
    await vote(database, clock, [(100, models[0])])
    assert await watch_integrity(database.unit_of_work, clock) == 0
    clock.turn(timedelta(days=1))
    assert await watch_integrity(database.unit_of_work, clock) == 4 * BLOC
