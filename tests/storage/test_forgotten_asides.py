"""Who was set aside and asked to be forgotten: what is left names nobody, and they do not come back counted."""

from bot.domain.votes import AsideBecause, Choice, Tally, recount
from bot.workflows.audit_ballots import AuditBallots, LetIn
from bot.workflows.cast_vote import CastVote, Vote
from bot.workflows.forget_member import ForgetMember
from storage.doorbells import ProcessDoorbell
from storage.engine import Database
from tests.domain.builders import NOW
from tests.storage.stored import GUILD, store_names
from tests.storage.test_members import rows_of
from tests.turnable_clock import TurnableClock

MEMBER, MODERATOR = 123_456_789_012_345_678, 9
OLD = NOW.replace(year=2020)


async def vote(database: Database, clock: TurnableClock, event: int, model: int, guild: int = GUILD) -> Tally:
    """Let the member vote up; the tally they see."""
    cast = CastVote(database.unit_of_work, clock)
    return (await cast(Vote(event, guild, model, MEMBER, Choice.UP, OLD, OLD))).tally


async def set_aside_and_forget(database: Database, clock: TurnableClock) -> int:
    """Let the member vote, be set aside and be forgotten; the model's id."""
    (model,) = await store_names(database, "a/model")
    await vote(database, clock, 1, model)
    await AuditBallots(database.unit_of_work, clock).set_aside(GUILD, MEMBER, by=MODERATOR)
    await ForgetMember(database.unit_of_work, clock, ProcessDoorbell())(MEMBER)
    return model


async def test_no_row_names_them(database: Database, clock: TurnableClock) -> None:
    """Not their id, in no table, in no form: the mark is a hash under a random key."""
    await set_aside_and_forget(database, clock)
    rows = await rows_of(database, "forgotten_aside")
    assert [(row["guild_id"], row["because"], len(row["mark"])) for row in rows] == [(GUILD, "moderator", 64)]
    tables = ("forgotten_aside", "aside_key", "voter_aside", "ballot", "ballot_log", "set_aside_ballot")
    assert not [row for table in tables for row in await rows_of(database, table) if str(MEMBER) in str(row)]


async def test_when_they_vote_again_they_are_still_set_aside(database: Database, clock: TurnableClock) -> None:
    """In that server only; the log tells the same, before and after."""
    model = await set_aside_and_forget(database, clock)
    assert await vote(database, clock, 2, model) == Tally()
    assert await vote(database, clock, 3, model, guild=GUILD + 1) == Tally(1, 0)
    async with database.unit_of_work() as work:
        assert await work.votes.aside(GUILD, [MEMBER]) == {MEMBER: AsideBecause.MODERATOR}
        assert recount(await work.votes.log_of(GUILD, model), clock.now()) == Tally()
    assert await rows_of(database, "forgotten_aside") == []


async def test_moderators_can_let_them_in_before_they_vote_again(database: Database, clock: TurnableClock) -> None:
    """The mark goes with it."""
    model = await set_aside_and_forget(database, clock)
    audit = AuditBallots(database.unit_of_work, clock)
    assert await audit.let_in(GUILD, MEMBER, by=MODERATOR) == LetIn(0, {})
    assert await vote(database, clock, 2, model) == Tally(1, 0)


async def test_they_are_told_of_the_mark(database: Database, clock: TurnableClock) -> None:
    """In what they export: whoever asks with their id is who it is about."""
    await set_aside_and_forget(database, clock)
    async with database.unit_of_work() as work:
        mine = await work.members.everything_of(MEMBER)
        theirs = await work.members.everything_of(MEMBER + 1)
    assert [row["because"] for row in mine["forgotten_aside"]] == ["moderator"]
    assert "forgotten_aside" not in theirs
