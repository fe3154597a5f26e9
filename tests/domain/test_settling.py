from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.settling import GIVEN_UP_AFTER, is_settled, next_look
from tests.domain.builders import NOW, hub_model


@pytest.mark.parametrize(
    ("has_files", "has_card", "settled"),
    [(True, True, True), (None, None, True), (True, None, True), (False, True, False), (True, False, False)],
)
def test_a_model_is_settled_unless_its_record_says_otherwise(
    *, has_files: bool | None, has_card: bool | None, settled: bool
) -> None:
    """A light record that does not say is no reason to wait."""
    assert settled is is_settled(hub_model(has_files=has_files, has_card=has_card))


def test_it_is_looked_at_often_first_and_then_ever_more_rarely() -> None:
    """10, 20, 40, 60 minutes after the first sight, then every 4 hours, and daily after the first day."""
    now, minutes = NOW, list[int]()
    for looks in range(12):
        moment = next_look(NOW, looks, now)
        assert moment is not None
        minutes.append((moment - NOW) // timedelta(minutes=1))
        now = moment
    hours = [4, 8, 12, 16, 20, 24, 48, 72]
    assert minutes == [10, 20, 40, 60, *(60 * hour for hour in hours)]


def test_it_is_given_up_after_a_week() -> None:
    """Empty for seven days: a placeholder."""
    assert next_look(NOW, 15, NOW + timedelta(days=5, hours=1)) == NOW + timedelta(days=6)
    assert next_look(NOW, 16, NOW + timedelta(days=6)) is None
    assert next_look(NOW, 0, NOW + timedelta(days=30)) is None


def test_missed_looks_are_not_caught_up_on() -> None:
    """After three hours of downtime there is one look, not four."""
    assert next_look(NOW, 1, NOW + timedelta(hours=3)) == NOW + timedelta(hours=4)


@given(st.integers(min_value=-3, max_value=100), st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=20)))
def test_the_next_look_is_always_ahead_and_always_ends(looks: int, passed: timedelta) -> None:
    """Strictly after now, before the week is over."""
    moment: datetime | None = next_look(NOW, looks, NOW + passed)
    assert moment is None or NOW + passed < moment < NOW + GIVEN_UP_AFTER
