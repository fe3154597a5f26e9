"""Looks for blocs and bursts on a schedule, and sets their ballots aside until moderators decide. Never in silence."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from bot.domain.blocs import Bloc, find_blocs
from bot.domain.clock import Clock
from bot.domain.vote_bursts import FEWEST_BALLOTS, Burst, CastBallot, find_bursts
from bot.domain.votes import AsideBecause, BallotKey
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.show_on_cards import show_on_cards

WATCHED_UNTIL = "integrity-watched-until"
"""The note that says up to which entry of the ballot log was looked."""

LOOK_BACK = timedelta(days=90)
"""As far back as a scope's habit is read: what is older stands in no week any more, and changes nobody's habit."""

RUSHES_WITHIN = timedelta(days=8)
"""Bursts are found while they are fresh: a day longer than an account is."""

_log = structlog.get_logger()


async def watch_integrity(unit_of_work: UnitOfWork, clock: Clock) -> int:
    """Set aside what is found; how many ballots. Does nothing where nobody has voted since the last time.

    What is looked at is read in one transaction and judged outside of any: a judgement takes seconds where there are
    hundreds of thousands of ballots, and must keep no vote waiting.
    """
    now = clock.now()
    async with unit_of_work() as work:
        end = await work.integrity.log_end()
        if await work.notes.get(WATCHED_UNTIL) == str(end):
            return 0
        ups = await work.integrity.ups(now - LOOK_BACK)
        servers = await work.integrity.rushed_servers(now - RUSHES_WITHIN, FEWEST_BALLOTS)
        rushed = {guild_id: await work.integrity.ballots(guild_id, now - LOOK_BACK) for guild_id in servers}
    blocs, bursts = await asyncio.to_thread(_judge, ups, rushed)
    async with unit_of_work() as work:
        marked = sum([await _set_bloc_aside(work, bloc, now) for bloc in blocs])
        marked += sum([await _set_burst_aside(work, burst, now) for burst in bursts])
        await work.notes.put(WATCHED_UNTIL, str(end))
        await work.commit()
    if marked:
        _log.warning("ballots.unusual", ballots=marked, blocs=len(blocs), bursts=len(bursts))
    return marked


def _judge(
    ups: Mapping[tuple[int, int], Iterable[int]], rushed: Mapping[int, Sequence[CastBallot]]
) -> tuple[list[Bloc], list[Burst]]:
    blocs = find_blocs({account: list(models) for account, models in ups.items()})
    return list(blocs), [burst for ballots in rushed.values() for burst in find_bursts(ballots)]


async def _set_bloc_aside(work: Work, bloc: Bloc, now: datetime) -> int:
    """Set a bloc's ballots aside, in each server as a batch of its own: moderators decide about their members."""
    by_server: dict[int, list[int]] = {}
    for guild_id, user_id in sorted(bloc.accounts):
        by_server.setdefault(guild_id, []).append(user_id)
    marked = 0
    for guild_id, users in by_server.items():
        keys = [BallotKey(guild_id, model_id, user_id) for model_id in sorted(bloc.models) for user_id in users]
        evidence = {"accounts": len(bloc.accounts), "models": len(bloc.models), "times": round(bloc.times_chance)}
        marked += await _set_aside(work, AsideBecause.BLOC, keys, evidence, now)
    return marked


async def _set_burst_aside(work: Work, burst: Burst, now: datetime) -> int:
    keys = [BallotKey(burst.guild_id, burst.model_id, user_id) for user_id in sorted(burst.users)]
    minutes = max(1, round((burst.ended_at - burst.began_at) / timedelta(minutes=1)))
    evidence = {"fresh": len(burst.users), "together": burst.together, "minutes": minutes, "usual": burst.usual}
    return await _set_aside(work, AsideBecause.BURST, keys, evidence, now)


async def _set_aside(
    work: Work, kind: AsideBecause, keys: list[BallotKey], evidence: Mapping[str, int], now: datetime
) -> int:
    marked = await work.integrity.set_aside(kind, keys, evidence, now)
    if marked:
        for model_id in sorted({key.model_id for key in keys}):
            await show_on_cards(work, keys[0].guild_id, model_id, now)
    return marked
