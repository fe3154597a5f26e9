"""Who votes models down together against everybody does not count everywhere; whoever is hard to please does."""

from random import Random

from bot.domain.contradictions import contradictions
from bot.domain.share_caps import say_of
from bot.domain.voters import Account, Item, Voters, item_of
from bot.domain.votes import Choice

SERVERS, MEMBERS, MODELS, BEST = 5, 80, 30, range(6)

Accounts = dict[Account, set[Item]]


def everybody(seed: int = 1) -> Accounts:
    """Return what members of five servers voted: the best are liked by nine in ten, the others by half."""
    random, accounts = Random(seed), Accounts()
    for server in range(SERVERS):
        for user in range(MEMBERS):
            models = random.sample(range(MODELS), random.randint(3, 15))
            liked = {model: random.random() < (0.9 if model in BEST else 0.5) for model in models}
            said = {item_of(model, Choice.UP if likes else Choice.DOWN) for model, likes in liked.items()}
            accounts[server, 1_000 * server + user] = said
    return accounts


def against(server: int, people: int, models: range = BEST) -> Accounts:
    """Return accounts of a server that vote models down."""
    return {
        (server, 90_000 + 1_000 * server + number): {item_of(model, Choice.DOWN) for model in models}
        for number in range(people)
    }


def found(accounts: Accounts) -> set[tuple[int, int]]:
    """Return (server, model) that do not count everywhere."""
    voters = Voters(accounts)
    members = {home: voters.homes.count(home) for home in set(voters.homes)}
    return set(contradictions(voters, say_of(members)))


def test_servers_of_ones_own_that_vote_the_best_down_are_found() -> None:
    """One, and several that belong to one person; no other server loses a ballot."""
    one = found(everybody() | against(50, 12))
    several = found(everybody() | against(50, 4) | against(51, 4) | against(52, 4))
    assert one == {(50, model) for model in BEST}
    assert several == {(server, model) for server in (50, 51, 52) for model in BEST}


def test_a_few_among_many_members_are_no_server() -> None:
    """Where most of a server's ballots on a model are others', it goes on counting everywhere."""
    crowd = {(0, 5_000 + user): {item_of(model, Choice.UP) for model in BEST} for user in range(60)}
    assert not {place for place in found(everybody() | crowd | against(0, 8)) if place[0] == 0}


def test_who_agrees_with_everybody_is_left_alone() -> None:
    """Models that everybody votes down may be voted down by whole servers."""
    bad = range(20, 26)
    accounts = {
        account: {item_of(item >> 1, Choice.DOWN) if item >> 1 in bad else item for item in said}
        for account, said in everybody().items()
    }
    assert found(accounts | against(50, 12, bad)) == set()


def test_honest_servers_contradict_nobody() -> None:
    """Whatever chance makes of them."""
    assert [place for seed in range(5) for place in found(everybody(seed))] == []
