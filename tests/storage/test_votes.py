"""Ballots and their log, on both databases."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from bot.domain.votes import Action, AsideBecause, Ballot, BallotEvent, BallotKey, Choice, Tally
from storage.engine import Database
from tests.domain.builders import NOW
from tests.storage.stored import GUILD, store_names
from tests.turnable_clock import TurnableClock

DAY = timedelta(days=1)


async def put(database: Database, model_id: int, votes: dict[int, Choice], *, counts_from: datetime = NOW) -> None:
    """Store live ballots."""
    async with database.unit_of_work() as work:
        ballots = {BallotKey(GUILD, model_id, user): Ballot(choice, NOW, counts_from) for user, choice in votes.items()}
        await work.votes.put(ballots)
        await work.commit()


async def tally(database: Database, model_id: int, *, guild: int = GUILD) -> Tally | None:
    """Return one tally."""
    async with database.unit_of_work() as work:
        return (await work.votes.tallies(guild, [model_id])).get(model_id)


async def test_a_ballot_replaces_its_former_self(database: Database) -> None:
    """One a member a model a server, whatever is put."""
    (model,) = await store_names(database, "org/model")
    await put(database, model, {1: Choice.UP, 2: Choice.UP, 3: Choice.DOWN})
    await put(database, model, {2: Choice.DOWN})
    assert await tally(database, model) == Tally(1, 2)
    assert await tally(database, model, guild=GUILD + 1) is None


async def test_fresh_ballots_count_when_they_have_aged(database: Database, clock: TurnableClock) -> None:
    """Nothing needs to happen for it but time."""
    (model,) = await store_names(database, "org/model")
    await put(database, model, {1: Choice.UP}, counts_from=NOW + 2 * DAY)
    before = await tally(database, model)
    clock.turn(2 * DAY)
    assert (before, await tally(database, model)) == (None, Tally(1, 0))
    async with database.unit_of_work() as work:
        assert list(await work.votes.came_of_age(after=NOW, until=NOW + 2 * DAY)) == [(GUILD, model)]
        assert list(await work.votes.came_of_age(after=NOW + 2 * DAY, until=NOW + 3 * DAY)) == []


async def test_a_member_is_set_aside_and_let_in(database: Database) -> None:
    """Every ballot in the server at once, logged; a second time changes nothing."""
    first, second = await store_names(database, "org/a", "org/b")
    for model in (first, second):
        await put(database, model, {1: Choice.UP, 2: Choice.UP})
    async with database.unit_of_work() as work:
        aside = [
            await work.votes.set_aside(GUILD, 1, AsideBecause.MODERATOR, by=9, now=NOW),
            await work.votes.set_aside(GUILD, 1, AsideBecause.BANNED, by=None, now=NOW),
        ]
        reason = await work.votes.aside(GUILD, [1, 2])
        await work.commit()
    assert (aside, reason) == ([[first, second], []], {1: AsideBecause.MODERATOR})
    assert await tally(database, first) == Tally(1, 0)
    async with database.unit_of_work() as work:
        after_a_ban = await work.votes.let_in(GUILD, 1, now=NOW, because=AsideBecause.BANNED)
        let_in = await work.votes.let_in(GUILD, 1, now=NOW)
        actions = [event.action for event in await work.votes.log_of(GUILD, first)]
        await work.commit()
    assert (after_a_ban, let_in, actions) == ([], [first, second], [Action.SET_ASIDE, Action.LET_IN])
    assert await tally(database, first) == Tally(2, 0)


async def test_an_interaction_is_logged_once(database: Database) -> None:
    """The database itself refuses the second time; moderators' acts have no interaction and are never refused."""
    (model,) = await store_names(database, "org/model")
    said = BallotEvent(GUILD, model, 1, Action.UP, NOW, NOW, event_id=77)
    decided = BallotEvent(GUILD, model, 1, Action.SET_ASIDE, NOW)
    async with database.unit_of_work() as work:
        await work.votes.log([said, decided, decided])
        assert await work.votes.logged([77, 78]) == {77}
        await work.commit()
    with pytest.raises(IntegrityError):
        async with database.unit_of_work() as work:
            await work.votes.log([said])
    async with database.unit_of_work() as work:
        assert await work.votes.log_of(GUILD, model, limit=2) == [decided, decided]


async def test_the_ballots_on_a_model_are_those_of_its_server(database: Database) -> None:
    """The latest first; what is removed is gone."""
    first, second = await store_names(database, "org/a", "org/b")
    async with database.unit_of_work() as work:
        early, late = Ballot(Choice.UP, NOW, NOW), Ballot(Choice.DOWN, NOW + DAY, NOW + DAY)
        mine, theirs = BallotKey(GUILD, first, 1), BallotKey(GUILD, first, 2)
        elsewhere = BallotKey(GUILD, second, 1), BallotKey(GUILD + 1, first, 1)
        await work.votes.put({mine: early, theirs: late, elsewhere[0]: late, elsewhere[1]: early})
        of_model = await work.votes.ballots_of(GUILD, first)
        await work.votes.remove([mine, *elsewhere])
        left = await work.votes.ballots_of(GUILD, first)
    assert list(of_model.items()) == [(theirs, late), (mine, early)]
    assert left == {theirs: late}


async def test_many_at_once_lose_nothing(database: Database) -> None:
    """Twenty transactions that lock, change and log the same two ballots leave what the log says last."""
    (model,) = await store_names(database, "org/model")
    keys = [BallotKey(GUILD, model, user) for user in (1, 2)]

    async def click(number: int) -> None:
        choice = Choice.UP if number % 2 else Choice.DOWN
        async with database.unit_of_work() as work:
            await work.votes.live(keys)
            await work.votes.put({key: Ballot(choice, NOW, NOW) for key in keys})
            await work.votes.log([BallotEvent(GUILD, model, 1, Action(choice), NOW, NOW, event_id=number)])
            await work.commit()

    await asyncio.gather(*(click(number) for number in range(1, 21)))
    async with database.unit_of_work() as work:
        log = await work.votes.log_of(GUILD, model)
        live = await work.votes.live(keys)
    assert len(log) == 20
    assert {ballot.choice for ballot in live.values()} == {Choice(log[-1].action)}
