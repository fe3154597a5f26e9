"""Keeps what waits for digests in step with the watches: withdrawn, left to another watch, moved, or due anew.

A line was decided by the watches of its moment. When one of them changes, its lines are taken back and decided again
by the watches of now, with the very rules that decide about a release. What was shown before is never touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.delivery import Announcement
from bot.domain.labs import LabBook
from bot.domain.matching import Matcher
from bot.domain.model import Metrics
from bot.domain.moments import next_digest_at
from bot.domain.server import Server
from bot.domain.watches import Pace, Watch, at_work_again, keeps_what_waits
from bot.workflows.announce import Wanted, announce
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.subjects import subjects_of

PIECE = 100
"""Lines a transaction: a weekly watch may have gathered thousands, and others wait for the same connection."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """Where a watch gathered lines: it may be gone, or somewhere else, by now."""

    watch_id: int
    guild_id: int
    channel_id: int

    @classmethod
    def by(cls, watch: Watch) -> "Gathering":
        """Return where a watch, as it is here, has gathered its lines."""
        return cls(watch.id, watch.guild_id, watch.channel_id)


async def settle_lines(unit_of_work: UnitOfWork, gathered: Gathering, *, labs: LabBook, clock: Clock) -> int:
    """Decide again about everything that a watch has gathered in a channel; how many lines nobody wants any more.

    What the watch is now, and who else posts in that channel, is read anew. Piece by piece, each a transaction; an
    interruption leaves lines that `gather_digests` settles when they are due.
    """
    withdrawn, last = 0, 0
    while True:
        async with unit_of_work() as work:
            lines = await work.deliveries.waiting_lines(gathered.channel_id, gathered.watch_id, after=last, limit=PIECE)
            if not lines:
                return withdrawn
            kept = await _decide_again(work, gathered, lines, labs=labs, now=clock.now())
            await work.commit()
        withdrawn, last = withdrawn + len(lines) - kept, lines[-1].model_id


async def reschedule_digests(work: Work, server: Server, now: datetime) -> None:
    """Let everything that waits for a server's digests be due at its hour, weekday and timezone of now."""
    watches = await work.watches.of_server(server.guild_id)
    for pace in (Pace.DAILY, Pace.WEEKLY):
        gathering = [watch for watch in watches if watch.pace is pace]
        if gathering:
            await work.deliveries.reschedule_lines(
                {watch.channel_id for watch in gathering},
                {watch.id for watch in gathering},
                due_at=next_digest_at(server, pace, now),
                now=now,
            )


async def _decide_again(
    work: Work, gathered: Gathering, lines: Sequence[Announcement], *, labs: LabBook, now: datetime
) -> int:
    """Take these lines back and decide about their models now; how many are still wanted, here or where it moved."""
    await work.deliveries.withdraw_lines(gathered.channel_id, [line.model_id for line in lines])
    watches = await work.watches.of_server(gathered.guild_id)
    concerned = [one for one in watches if one.id == gathered.watch_id or one.channel_id == gathered.channel_id]
    matcher = Matcher.compile([at_work_again(one) for one in concerned if keeps_what_waits(one)])
    models = await work.models.by_ids([line.model_id for line in lines])
    before = {line.model_id: _before(line) for line in lines}
    subjects = await subjects_of(work, [models[line.model_id] for line in lines], labs, before)
    wanted = [Wanted(subject, matches) for subject in subjects if (matches := matcher.match(subject))]
    decided = await announce(work, wanted, now=now)
    return len({announcement.model_id for announcement in decided})


def _before(line: Announcement) -> Metrics:
    """Return numbers of just before a line's thresholds were crossed: who asked for the same crosses it again."""
    bounds = dict(said.split(":", 1) for said in line.crossed)
    below = {condition: float(bound) - 1 for condition, bound in bounds.items()}
    return Metrics(
        likes=_whole(below.get("likes")), downloads=_whole(below.get("downloads")), trending=below.get("trending")
    )


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
