"""`/integrity`: moderators see what was set aside by itself, and decide."""

from datetime import timedelta
from random import Random

from bot.domain.votes import Ballot, BallotKey, Choice
from bot.workflows.watch_integrity import watch_integrity
from tests.cogs.stage import Play, reading
from tests.domain.builders import hub_model

MODELS, BLOC = 30, 16


async def a_bloc(play: Play) -> None:
    """Let honest members vote, and a bloc on the last four models; let it be found."""
    await play.remember(*[hub_model(f"lab/model-{number}") for number in range(1, MODELS)], hub_model("lab/@everyone"))
    random, at = Random(3), play.clock.now() - timedelta(days=1)
    honest = {(100 + random.randrange(60), random.randint(1, 24)) for _ in range(300)}
    bloc = {(9_000 + user, model) for user in range(BLOC) for model in range(MODELS - 3, MODELS + 1)}
    async with play.database.unit_of_work() as work:
        ballots = {BallotKey(play.guild.id, model, user): Ballot(Choice.UP, at, at) for user, model in honest | bloc}
        await work.votes.put(ballots)
        await work.commit()
    assert await watch_integrity(play.database.unit_of_work, play.clock) == 4 * BLOC


async def test_moderators_let_a_batch_count(play: Play) -> None:
    """They see figures and models, no member; accepted, it counts, and cannot be decided on again."""
    await a_bloc(play)
    listed = await play.say("integrity list")
    assert f"{BLOC} accounts voted 4 models up together" in listed
    assert "waits for you" in listed
    assert "9000" not in listed.replace("900 ", "")
    assert "4 models changed their standing" in await play.say("integrity accept", batch=1)
    assert "counts" in await play.say("integrity list")
    assert "no such batch" in await play.say("integrity accept", batch=1)


async def test_moderators_keep_a_batch_aside(play: Play) -> None:
    """After a restart too, in their language; and may think again."""
    await a_bloc(play)
    await play.restart()
    assert "stays aside" in await play.say("integrity reject", batch=1)
    with reading("zh-CN"):
        assert "不计入" in await play.say("integrity list")
    assert "no such batch" in await play.say("integrity reject", batch=1)
    assert "counts now" in await play.say("integrity accept", batch=1)


async def test_there_may_be_nothing(play: Play) -> None:
    """An honest server reads so; another server's batch is not there; members are refused."""
    assert "No votes were set aside" in await play.say("integrity list")
    assert "no such batch" in await play.say("integrity accept", batch=7)
    await play.let_everybody_in("integrity")
    said = await play.member.slash(play.channel, "integrity list")
    assert "No votes" not in str(said)
