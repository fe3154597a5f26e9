"""Casting votes: each click once, counted when it may be, shown on every card."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.delivery import Purpose
from bot.domain.errors import Refusal
from bot.domain.model import Source
from bot.domain.votes import Choice, Tally, recount
from bot.workflows.age_ballots import age_ballots
from bot.workflows.audit_ballots import AuditBallots, LetIn
from bot.workflows.cast_vote import CastVote, Vote, Voted
from bot.workflows.show_on_cards import LONGEST_DELAY, delay_of, show_on_cards
from storage.engine import Database
from tests.domain.builders import NOW
from tests.storage.stored import CHANNEL, GUILD, claimed, store_names
from tests.turnable_clock import TurnableClock

DAY = timedelta(days=1)


def vote(event_id: int, model_id: int, choice: Choice | None = Choice.UP, **fields: Any) -> Vote:  # noqa: ANN401 - fields of Vote
    """Return what a member of long standing asks for."""
    plain: dict[str, Any] = {
        "user_id": 1,
        "account_created_at": NOW - 900 * DAY,
        "joined_at": NOW - 90 * DAY,
        "guild_id": GUILD,
    }
    return Vote(event_id=event_id, model_id=model_id, choice=choice, **{**plain, **fields})


@pytest.fixture
def cast(database: Database, clock: TurnableClock) -> CastVote:
    """Make the workflow of one process."""
    return CastVote(database.unit_of_work, clock)


async def post_card(database: Database, model_id: int, *, channel: int = CHANNEL, at: datetime = NOW) -> int:
    """Let a channel have a model's card; the delivery's id."""
    async with database.unit_of_work() as work:
        owed = await work.deliveries.enqueue(
            guild_id=GUILD, channel_id=channel, subject="card", purpose=Purpose.CARD, now=at, model_id=model_id
        )
        assert owed is not None
        await work.commit()
    held = await claimed(database)
    async with database.unit_of_work() as work:
        await work.deliveries.begin_attempt(held, owed, now=at)
        await work.deliveries.mark_sent(held, owed, 9000 + owed, now=at)
        await work.deliveries.release_lane(held, now=at)
        await work.commit()
    return owed


def seen(voted: Voted) -> tuple[Choice | None, Choice | None, Tally]:
    """Return what changed and how it stands."""
    return voted.before, voted.ballot.choice if voted.ballot else None, voted.tally


async def test_a_member_casts_changes_and_withdraws(database: Database, cast: CastVote) -> None:
    """Each answer says what changed and how it stands."""
    (model,) = await store_names(database, "org/model")
    up, down = Choice.UP, Choice.DOWN
    outcomes = [
        seen(await cast(vote(number, model, choice))) for number, choice in enumerate((up, up, down, None, None))
    ]
    assert outcomes == [
        (None, up, Tally(1, 0)),
        (up, up, Tally(1, 0)),
        (up, down, Tally(0, 1)),
        (down, None, Tally()),
        (None, None, Tally()),
    ]


async def test_a_click_handed_over_twice_counts_once(database: Database, clock: TurnableClock) -> None:
    """By the same process or by another, at once or after a change of mind."""
    (model,) = await store_names(database, "org/model")
    here, there = CastVote(database.unit_of_work, clock), CastVote(database.unit_of_work, clock)
    await asyncio.gather(*(one(vote(5, model)) for one in (here, there, here)))
    await here(vote(6, model, Choice.DOWN))
    late = await there(vote(5, model))
    assert seen(late) == (Choice.DOWN, Choice.DOWN, Tally(0, 1))
    async with database.unit_of_work() as work:
        log = await work.votes.log_of(GUILD, model)
    assert [event.event_id for event in log] == [5, 6]


async def test_a_storm_is_gathered_and_nothing_is_lost(database: Database, clock: TurnableClock) -> None:
    """Two processes, 120 members, several clicks each: the log recounts to the tally, voter by voter."""
    models = await store_names(database, "org/a", "org/b")
    processes = [CastVote(database.unit_of_work, clock) for _ in range(2)]
    clicks = [
        vote(number, models[number % 2], Choice.UP if number % 3 else Choice.DOWN, user_id=number % 120)
        for number in range(480)
    ]
    await asyncio.gather(*(processes[click.event_id % 2](click) for click in clicks))
    async with database.unit_of_work() as work:
        tallies = await work.votes.tallies(GUILD, models)
        logs = {model: await work.votes.log_of(GUILD, model) for model in models}
    assert sum(map(len, logs.values())) == len(clicks)
    assert {model: recount(log, clock.now()) for model, log in logs.items()} == tallies
    assert sum(tally.up + tally.down for tally in tallies.values()) == 120


async def test_one_bad_vote_spoils_no_other(database: Database, cast: CastVote) -> None:
    """A model nobody knows is refused, votes beside it are cast."""
    (model,) = await store_names(database, "org/model")
    outcomes = await asyncio.gather(
        cast(vote(1, model)), cast(vote(2, 999_999)), cast(vote(3, model, user_id=2)), return_exceptions=True
    )
    refused = outcomes[1]
    assert isinstance(refused, Refusal)
    assert refused.key == "model-forgotten"
    assert [isinstance(outcome, Voted) for outcome in outcomes] == [True, False, True]


async def test_a_stub_cannot_be_voted_on(database: Database, cast: CastVote) -> None:
    """A name that only its children mention is no model yet."""
    async with database.unit_of_work() as work:
        (stub,) = (await work.models.name_stubs(Source.HUGGING_FACE, ["org/parent"], now=NOW)).values()
        await work.commit()
    with pytest.raises(Refusal):
        await cast(vote(1, stub))
    with pytest.raises(Refusal):
        await cast.standing(GUILD, stub, 1)


async def test_a_fresh_members_ballot_is_kept_and_counts_later(
    database: Database, cast: CastVote, clock: TurnableClock
) -> None:
    """They are told when; then it counts and the card is due for an edit."""
    (model,) = await store_names(database, "org/model")
    await post_card(database, model)
    await age_ballots(database.unit_of_work, clock)
    fresh = await cast(vote(1, model, account_created_at=NOW - DAY))
    assert fresh.ballot is not None
    assert (fresh.counts, fresh.ballot.counts_from, fresh.tally) == (False, NOW + 6 * DAY, Tally())
    clock.turn(7 * DAY)
    assert [await age_ballots(database.unit_of_work, clock), await age_ballots(database.unit_of_work, clock)] == [1, 0]
    assert (await cast.standing(GUILD, model, 1)).tally == Tally(1, 0)


async def test_whoever_came_after_the_card_waits(database: Database, cast: CastVote) -> None:
    """A card can bring voters; who was there before it counts at once."""
    (model,) = await store_names(database, "org/model")
    await post_card(database, model, at=NOW - 2 * DAY)
    after = await cast(vote(1, model, user_id=1, joined_at=NOW - DAY))
    before = await cast(vote(2, model, user_id=2, joined_at=NOW - 2.5 * DAY))
    assert (after.counts, before.counts, before.tally) == (False, True, Tally(1, 0))


async def test_who_is_set_aside_stays_so(database: Database, cast: CastVote, clock: TurnableClock) -> None:
    """New ballots and changed ones too, until they are let in; the log tells the same."""
    first, second = await store_names(database, "org/a", "org/b")
    audit = AuditBallots(database.unit_of_work, clock)
    await cast(vote(1, first))
    set_aside = await audit.set_aside(GUILD, 1, by=9)
    outcomes = [await cast(vote(2, first, Choice.DOWN)), await cast(vote(3, second))]
    report = await audit.report(GUILD, second)
    assert [outcome.tally for outcome in outcomes] == [Tally(), Tally()]
    assert recount(reversed(report.events), clock.now()) == report.tally == Tally()
    let_in = await audit.let_in(GUILD, 1, by=9)
    assert (set_aside, let_in) == (1, LetIn(2, {}))
    report = await audit.report(GUILD, first)
    assert recount(reversed(report.events), clock.now()) == report.tally == Tally(0, 1)


async def test_a_ban_ends_with_the_ban(database: Database, cast: CastVote, clock: TurnableClock) -> None:
    """Unless a moderator had set the member aside before."""
    (model,) = await store_names(database, "org/model")
    audit = AuditBallots(database.unit_of_work, clock)
    await cast(vote(1, model))
    await cast(vote(2, model, user_id=2))
    await audit.set_aside(GUILD, 2, by=9)
    for user in (1, 2):
        await audit.set_aside(GUILD, user, by=None)
    during = (await cast.standing(GUILD, model, 1)).tally
    for user in (1, 2):
        await audit.let_in(GUILD, user, by=None)
    assert (during, (await cast.standing(GUILD, model, 1)).tally) == (Tally(), Tally(1, 0))


async def test_every_copy_of_a_card_follows(database: Database, cast: CastVote, clock: TurnableClock) -> None:
    """In this server, each as soon as its age allows; changes in between share the edit."""
    (model,) = await store_names(database, "org/model")
    fresh = await post_card(database, model)
    old = await post_card(database, model, channel=CHANNEL + 1, at=NOW - 3 * DAY)
    for number in range(3):
        await cast(vote(number, model, user_id=number))
    due: dict[int, int] = {}
    for seconds in (4, 2, 200):
        clock.turn(timedelta(seconds=seconds))
        held = await claim_any(database)
        async with database.unit_of_work() as work:
            while held and (delivery := await work.deliveries.next_in_lane(held, now=clock.now())):
                due[delivery.id] = due.get(delivery.id, 0) + 1
                await work.deliveries.mark_shown(delivery.id, delivery.wanted_revision)
            if held:
                await work.deliveries.release_lane(held, now=clock.now())
            await work.commit()
    assert due == {fresh: 1, old: 1}


async def claim_any(database: Database) -> Any:  # noqa: ANN401 - a lease or nothing
    """Claim a lane if one is due."""
    async with database.unit_of_work() as work:
        held = await work.deliveries.claim_lane("test", lease=timedelta(seconds=30))
        await work.commit()
    return held


async def test_other_servers_cards_stay_as_they_are(database: Database) -> None:
    """Votes are a server's own."""
    (model,) = await store_names(database, "org/model")
    await post_card(database, model)
    async with database.unit_of_work() as work:
        asked = [await show_on_cards(work, guild, model, NOW) for guild in (GUILD, GUILD + 1)]
    assert asked == [1, 0]


@pytest.mark.parametrize(
    ("age", "seconds"), [(timedelta(), 5), (timedelta(hours=2), 30), (2 * DAY, LONGEST_DELAY.total_seconds())]
)
def test_older_cards_wait_longer(age: timedelta, seconds: float) -> None:
    """Discord limits edits of older messages."""
    assert delay_of(age).total_seconds() == seconds
