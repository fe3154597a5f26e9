"""The only file that knows every part: makes them, connects them, starts and stops them."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial

import aiohttp
import discord
import structlog

from bot.announcing.discord_messenger import DiscordMessenger
from bot.announcing.rest_limits import RestLimiter, rest_trace
from bot.cards.leaderboard_card import pictures_of
from bot.data.labs_file import read_labs
from bot.discord_bot import RootstockBot, sync_commands, synced_ids
from bot.domain.bursts import IN_LIFE, BurstLimits
from bot.domain.card import Post
from bot.domain.clock import Clock
from bot.domain.delivery import Delivery
from bot.domain.labs import LabBook
from bot.hub.hugging_face import HuggingFace
from bot.hub.webhook_notices import read_notice
from bot.language.words import Language
from bot.schedule import EVERYWHERE_TICK, Schedule, Tick, WatcherLease, scheduling_ticks, watching_ticks
from bot.settings import Role, Settings
from bot.web.metrics import Metrics
from bot.web.server import Finding, WebParts, WebServer
from bot.workflows.age_ballots import age_ballots
from bot.workflows.close_channel import CloseChannel
from bot.workflows.count_everywhere import CountEverywhere
from bot.workflows.deliver_pending import DeliverPending, PreparePost
from bot.workflows.fold_backlog import fold_backlogs
from bot.workflows.gather_digests import gather_due_digests
from bot.workflows.look_again import LookAgain
from bot.workflows.matcher_cache import MatcherCache
from bot.workflows.notice_hub_change import NoticeHubChange, NoticeInbox
from bot.workflows.observe_releases import ObserveReleases
from bot.workflows.poll_feeds import PollFeeds
from bot.workflows.ports import Doorbell, Work
from bot.workflows.prepare_post import prepare_post
from bot.workflows.publish_leaderboard import publish_due_weeks
from bot.workflows.reading import Reader
from bot.workflows.remember_forum_tags import RememberForumTags
from bot.workflows.rest_slots import SharedSlots, SlotsInMemory
from bot.workflows.tell_moderators import TellModerators
from bot.workflows.watch_integrity import watch_integrity
from cogs.all_cogs import Parts, make_cogs
from cogs.answering import ANSWERED
from cogs.deleted_channels import DeletedChannels
from storage.doorbells import PostgresDoorbell, ProcessDoorbell
from storage.engine import Database, open_database

ALL_ROLES = frozenset(Role)

_log = structlog.get_logger()


class SystemClock:
    """This machine's clock."""

    def now(self) -> datetime:
        """Return the current moment in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Rootstock:
    """Every part of one process, connected. Made by `assemble`; nothing runs until `background` is entered."""

    settings: Settings
    clock: Clock
    language: Language
    labs: LabBook
    database: Database
    hub: HuggingFace
    bot: RootstockBot
    observe: ObserveReleases
    poll: PollFeeds
    look_again: LookAgain
    inbox: NoticeInbox
    sender: DeliverPending
    tell: TellModerators
    everywhere: CountEverywhere
    lease: WatcherLease
    doorbell: Doorbell
    metrics: Metrics

    @asynccontextmanager
    async def background(self, roles: frozenset[Role] = ALL_ROLES) -> AsyncGenerator[str]:
        """Run everything that is not the gateway, beside it; yields where the web server listens (or nothing)."""
        async with AsyncExitStack() as stack:
            address = await stack.enter_async_context(self._listening()) if Role.WEB in roles else ""
            tasks = [*self._tasks(roles)]
            stack.push_async_callback(_end, tasks)
            if Role.WATCHER in roles and self.database.dialect == "sqlite":
                # One process serves a SQLite file: a lease that is still there was left by a kill.
                await self.lease.seize()
            schedule = Schedule(self._ticks(roles))
            stack.push_async_callback(self._let_others_watch)
            stack.push_async_callback(schedule.stop)
            schedule.start()
            yield address

    async def sync(self) -> None:
        """Publish the slash commands if they have changed; a failure is logged, the bot runs on with the old ones."""
        try:
            await sync_commands(self.bot, self.database.unit_of_work)
        except discord.HTTPException as failure:
            _log.warning("commands.not-synced", reason=str(failure))
        await self.learn_commands()

    async def learn_commands(self) -> None:
        """Let texts mention the commands that were synced, by this process or another."""
        self.language.learn_commands(await synced_ids(self.bot, self.database.unit_of_work))

    def _tasks(self, roles: frozenset[Role]) -> Sequence["asyncio.Task[None]"]:
        forever = [(Role.SENDER, self.sender.run_forever), (Role.WEB, self.inbox.run_forever)]
        return [asyncio.create_task(run(), name=role) for role, run in forever if role in roles]

    def _ticks(self, roles: frozenset[Role]) -> Sequence[Tick]:
        period, unit_of_work = timedelta(seconds=self.settings.poll_seconds), self.database.unit_of_work
        ticks = [Tick("everywhere", EVERYWHERE_TICK, self.everywhere.keep_recent)]
        if Role.WATCHER in roles:
            ticks += watching_ticks(
                self.lease,
                general=self.poll.general,
                publishers=self.poll.publishers,
                look_again=self.look_again,
                period=period,
            )
        if Role.SCHEDULER in roles:
            ticks += scheduling_ticks(
                digests=partial(gather_due_digests, unit_of_work, self.clock, self.doorbell, self.labs),
                weeks=partial(publish_due_weeks, unit_of_work, self.doorbell),
                fold_backlog=partial(fold_backlogs, unit_of_work, clock=self.clock),
                integrity=partial(watch_integrity, unit_of_work, self.clock, owner=self.lease.owner),
                batches=self.tell.of_batches,
                ballots=partial(age_ballots, unit_of_work, self.clock),
                period=period,
            )
        return ticks

    async def _let_others_watch(self) -> None:
        if self.lease.held:
            await self.lease.drop()

    @asynccontextmanager
    async def _listening(self) -> AsyncGenerator[str]:
        secret = self.settings.hub_webhook_secret
        parts = WebParts(
            take_notice=self.inbox.take,
            metrics_text=self.metrics.text,
            secret=secret.get_secret_value() if secret else None,
            checks={"database": self._database_finding, "gateway": self._gateway_finding},
            before_metrics=self._measure,
        )
        server = WebServer(parts, host=self.settings.http_host, port=self.settings.http_port)
        await server.start()
        try:
            yield server.url
        finally:
            await server.close()

    async def _database_finding(self) -> Finding:
        await self.database.ping()
        return None

    async def _gateway_finding(self) -> Finding:
        return None if self.bot.is_ready() else "not connected to Discord"

    async def _measure(self) -> None:
        async with self.database.unit_of_work() as work:
            backlog, feeds = await work.deliveries.backlog(), await work.feeds.all()
        now = self.clock.now()
        self.metrics.set_backlog(backlog, now)
        self.metrics.set_feeds(list(feeds), now)


@dataclass(frozen=True, slots=True)
class _Outside:
    """What a process stands on; everything else is made from it."""

    settings: Settings
    database: Database
    session: aiohttp.ClientSession
    doorbell: Doorbell
    clock: Clock
    limits: BurstLimits


@asynccontextmanager
async def assemble(
    settings: Settings, *, clock: Clock | None = None, labs: LabBook | None = None, limits: BurstLimits = IN_LIFE
) -> AsyncGenerator[Rootstock]:
    """Make every part and bring the database up to date; everything is closed again at the end.

    `labs` stands in for the known publishers, `limits` for how long bursts are remembered: the demo's hub has few
    labs, and its story plays faster than life.

    Raises:
        bot.data.labs_file.LabsFileInvalid: the operator's own labs file can't be used.
        sqlalchemy.exc.SQLAlchemyError: the database can't be reached.
    """
    async with AsyncExitStack() as stack:
        database = open_database(settings.database_url)
        stack.push_async_callback(database.close)
        await database.migrate()
        session = await stack.enter_async_context(aiohttp.ClientSession())
        doorbell = await _doorbell(stack, database)
        outside = _Outside(settings, database, session, doorbell, clock or SystemClock(), limits)
        yield _connect(outside, labs or read_labs(settings.labs_file))


def _connect(outside: _Outside, labs: LabBook) -> Rootstock:
    settings, database, clock, doorbell = outside.settings, outside.database, outside.clock, outside.doorbell
    language, metrics = Language.load(), Metrics()
    token = settings.hf_token.get_secret_value() if settings.hf_token else None
    hub = HuggingFace(outside.session, settings.hf_endpoint, token)
    unit_of_work, matchers, owner = database.unit_of_work, MatcherCache(), _owner()
    observe = ObserveReleases(
        unit_of_work,
        hub=hub,
        labs=labs,
        matchers=matchers,
        clock=clock,
        doorbell=doorbell,
        telemetry=metrics,
        limits=outside.limits,
    )
    everywhere = CountEverywhere(database.reading, clock)
    bot = _client(database, metrics, Parts(unit_of_work, everywhere, hub, labs, language, clock, doorbell))
    messenger = DiscordMessenger(bot, language, RememberForumTags(unit_of_work))
    tell = TellModerators(unit_of_work, messenger=messenger, clock=clock)
    DeletedChannels(bot, CloseChannel(unit_of_work, tell, clock)).listen_to(bot)
    return Rootstock(
        settings=settings,
        clock=clock,
        language=language,
        labs=labs,
        database=database,
        hub=hub,
        bot=bot,
        observe=observe,
        poll=PollFeeds(
            Reader(unit_of_work, hub, observe, clock, metrics),
            labs=labs,
            matchers=matchers,
            period=timedelta(seconds=settings.poll_seconds),
            allowed_in_window=lambda: hub.client.api.allowed,
        ),
        look_again=LookAgain(unit_of_work, hub=hub, observe=observe, clock=clock),
        inbox=NoticeInbox(NoticeHubChange(unit_of_work, hub=hub, observe=observe), read_notice, metrics),
        sender=DeliverPending(
            unit_of_work,
            messenger,
            _prepare(labs, language),
            tell,
            clock=clock,
            doorbell=doorbell,
            owner=owner,
            telemetry=metrics,
        ),
        tell=tell,
        everywhere=everywhere,
        lease=WatcherLease(unit_of_work, owner),
        doorbell=doorbell,
        metrics=metrics,
    )


def _client(database: Database, metrics: Metrics, parts: Parts) -> RootstockBot:
    made = make_cogs(parts)
    limiter: RestLimiter = SharedSlots(database.unit_of_work) if database.dialect == "postgresql" else SlotsInMemory()
    bot = RootstockBot(
        language=parts.language,
        cogs=made.cogs,
        buttons=made.buttons,
        on_command_failed=made.on_command_failed,
        http_trace=rest_trace(limiter),
    )

    async def count(name: str, outcome: str, seconds: float) -> None:
        metrics.interaction(name, outcome, seconds)

    bot.add_listener(count, f"on_{ANSWERED}")
    metrics.watch_gauge("rootstock_servers", "Discord servers this process is in.", lambda: len(bot.guilds))
    return bot


def _prepare(labs: LabBook, language: Language) -> PreparePost:
    async def prepare(work: Work, delivery: Delivery) -> Post | None:
        post = await prepare_post(work, delivery, labs)
        return None if post is None else replace(post, files=pictures_of(post, language))

    return prepare


async def _doorbell(stack: AsyncExitStack, database: Database) -> Doorbell:
    if database.dialect == "postgresql":
        return await stack.enter_async_context(PostgresDoorbell(database))
    return ProcessDoorbell()


def _owner() -> str:
    """Name this process: unique among all that share a database, and readable in a lease row."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"


async def _end(tasks: Sequence["asyncio.Task[None]"]) -> None:
    """Cancel background work; senders finish what is in flight. What went wrong before is logged, not swallowed."""
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            try:
                await task
            except Exception:  # noqa: BLE001 - the other tasks are ended too
                _log.exception("background.ended-badly", task=task.get_name())
