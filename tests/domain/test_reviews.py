"""Reviews: what members type, and how it sums up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.hardware import hardware_class, most_ran_on
from bot.domain.reviews import NOTE_LENGTH, NOTE_LINES, Report, ReviewSummary, Verdict, read_report, sum_up


@pytest.mark.parametrize(
    ("said", "counts_as"),
    [
        ("RTX 4090", "24 GB"),
        ("4090", "24 GB"),
        ("24GB", "24 GB"),
        ("24 G", "24 GB"),
        ("24 GiB", "24 GB"),
        ("显存24G", "24 GB"),
        ("3090 Ti", "24 GB"),
        ("GeForce RTX4090 laptop", "24 GB"),
        ("RTX 4090, 64GB RAM", "24 GB"),
        ("4090 + 128G 内存", "24 GB"),
        ("RTX 3060 8GB", "8 GB"),
        ("RTX-3060", "12 GB"),
        ("4060 Ti 16 GB", "16 GB"),
        ("4070 Ti Super", "16 GB"),
        ("4070", "12 GB"),
        ("A100", "80 GB"),
        ("A100-40G", "40 GB"),
        ("8x H100", "640 GB"),
        ("2x 3090", "48 GB"),
        ("2×24GB", "48 GB"),
        ("3090 x2", "48 GB"),
        ("4090 48GB x2", "96 GB"),
        ("RTX PRO 6000", "96 GB"),
        ("RTX 6000 Ada", "48 GB"),
        ("2x RTX A5000", "48 GB"),
        ("DGX Spark", "128 GB"),
        ("RX 9070 XT", "16 GB"),
        ("2080", "8 GB"),
        ("M3 Max 36GB", "36 GB"),
        ("MacBook Pro", "macbook pro"),
        ("64GB RAM", "64gb ram"),
        ("CPU", "cpu"),
        ("140902", "140902"),
        ("0 GB", "0 gb"),
        ("99x 4090", "24 GB"),
        ("", ""),
        ("\x00\u200b", ""),
    ],
)
def test_answers_count_as_the_memory_they_name(said: str, counts_as: str) -> None:
    """A card, an amount or several of them become gigabytes; the machine's own memory is not taken for a card's."""
    assert counts_as == hardware_class(said)


def test_most_ran_on_what_more_than_half_named() -> None:
    """Different words for the same memory are one answer."""
    assert most_ran_on({"RTX 4090": 1, "4090": 1, "24GB": 1, "CPU": 1, "": 10}) == "24 GB"


@pytest.mark.parametrize("answers", [{}, {"": 3}, {"4090": 1}, {"4090": 2, "3060": 2}, {"a": 1, "b": 1, "c": 1}])
def test_no_majority_is_no_answer(answers: dict[str, int]) -> None:
    """One answer is no "most", and neither is a tie."""
    assert most_ran_on(answers) is None


def test_words_that_name_no_memory_stand_for_themselves() -> None:
    """The commonest spelling is shown."""
    assert most_ran_on({"macbook": 1, "MacBook": 2}) == "MacBook"


@given(st.text(max_size=60))
def test_any_answer_is_counted_somehow(said: str) -> None:
    """No text makes the counting fail, and what it counts as counts as itself."""
    counted_as = hardware_class(said)
    assert counted_as == hardware_class(counted_as)


def test_reviews_sum_up() -> None:
    """Verdicts are counted, whatever the hardware."""
    counts = {("works-well", "4090"): 4, ("works-well", ""): 1, ("poor", "24GB"): 1, ("mixed", "CPU"): 1}
    assert sum_up(counts) == ReviewSummary(works_well=5, mixed=1, poor=1, hardware="24 GB")
    assert sum_up(counts).total == 7


def test_what_members_type_is_made_plain() -> None:
    """Line breaks, null bytes and direction marks go; a long note is cut."""
    report = read_report("poor", {"purpose": "chat\n\x00bot", "hardware": " 4090 ", "note": "x" * 2000, "odd": "?"})
    assert report == Report(Verdict.POOR, "chat bot", "4090", "", "x" * (NOTE_LENGTH - 1) + "…")


def test_a_note_keeps_its_lines() -> None:
    """A dozen of them, as the form's field shows them; a wall of empty ones is none."""
    note = read_report("mixed", {"note": "Good:\n- coding\n\n\n\nBad:\n- math"}).note
    assert note == "Good:\n- coding\nBad:\n- math"
    assert read_report("mixed", {"note": "x\n" * 300}).note.count("\n") == NOTE_LINES - 1


@pytest.mark.parametrize("verdict", ["", "WORKS-WELL", "great"])
def test_an_unknown_verdict_is_refused(verdict: str) -> None:
    """A hand-made form can't store what nobody can read back."""
    with pytest.raises(Refusal):
        read_report(verdict, {})
