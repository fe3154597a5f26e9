"""A model's weeks beside the weeks that a server published."""

from bot.domain.standing_history import StandingHistory, weeks_of
from bot.domain.standings import Standing
from bot.domain.windows import Week

WEEKS = [Week(2026, number) for number in (36, 35, 34, 33)]


def place(rank: int) -> Standing:
    """Return a place of this rank; 0 is too early."""
    return Standing(model_id=1, rank=rank, score=0.5, low=0.5, high=0.9, up=3, down=0, voters=3)


def test_a_history_begins_with_the_first_rank() -> None:
    """Earlier weeks are left out, later ones without a rank are gaps; too early is no rank."""
    places = {WEEKS[3]: place(0), WEEKS[2]: place(4), WEEKS[0]: place(2)}
    weeks = weeks_of(WEEKS, places)
    assert weeks == ((WEEKS[2], place(4)), (WEEKS[1], None), (WEEKS[0], place(2)))
    assert [one.rank for one in StandingHistory(1, "a/b", weeks).ranked] == [4, 2]


def test_a_model_that_was_never_ranked_has_no_weeks() -> None:
    """Nothing to draw, whatever was published."""
    assert weeks_of(WEEKS, {}) == weeks_of(WEEKS, {WEEKS[0]: place(0)}) == ()
