"""`make demo`: the real assembly between a stand-in for the Hub and a simulated Discord, shown in a browser page."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import simcord
from pydantic import SecretStr

from bot.assembly import Rootstock, assemble
from bot.data.labs_file import read_labs
from bot.demo.hub_server import HubServer
from bot.demo.readers_language import everybody_reads
from bot.demo.story_members import StoryMembers
from bot.demo.story_models import StoryModel, read_story_models
from bot.demo.storyline import (
    BY_MEMBERS,
    LIKED_LATER,
    LIKES_BEFORE,
    LIKES_THRESHOLD,
    STAGED,
    STORY,
    Event,
    Step,
    arriving,
)
from bot.demo.world import BROWSER_LOCALE, World, create_world
from bot.domain.bursts import BurstLimits
from bot.domain.labs import LabBook
from bot.domain.model import Kind
from bot.domain.server import Locale
from bot.domain.watches import ANY_LAB, Pace, Watch, WatchFilter, WatchState
from bot.settings import Settings
from bot.workflows.set_up_server import CUSTOM, SetupChoice, SetUpServer

POLL_SECONDS = 8.0
"""The feeds' pace on the stage; most of the story comes by webhook, likes by the trending feed."""


def limits_at(speed: float) -> BurstLimits:
    """Return limits for a story in which a day of releases is played in minutes: a burst in life is the story here."""
    return BurstLimits(
        same_origin_window=timedelta(minutes=2) / speed,
        channel_window=timedelta(seconds=30) / speed,
        overflow_wait=timedelta(minutes=1) / speed,
    )


THINKING_SECONDS = 1.5
"""How long members think, at normal speed, about what another has said."""

WEBHOOK_SECRET = "demo"  # noqa: S105 - guards a server on loopback that lives as long as the demo

WATCHES = {
    "labs": WatchFilter(labs=frozenset({ANY_LAB}), kinds=frozenset({Kind.ORIGINAL, Kind.FINETUNE})),
    "builders": WatchFilter(kinds=frozenset({Kind.FINETUNE, Kind.MERGE, Kind.ADAPTER})),
    "liked": WatchFilter(min_likes=LIKES_THRESHOLD),
}
"""The demo server's watches, by the key of their name below `demo.watch.`."""


class Stage:
    """The Hub's stand-in, the simulated Discord, and Rootstock between them; restartable, as a process is."""

    def __init__(self, hub: HubServer, settings: Settings, locale: Locale, speed: float) -> None:
        self.hub = hub
        self.speed = speed
        self.locale = locale
        self._settings = settings
        self._models: dict[str, StoryModel] = read_story_models()
        authors = {repo_id.partition("/")[0] for repo_id in self._models}
        self._labs = LabBook(lab for lab in read_labs(None).labs if authors & set(lab.organisations))
        self._process = AsyncExitStack()
        self._world: World | None = None
        self._rootstock: Rootstock | None = None
        self._members: StoryMembers | None = None

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

    @property
    def members(self) -> StoryMembers:
        """The members of the story."""
        if self._members is None:
            raise RuntimeError("the stage is not set up")
        return self._members

    @classmethod
    @asynccontextmanager
    async def set_up(cls, locale: Locale = Locale.ENGLISH, speed: float = 1.0) -> AsyncGenerator[Self]:
        """Build the stage with a fresh database in a file of its own; all of it is gone at the end."""
        temporary = tempfile.TemporaryDirectory(prefix="rootstock-demo-", ignore_cleanup_errors=True)
        with temporary as folder, everybody_reads(BROWSER_LOCALE[locale]):
            async with HubServer() as hub:
                stage = cls(hub, _settings(hub, Path(folder)), locale, speed)
                stage._fill_hub()
                await stage._assemble()
                try:
                    async with simcord.run(
                        stage.rootstock.bot, shard_count=1, check_errors=False, settle_timeout=20
                    ) as env:
                        await stage._people(env)
                        yield stage
                        await stage._process.aclose()
                finally:
                    await stage._process.aclose()

    async def restart(self) -> None:
        """Stop the bot and start it anew on the same database, as after an update."""
        async with self.world.turn:
            await self._process.aclose()
            await self._assemble()
            await self.world.env.restart_bot(self.rootstock.bot)
            self.members.meet(self.rootstock)
            await self._start()

    async def play(self, tell: Callable[[Step], None]) -> None:
        """Let the story happen."""
        self.members.thinking_seconds = THINKING_SECONDS / self.speed
        for step in STORY:
            await asyncio.sleep(step.after / self.speed)
            tell(step)
            await self.happen(step)

    async def happen(self, step: Step) -> None:
        """Let one step of the story happen now."""
        if step.event is Event.RESTART:
            await self.restart()
        elif step.event in BY_MEMBERS:
            await self._let_members(step)
        else:
            self._let_hub(step)

    def _let_hub(self, step: Step) -> None:
        match step.event:
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
            case _:
                self._put(step.repo_id)

    async def _let_members(self, step: Step) -> None:
        match step.event:
            case Event.VOTE:
                await self.members.vote(step)
            case Event.TRIED:
                await self.members.tell(step)
            case Event.DISCUSS:
                await self.members.discuss(step)
            case _:
                await self.members.let_the_week_end()

    async def _people(self, env: simcord.Env) -> None:
        """Open the server, in which everything has been as it is for a while, and start."""
        words = self.rootstock.language.words(self.locale)
        self._world = world = create_world(env, words)
        self._members = StoryMembers(self.rootstock, world, words)
        async with world.now():
            await self._open_server()
            await self._start()
            await self._members.have_had_a_week()

    async def _assemble(self) -> None:
        self._process = AsyncExitStack()
        made = assemble(self._settings, labs=self._labs, limits=limits_at(self.speed))
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
