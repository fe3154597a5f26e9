"""Members cast, change and withdraw ballots: every click counts once, however often and wherever it is handed over.

Votes that come in while a transaction commits share the next one: a storm on one database costs a few commits a
second, not hundreds, and a lone vote waits for nobody.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.domain.clock import Clock
from bot.domain.delivery import PostedCard
from bot.domain.errors import Refusal
from bot.domain.votes import (
    FOUND,
    Action,
    AsideBecause,
    Ballot,
    BallotEvent,
    BallotKey,
    Choice,
    Tally,
    change,
    counts_from,
    is_fresh_account,
)
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.show_on_cards import follow

GATHERING = 0.015
"""Seconds that pass before the next transaction where the last one already held several votes: in a storm a dozen
share one then, and the processor has room for answering them. A lone vote never waits."""

VOTES_TOGETHER = 100
"""Votes in one transaction at most: a few hundredths of a second of work, so that nothing else waits long."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Vote:
    """What a member asks for with one interaction, and what that says about them. No `choice` withdraws."""

    event_id: int
    guild_id: int
    model_id: int
    user_id: int
    choice: Choice | None
    account_created_at: datetime
    joined_at: datetime | None

    @property
    def key(self) -> BallotKey:
        """Whose ballot on what it is about."""
        return BallotKey(self.guild_id, self.model_id, self.user_id)


@dataclass(frozen=True, slots=True)
class Voted:
    """What changed, and how it stands now. A click that was handed over before has changed nothing this time."""

    model_id: int
    repo_id: str
    before: Choice | None
    ballot: Ballot | None
    tally: Tally
    now: datetime

    @property
    def counts(self) -> bool:
        """Tell whether the ballot is in the tally."""
        return self.ballot is not None and self.ballot.counts(self.now)


class CastVote:
    """Casts votes, gathered. One instance a process."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._waiting: list[tuple[Vote, asyncio.Future[Voted]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def __call__(self, vote: Vote) -> Voted:
        """Cast one vote and return what came of it once it is committed.

        Raises `Refusal` for a model that is not known (any more).
        """
        told = asyncio.get_running_loop().create_future()
        self._waiting.append((vote, told))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work(), name="cast-votes")
        return await told

    async def standing(self, guild_id: int, model_id: int, user_id: int) -> Voted:
        """Return how a member's ballot and the tally stand, changing nothing. Raises `Refusal` as casting does."""
        key = BallotKey(guild_id, model_id, user_id)
        async with self._unit_of_work() as work:
            repo_id = (await work.models.names_of([model_id])).get(model_id)
            if repo_id is None:
                raise Refusal("model-forgotten")
            ballot = (await work.votes.live([key])).get(key)
            tally = (await work.votes.tallies(guild_id, [model_id])).get(model_id, Tally())
        return Voted(model_id, repo_id, ballot.choice if ballot else None, ballot, tally, self._clock.now())

    async def _work(self) -> None:
        several = False
        while self._waiting:
            if several:
                await asyncio.sleep(GATHERING)
            together, self._waiting = self._waiting[:VOTES_TOGETHER], self._waiting[VOTES_TOGETHER:]
            several = len(together) > 1
            try:
                _tell(together, await self._cast([vote for vote, _ in together]))
            except Exception as error:  # noqa: BLE001 - logged; each is tried again, and answers its own failure
                _log.warning("votes.not-together", votes=len(together), error=repr(error))
                for one in together:
                    await self._cast_alone(*one)

    async def _cast_alone(self, vote: Vote, told: "asyncio.Future[Voted]") -> None:
        """Cast one again after a batch broke: by a deadlock, by another process's same click, or by another vote."""
        try:
            _tell([(vote, told)], await self._cast([vote]))
        except Exception as error:  # noqa: BLE001 - handed to whoever waits for it
            if not told.done():
                told.set_exception(error)

    async def _cast(self, votes: Sequence[Vote]) -> Mapping[int, Voted | Refusal]:
        async with self._unit_of_work() as work:
            outcomes = await cast_votes(work, votes, self._clock.now())
            await work.commit()
        return outcomes


def _found_before(live: Ballot) -> AsideBecause | None:
    """Return the mark of a burst or a bloc: changing one's mind does not take it off, nor does voting anew."""
    return live.set_aside if live.set_aside in FOUND else None


def _tell(together: Sequence[tuple[Vote, "asyncio.Future[Voted]"]], outcomes: Mapping[int, Voted | Refusal]) -> None:
    for vote, told in together:
        outcome = outcomes[vote.event_id]
        if told.done():
            continue  # Whoever asked has gone, as a process that stops does; the vote is cast all the same.
        if isinstance(outcome, Refusal):
            told.set_exception(outcome)
        else:
            told.set_result(outcome)


async def cast_votes(work: Work, votes: Sequence[Vote], now: datetime) -> Mapping[int, Voted | Refusal]:
    """Cast votes in order inside the caller's transaction; what came of each, by its event."""
    names = await work.models.names_of(sorted({vote.model_id for vote in votes}))
    known = [vote for vote in votes if vote.model_id in names]
    box = await _Box.open(work, known, now)
    before = {vote.event_id: box.cast(vote) for vote in known}
    await box.close(work)
    await follow(work, box.cards, now)
    tallies = await _tallies(work, known)
    outcomes: dict[int, Voted | Refusal] = {vote.event_id: Refusal("model-forgotten") for vote in votes}
    for vote in known:
        ballot, tally = box.live.get(vote.key), tallies[vote.guild_id, vote.model_id]
        outcomes[vote.event_id] = Voted(vote.model_id, names[vote.model_id], before[vote.event_id], ballot, tally, now)
    return outcomes


async def _tallies(work: Work, votes: Sequence[Vote]) -> Mapping[tuple[int, int], Tally]:
    tallies: dict[tuple[int, int], Tally] = {}
    for guild_id, models in _models_by_server(votes).items():
        found = await work.votes.tallies(guild_id, models)
        tallies |= {(guild_id, model_id): found.get(model_id, Tally()) for model_id in models}
    return tallies


def _models_by_server(votes: Sequence[Vote]) -> Mapping[int, Sequence[int]]:
    guilds = sorted({vote.guild_id for vote in votes})
    return {guild_id: sorted({vote.model_id for vote in votes if vote.guild_id == guild_id}) for guild_id in guilds}


class _Box:
    """The ballots of one transaction: opened, changed in memory, closed with a few statements."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.live: dict[BallotKey, Ballot] = {}
        self._touched: set[BallotKey] = set()
        self._events: list[BallotEvent] = []
        self._seen: set[int] = set()
        self._aside: dict[tuple[int, int], AsideBecause] = {}
        self._found: Mapping[BallotKey, AsideBecause] = {}
        self.cards: list[PostedCard] = []
        self._posted_at: dict[tuple[int, int], datetime] = {}

    @classmethod
    async def open(cls, work: Work, votes: Sequence[Vote], now: datetime) -> "_Box":
        """Lock the live ballots and read what decides about new ones."""
        box = cls(now)
        box.live = dict(await work.votes.live({vote.key for vote in votes}))
        box._found = await work.integrity.found({vote.key for vote in votes} - box.live.keys())
        box._seen = set(await work.votes.logged({vote.event_id for vote in votes}))
        for guild_id, models in _models_by_server(votes).items():
            voters = {vote.user_id for vote in votes if vote.guild_id == guild_id}
            aside = await work.votes.aside(guild_id, voters)
            box._aside |= {(guild_id, user_id): because for user_id, because in aside.items()}
            box._take_cards(guild_id, await work.deliveries.cards_of(guild_id, models))
        return box

    def _take_cards(self, guild_id: int, cards: Sequence[PostedCard]) -> None:
        self.cards += cards
        for card in cards:
            earliest = self._posted_at.get((guild_id, card.model_id), card.posted_at)
            self._posted_at[guild_id, card.model_id] = min(earliest, card.posted_at)

    def cast(self, vote: Vote) -> Choice | None:
        """Put one vote in, unless it was handed over before; the choice that stood until then."""
        live = self.live.get(vote.key)
        if vote.event_id not in self._seen:
            self._seen.add(vote.event_id)
            wanted = self._wanted(vote, live)
            event = change(vote.key, live, wanted, event_id=vote.event_id, now=self.now)
            if event is not None:
                self._note(vote.key, event, wanted)
        return live.choice if live else None

    async def close(self, work: Work) -> None:
        """Store what changed."""
        await work.votes.put({key: self.live[key] for key in self._touched if key in self.live})
        await work.votes.remove({key for key in self._touched if key not in self.live})
        await work.votes.log(self._events)

    def _wanted(self, vote: Vote, live: Ballot | None) -> Ballot | None:
        if vote.choice is None:
            return None
        found = _found_before(live) if live is not None else self._found.get(vote.key)
        aside = self._aside.get((vote.guild_id, vote.user_id)) or found
        if live is not None and live.choice is vote.choice:
            return replace(live, set_aside=aside)
        from_when = counts_from(
            account_created_at=vote.account_created_at,
            joined_at=vote.joined_at,
            card_posted_at=self._posted_at.get((vote.guild_id, vote.model_id)),
            now=self.now,
        )
        is_fresh = is_fresh_account(vote.account_created_at, self.now)
        return Ballot(vote.choice, self.now, from_when, aside, is_fresh=is_fresh)

    def _note(self, key: BallotKey, event: BallotEvent, wanted: Ballot | None) -> None:
        before = self.live.pop(key, None)
        self._touched.add(key)
        self._events.append(event)
        if wanted is None:
            return
        self.live[key] = wanted
        if wanted.set_aside is not None and (before is None or before.set_aside is None):
            self._events.append(replace(event, action=Action.SET_ASIDE, counts_from=None, event_id=None))
