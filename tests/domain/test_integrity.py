"""Blocs and bursts are found; honest members are left alone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.blocs import Account, find_blocs
from bot.domain.vote_bursts import CastBallot, find_bursts
from tests.benchmarks import bench_integrity
from tests.benchmarks.voting_world import aged_publisher, camouflaged, fresh_burst, honest_rush, honest_world
from tests.domain.builders import NOW

HERE, MODEL = 100, 7
MEMBERS, MODELS = 300, 60


def honest_ups(seed: int = 1) -> dict[Account, set[int]]:
    """Return what a server's members voted up, by popularity."""
    random = Random(seed)
    liked = [1 / (model + 3) for model in range(MODELS)]
    return {(HERE, user): set(random.choices(range(MODELS), liked, k=random.randint(1, 15))) for user in range(MEMBERS)}


def bloc_of(accounts: int, models: Sequence[int]) -> dict[Account, set[int]]:
    """Return accounts that voted the same models up."""
    return {(HERE, 1_000 + number): set(models) for number in range(accounts)}


def test_accounts_that_vote_as_one_are_found() -> None:
    """Exactly they, on exactly what they coincide on, behind camouflage too."""
    models = [40, 45, 50, 55, 59]
    bloc = {account: theirs | {0, 1, 2} for account, theirs in bloc_of(12, models).items()}
    (found,) = find_blocs(honest_ups() | bloc)
    assert (found.models, found.accounts) == (frozenset(models), frozenset(bloc))
    assert found.times_chance > 3


def test_a_famous_release_is_no_bloc() -> None:
    """Everybody in a server votes one model up, and nothing else."""
    assert find_blocs(honest_ups() | bloc_of(200, [59])) == []


def test_members_of_a_server_like_what_is_posted_there() -> None:
    """Beside a large server that never saw them, a small one whose members agree is no bloc."""
    small = {(HERE + 1, user): {100, 101, 102, 103} - {100 + user % 5} for user in range(20)}
    assert find_blocs(honest_ups() | small) == []


def test_a_few_friends_are_no_bloc() -> None:
    """Five who agree on everything."""
    assert find_blocs(honest_ups() | bloc_of(5, [40, 45, 50])) == []


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_honest_members_are_no_bloc(seed: int) -> None:
    """Whatever their tastes are."""
    assert find_blocs(honest_ups(seed)) == []


def rush(fresh: int, aged: int = 0, *, model: int = MODEL) -> list[CastBallot]:
    """Return a rush on one model, a ballot every ten seconds."""
    ballots = [CastBallot(NOW, HERE, model, 5_000 + user, is_fresh=user < fresh) for user in range(fresh + aged)]
    return [replace(ballot, cast_at=NOW + timedelta(seconds=10 * place)) for place, ballot in enumerate(ballots)]


def history(days: int = 30) -> list[CastBallot]:
    """Return a server's usual pace: five ballots a day, two of them together."""
    return [
        CastBallot(NOW - timedelta(days=day, minutes=number // 2 * 45), HERE, number, 10 * day + number, is_fresh=False)
        for day in range(1, days + 1)
        for number in range(5)
    ]


def test_a_rush_of_fresh_accounts_is_found() -> None:
    """Only its fresh ballots are named, with what is usual there."""
    (found,) = find_bursts(history() + rush(20, 3))
    assert (found.model_id, len(found.users), found.together, found.usual) == (MODEL, 20, 20, 1)


def test_an_honest_rush_is_none() -> None:
    """In a server that installed Rootstock yesterday; by aged accounts; by a few; by as many fresh as aged ones."""
    assert find_bursts(rush(200)) == []
    assert find_bursts(history(days=5) + rush(200)) == []
    assert find_bursts(history() + rush(0, 200)) == []
    assert find_bursts(history() + rush(11)) == []
    assert find_bursts(history() + sorted(replace(one, is_fresh=one.user_id % 2 == 0) for one in rush(0, 60))) == []


def test_a_server_that_rushes_often_may_rush() -> None:
    """A rush is measured by the server's own pace."""
    before = [replace(one, cast_at=one.cast_at - timedelta(days=9), model_id=3) for one in rush(0, 15)]
    assert find_bursts(history() + before + rush(20)) == []


def test_standings_hold_in_a_world_with_attackers() -> None:
    """At five in a hundred: next to none of their ballots counts, and next to no honest one is set aside."""
    for attack in (fresh_burst, aged_publisher, camouflaged):
        world = honest_world(3)
        attack(world, 150)
        aside = bench_integrity.set_aside(world)
        bought = [ballot for ballot in world.ballots if not ballot.is_honest and ballot.model in world.targets]
        honest = [ballot for ballot in world.ballots if ballot.is_honest]
        assert sum(id(ballot) in aside for ballot in bought) > 0.95 * len(bought), attack
        assert sum(id(ballot) in aside for ballot in honest) < 0.01 * len(honest), attack


def test_an_honest_rush_counts_in_a_world() -> None:
    """Three hundred first ballots in ten minutes, half of them fresh."""
    world = honest_world(3)
    honest_rush(world, 0)
    assert bench_integrity.set_aside(world) == set()
