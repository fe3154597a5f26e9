"""`make demo`: the real assembly between a stand-in for the Hub and a simulated Discord, shown in a browser page."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import discord
import simcord
from pydantic import SecretStr
from rich.console import Console
from simcord.backend.errors import SetupError
from simcord.preview import Preview

from bot.assembly import Rootstock, assemble
from bot.data.labs_file import read_labs
from bot.demo.hub_server import HubServer
from bot.demo.readers_language import everybody_reads
from bot.demo.story_members import StoryMembers, let_the_week_end
from bot.demo.story_models import StoryModel, read_story_models
from bot.demo.storyline import LIKED_LATER, LIKES_BEFORE, LIKES_THRESHOLD, STAGED, STORY, Event, Step, arriving
from bot.domain.bursts import BurstLimits
from bot.domain.labs import LabBook
from bot.domain.model import Kind
from bot.domain.server import Locale
from bot.domain.watches import ANY_LAB, Pace, Watch, WatchFilter, WatchState
from bot.language.words import Words
from bot.logs import configure_logs
from bot.settings import Settings
from bot.stop_signals import stop_requested
from bot.workflows.set_up_server import CUSTOM, SetupChoice, SetUpServer

POLL_SECONDS = 8.0
"""The feeds' pace on the stage; most of the story comes by webhook, likes by the trending feed."""

LIMITS = BurstLimits(
    same_origin_window=timedelta(minutes=2), channel_window=timedelta(seconds=30), overflow_wait=timedelta(minutes=1)
)
"""A day of releases is played in minutes: what would be a burst in life is the story here."""

CANNOT_SHOW = 2
"""The exit code when a visitor has to choose something else."""

REDRAW_SECONDS = 0.5
WEBHOOK_SECRET = "demo"  # noqa: S105 - guards a server on loopback that lives as long as the demo

WATCHES = {
    "labs": WatchFilter(labs=frozenset({ANY_LAB}), kinds=frozenset({Kind.ORIGINAL, Kind.FINETUNE})),
    "builders": WatchFilter(kinds=frozenset({Kind.FINETUNE, Kind.MERGE, Kind.ADAPTER})),
    "liked": WatchFilter(min_likes=LIKES_THRESHOLD),
}
"""The demo server's watches, by the key of their name below `demo.watch.`."""

_BROWSER_LOCALE = {Locale.ENGLISH: "en-US", Locale.CHINESE: "zh-CN"}


class CannotShow(Exception):  # noqa: N818 - an answer to a visitor, in one sentence
    """Why the page can't be shown, in one sentence."""


async def play_demo(*, port: int, locale: Locale, speed: float, seconds: float) -> int:
    """Play until Ctrl-C, or for `seconds`; the exit code."""
    configure_logs("ERROR", "console")
    console = Console()
    try:
        await _play(console, port=port, locale=locale, speed=speed, seconds=seconds)
    except CannotShow as reason:
        console.print(str(reason), style="red", highlight=False, soft_wrap=True)
        return CANNOT_SHOW
    return 0


async def _play(console: Console, *, port: int, locale: Locale, speed: float, seconds: float) -> None:
    async with Stage.set_up(locale) as stage, stage.page(port) as page, stop_requested() as stop:
        words = stage.rootstock.language.words(locale)
        console.print(f"\n  {words('demo.open')}\n\n  {page.url}\n", soft_wrap=True, highlight=False, markup=False)
        playing = asyncio.create_task(stage.play(speed, _teller(console, words)))
        drawing = asyncio.create_task(stage.redraw(page))
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), seconds or None)
        for task in (playing, drawing):
            task.cancel()
        for result in await asyncio.gather(playing, drawing, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
    console.print(f"  {words('demo.ended')}\n", markup=False)


def _teller(console: Console, words: Words) -> Callable[[Step], None]:
    """Say on the terminal what happens, as it happens."""
    begun = datetime.now(UTC)

    def tell(step: Step) -> None:
        passed = int((datetime.now(UTC) - begun).total_seconds())
        told = {"model": step.repo_id, "likes": step.likes, "name": step.renamed_to, "up": step.up, "down": step.down}
        said = words(f"demo.event.{step.event}", **told)
        console.print(f"  {passed // 60}:{passed % 60:02}  {said}", markup=False, highlight=False, soft_wrap=True)

    return tell


@dataclass(frozen=True, slots=True)
class World:
    """The simulated Discord: one server with a channel, a moderator and a member."""

    env: simcord.Env
    channel: simcord.ChannelHandle
    moderator: simcord.MemberActor
    member: simcord.MemberActor


class Stage:
    """The Hub's stand-in, the simulated Discord, and Rootstock between them; restartable, as a process is."""

    def __init__(self, hub: HubServer, settings: Settings, locale: Locale) -> None:
        self.hub = hub
        self.members = StoryMembers()
        self.locale = locale
        self._settings = settings
        self._models: dict[str, StoryModel] = read_story_models()
        authors = {repo_id.partition("/")[0] for repo_id in self._models}
        self._labs = LabBook(lab for lab in read_labs(None).labs if authors & set(lab.organisations))
        self._process = AsyncExitStack()
        self._world: World | None = None
        self._rootstock: Rootstock | None = None

    @property
    def rootstock(self) -> Rootstock:
        """The assembly that runs now."""
        if self._rootstock is None:
            raise RuntimeError("the stage is not set up")
        return self._rootstock

    @property
    def world(self) -> World:
        """The simulated Discord."""
        if self._world is None:
            raise RuntimeError("the stage is not set up")
        return self._world

    @classmethod
    @asynccontextmanager
    async def set_up(cls, locale: Locale = Locale.ENGLISH) -> AsyncGenerator[Self]:
        """Build the stage with a fresh database in a file of its own; all of it is gone at the end."""
        temporary = tempfile.TemporaryDirectory(prefix="rootstock-demo-", ignore_cleanup_errors=True)
        with temporary as folder, everybody_reads(_BROWSER_LOCALE[locale]):
            async with HubServer() as hub:
                stage = cls(hub, _settings(hub, Path(folder)), locale)
                stage._fill_hub()
                await stage._assemble()
                try:
                    async with simcord.run(
                        stage.rootstock.bot, shard_count=1, check_errors=False, settle_timeout=20
                    ) as env:
                        # The people are there since long ago: votes of fresh accounts would not count yet.
                        stage._world = _world(env, locale)
                        await _catch_up(env)
                        await stage._open_server()
                        await stage._start()
                        yield stage
                        await stage._process.aclose()
                finally:
                    await stage._process.aclose()

    async def restart(self) -> None:
        """Stop the bot and start it anew on the same database, as after an update."""
        await self._process.aclose()
        await self._assemble()
        await self.world.env.restart_bot(self.rootstock.bot)
        await self._start()

    async def play(self, speed: float, tell: Callable[[Step], None]) -> None:
        """Let the story happen."""
        for step in STORY:
            await asyncio.sleep(step.after / speed)
            tell(step)
            await self.happen(step)

    async def happen(self, step: Step) -> None:
        """Let one step of the story happen now."""
        match step.event:
            case Event.PUBLISH:
                self._put(step.repo_id)
            case Event.PUBLISH_EMPTY:
                self._put(step.repo_id, empty=True)
            case Event.SETTLE:
                self.hub.settle(step.repo_id)
            case Event.SHOW:
                self.hub.show(step.repo_id)
            case Event.LIKES:
                self.hub.set_metrics(step.repo_id, likes=step.likes, trending=float(step.likes))
            case Event.RENAME:
                self.hub.rename(step.repo_id, step.renamed_to)
            case Event.RESTART:
                await self.restart()
            case Event.VOTE | Event.TRIED | Event.SUNDAY:
                await self._let_members(step)

    async def _let_members(self, step: Step) -> None:
        guild_id = self.world.moderator.guild.id
        if step.event is Event.VOTE:
            await self.members.vote(self.rootstock, guild_id, step)
        elif step.event is Event.TRIED:
            await self.members.tell(self.rootstock, guild_id, step)
        else:
            await let_the_week_end(self.rootstock, guild_id, self.world.channel.id)

    @asynccontextmanager
    async def page(self, port: int) -> AsyncGenerator[Preview]:
        """Serve the members' view on loopback; `port` 0 takes any free one."""
        world = self.world
        viewers, browser = [world.moderator, world.member], _BROWSER_LOCALE[self.locale]
        preview = world.env.preview(world.channel, viewers=viewers, layout="channel", locale=browser, port=port)
        async with AsyncExitStack() as stack:
            try:
                page = await stack.enter_async_context(preview)
            except SetupError as error:
                raise CannotShow(f"--port {port}: {error}; choose another, or 0 for any free one.") from error
            yield page

    async def redraw(self, page: Preview) -> None:
        """Bring open pages up to date whenever the bot has sent or edited something by itself."""
        drawn = 0
        while True:
            await asyncio.sleep(REDRAW_SECONDS)
            sent = len(self.world.env.http_requests)
            if sent == drawn:
                continue
            # A visitor's own action may be under way: SimCord takes one thing at a time, the next turn draws it.
            with suppress(SetupError):
                await _catch_up(self.world.env)
                await page.refresh()
                drawn = sent

    async def _assemble(self) -> None:
        self._process = AsyncExitStack()
        made = assemble(self._settings, labs=self._labs, limits=LIMITS)
        self._rootstock = await self._process.enter_async_context(made)

    async def _start(self) -> None:
        """Publish the commands, let the feeds see what is there already, then run everything."""
        await self.rootstock.sync()
        await self.rootstock.poll.general()
        while await self.rootstock.poll.publishers():
            pass
        address = await self._process.enter_async_context(self.rootstock.background())
        if self._settings.http_port == 0:
            self._settings = self._settings.model_copy(update={"http_port": urlsplit(address).port})
            self.hub.send_webhook_to(f"{address}/webhooks/huggingface", WEBHOOK_SECRET)

    def _fill_hub(self) -> None:
        for repo_id, model in self._models.items():
            if repo_id not in arriving():
                self.hub.put(model.record, readme=model.readme, private=repo_id in STAGED)
        for repo_id in LIKED_LATER:
            self.hub.set_metrics(repo_id, likes=LIKES_BEFORE)

    def _put(self, repo_id: str, *, empty: bool = False) -> None:
        """Publish a model as of this moment, with the numbers of a first day."""
        model, now = self._models[repo_id], datetime.now(UTC)
        fresh = {"createdAt": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "likes": 0, "downloads": 0, "trendingScore": 0}
        self.hub.put({**model.record, **fresh}, readme=model.readme, empty=empty)

    async def _open_server(self) -> None:
        """Give the bot its name, and do what a moderator would do with /setup and /watch add."""
        if (user := self.rootstock.bot.user) is not None:
            await user.edit(username="Rootstock")
        world, now = self.world, self.rootstock.clock.now()
        guild_id, by = world.moderator.guild.id, world.moderator.id
        zone = "Asia/Shanghai" if self.locale is Locale.CHINESE else "Europe/Berlin"
        set_up = SetUpServer(self.rootstock.database.unit_of_work, self.rootstock.clock)
        await set_up(SetupChoice(guild_id, world.channel.id, CUSTOM, self.locale, zone, by, {}))
        words = self.rootstock.language.words(self.locale)
        async with self.rootstock.database.unit_of_work() as work:
            for key, asked in WATCHES.items():
                name = words(f"demo.watch.{key}")
                watch = Watch(0, guild_id, world.channel.id, name, asked, Pace.INSTANT, WatchState.ACTIVE, now, by, now)
                await work.watches.add(watch)
            await work.commit()


def _settings(hub: HubServer, folder: Path) -> Settings:
    return Settings(
        hf_endpoint=hub.url,
        database_url=f"sqlite:///{folder / 'rootstock.db'}",
        hub_webhook_secret=SecretStr(WEBHOOK_SECRET),
        http_host="127.0.0.1",
        http_port=0,
        poll_seconds=POLL_SECONDS,
        labs_file=None,
        hf_token=None,
    )


async def _catch_up(env: simcord.Env) -> None:
    """Set the simulated Discord's clock to now: it has one of its own, which stands still."""
    behind = (datetime.now(UTC) - env.now()).total_seconds()
    if behind > 0:
        await env.advance_time(behind)


def _world(env: simcord.Env, locale: Locale) -> World:
    guild = env.create_guild("Rootstock")
    everyone = guild.create_text_channel("新模型" if locale is Locale.CHINESE else "new-models")
    moderators = guild.create_role("Moderators", permissions=discord.Permissions(manage_guild=True))
    moderator = guild.add_member(env.create_user("mei", global_name="Mei"), roles=[moderators])
    member = guild.add_member(env.create_user("sam", global_name="Sam"))
    return World(env, everyone, moderator, member)
