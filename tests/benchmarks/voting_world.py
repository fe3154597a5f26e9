"""A small world with models of known worth, members with tastes, and those who want their own models on top."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

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
"""The share of the promoted models that each attacker votes up: in a hurry, and to be less alike."""
RUSH = 300
AGES_AFTER = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Cast:
    """One ballot."""

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


def honest_world(seed: int) -> World:
    """Let three thousand members vote for sixty days on what their servers show."""
    random = Random(seed)
    world = World(random)
    world.worth = [random.betavariate(2, 2) for _ in range(MODELS)]
    world.popularity = [random.lognormvariate(0, 0.9) * (0.5 + worth) for worth in world.worth]
    for model in world.targets:
        world.popularity[model] *= UNKNOWN
    world.released = [NOW - timedelta(days=random.uniform(1, DAYS)) for _ in range(MODELS)]
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
        _promote(world, world.random.choice(world.homes), user)


def camouflaged(world: World, accounts: int) -> None:
    """The same accounts vote on other models as honest members do, twice as often."""
    aged_publisher(world, accounts)
    honest = [ballot for ballot in world.ballots if ballot.is_honest]
    server_of = {ballot.user: ballot.server for ballot in world.ballots if not ballot.is_honest}
    for user in _strangers(accounts):
        for like in world.random.sample(honest, 2 * TARGETS):
            world.ballots.append(replace(like, user=user, server=server_of.get(user, 0), is_honest=False))


def one_big_server(world: World, accounts: int) -> None:
    """A server of its own votes the publisher's models up."""
    for user in _strangers(accounts):
        _promote(world, SERVERS, user)


def honest_rush(world: World, accounts: int) -> None:  # noqa: ARG001 - called as the attacks are
    """A famous release in a server that installed the bot yesterday: first ballots only, within ten minutes."""
    model = max(range(MODELS), key=lambda one: world.worth[one])
    for user in _strangers(RUSH):
        at = world.now - timedelta(seconds=world.random.uniform(0, 600))
        fresh = world.random.random() < 0.5
        up = world.random.random() < world.worth[model]
        world.ballots.append(Cast(SERVERS + 1, model, user, up, at, is_fresh=fresh))
    world.now += AGES_AFTER


ATTACKS: dict[str, Callable[[World, int], None]] = {
    "fresh burst": fresh_burst,
    "aged, one publisher": aged_publisher,
    "aged, camouflaged": camouflaged,
    "one big server": one_big_server,
}


def _strangers(accounts: int) -> range:
    return range(1_000_000, 1_000_000 + accounts)


def _promote(world: World, server: int, user: int) -> None:
    for model in world.targets:
        if world.random.random() < ZEAL:
            at = world.now - timedelta(days=world.random.uniform(0, DAYS / 2))
            world.ballots.append(Cast(server, model, user, up=True, at=at, is_honest=False))
