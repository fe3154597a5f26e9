"""A scene: the stand-in hub, the real hub client, a real database and the real workflows, and a clock."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import aiohttp
import pytest

from bot.demo.hub_server import HubServer
from bot.domain.card import CardFacts, DigestFacts, Post
from bot.domain.delivery import Delivery
from bot.domain.feeds import FeedState
from bot.domain.labs import Lab, LabBook
from bot.domain.model import Model, Source
from bot.domain.server import Server
from bot.domain.watches import Pace, Watch, WatchFilter, WatchState
from bot.hub.hub_client import Limits
from bot.hub.hugging_face import HuggingFace
from bot.hub.request_budget import Waiting
from bot.workflows.gather_digests import gather_due_digests
from bot.workflows.look_again import LookAgain
from bot.workflows.matcher_cache import MatcherCache
from bot.workflows.notice_hub_change import NoticeHubChange
from bot.workflows.observe_releases import ObserveReleases
from bot.workflows.poll_feeds import UNBOUNDED, PollFeeds
from bot.workflows.ports import UnitOfWork
from bot.workflows.prepare_post import prepare_post
from bot.workflows.read_trending import MOST_TRENDING
from bot.workflows.reading import Reader
from storage.engine import Database
from tests.turnable_clock import TurnableClock
from tests.workflows.bell import Bell

GUILD, CHANNEL, OWNER = 100, 200, 300
PERIOD = timedelta(minutes=5)
LEASE = timedelta(minutes=1)

LABS = LabBook(
    [
        Lab("qwen", "Qwen", "CN", ("Qwen",)),
        Lab("mistral", "Mistral AI", "FR", ("mistralai",)),
        Lab("bartowski", "bartowski", "US", ("bartowski",), uploader=True),
    ]
)


@dataclass
class Pauses:
    """Lets no time pass, and remembers how much was asked for."""

    slept: float = 0.0

    async def sleep(self, seconds: float) -> None:
        """Skip the pause."""
        self.slept += seconds

    @property
    def limits(self) -> Limits:
        """Bounds of a client that never waits."""
        return Limits(connect=20, read=20, total=30, waiting=Waiting(self.sleep, lambda: self.slept))


@dataclass
class Scene:
    """Everything a story of releases needs."""

    hub: HubServer
    client: HuggingFace
    database: Database
    clock: TurnableClock
    unit_of_work: UnitOfWork
    pauses: Pauses
    bell: Bell = field(default_factory=Bell)
    labs: LabBook = LABS
    most_trending: int = MOST_TRENDING
    allowed: float = UNBOUNDED

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, unit_of_work: UnitOfWork | None = None) -> None:
        """Begin with nothing in memory, as after a kill."""
        work = unit_of_work or self.unit_of_work
        matchers = MatcherCache()
        self.observe = ObserveReleases(
            work, hub=self.client, labs=self.labs, matchers=matchers, clock=self.clock, doorbell=self.bell
        )
        self.poll = PollFeeds(
            Reader(work, self.client, self.observe, self.clock),
            labs=self.labs,
            matchers=matchers,
            period=PERIOD,
            chance=lambda: 0.0,
            most_trending=self.most_trending,
            allowed_in_window=lambda: self.allowed,
        )
        self.look_again = LookAgain(work, hub=self.client, observe=self.observe, clock=self.clock)
        self.notice = NoticeHubChange(work, hub=self.client, observe=self.observe)

    # ------------------------------------------------------------ what moderators do

    async def watch(
        self, asked: WatchFilter | None = None, *, channel: int = CHANNEL, pace: Pace = Pace.INSTANT, guild: int = GUILD
    ) -> Watch:
        """Let a server begin a watch now."""
        now = self.clock.now()
        order = Watch(0, guild, channel, "watch", asked or WatchFilter(), pace, WatchState.ACTIVE, now, OWNER, now)
        async with self.unit_of_work() as work:
            if await work.servers.get(guild) is None:
                await work.servers.put(Server(guild, set_up_by=OWNER, set_up_at=now))
            stored = await work.watches.add(order)
            await work.commit()
        return stored

    # ------------------------------------------------------------ what happens

    async def poll_after(self, pause: timedelta = PERIOD) -> None:
        """Let time pass and read every feed."""
        self.let_pass(pause)
        await self.poll()

    async def look_after(self, pause: timedelta) -> None:
        """Let time pass and look again at what is due."""
        self.let_pass(pause)
        await self.look_again()

    def let_pass(self, pause: timedelta) -> None:
        """Let time pass for the bot and for the hub's budget."""
        self.clock.turn(pause)
        self.pauses.slept += pause.total_seconds()

    async def gather(self) -> int:
        """Owe the digests that are due."""
        return await gather_due_digests(self.unit_of_work, self.clock, self.bell, self.labs)

    async def deliver(self) -> list[tuple[Delivery, Post]]:
        """Send everything that is owed and due, edits included; what was sent, lane by lane."""
        sent: list[tuple[Delivery, Post]] = []
        while True:
            async with self.unit_of_work() as work:
                held = await work.deliveries.claim_lane("test", lease=LEASE)
                await work.commit()
            if held is None:
                return sent
            async with self.unit_of_work() as work:
                while (delivery := await work.deliveries.next_in_lane(held, now=self.clock.now())) is not None:
                    post = await prepare_post(work, delivery, self.labs)
                    if post is None:
                        await work.deliveries.mark_withdrawn(delivery.id)
                        continue
                    if delivery.message_id is None:
                        await work.deliveries.begin_attempt(held, delivery.id, now=self.clock.now())
                        await work.deliveries.mark_sent(held, delivery.id, 9000 + delivery.id, now=self.clock.now())
                    await work.deliveries.mark_shown(delivery.id, delivery.wanted_revision)
                    sent.append((delivery, post))
                await work.deliveries.release_lane(held, now=self.clock.now())
                await work.commit()

    # ------------------------------------------------------------ what can be seen

    async def new_cards(self) -> list[str]:
        """Deliver, and return the names on cards that were posted (not edited) just now."""
        return [
            post.facts.facts.repo_id
            for delivery, post in await self.deliver()
            if isinstance(post.facts, CardFacts) and delivery.message_id is None
        ]

    async def new_digests(self) -> list[tuple[str, list[str]]]:
        """Gather and deliver, and return reason and names of each digest that was posted just now."""
        await self.gather()
        return [
            (post.facts.reason, [line.facts.repo_id for line in post.facts.lines])
            for _, post in await self.deliver()
            if isinstance(post.facts, DigestFacts)
        ]

    async def model(self, repo_id: str) -> Model | None:
        """Return what is remembered under a name."""
        async with self.unit_of_work() as work:
            return await work.models.by_name(Source.HUGGING_FACE, repo_id)

    async def feed(self, name: str) -> FeedState:
        """Return where a feed stands."""
        async with self.unit_of_work() as work:
            return await work.feeds.get(name)

    def publish(
        self,
        repo_id: str,
        *,
        made: timedelta = timedelta(),
        bases: Mapping[str, str] | None = None,
        private: bool = False,
        empty: bool = False,
        **fields: object,
    ) -> None:
        """Put a repository on the hub that was made `made` ago, by default complete and public now."""
        shelf = record(repo_id, self.clock.now() - made, bases or {}, fields)
        self.hub.put(
            shelf, readme=f"# {repo_id}\n\nA model that plays its part in a test.", private=private, empty=empty
        )


def record(
    repo_id: str, created: datetime, bases: Mapping[str, str], fields: Mapping[str, object]
) -> Mapping[str, object]:
    """Return a complete wire record; `bases` are parents by name with their relation."""
    tags = ["transformers", "safetensors", "license:apache-2.0", "region:us"]
    tags += [tag for base, relation in bases.items() for tag in (f"base_model:{base}", f"base_model:{relation}:{base}")]
    return {
        "id": repo_id,
        "createdAt": created.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "lastModified": created.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "tags": tags,
        "pipeline_tag": "text-generation",
        "library_name": "transformers",
        "cardData": {"license": "apache-2.0"},
        "siblings": [{"rfilename": name} for name in (".gitattributes", "README.md", "model.safetensors")],
        "safetensors": {"total": 8_000_000_000, "parameters": {"BF16": 8_000_000_000}},
        **fields,
    }


@pytest.fixture
async def scene(database: Database, clock: TurnableClock) -> AsyncIterator[Scene]:
    """Set the stage: an empty hub, an empty database, nothing read yet."""
    pauses = Pauses()
    async with HubServer() as hub, aiohttp.ClientSession() as session:
        client = HuggingFace(session, hub.url, None, limits=pauses.limits)
        yield Scene(hub, client, database, clock, database.unit_of_work, pauses)
