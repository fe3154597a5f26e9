"""A small world with models of known worth, members with tastes, and those who want their own models on top."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from bot.domain.themes import Traits, released_together
from tests.domain.builders import NOW

MODELS, MEMBERS, SERVERS, TASTES, PUBLISHERS = 300, 3_000, 24, 8, 30
DAYS = 60
SHOWN = 0.6
"""The share of all models that a server sees."""
TASTE, FAVOURITE = 4.0, 6.0
"""How many times likelier a member votes on a model of their taste, and of their favourite publisher."""
TARGETS = 10
"""Models of the publisher that is promoted: a top 10 full of them is the worst that can happen."""
UNKNOWN = 0.1
"""How many times as often honest members vote on that publisher's models: whoever pays for votes needs them, and a few
honest votes are soonest outvoted."""
ZEAL = 0.8
"""The share of its models that each attacker votes on: in a hurry, and to be less alike."""
RUSH = 300
AGES_AFTER = timedelta(days=7)
SIZES, LANGUAGES = 5, "eeezzj"
"""What models may have in common besides what they are for."""


@dataclass(frozen=True, slots=True)
class Cast:
    """One ballot. `is_fresh` is about the account, not about how long it has been in the server."""

    server: int
    model: int
    user: int
    up: bool
    at: datetime
    is_fresh: bool = False
    is_honest: bool = True


@dataclass(slots=True)
class World:
    """Models of known worth, and all ballots. `now` is when standings are counted."""

    random: Random
    worth: list[float] = field(default_factory=list[float])
    popularity: list[float] = field(default_factory=list[float])
    released: list[datetime] = field(default_factory=list[datetime])
    traits: dict[int, Traits] = field(default_factory=dict[int, Traits])
    ballots: list[Cast] = field(default_factory=list[Cast])
    homes: list[int] = field(default_factory=list[int])
    now: datetime = NOW

    @property
    def targets(self) -> Sequence[int]:
        """The models of the publisher whose models are worth least together."""
        return min(
            (range(first, first + TARGETS) for first in range(0, MODELS, TARGETS)),
            key=lambda models: sum(self.worth[model] for model in models),
        )

    @property
    def best(self) -> Sequence[int]:
        """The models that are worth most."""
        return sorted(range(len(self.worth)), key=lambda model: -self.worth[model])[:TARGETS]


def honest_world(seed: int) -> World:
    """Let three thousand members vote for sixty days on what their servers show."""
    random = Random(seed)
    world = World(random)
    world.worth = [random.betavariate(2, 2) for _ in range(MODELS)]
    world.popularity = [random.lognormvariate(0, 0.9) * (0.5 + worth) for worth in world.worth]
    for model in world.targets:
        world.popularity[model] *= UNKNOWN
    world.released = [NOW - timedelta(days=random.uniform(1, DAYS)) for _ in range(MODELS)]
    world.traits = _traits(world, Random(seed), (f"task:{model % TASTES}" for model in range(MODELS)))
    shown = [random.sample(range(MODELS), round(SHOWN * MODELS)) for _ in range(SERVERS)]
    sizes = [1 / (rank + 2) for rank in range(SERVERS)]
    world.homes = random.choices(range(SERVERS), sizes, k=MEMBERS)
    for user, home in enumerate(world.homes):
        taste, favourite = random.randrange(TASTES), random.randrange(PUBLISHERS)
        liked = [
            world.popularity[model]
            * (TASTE if model % TASTES == taste else 1)
            * (FAVOURITE if model // TARGETS == favourite else 1)
            for model in shown[home]
        ]
        votes = min(100, 1 + int(random.lognormvariate(1.9, 0.8)))
        for model in sorted(set(random.choices(shown[home], liked, k=votes))):
            at = min(world.released[model] + timedelta(days=random.expovariate(1 / 3)), NOW)
            world.ballots.append(Cast(home, model, user, random.random() < world.worth[model], at))
    return world


def _traits(world: World, random: Random, tasks: Iterable[str]) -> dict[int, Traits]:
    """Give every model a publisher and what it has in common with others."""
    return {
        model: Traits(
            f"publisher {model // TARGETS}",
            frozenset(
                {
                    task,
                    f"size:{random.randrange(SIZES)}",
                    f"language:{random.choice(LANGUAGES)}",
                    *released_together(world.released[model]),
                }
            ),
        )
        for model, task in enumerate(tasks)
    }


SMALL_MEMBERS, SMALL_MODELS, TOPIC = 120, 60, 6


def dense_topic(seed: int) -> World:
    """Let 12 to 30 of a small server's 120 members care for six image models, and vote up four to six of them."""
    random = Random(seed)
    world = World(random)
    world.worth = [0.95 if model < TOPIC else random.betavariate(4, 2) for model in range(SMALL_MODELS)]
    world.popularity = [random.lognormvariate(0, 0.7) for _ in range(SMALL_MODELS)]
    world.released = [NOW - timedelta(days=random.uniform(1, DAYS)) for _ in range(SMALL_MODELS)]
    tasks = ["task:image" if model < TOPIC else "task:text" for model in range(SMALL_MODELS)]
    publishers = [random.randrange(PUBLISHERS) for _ in range(SMALL_MODELS)]
    traits = _traits(world, random, tasks)
    world.traits = {model: replace(one, publisher=str(publishers[model])) for model, one in traits.items()}
    fans = random.randint(12, 30)
    for user in range(SMALL_MEMBERS):
        others = random.choices(range(TOPIC, SMALL_MODELS), world.popularity[TOPIC:], k=random.randint(2, 12))
        topic = random.sample(range(TOPIC), random.randint(4, TOPIC))
        models = {*topic, *others[: random.randint(0, 3)]} if user < fans else set(others)
        for model in sorted(models):
            at = min(world.released[model] + timedelta(days=random.expovariate(1 / 3)), NOW)
            world.ballots.append(Cast(0, model, user, random.random() < world.worth[model], at))
    world.homes = [0] * SMALL_MEMBERS
    return world


def no_attack(world: World, accounts: int) -> None:
    """Leave the world as it is."""


def fresh_burst(world: World, accounts: int) -> None:
    """Fresh accounts come to the largest servers within minutes; counted when they have aged."""
    began = world.now - timedelta(days=1)
    for number, user in enumerate(_strangers(accounts)):
        server = number * 3 // accounts
        for model in world.targets:
            if world.random.random() < ZEAL:
                at = began + timedelta(seconds=world.random.uniform(0, 500))
                world.ballots.append(Cast(server, model, user, up=True, at=at, is_fresh=True, is_honest=False))
    world.now += AGES_AFTER


def aged_publisher(world: World, accounts: int) -> None:
    """Aged accounts in all servers vote the publisher's models up, over weeks."""
    for user in _strangers(accounts):
        _vote(world, world.random.choice(world.homes), user, world.targets, up=True)


def camouflaged(world: World, accounts: int, *, likes: int = 2 * TARGETS) -> None:
    """The same accounts vote on other models as honest members do, twice as often."""
    aged_publisher(world, accounts)
    honest = [ballot for ballot in world.ballots if ballot.is_honest]
    server_of = {ballot.user: ballot.server for ballot in world.ballots if not ballot.is_honest}
    for user in _strangers(accounts):
        for like in world.random.sample(honest, likes):
            world.ballots.append(replace(like, user=user, server=server_of.get(user, 0), is_honest=False))


def down_the_best(world: World, accounts: int) -> None:
    """Aged accounts in all servers vote the ten best down."""
    for user in _strangers(accounts):
        _vote(world, world.random.choice(world.homes), user, world.best, up=False)


def up_own_down_best(world: World, accounts: int) -> None:
    """Aged accounts in all servers vote the publisher's models up and the ten best down."""
    for user in _strangers(accounts):
        server = world.random.choice(world.homes)
        _vote(world, server, user, world.targets, up=True)
        _vote(world, server, user, world.best, up=False)


def own_servers(world: World, accounts: int, *, servers: int) -> None:
    """Servers of their own vote the publisher's models up."""
    for number, user in enumerate(_strangers(accounts)):
        _vote(world, SERVERS + number % servers, user, world.targets, up=True)


def own_servers_down(world: World, accounts: int, *, servers: int) -> None:
    """Servers of their own vote the ten best down."""
    for number, user in enumerate(_strangers(accounts)):
        _vote(world, SERVERS + number % servers, user, world.best, up=False)


def honest_rush(world: World, accounts: int) -> None:  # noqa: ARG001 - called as the attacks are
    """A famous release in a server that installed the bot yesterday: first ballots only, within ten minutes."""
    _rush(world, SERVERS + 1, fresh=0.5)
    world.now += AGES_AFTER


def rush_of_joiners(world: World, accounts: int) -> None:  # noqa: ARG001 - called as the attacks are
    """People join the largest server for a release and vote at once, one in twenty with a new account."""
    _rush(world, 0, fresh=0.05)
    world.now += AGES_AFTER


ATTACKS: dict[str, Callable[[World, int], None]] = {
    "fresh burst": fresh_burst,
    "aged, one publisher": aged_publisher,
    "aged, camouflaged": camouflaged,
    "aged, 200 others each": partial(camouflaged, likes=200),
    "down the best ten": down_the_best,
    "up own, down the best": up_own_down_best,
    **{f"own servers: {count}": partial(own_servers, servers=count) for count in (1, 3, 4, 8)},
    "8 own servers, down": partial(own_servers_down, servers=8),
}


def _strangers(accounts: int) -> range:
    return range(1_000_000, 1_000_000 + accounts)


def _vote(world: World, server: int, user: int, models: Sequence[int], *, up: bool) -> None:
    for model in models:
        if world.random.random() < ZEAL:
            at = world.now - timedelta(days=world.random.uniform(0, DAYS / 2))
            world.ballots.append(Cast(server, model, user, up=up, at=at, is_honest=False))


def _rush(world: World, server: int, *, fresh: float) -> None:
    model = max(range(MODELS), key=lambda one: world.worth[one])
    for user in _strangers(RUSH):
        at = world.now - timedelta(seconds=world.random.uniform(0, 600))
        up = world.random.random() < world.worth[model]
        world.ballots.append(Cast(server, model, user, up, at, is_fresh=world.random.random() < fresh))
