"""Looks for blocs and bursts on a schedule, and sets their ballots aside until moderators decide. Never in silence.

One process does it at a time. Ballots are read a few thousand at a time, each page in a transaction of its own, and
judged in a thread outside of any: neither a vote nor the event loop waits for it.
"""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.blocs import Bloc, find_blocs, may_hold_blocs
from bot.domain.clock import Clock
from bot.domain.contradictions import contradictions
from bot.domain.share_caps import say_of
from bot.domain.vote_bursts import FEWEST_BALLOTS, Burst, CastBallot, find_bursts
from bot.domain.voters import Account, Item, Voters, Watched, model_of, unpack
from bot.domain.votes import AsideBecause, BallotKey, Choice
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.show_on_cards import show_on_cards

WATCHED_UNTIL = "integrity-watched-until"
"""The note that says up to which entry of the ballot log was looked, and when last at everything."""

EVERYTHING_AFTER = timedelta(days=1)
"""How often all ballots are compared: in between only with what was voted since. Chance changes slowly."""

LEASE_NAME = "integrity"
LEASE = timedelta(minutes=5)
"""After a crash another process looks within this time; a look at a million ballots takes a part of it."""

LOOK_BACK = timedelta(days=90)
"""As far back as a scope's habit is read: what is older stands in no week any more, and changes nobody's habit."""

RUSHES_WITHIN = timedelta(days=8)
"""Bursts are found while they are fresh: a day longer than an account is."""

PAGE = 5_000
"""Ballots read at once: a few hundredths of a second, which votes may wait."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Look:
    """What to look at: ballots since a moment, and which of them have changed since the last time (None: all)."""

    now: datetime
    until: int
    everything_at: datetime
    changed: Collection[Item] | None

    @property
    def since(self) -> datetime:
        return self.now - LOOK_BACK

    @property
    def note(self) -> str:
        return f"{self.until} {self.everything_at.isoformat()}"


async def watch_integrity(unit_of_work: UnitOfWork, clock: Clock, *, owner: str = LEASE_NAME) -> int:
    """Set aside what is found, and weigh servers for standings everywhere; how many ballots were set aside.

    Does nothing where nobody has voted since the last time, or while another process (another `owner`) looks.
    """
    async with unit_of_work() as work:
        held = await work.leases.take(LEASE_NAME, owner, lease=LEASE)
        await work.commit()
    if not held:
        return 0
    try:
        return await _watch(unit_of_work, clock.now())
    finally:
        async with unit_of_work() as work:
            await work.leases.drop(LEASE_NAME, owner)
            await work.commit()


async def _watch(unit_of_work: UnitOfWork, now: datetime) -> int:
    async with unit_of_work() as work:
        look = await _what_to_look_at(work, now)
    if look is None:
        return 0
    accounts = await _read_accounts(unit_of_work, look)
    said = await asyncio.to_thread(_unpacked, accounts)
    blocs = await _find_blocs(unit_of_work, said, look)
    bursts = await _find_bursts(unit_of_work, look)
    async with unit_of_work() as work:
        marked = sum([await _set_bloc_aside(work, bloc, said, now) for bloc in blocs])
        marked += sum([await _set_burst_aside(work, burst, now) for burst in bursts])
        await work.notes.put(WATCHED_UNTIL, look.note)
        await work.commit()
    await _weigh(unit_of_work, accounts, said, blocs)
    if marked:
        _log.warning("ballots.unusual", ballots=marked, blocs=len(blocs), bursts=len(bursts))
    return marked


async def _what_to_look_at(work: Work, now: datetime) -> _Look | None:
    """Return nothing where everything is as it was, and every server that opted in has been counted."""
    end = await work.integrity.log_end()
    note = await work.notes.get(WATCHED_UNTIL) or ""
    until, _, at = note.partition(" ")
    everything_at = datetime.fromisoformat(at) if at else None
    if everything_at is None or now - everything_at >= EVERYTHING_AFTER:
        return _Look(now, end, now, None)
    if int(until) == end and None not in (await work.standings.voters()).values():
        return None
    return _Look(now, end, everything_at, await work.integrity.changed(after=int(until), until=end))


async def _read_accounts(unit_of_work: UnitOfWork, look: _Look) -> Mapping[Account, Watched]:
    async with unit_of_work() as work:
        sizes = await work.integrity.sizes(look.since)
    accounts: dict[Account, Watched] = {}
    for guild_ids in _pages(sizes):
        async with unit_of_work() as work:
            accounts.update(await work.integrity.accounts(guild_ids, look.since, look.now))
    return accounts


def _pages(sizes: Mapping[int, int]) -> Iterator[Sequence[int]]:
    """Put servers together until they have a page of ballots; one that has more is a page by itself."""
    page: list[int] = []
    for guild_id in sorted(sizes):
        if page and sum(sizes[one] for one in page) + sizes[guild_id] > PAGE:
            yield page
            page = []
        page.append(guild_id)
    if page:
        yield page


def _unpacked(accounts: Mapping[Account, Watched]) -> Mapping[Account, Collection[Item]]:
    return {account: unpack(watched.packed) for account, watched in accounts.items()}


async def _find_blocs(
    unit_of_work: UnitOfWork, said: Mapping[Account, Collection[Item]], look: _Look
) -> Sequence[Bloc]:
    """Look at the models only where something stands out without knowing them, which is rare."""
    voters = await asyncio.to_thread(Voters, said)
    if not await asyncio.to_thread(may_hold_blocs, voters, look.changed):
        return []
    models = sorted({model_of(item) for item in voters.people})
    async with unit_of_work() as work:
        traits = await work.integrity.traits(models)
    return await asyncio.to_thread(find_blocs, voters, traits, look.changed)


async def _find_bursts(unit_of_work: UnitOfWork, look: _Look) -> Sequence[Burst]:
    async with unit_of_work() as work:
        servers = await work.integrity.rushed_servers(look.now - RUSHES_WITHIN, FEWEST_BALLOTS)
    found: list[Burst] = []
    for guild_id in servers:
        found += await asyncio.to_thread(find_bursts, await _cast_in(unit_of_work, guild_id, look.since))
    return found


async def _cast_in(unit_of_work: UnitOfWork, guild_id: int, since: datetime) -> Sequence[CastBallot]:
    ballots: list[CastBallot] = []
    while True:
        async with unit_of_work() as work:
            after = ballots[-1] if ballots else None
            page = await work.integrity.cast(guild_id, since, after=after, limit=PAGE)
        ballots += page
        if len(page) < PAGE:
            return ballots


async def _weigh(
    unit_of_work: UnitOfWork,
    accounts: Mapping[Account, Watched],
    said: Mapping[Account, Collection[Item]],
    blocs: Sequence[Bloc],
) -> None:
    """Count the voters of servers that opted in, and find where they contradict everybody."""
    async with unit_of_work() as work:
        servers = (await work.standings.voters()).keys()
    if not servers:
        return
    caught = {(key.guild_id, key.user_id) for bloc in blocs for key in bloc.ballots(said)}
    counting = {
        account: said[account]
        for account, watched in accounts.items()
        if account[0] in servers and watched.counting and account not in caught
    }
    voters, left_out = await asyncio.to_thread(_weights, counting)
    async with unit_of_work() as work:
        await work.standings.weigh(voters, left_out)
        await work.commit()


def _weights(
    accounts: Mapping[Account, Collection[Item]],
) -> tuple[Mapping[int, int], Collection[tuple[int, int]]]:
    people = Voters(accounts)
    voters = Counter(people.homes)
    return voters, contradictions(people, say_of(voters))


async def _set_bloc_aside(work: Work, bloc: Bloc, said: Mapping[Account, Collection[Item]], now: datetime) -> int:
    """Set a bloc's ballots aside, in each server as a batch of its own: moderators decide about their members."""
    by_server: dict[int, list[BallotKey]] = {}
    for key in bloc.ballots(said):
        by_server.setdefault(key.guild_id, []).append(key)
    evidence = {
        "accounts": len(bloc.users),
        "up": bloc.count(Choice.UP),
        "down": bloc.count(Choice.DOWN),
        "times": round(bloc.times_chance),
    }
    return sum([await _set_aside(work, AsideBecause.BLOC, keys, evidence, now) for keys in by_server.values()])


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
