"""Blocs are found, for and against; people who like the same things are left alone."""

from collections.abc import Callable, Collection, Sequence
from functools import partial
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.blocs import Bloc, find_blocs, may_hold_blocs
from bot.domain.themes import Traits
from bot.domain.voters import Account, Item, Voters, item_of
from bot.domain.votes import BallotKey, Choice
from tests.benchmarks import bench_integrity
from tests.benchmarks.voting_world import (
    Cast,
    World,
    aged_publisher,
    camouflaged,
    dense_topic,
    down_the_best,
    fresh_burst,
    honest_rush,
    honest_world,
    rush_of_joiners,
    up_own_down_best,
)

HERE = 100
MEMBERS, MODELS = 300, 60
TARGETS = (40, 45, 50, 55, 59)

Accounts = dict[Account, set[Item]]


def items(models: Collection[int], choice: Choice = Choice.UP) -> set[Item]:
    """Return what it is to vote so on models."""
    return {item_of(model, choice) for model in models}


def honest(seed: int = 1) -> Accounts:
    """Return what a server's members voted, by popularity, one in four against."""
    random = Random(seed)
    liked = [1 / (model + 3) for model in range(MODELS)]
    ups = Choice.UP, Choice.UP, Choice.UP, Choice.DOWN
    return {
        (HERE, user): {item_of(model, random.choice(ups)) for model in random.choices(range(MODELS), liked, k=votes)}
        for user in range(MEMBERS)
        for votes in (random.randint(1, 15),)
    }


def bloc_of(people: int, models: Collection[int] = TARGETS, choice: Choice = Choice.UP) -> Accounts:
    """Return accounts that voted on the same models."""
    return {(HERE, 1_000 + number): items(models, choice) for number in range(people)}


def found(accounts: Accounts, traits: dict[int, Traits] | None = None) -> Sequence[Bloc]:
    """Return the blocs among accounts."""
    return find_blocs(Voters(accounts), traits)


@pytest.mark.parametrize("choice", list(Choice))
def test_accounts_that_vote_as_one_are_found(choice: Choice) -> None:
    """Exactly they, on exactly what they coincide on, for or against, behind camouflage too."""
    random = Random(2)
    bloc = {
        account: theirs | items(random.sample(range(MODELS), 5))
        for account, theirs in bloc_of(12, choice=choice).items()
    }
    accounts = honest() | bloc
    (one,) = found(accounts)
    assert (one.items, one.users) == (items(TARGETS, choice), {user for _, user in bloc})
    assert (one.models, one.count(choice), one.times_chance > 3) == (set(TARGETS), len(TARGETS), True)
    assert set(one.ballots(accounts)) >= {BallotKey(HERE, model, 1_000) for model in TARGETS}
    assert {key.user_id for key in one.ballots(accounts)} == one.users


def kind(against: int = 0, seed: int = 1) -> Accounts:
    """Return what a server's members voted that hardly vote against anything, but for some who mostly do."""
    random = Random(seed)
    up = {account: items({item >> 1 for item in said}) for account, said in honest(seed).items()}
    for user in range(against):
        up[HERE, user] = {item ^ (random.random() < 0.7) for item in up[HERE, user]}
    return up


def test_those_who_alone_vote_against_are_no_measure_of_chance() -> None:
    """A brigade against the best of a server in which nobody else votes against."""
    (one,) = found(kind() | bloc_of(12, range(4), Choice.DOWN))
    assert (one.items, len(one.users)) == (items(range(4), Choice.DOWN), 12)


@pytest.mark.parametrize("against", [8, 20, 40, 80])
def test_members_who_are_hard_to_please_are_no_bloc(against: int) -> None:
    """Nearly all votes against are theirs, on what is popular as all votes are."""
    assert [bloc for seed in range(5) for bloc in found(kind(against, seed))] == []


def test_a_brigade_in_a_theme_is_found_and_who_dislikes_it_all_is_not() -> None:
    """Several publishers' best voted down is no taste; all of a theme voted down is."""
    themes = {model: "image" if model < 20 else "text" for model in range(MODELS)}
    traits = {model: Traits(f"lab {model % 7}", frozenset({theme})) for model, theme in themes.items()}
    haters = {(HERE, 2_000 + number): items(range(20), Choice.DOWN) for number in range(12)}
    assert found(kind() | haters, traits) == []
    assert len(found(kind() | bloc_of(12, range(4), Choice.DOWN), traits)) == 1


def test_what_a_bloc_votes_for_and_against_is_one_bloc() -> None:
    """Its own up and the best down: moderators decide once."""
    against = items({0, 1, 2, 3}, Choice.DOWN)
    bloc = {account: theirs | against for account, theirs in bloc_of(20).items()}
    (one,) = found(honest() | bloc)
    assert one.items == items(TARGETS) | against


@pytest.mark.parametrize("others", [100, 200, 250])
def test_camouflage_does_not_hide_a_bloc(others: int) -> None:
    """Twenty accounts that vote up hundreds of the six hundred models besides, the oldest first or the newest."""
    random = Random(5)
    popularity = [random.lognormvariate(0, 0.8) for _ in range(580)]
    targets = range(590, 600)
    accounts = {
        (HERE, user): items(random.choices(range(580), popularity, k=random.randint(1, 25))) for user in range(300)
    }
    bloc = {(HERE, 9_000 + number): items({*targets, *random.sample(range(580), others)}) for number in range(20)}
    (one,) = found(accounts | bloc)
    assert (one.models >= set(targets), one.users) == (True, {user for _, user in bloc})


def test_a_famous_release_is_no_bloc() -> None:
    """Everybody in a server votes one model up, and nothing else."""
    assert found(honest() | bloc_of(200, [59])) == []


def test_members_of_a_server_like_what_is_posted_there() -> None:
    """Beside a large server that never saw them, a small one whose members agree is no bloc."""
    small = {(HERE + 1, user): items({100, 101, 102, 103} - {100 + user % 5}) for user in range(2_000, 2_020)}
    assert found(honest() | small) == []


def test_a_few_friends_are_no_bloc() -> None:
    """Five who agree on everything."""
    assert found(honest() | bloc_of(5, [40, 45, 50])) == []


@pytest.mark.parametrize("servers", [8, 12, 30])
def test_one_person_in_many_servers_is_no_bloc(servers: int) -> None:
    """They voted the same five models up in each: one ballot a person a pair."""
    random, accounts = Random(3), Accounts()
    for server in range(servers):
        for user in range(25):
            accounts[server, 1_000 * server + user] = items(random.choices(range(40), k=random.randint(1, 8)))
        accounts[server, 999_999] = items(range(40, 45))
    assert found(accounts) == []


def test_the_same_people_in_several_servers_are_one_bloc() -> None:
    """Their ballots are named in all of them."""
    bloc = {(server, user): said for (_, user), said in bloc_of(12).items() for server in (HERE, HERE + 1)}
    accounts = honest() | {(HERE + 1, user): said for (_, user), said in honest(2).items()} | bloc
    (one,) = found(accounts)
    assert len(one.users) == 12
    assert len(one.ballots(accounts)) == 2 * 12 * len(TARGETS)


def a_topic(fans: int, publishers: int) -> tuple[Accounts, dict[int, Traits]]:
    """Return a small server in which some members care for the six models of one topic only."""
    random = Random(fans)
    accounts: Accounts = {}
    for user in range(120):
        theirs = random.sample(range(6), random.randint(4, 6)) if user < fans else []
        others = random.choices(range(6, 60), k=random.randint(0, 3) if user < fans else random.randint(2, 12))
        accounts[HERE, user] = items([*theirs, *others] or [59])
    themes = {model: "image" if model < 6 else "text" for model in range(60)}
    return accounts, {model: Traits(f"lab {model % publishers}", frozenset({theme})) for model, theme in themes.items()}


@pytest.mark.parametrize("fans", [12, 20, 30])
@pytest.mark.parametrize("publishers", [3, 6])
def test_fans_of_a_topic_are_no_bloc(fans: int, publishers: int) -> None:
    """They vote up what several publishers offer of it, and little else; not knowing the topic, they would be one."""
    accounts, traits = a_topic(fans, publishers)
    assert len(found(accounts)) == 1
    assert found(accounts, traits) == []


@pytest.mark.parametrize("people", [12, 20])
def test_a_bloc_within_a_topic_is_found(people: int) -> None:
    """It promotes one publisher's models of the topic; the topic's fans beside it are left alone."""
    accounts, traits = a_topic(20, 6)
    mine = range(60, 66)
    traits |= dict.fromkeys(mine, Traits("its own", frozenset({"image"})))
    (one,) = found(accounts | bloc_of(people, mine), traits)
    assert (one.models, one.users) == (set(mine), {user for _, user in bloc_of(people)})


def test_only_what_has_changed_is_looked_at() -> None:
    """A bloc is found by any of its ballots that is new, and not looked for elsewhere."""
    voters = Voters(honest() | bloc_of(12))
    assert len(find_blocs(voters, changed=items({45}))) == 1
    assert find_blocs(voters, changed=items({0, 1, 2})) == []
    assert (may_hold_blocs(voters, items({45})), may_hold_blocs(voters, items({0}))) == (True, False)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_honest_members_are_no_bloc(seed: int) -> None:
    """Whatever their tastes are."""
    assert found(honest(seed)) == []


@pytest.mark.parametrize(
    "attack",
    [fresh_burst, aged_publisher, camouflaged, partial(camouflaged, likes=80), down_the_best, up_own_down_best],
)
def test_attackers_are_found_in_a_world(attack: Callable[[World, int], None]) -> None:
    """At five in a hundred: next to no ballot they came for counts, and next to no honest one is set aside."""
    world = honest_world(3)
    attack(world, 150)
    aside = bench_integrity.set_aside(world)
    bought = [ballot for ballot in world.ballots if not ballot.is_honest and is_bought(world, ballot)]
    assert sum(id(ballot) in aside for ballot in bought) > 0.9 * len(bought)
    assert honest_share(world, aside) < 0.01


def is_bought(world: World, ballot: Cast) -> bool:
    """Tell whether an attacker's ballot is no camouflage."""
    return ballot.model in world.targets if ballot.up else ballot.model in world.best


def honest_share(world: World, aside: set[int]) -> float:
    """Return the share of honest ballots that are set aside."""
    honest = [ballot for ballot in world.ballots if ballot.is_honest]
    return sum(id(ballot) in aside for ballot in honest) / len(honest)


@pytest.mark.parametrize("rush", [honest_rush, rush_of_joiners])
def test_an_honest_rush_counts_in_a_world(rush: Callable[[World, int], None]) -> None:
    """Three hundred ballots in ten minutes: in a server of yesterday half are fresh, in an old one most just joined."""
    world = honest_world(3)
    rush(world, 0)
    assert bench_integrity.set_aside(world) == set()


def test_small_servers_with_a_dense_topic_keep_their_votes() -> None:
    """Under one in a hundred of their ballots is set aside, over many such servers."""
    shares = [honest_share(world, bench_integrity.set_aside(world)) for world in map(dense_topic, range(24))]
    assert sum(shares) / len(shares) < 0.01
