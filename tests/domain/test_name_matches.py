"""What is offered first while somebody types a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.name_matches import NameMatch, best_first

KNOWN = (
    NameMatch(1, "Qwen/Qwen3-8B", likes=500),
    NameMatch(2, "Qwen/Qwen2.5-Coder-7B-Instruct", likes=900),
    NameMatch(3, "meadow/Rowan-Qwen3-8B", likes=20),
    NameMatch(4, "unsloth/Qwen3-8B-GGUF", likes=300),
    NameMatch(5, "Qwen/Qwen4-8B", likes=250, trending=240.0),
    NameMatch(6, "gpt2", likes=3_000),
)


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("qwen3-8b", [1, 4, 6, 5, 2, 3]),
        ("Qwen3 8B", [1, 4, 6, 5, 2, 3]),
        ("qwen/qwen3_8b", [1, 6, 5, 2, 4, 3]),
        ("qwen 7b", [5, 2, 1, 4, 6, 3]),
        ("unsloth/", [4, 6, 5, 2, 1, 3]),
        ("8b", [6, 5, 2, 1, 4, 3]),
        ("", [6, 5, 2, 1, 4, 3]),
        ("gpt2", [6, 5, 2, 1, 4, 3]),
    ],
)
def test_the_very_name_then_beginnings_then_fame(typed: str, ids: list[int]) -> None:
    """With or without the publisher; what is liked just now stands before what was liked over years."""
    assert [match.model_id for match in best_first(typed, KNOWN)] == ids


@given(st.text(max_size=30), st.lists(st.sampled_from(KNOWN)))
def test_nothing_is_lost_or_doubled(typed: str, matches: list[NameMatch]) -> None:
    """Whatever is typed, each match comes back once."""
    assert {match.model_id for match in best_first(typed, matches)} == {match.model_id for match in matches}
    assert len(best_first(typed, matches)) == len(set(matches))
