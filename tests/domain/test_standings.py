"""How standings are counted, as members may rely on it."""

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.standings import (
    EVERYWHERE,
    FEWEST_VOTERS,
    MOST_VOTES_SAID,
    Prior,
    Standings,
    interval,
    prior_of,
    rank,
    what_would_change,
)
from bot.domain.votes import Tally
from bot.domain.windows import Window

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
EVEN = Prior(2, 2)

counts = st.integers(0, 5_000)
tallies = st.builds(Tally, counts, counts)
priors = st.builds(prior_of, counts, counts)
many = st.dictionaries(st.integers(1, 40), st.builds(Tally, st.integers(0, 60), st.integers(0, 60)), max_size=12)


def standings(of: dict[int, Tally], prior: Prior = EVEN) -> Standings:
    """Return a server's standings."""
    ranked, too_early = rank(of, prior, {})
    return Standings(EVERYWHERE, Window(None, NOW), ranked, too_early, prior)


def test_two_hundred_good_votes_stand_before_five_glowing_ones() -> None:
    """The lower bound knows how little five votes say."""
    ranked, _ = rank({1: Tally(5, 0), 2: Tally(190, 10)}, EVEN, {})
    assert [one.model_id for one in ranked] == [2, 1]


def test_the_interval_is_wilsons() -> None:
    """Eight of ten, without a prior, by hand: (0.8 + z²/20 ± z * sqrt(0.016 + z²/400)) / (1 + z²/10), z² = 0.7056."""
    low, high = interval(8, 2, Prior(0, 0))
    assert (round(low, 4), round(high, 4)) == (0.6756, 0.8848)


def test_under_three_voters_it_is_too_early() -> None:
    """They are listed apart, most voters first, without a rank."""
    ranked, early = rank({1: Tally(1, 0), 2: Tally(2, 0), 3: Tally(2, 1), 4: Tally(0, 0)}, EVEN, {})
    assert [(one.model_id, one.rank) for one in ranked] == [(3, 1)]
    assert [(one.model_id, one.rank) for one in early] == [(2, 0), (1, 0)]


def test_the_earlier_release_stands_first_between_equals() -> None:
    """One whose release is not known comes after."""
    released = {1: None, 2: NOW, 3: NOW - timedelta(days=1)}
    ranked, _ = rank(dict.fromkeys((1, 2, 3), Tally(4, 1)), EVEN, released)
    assert [one.model_id for one in ranked] == [3, 2, 1]


def test_a_habit_is_one_vote_strong() -> None:
    """A scope without votes leans neither way."""
    assert (prior_of(3, 1), prior_of(0, 0)) == (Prior(0.75, 0.25), Prior(0.5, 0.5))


@given(tallies, priors)
@example(Tally(0, 205), Prior(0.0, 1.0))
def test_more_ups_never_lower_a_score(tally: Tally, prior: Prior) -> None:
    """And more downs never raise it."""
    score = interval(tally.up, tally.down, prior).low
    assert interval(tally.up + 1, tally.down, prior).low >= score
    assert interval(tally.up, tally.down + 1, prior).low <= score


@given(st.builds(Tally, st.integers(0, 300), st.integers(0, 300)), st.integers(2, 10))
def test_the_interval_shrinks_with_votes(tally: Tally, times: int) -> None:
    """The same share from more voters is known better; the habit is taken in the same proportion."""
    low, high = interval(tally.up + 1, tally.down + 1, Prior(0, 0))
    closer = interval(times * (tally.up + 1), times * (tally.down + 1), Prior(0, 0))
    assert closer.high - closer.low < high - low


@given(tallies, priors)
def test_an_interval_is_one(tally: Tally, prior: Prior) -> None:
    """Its bounds are shares, in order."""
    low, high = interval(tally.up, tally.down, prior)
    assert 0 <= low <= high <= 1


@given(many, st.randoms())
def test_the_order_of_models_does_not_matter(of: dict[int, Tally], shuffling: Random) -> None:
    """Counting again in another order is the same standing."""
    items = list(of.items())
    shuffling.shuffle(items)
    assert rank(dict(items), EVEN, {}) == rank(of, EVEN, {})


@given(many, priors)
def test_every_model_with_votes_stands_once(of: dict[int, Tally], prior: Prior) -> None:
    """Ranks count up from one; scores fall."""
    ranked, early = rank(of, prior, {})
    assert sorted(one.model_id for one in (*ranked, *early)) == sorted(m for m, tally in of.items() if tally != Tally())
    assert [one.rank for one in ranked] == list(range(1, len(ranked) + 1))
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)


@given(many, priors)
def test_what_would_change_it_does(of: dict[int, Tally], prior: Prior) -> None:
    """With so many further votes the model passes, with one fewer it does not."""
    before = standings(of, prior)
    for one in before.ranked[1:]:
        ups = what_would_change(before, one.model_id).ups_to_rise
        if ups is None:
            continue
        other = before.ranked[one.rank - 2].model_id
        for more, passes in ((ups, True), (ups - 1, ups == 1 and None)):
            mine = of[one.model_id]
            after = standings({**of, one.model_id: Tally(mine.up + more, mine.down)}, prior)
            mine, theirs = after.of(one.model_id), after.of(other)
            assert mine is not None
            assert theirs is not None
            assert passes is None or ((mine.score, mine.voters) > (theirs.score, theirs.voters)) is passes


def test_what_would_change_speaks_of_what_is_near() -> None:
    """The first has nothing to rise to, and a model that nobody voted on lacks three voters."""
    now = standings({1: Tally(20, 0), 2: Tally(6, 1), 3: Tally(1, 0)})
    assert what_would_change(now, 1).ups_to_rise is None
    assert what_would_change(now, 1).downs_to_fall == 9
    assert what_would_change(now, 2).downs_to_fall is None
    assert [what_would_change(now, model).voters_missing for model in (3, 4)] == [2, FEWEST_VOTERS]
    far = standings({1: Tally(MOST_VOTES_SAID * 9, 0), 2: Tally(3, 0)})
    assert what_would_change(far, 2).ups_to_rise is None
