"""What moderators see of a model's ballots, and how they set a member's ballots aside or let them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.domain.clock import Clock
from bot.domain.model import Model
from bot.domain.votes import AsideBecause, Ballot, BallotEvent, BallotKey, Tally
from bot.workflows.find_model import model_by_id
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.show_on_cards import show_on_cards

EVENTS_SHOWN = 10

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Audit:
    """A model's ballots in a server: latest first, with the log's last events in order."""

    model: Model
    tally: Tally
    ballots: Mapping[BallotKey, Ballot]
    events: Sequence[BallotEvent]
    now: datetime


class AuditBallots:
    """Reads ballots, and decides whose count in a server."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def report(self, guild_id: int, model_id: int) -> Audit:
        """Return the ballots on a model. Raises `Refusal` where it is not known."""
        async with self._unit_of_work() as work:
            model = await model_by_id(work, model_id)
            return Audit(
                model=model,
                tally=(await work.votes.tallies(guild_id, [model.id])).get(model.id, Tally()),
                ballots=await work.votes.ballots_of(guild_id, model.id),
                events=await work.votes.log_of(guild_id, model.id, limit=EVENTS_SHOWN),
                now=self._clock.now(),
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

    async def let_in(self, guild_id: int, user_id: int, *, by: int | None) -> int:
        """Let a member's ballots count again; how many. The end of a ban (`by` is None) ends only what a ban began."""
        async with self._unit_of_work() as work:
            now = self._clock.now()
            because = AsideBecause.BANNED if by is None else None
            models = await work.votes.let_in(guild_id, user_id, now=now, because=because)
            await _show(work, guild_id, models, now)
            await work.commit()
        _log.info("ballots.let-in", guild=guild_id, after_a_ban=by is None, ballots=len(models))
        return len(models)


async def _show(work: Work, guild_id: int, models: Sequence[int], now: datetime) -> None:
    for model_id in models:
        await show_on_cards(work, guild_id, model_id, now)
