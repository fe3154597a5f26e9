"""A vote storm: whatever a member was told is counted, once, though the bot is killed three times in between."""

import asyncio
from collections import Counter
from pathlib import Path

from bot.domain.votes import BallotKey, Choice
from tests.wire.interactions import TOO_LATE
from tests.wire.vote_storm import Storm, keep_clicking, storm_brewing

MEMBERS, CARDS, CLICKS_EACH, KILLS = 50, 20, 6, 3
"""Whether every click is acknowledged within three seconds depends on the machine: `make bench` tells."""


async def kill_now_and_then(storm: Storm) -> None:
    """Kill the bot after each quarter of the clicks."""
    for quarter in range(1, KILLS + 1):
        async with storm.server.changed:
            wanted = MEMBERS * CLICKS_EACH * quarter // (KILLS + 1)
            await storm.server.changed.wait_for(lambda wanted=wanted: len(storm.clicks) >= wanted)
        await storm.kill_bot()


async def test_every_answered_click_is_counted_once(database_url: str, tmp_path: Path) -> None:
    """The log has each once, the ballots are its last word, every copy of every card shows them."""
    async with storm_brewing(database_url, tmp_path, members=MEMBERS, cards=CARDS, seed=3) as storm:
        killing = asyncio.create_task(kill_now_and_then(storm))
        await asyncio.gather(*(keep_clicking(storm, person, CLICKS_EACH) for person in storm.members))
        await killing
        logged = Counter(event.event_id for log in (await storm.logs()).values() for event in log)
        answered = {reply.id for _, _, reply in storm.clicks if reply.settled}
        assert len(answered) > MEMBERS
        assert answered - set(logged) == set()
        assert set(logged) - {reply.id for _, _, reply in storm.clicks} == set()
        assert set(logged.values()) == {1}
        assert await last_words(storm) == {key: ballot.choice for key, ballot in (await storm.ballots()).items()}
        assert await storm.shown()
        assert storm.bots.kills == KILLS
        assert [one for one in storm.server.violations if "/commands" not in one and TOO_LATE not in one] == []


async def last_words(storm: Storm) -> dict[BallotKey, Choice]:
    """Return the last choice of each member on each model, as the log tells."""
    return {
        BallotKey(storm.guild_id, model, event.voter): Choice(event.action)
        for model, log in (await storm.logs()).items()
        for event in log
    }
