"""What moderators see of a model's ballots, and how they set a member's ballots aside or let them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

import structlog

from bot.domain.clock import Clock
from bot.domain.model import Model
from bot.domain.votes import AsideBecause, Ballot, BallotEvent, BallotKey, Tally
from bot.workflows.find_model import model_by_id
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.show_on_cards import show_on_cards

BALLOTS_PER_PAGE = 15
EVENTS_PER_PAGE = 10
"""At about 100 characters each a page of both fits into one message."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Audit:
    """A page of a model's ballots in a server, latest first, and one of its log, latest first. Counted from 0."""

    model: Model
    tally: Tally
    ballots: Mapping[BallotKey, Ballot]
    total: int
    """How many ballots there are in all."""
    events: Sequence[BallotEvent]
    now: datetime
    page: int = 0
    pages: int = 1
    log_page: int = 0
    log_pages: int = 1


@dataclass(frozen=True, slots=True)
class LetIn:
    """What came of letting a member in: ballots that count again, and what stays aside of the batches they were in."""

    ballots: int
    batches: Mapping[int, int]
    """Ballots of others by batch."""


class AuditBallots:
    """Reads ballots, and decides whose count in a server."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def report(self, guild_id: int, model_id: int, *, page: int = 0, log_page: int = 0) -> Audit:
        """Return a page of the ballots on a model, the last one for one beyond. Raises `Refusal` where unknown."""
        async with self._unit_of_work() as work:
            return await self._report(work, guild_id, model_id, page, log_page)

    async def _report(self, work: Work, guild_id: int, model_id: int, page: int, log_page: int) -> Audit:
        model = await model_by_id(work, model_id)
        ballots, entries = await work.votes.count_of(guild_id, model.id)
        pages, log_pages = _pages(ballots, BALLOTS_PER_PAGE), _pages(entries, EVENTS_PER_PAGE)
        page, log_page = min(page, pages - 1), min(log_page, log_pages - 1)
        return Audit(
            model=model,
            tally=(await work.votes.tallies(guild_id, [model.id])).get(model.id, Tally()),
            ballots=await work.votes.ballots_of(
                guild_id, model.id, offset=page * BALLOTS_PER_PAGE, limit=BALLOTS_PER_PAGE
            ),
            total=ballots,
            events=await work.votes.log_page(
                guild_id, model.id, offset=log_page * EVENTS_PER_PAGE, limit=EVENTS_PER_PAGE
            ),
            now=self._clock.now(),
            page=page,
            pages=pages,
            log_page=log_page,
            log_pages=log_pages,
        )

    async def set_aside(self, guild_id: int, user_id: int, *, by: int | None) -> int:
        """Set a member's ballots in a server aside, those to come too; how many were live. `by` is None for a ban."""
        because = AsideBecause.BANNED if by is None else AsideBecause.MODERATOR
        async with self._unit_of_work() as work:
            now = self._clock.now()
            models = await work.votes.set_aside(guild_id, user_id, because, by=by, now=now)
            await _show(work, guild_id, models, now)
            await work.commit()
        _log.info("ballots.set-aside", guild=guild_id, because=because, ballots=len(models))
        return len(models)

    async def let_in(self, guild_id: int, user_id: int, *, by: int | None) -> LetIn:
        """Let a member's ballots count again, those in batches too. The end of a ban (no `by`) ends what it began."""
        async with self._unit_of_work() as work:
            now = self._clock.now()
            because = AsideBecause.BANNED if by is None else None
            batches: Mapping[int, int] = {}
            if by is not None:
                batches = await work.integrity.release(guild_id, user_id, now)
            models = await work.votes.let_in(guild_id, user_id, now=now, because=because)
            await _show(work, guild_id, models, now)
            await work.commit()
        _log.info("ballots.let-in", guild=guild_id, after_a_ban=by is None, ballots=len(models))
        return LetIn(len(models), {batch_id: ballots for batch_id, ballots in batches.items() if ballots})


def _pages(total: int, of: int) -> int:
    return max(1, ceil(total / of))


async def _show(work: Work, guild_id: int, models: Sequence[int], now: datetime) -> None:
    for model_id in models:
        await show_on_cards(work, guild_id, model_id, now)
