"""Tells a server's moderators what they must know of, once, where they will see it."""

from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from bot.domain.clock import Clock
from bot.domain.delivery import Purpose
from bot.domain.errors import ChannelRefused, SendFailure
from bot.domain.server import Server
from bot.domain.set_aside import Batch
from bot.domain.watches import PausedBecause
from bot.workflows.ports import Messenger, UnitOfWork, Work
from bot.workflows.prepare_post import DECIDE_KEY, NOTICE_KEY

CHANNEL_PAUSED, CHANNEL_GONE, WEEK_WAITING = "channel-paused", "channel-gone", "week-waiting"
"""Catalogue keys below `notice.`; placeholders `channel` (an id), of a deleted channel `watches` (their names), and
`week` where a weekly post waits there."""

BATCH_FOUND = "ballots-set-aside"
"""Catalogue key below `notice.`; placeholders `batch`, `ballots` and `members` (numbers)."""

BATCHES_A_TICK = 50
"""More are told of the next time."""

_log = structlog.get_logger()


class TellModerators:
    """Owes one notice to the server's notice channel, or to whoever set the server up as a direct message."""

    def __init__(self, unit_of_work: UnitOfWork, *, messenger: Messenger, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._messenger = messenger
        self._clock = clock

    async def __call__(self, guild_id: int, channel_id: int, reason: str) -> bool:
        """Tell of a channel that was paused or deleted; False where nobody can be told, which the log then says."""
        async with self._unit_of_work() as work:
            server = await work.servers.get(guild_id)
            notice = await _notice_of(work, guild_id, channel_id)
        told = await self._where_safely(server, channel_id)
        if told is None:
            _log.warning("moderators.unreachable", guild_id=guild_id, channel_id=channel_id, reason=reason)
            return False
        subject = f"paused:{channel_id}:{self._clock.now().isoformat()}"
        async with self._unit_of_work() as work:
            owed = await self._owe(work, guild_id, told, subject, notice)
            await work.commit()
        return owed

    async def of_batches(self) -> int:
        """Tell of ballots that were set aside by themselves, each batch once; how many batches.

        Where nobody can be told a batch counts as told: `/status` and every standing say it too. Where Discord does
        not answer it is tried again the next time.
        """
        async with self._unit_of_work() as work:
            batches = await work.integrity.untold(limit=BATCHES_A_TICK)
            servers = await work.servers.get_many(sorted({batch.guild_id for batch in batches}))
        return sum([await self._of_batch(batch, servers.get(batch.guild_id)) for batch in batches])

    async def _of_batch(self, batch: Batch, server: Server | None) -> bool:
        try:
            where = await self._where(server)
        except ChannelRefused as refusal:
            _log.warning("moderators.no-dm", guild_id=batch.guild_id, reason=refusal.reason)
            where = None
        except SendFailure as failure:
            _log.info("moderators.later", guild_id=batch.guild_id, batch=batch.id, reason=failure.reason)
            return False
        async with self._unit_of_work() as work:
            await work.integrity.told(batch.id, self._clock.now())
            if where is not None:
                await self._owe(work, batch.guild_id, where, f"set-aside:{batch.id}", _payload(batch, where))
            await work.commit()
        if where is None:
            _log.warning("moderators.unreachable", guild_id=batch.guild_id, batch=batch.id)
        return where is not None

    async def _owe(self, work: Work, guild_id: int, told: "_Told", subject: str, payload: Mapping[str, str]) -> bool:
        """Owe it in the caller's transaction; False where it is owed already, or to somebody who was forgotten."""
        if told.recipient is not None and await _was_forgotten(work, guild_id, told.recipient):
            return False
        owed = await work.deliveries.enqueue(
            guild_id=guild_id,
            channel_id=told.channel_id,
            recipient=told.recipient,
            subject=subject,
            purpose=Purpose.NOTICE,
            now=self._clock.now(),
            payload=payload,
        )
        return owed is not None

    async def _where_safely(self, server: Server | None, refusing: int) -> "_Told | None":
        try:
            return await self._where(server, refusing=refusing)
        except SendFailure as failure:
            _log.warning("moderators.no-dm", guild_id=server.guild_id if server else None, reason=failure.reason)
            return None

    async def _where(self, server: Server | None, *, refusing: int | None = None) -> "_Told | None":
        """The notice channel, unless that is the one that refuses: then, and without one, a direct message."""
        if server is None:
            return None
        if server.notice_channel_id is not None and server.notice_channel_id != refusing:
            return _Told(server.notice_channel_id)
        if server.set_up_by is None:
            return None
        dm = await self._messenger.open_dm(server.set_up_by)
        return _Told(dm, server.set_up_by) if dm != refusing else None


@dataclass(frozen=True, slots=True)
class _Told:
    """Where a notice goes; to whom, where that is somebody's direct conversation."""

    channel_id: int
    recipient: int | None = None


async def _was_forgotten(work: Work, guild_id: int, user_id: int) -> bool:
    """Tell whether somebody is no longer who set the server up, since their conversation was opened."""
    server = await work.servers.get(guild_id)
    return server is None or server.set_up_by != user_id


async def _notice_of(work: Work, guild_id: int, channel_id: int) -> Mapping[str, str]:
    """Return what a notice says of a channel: which week waits there, which watches lost it, or that it refuses."""
    waiting = await work.leaderboards.waiting(guild_id)
    if waiting is not None and waiting.channel_id == channel_id:
        return {NOTICE_KEY: WEEK_WAITING, "channel": str(channel_id), "week": str(waiting.week)}
    watches = [one for one in await work.watches.of_server(guild_id) if one.channel_id == channel_id]
    lost = [f"#{one.id} {one.name}" for one in watches if one.paused_reason == PausedBecause.CHANNEL_GONE]
    if lost:
        return {NOTICE_KEY: CHANNEL_GONE, "watches": "\n".join(lost)}
    return {NOTICE_KEY: CHANNEL_PAUSED, "channel": str(channel_id)}


def _payload(batch: Batch, told: _Told) -> Mapping[str, str]:
    """Return what a notice of a batch says; only in a server is it known who its moderators are, who may decide."""
    said = {"batch": str(batch.id), "ballots": str(batch.ballots), "members": str(batch.members)}
    decide = {DECIDE_KEY: str(batch.id)} if told.recipient is None else {}
    return {NOTICE_KEY: BATCH_FOUND, **said, **decide}
