"""How Rootstock is doing, for a server's moderators: its ears (feeds), its mouth (channels), its orders (watches)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.clock import Clock
from bot.domain.delivery import LaneReport
from bot.domain.errors import Refusal
from bot.domain.feeds import FeedState
from bot.domain.labs import LabBook
from bot.domain.leaderboard import Schedule, WaitingPost
from bot.domain.server import Server
from bot.domain.set_aside import Waiting
from bot.domain.watches import PausedBecause, Watch, WatchState
from bot.workflows.change_settings import server_of
from bot.workflows.ports import UnitOfWork

PUBLISHER = "publisher:"
LATE_AFTER = timedelta(minutes=30)
"""A feed that fails, or that nobody reads although it is its turn, is called late after six of the usual rounds."""


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """A feed, or all publishers' listings together. `late` of `feeds` have not answered for a while."""

    name: str
    """`newest`, `trending` or `publishers`."""
    feeds: int
    late: int
    last_ok_at: datetime | None
    """When the latest of them answered."""
    seen: int
    rejected: int
    failing: int = 0
    """How many failed when they were last read."""
    last_error: str | None = None
    """What the one that is tried again first failed with."""
    next_at: datetime | None = None
    """When that is."""


@dataclass(frozen=True, slots=True)
class StatusReport:
    """Everything `/status` shows."""

    server: Server
    feeds: tuple[FeedHealth, ...]
    unread: int
    """Labs' listings that were never read: what is made public before that may be missed."""
    lanes: tuple[LaneReport, ...]
    watches: tuple[Watch, ...]
    weekly: Schedule | None = None
    """When the weekly post appears next; None where there is none."""
    held_up: WaitingPost | None = None
    """A week's post that its channel refuses."""
    waiting: Waiting = field(default_factory=Waiting)
    """Ballots that were set aside and wait for a decision."""

    @property
    def active(self) -> int:
        """How many watches are at work."""
        return sum(watch.state is WatchState.ACTIVE for watch in self.watches)

    @property
    def paused_channels(self) -> tuple[int, ...]:
        """Channels that refuse messages: their lane is paused, or a watch was paused for them."""
        lanes = {lane.channel_id for lane in self.lanes if lane.paused_reason is not None}
        resting = (PausedBecause.CHANNEL_REFUSED, PausedBecause.LEFT)
        watched = {watch.channel_id for watch in self.watches if watch.paused_reason in resting}
        return tuple(sorted((lanes | watched) - {watch.channel_id for watch in self.homeless}))

    @property
    def homeless(self) -> tuple[Watch, ...]:
        """Watches whose channel was deleted."""
        return tuple(watch for watch in self.watches if watch.paused_reason == PausedBecause.CHANNEL_GONE)

    @property
    def backlog(self) -> int:
        """How much this server's channels are owed."""
        return sum(lane.pending for lane in self.lanes)


class ReportStatus:
    """Gathers a `StatusReport`."""

    def __init__(self, unit_of_work: UnitOfWork, labs: LabBook, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._labs = labs
        self._clock = clock

    async def server_of_notice(self, delivery_id: int, reader_id: int) -> int:
        """Return the server that a notice is about, for whoever got it as a direct message. Raises `Refusal`."""
        async with self._unit_of_work() as work:
            delivery = await work.deliveries.delivery(delivery_id)
            server = await work.servers.get(delivery.guild_id) if delivery else None
        if server is None or server.set_up_by != reader_id:
            raise Refusal("moderators-only")
        return server.guild_id

    async def __call__(self, guild_id: int) -> StatusReport:
        """Report on one server."""
        async with self._unit_of_work() as work:
            feeds = await work.feeds.all()
            watches = tuple(await work.watches.of_server(guild_id))
            schedule = await work.leaderboards.schedule(guild_id)
            used = {watch.channel_id for watch in watches}
            if schedule is not None:
                used.add(schedule.channel_id)
            waiting, now = await work.leaderboards.waiting(guild_id), await work.leaderboards.now()
            return StatusReport(
                server=await server_of(work, guild_id),
                feeds=health_of(feeds, self._clock.now()),
                unread=self._unread(feeds),
                lanes=_that_matter(await work.deliveries.lane_reports(guild_id), used),
                watches=watches,
                weekly=schedule,
                held_up=waiting if waiting is not None and waiting.is_held_up(now) else None,
                waiting=await work.integrity.waiting(guild_id),
            )

    def _unread(self, feeds: Sequence[FeedState]) -> int:
        read = {feed.name.removeprefix(PUBLISHER) for feed in feeds if feed.last_ok_at is not None}
        return sum(author not in read for author in self._labs.publishers())


def health_of(feeds: Sequence[FeedState], now: datetime) -> tuple[FeedHealth, ...]:
    """Sum the feeds up: newest and trending by themselves, all publishers together."""
    groups: dict[str, list[FeedState]] = {}
    for feed in feeds:
        groups.setdefault("publishers" if feed.name.startswith(PUBLISHER) else feed.name, []).append(feed)
    return tuple(_health(name, groups[name], now) for name in sorted(groups))


def _that_matter(lanes: Sequence[LaneReport], used: Collection[int]) -> tuple[LaneReport, ...]:
    """Leave out channels that Rootstock has left, and that were deleted: nothing is owed there, and nothing will be."""
    return tuple(
        lane
        for lane in lanes
        if lane.pending or (lane.channel_id in used and lane.paused_reason != PausedBecause.CHANNEL_GONE)
    )


def _is_late(feed: FeedState, now: datetime) -> bool:
    since = feed.last_ok_at if feed.failures or feed.next_at is None else feed.next_at
    return since is None or now - since > LATE_AFTER


def _health(name: str, feeds: Sequence[FeedState], now: datetime) -> FeedHealth:
    answers = [feed.last_ok_at for feed in feeds if feed.last_ok_at is not None]
    late = sum(_is_late(feed, now) for feed in feeds)
    failing = sorted((feed for feed in feeds if feed.failures), key=lambda feed: feed.next_at or now)
    return FeedHealth(
        name=name,
        feeds=len(feeds),
        late=late,
        last_ok_at=max(answers, default=None),
        seen=sum(feed.seen for feed in feeds),
        rejected=sum(feed.rejected for feed in feeds),
        failing=len(failing),
        last_error=failing[0].last_error if failing else None,
        next_at=failing[0].next_at if failing else None,
    )
