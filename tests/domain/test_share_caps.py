"""Standings everywhere: no server drowns out the others, and every further vote does what it says."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.share_caps import FULL_SAY, LARGEST_SHARE, SMALLEST_CAP, Weights, capped, say_of
from bot.domain.standings import PRIOR_STRENGTH, Prior, interval
from bot.domain.votes import Tally

ROUNDING = 1e-12
"""Floating-point numbers are not exact; a vote moves a score by a million times as much."""

counts = st.one_of(st.just(0), st.integers(0, 40), st.integers(0, 5_000))
servers = st.dictionaries(st.integers(1, 30), st.builds(Tally, counts, counts), max_size=12)
says = st.fixed_dictionaries({server: st.floats(0.01, 1) for server in range(1, 31)})
small_says = st.fixed_dictionaries({server: st.floats(0.01, 0.1) for server in range(1, 31)})
"""Three full says together."""
priors = st.floats(0, 1).map(lambda rate: Prior(PRIOR_STRENGTH * rate, PRIOR_STRENGTH * (1 - rate)))


def whole(weights: Weights) -> float:
    """Return how many ballots were counted."""
    return weights.up + weights.down


def with_one_more(of: dict[int, Tally], server: int, *, up: int = 0, down: int = 0) -> dict[int, Tally]:
    """Return the same ballots and one more of a server."""
    mine = of.get(server, Tally())
    return {**of, server: Tally(mine.up + up, mine.down + down)}


@given(servers, st.integers(1, 30), priors)
@example({1: Tally(40, 6), 2: Tally(1, 3), 3: Tally(0, 30), 4: Tally(12, 0)}, 2, Prior(0.7, 0.3))
@example({1: Tally(10, 0), 2: Tally(0, 69), 3: Tally(0, 87), 4: Tally(0, 540)}, 1, Prior(PRIOR_STRENGTH, 0))
def test_a_further_up_never_lowers_a_score(of: dict[int, Tally], server: int, prior: Prior) -> None:
    """Whoever casts it, through the caps, whatever the community's habit."""
    before, after = capped(of), capped(with_one_more(of, server, up=1))
    assert interval(*after, prior).low >= interval(*before, prior).low - ROUNDING


@given(servers, st.integers(1, 30), priors, small_says)
def test_it_does_so_where_servers_have_little_to_say_either(
    of: dict[int, Tally], server: int, prior: Prior, say: dict[int, float]
) -> None:
    """As long as those that are cut have no more than three full says."""
    before, after = capped(of, say), capped(with_one_more(of, server, up=1), say)
    assert interval(*after, prior).low >= interval(*before, prior).low - ROUNDING


@given(servers, st.integers(1, 30))
def test_a_further_down_never_raises_the_share(of: dict[int, Tally], server: int) -> None:
    """Through the caps too. As after every vote we may be surer of it: then the bounds come closer."""
    before, after = capped(of), capped(with_one_more(of, server, down=1))
    assert after.up / whole(after) <= (before.up / whole(before) if whole(before) else 1) + ROUNDING


@given(servers)
def test_no_server_passes_its_cap(of: dict[int, Tally]) -> None:
    """A quarter of what is counted, or ten ballots; what is below its cap counts whole."""
    counted = whole(capped(of))
    cap = max(SMALLEST_CAP, counted / LARGEST_SHARE)
    assert sum(min(tally.up + tally.down, cap) for tally in of.values()) == pytest.approx(counted)


@given(servers, says)
def test_less_to_say_is_a_lower_cap(of: dict[int, Tally], say: dict[int, float]) -> None:
    """A quarter or ten ballots, times the say."""
    counted = whole(capped(of, say))
    cap = max(SMALLEST_CAP, counted / LARGEST_SHARE)
    assert sum(min(tally.up + tally.down, say[server] * cap) for server, tally in of.items()) == pytest.approx(counted)


@pytest.mark.parametrize("servers", [1, 3, 6, 30])
def test_own_servers_say_no_more_than_their_people(servers: int) -> None:
    """Thirty accounts beside five large servers: over however many servers they spread, and whatever they vote."""
    honest = dict.fromkeys(range(100, 105), 2 * FULL_SAY)
    own = dict.fromkeys(range(servers), 30 // servers)
    say = say_of(honest | own)
    assert sum(say[server] for server in own) == pytest.approx(30 / FULL_SAY)
    bought = {server: Tally(voters, 0) for server, voters in own.items()}
    few = dict.fromkeys(range(100, 105), Tally(2, 4))
    assert whole(capped(few | bought, say)) - whole(capped(few, say)) <= SMALLEST_CAP * 30 / FULL_SAY + ROUNDING


@pytest.mark.parametrize(("voters", "say"), [(0, 0.0), (FULL_SAY // 2, 0.5), (FULL_SAY, 1.0), (9 * FULL_SAY, 1.0)])
def test_a_server_speaks_for_its_voters(voters: int, say: float) -> None:
    """A full say takes three hundred of them; where all are small, a tenth of everybody."""
    assert say_of({1: voters, 2: 90 * FULL_SAY})[1] == say
    assert say_of(dict.fromkeys(range(20), 5)) == pytest.approx(dict.fromkeys(range(20), 0.5))


def test_where_nobody_votes_nobody_has_a_say() -> None:
    """And a server that is not named has none."""
    assert say_of({1: 0}) == {1: 0.0}
    assert capped({1: Tally(5, 0), 2: Tally(3, 1)}, {1: 0.0, 2: 1.0}) == Weights(3, 1)


@given(servers)
def test_the_order_of_servers_does_not_matter(of: dict[int, Tally]) -> None:
    """Sums are sums, to the last digit."""
    assert capped(dict(reversed(of.items()))) == capped(of)


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ({}, Weights()),
        ({1: Tally(8, 2)}, Weights(8, 2)),
        ({1: Tally(800, 200)}, Weights(8, 2)),
        ({1: Tally(900, 0), 2: Tally(0, 6)}, Weights(10, 6)),
        ({1: Tally(900, 0), **dict.fromkeys((2, 3), Tally(30, 0)), 4: Tally(0, 41)}, Weights(90, 30)),
        ({1: Tally(900, 0), 2: Tally(30, 20), 3: Tally(0, 30), 4: Tally(21, 0)}, Weights(54.6, 29.4)),
        (
            {1: Tally(900, 0), 2: Tally(30, 0), 3: Tally(30, 0), 4: Tally(0, 30), 5: Tally(5, 5)},
            Weights(98 + 1 / 3, 35),
        ),
        ({1: Tally(900, 0), 2: Tally(0, 300), **dict.fromkeys(range(3, 6), Tally(20, 5))}, Weights(97.5, 52.5)),
    ],
)
def test_one_big_server_is_cut(of: dict[int, Tally], expected: Weights) -> None:
    """Its ups and downs in proportion; two big ones to the same cap."""
    assert capped(of) == pytest.approx(expected)
