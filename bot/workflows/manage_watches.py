"""A server's watches: added, listed, changed, paused, resumed, removed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.delivery import Purpose
from bot.domain.errors import Refusal
from bot.domain.labs import LabBook
from bot.domain.moments import next_digest_at
from bot.domain.plain_text import plain
from bot.domain.server import Locale, Server
from bot.domain.watches import (
    WATCHES_PER_SERVER,
    Pace,
    PausedBecause,
    Watch,
    WatchFilter,
    WatchState,
    at_work_again,
    starts_from,
)
from bot.workflows.change_settings import server_of
from bot.workflows.ports import Doorbell, UnitOfWork, Work
from bot.workflows.settle_waiting_lines import Gathering, settle_lines

NAME_LENGTH = 100
"""Characters; the column's width, and what a Discord choice can show."""

FOLLOWED = (Purpose.CARD, Purpose.DIGEST)
"""What a channel is owed because a watch posts there; notices and the weekly post have other reasons."""

BY_CHANNEL = (PausedBecause.CHANNEL_REFUSED, PausedBecause.CHANNEL_GONE)
"""Why a watch is paused that would be at work in another channel."""


@dataclass(frozen=True, slots=True)
class WatchWish:
    """What a moderator wants to watch."""

    guild_id: int
    channel_id: int
    name: str
    filter: WatchFilter
    pace: Pace
    wished_by: int
    locale: Locale = Locale.ENGLISH
    """What the server speaks if nobody has set it up yet."""


@dataclass(frozen=True, slots=True)
class WatchChange:
    """What to change about a watch; `None` leaves it as it is."""

    channel_id: int | None = None
    name: str | None = None
    filter: WatchFilter | None = None
    pace: Pace | None = None


@dataclass(frozen=True, slots=True)
class ChangedWatch:
    """A watch as it is now (or was, if it was removed), and how much of what it had gathered is posted no more."""

    watch: Watch
    withdrawn: int = 0


class ManageWatches:
    """Everything moderators do with watches. A watch is named by its number or by its name.

    Every method raises `Refusal` where there is no such watch.
    """

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock, doorbell: Doorbell, labs: LabBook) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._doorbell = doorbell
        self._labs = labs

    async def list(self, guild_id: int) -> Sequence[Watch]:
        """Return a server's watches, oldest first."""
        async with self._unit_of_work() as work:
            return sorted(await work.watches.of_server(guild_id), key=lambda watch: watch.id)

    async def bases(self, filters: Sequence[WatchFilter]) -> Mapping[int, str]:
        """Return the names of the models that filters ask derivatives of, by id."""
        wanted = sorted(frozenset[int]().union(*(asked.descends_from for asked in filters)))
        async with self._unit_of_work() as work:
            found = await work.models.by_ids(wanted)
        return {model_id: model.facts.repo_id for model_id, model in found.items()}

    async def find(self, guild_id: int, named: str) -> Watch:
        """Return the watch that a moderator means."""
        async with self._unit_of_work() as work:
            return await find_watch(work, guild_id, named)

    async def next_digest(self, watch: Watch, now: datetime) -> datetime | None:
        """Return when a watch's next digest comes; None for one that posts at once."""
        if watch.pace is Pace.INSTANT:
            return None
        async with self._unit_of_work() as work:
            server = await server_of(work, watch.guild_id)
        return next_digest_at(server, watch.pace, now)

    async def add(self, wish: WatchWish) -> Watch:
        """Add a watch that begins now. Raises `Refusal` at the server's limit, or where it is there already."""
        async with self._unit_of_work() as work:
            watch = await add_watch(work, wish, self._clock)
            if await work.servers.get(wish.guild_id) is None:
                await work.servers.put(Server(wish.guild_id, locale=wish.locale, set_up_by=wish.wished_by))
            await work.commit()
        return watch

    async def edit(self, guild_id: int, named: str, change: WatchChange) -> ChangedWatch:
        """Change a watch. It keeps its beginning: a wider filter does not look back. What it has gathered follows.

        One that was paused because of its channel wakes in another channel.
        """
        wanted = {field: getattr(change, field) for field in ("channel_id", "name", "filter", "pace")}
        given = {field: value for field, value in wanted.items() if value is not None}
        if "name" in given:
            given["name"] = named_plainly(str(given["name"]))
        async with self._unit_of_work() as work:
            before = await find_watch(work, guild_id, named)
            watch = replace(before, **given)
            if watch.channel_id != before.channel_id and watch.paused_reason in BY_CHANNEL:
                watch = at_work_again(watch)
            await work.watches.update(watch)
            await work.commit()
        is_same = (watch.channel_id, watch.filter, watch.pace) == (before.channel_id, before.filter, before.pace)
        return ChangedWatch(watch, 0 if is_same else await self._settle(before))

    async def remove(self, guild_id: int, named: str) -> ChangedWatch:
        """Remove a watch; what it was, and how much of what it had gathered nobody else wants."""
        async with self._unit_of_work() as work:
            watch = await find_watch(work, guild_id, named)
            await work.watches.remove(guild_id, watch.id)
            await work.commit()
        return ChangedWatch(watch, await self._settle(watch))

    async def pause(self, guild_id: int, named: str) -> ChangedWatch:
        """Let a watch rest; what it has gathered and what is released meanwhile is not posted later."""
        async with self._unit_of_work() as work:
            watch = await find_watch(work, guild_id, named)
            if watch.state is WatchState.PAUSED and watch.paused_reason != PausedBecause.CHANNEL_REFUSED:
                raise Refusal("watch-paused-already", name=watch.name)
            watch = replace(watch, state=WatchState.PAUSED, paused_reason=PausedBecause.MODERATOR)
            await work.watches.update(watch)
            await work.commit()
        return ChangedWatch(watch, await self._settle(watch))

    async def resume(self, guild_id: int, named: str) -> Watch:
        """Wake a watch, and its channel's queue where that was stopped."""
        async with self._unit_of_work() as work:
            watch = await find_watch(work, guild_id, named)
            watch = await self._wake(work, watch)
            await work.deliveries.resume_lane(watch.channel_id, now=self._clock.now())
            await work.commit()
        await self._doorbell.ring()
        return watch

    async def resume_channel(self, guild_id: int, channel_id: int) -> Sequence[Watch]:
        """Wake a channel's queue and every watch of it that Rootstock paused itself."""
        async with self._unit_of_work() as work:
            paused = [
                await self._wake(work, watch)
                for watch in await work.watches.of_server(guild_id)
                if watch.channel_id == channel_id and watch.paused_reason not in {None, PausedBecause.MODERATOR}
            ]
            lanes = {lane.channel_id for lane in await work.deliveries.lane_reports(guild_id)}
            if channel_id in lanes:
                await work.deliveries.resume_lane(channel_id, now=self._clock.now())
            await work.commit()
        await self._doorbell.ring()
        return paused

    async def _wake(self, work: Work, watch: Watch) -> Watch:
        """Wake a watch. Where it rested for another reason than its channel, nothing of that time is made up for."""
        rested = watch.paused_reason not in {None, *BY_CHANNEL}
        awake = at_work_again(watch, self._clock.now() if rested else None)
        await work.watches.update(awake)
        return awake

    async def _settle(self, before: Watch) -> int:
        """Decide again about what a watch had gathered before it changed; how much is posted no more.

        A channel in which no watch posts any more is owed nothing.
        """
        withdrawn = await settle_lines(self._unit_of_work, Gathering.by(before), labs=self._labs, clock=self._clock)
        async with self._unit_of_work() as work:
            watches = await work.watches.of_server(before.guild_id)
            if all(watch.channel_id != before.channel_id for watch in watches):
                await work.deliveries.withdraw_owed(before.channel_id, FOLLOWED)
            await work.commit()
        await self._doorbell.ring()
        return withdrawn


async def add_watch(work: Work, wish: WatchWish, clock: Clock) -> Watch:
    """Add a watch inside somebody's transaction."""
    watches = await work.watches.of_server(wish.guild_id)
    if len(watches) >= WATCHES_PER_SERVER:
        raise Refusal("watch-limit", limit=WATCHES_PER_SERVER)
    twin = twin_of(wish, watches)
    if twin is not None:
        rests = twin.state is WatchState.PAUSED
        raise Refusal("watch-exists-paused" if rests else "watch-exists", name=twin.name, id=twin.id)
    now = clock.now()
    watch = Watch(
        id=0,
        guild_id=wish.guild_id,
        channel_id=wish.channel_id,
        name=named_plainly(wish.name),
        filter=wish.filter,
        pace=wish.pace,
        state=WatchState.ACTIVE,
        starts_at=starts_from(now),
        created_by=wish.wished_by,
        created_at=now,
    )
    return await work.watches.add(watch)


def twin_of(wish: WatchWish, watches: Sequence[Watch]) -> Watch | None:
    """Return a watch that does the same already: a button pressed twice adds nothing."""
    same = (watch for watch in watches if watch.channel_id == wish.channel_id and watch.filter == wish.filter)
    return next(same, None)


async def find_watch(work: Work, guild_id: int, named: str) -> Watch:
    """Return the watch with this number (`12`, `#12`) or, failing that, with this name. Raises `Refusal`."""
    watches = await work.watches.of_server(guild_id)
    key = plain(named, NAME_LENGTH).casefold()
    number = key.removeprefix("#")
    found = [watch for watch in watches if str(watch.id) == number] or [
        watch for watch in watches if watch.name.casefold() == key
    ]
    if not found:
        raise Refusal("watch-unknown", value=named)
    return found[0]


def named_plainly(name: str) -> str:
    """Return a name as it is stored; one that shows nothing is refused."""
    shown = plain(name, NAME_LENGTH)
    if not shown:
        raise Refusal("name-empty")
    return shown
