"""A search and its code: the same after any number of turns, and short enough for a button's id."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.button_ids import SEARCH_PAGE, search_page_id
from bot.domain.model import Kind, LicenceClass
from bot.domain.model_query import CODE_LIMIT, WORDS_LIMIT, ModelQuery, SortBy, code_of, query_of, relaxed, words_of
from bot.domain.sizes import HARDWARE, Precision, most_parameters, requirements
from tests.domain.builders import hub_model

LARGEST_ID = 2**63 - 1
ids = st.none() | st.integers(1, LARGEST_ID)
queries = st.builds(
    ModelQuery,
    words=st.text(max_size=80).map(words_of),
    kind=st.none() | st.sampled_from(Kind),
    licence_class=st.none() | st.sampled_from(LicenceClass),
    gigabytes=st.none() | st.sampled_from(HARDWARE),
    precision=st.sampled_from(Precision),
    tag_id=ids,
    descends_from=ids,
    sort=st.sampled_from(SortBy),
)


@given(queries, st.integers(0, 999))
def test_a_search_survives_in_its_buttons(query: ModelQuery, page: int) -> None:
    """Whatever is searched for, the button's id holds all of it and fits Discord's 100 characters."""
    custom_id = search_page_id(query, page)
    found = re.fullmatch(SEARCH_PAGE, custom_id)
    assert (len(custom_id) <= 100, len(code_of(query)) <= CODE_LIMIT) == (True, True)
    assert found is not None
    assert query_of(found["query"]) == query


def test_less_is_asked_for_one_thing_at_a_time() -> None:
    """Each word and each condition is left out once; the order stays; what would ask for nothing is not offered."""
    asked = ModelQuery("qwen coder", Kind.MERGE, gigabytes=24, precision=Precision.INT8, tag_id=7, sort=SortBy.NEWEST)
    ways = relaxed(asked)
    assert [way.left_out for way in ways] == [
        ModelQuery("qwen"),
        ModelQuery("coder"),
        ModelQuery(kind=Kind.MERGE, precision=Precision.INT8),
        ModelQuery(gigabytes=24, precision=Precision.INT8),
        ModelQuery(tag_id=7, precision=Precision.INT8),
    ]
    assert [way.query for way in ways] == [
        replace(asked, words="coder"),
        replace(asked, words="qwen"),
        replace(asked, kind=None),
        replace(asked, gigabytes=None),
        replace(asked, tag_id=None),
    ]
    assert relaxed(ModelQuery("qwen", sort=SortBy.LIKES)) == []
    assert relaxed(ModelQuery(kind=Kind.MERGE, precision=Precision.INT8)) == []
    assert relaxed(ModelQuery()) == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("  Qwen   CODER ", "qwen coder"),
        ("https://huggingface.co/Qwen/Qwen3-8B/tree/main", "qwen/qwen3-8b"),
        ("Qwen / Qwen3", "qwen/qwen3"),
        ("x" * 60, "x" * WORDS_LIMIT),
        ("qwen 8b QWEN", "qwen 8b"),
    ],
)
def test_words_as_they_are_kept(typed: str, words: str) -> None:
    """Plain, casefolded, short, each once; an address is its model's name."""
    assert words_of(typed) == words


def test_the_longest_search_fits() -> None:
    """Every part at its longest, with words in a script of its own."""
    query = ModelQuery("文" * WORDS_LIMIT, Kind.MERGE, LicenceClass.NONE, 80, Precision.BF16, LARGEST_ID, LARGEST_ID)
    assert len(search_page_id(query, 999)) <= 100
    assert query_of(code_of(query)) == query


def test_codes_keep_their_meaning() -> None:
    """Buttons of today must be understood for ever: this very code is in somebody's channel."""
    assert query_of("qpd8l.2a.0.qwen coder") == ModelQuery(
        words="qwen coder",
        kind=Kind.QUANTIZED,
        licence_class=LicenceClass.PERMISSIVE,
        gigabytes=24,
        precision=Precision.INT8,
        descends_from=42,
        sort=SortBy.LIKES,
    )


@pytest.mark.parametrize("code", ["", "x", "qpd8l", "zzzzz.0.0.a", "qpd8l.x.0.a", "qpd8.0.0.a", "....", "-----.0"])
def test_what_is_no_search_is_refused(code: str) -> None:
    """A hand-made id raises what the button answers."""
    with pytest.raises(ValueError, match=r".*"):
        query_of(code)


@given(st.text(max_size=300))
def test_words_are_plain_and_bounded(typed: str) -> None:
    """Whatever is typed: one line, casefolded, within the limit, the same when it is read again."""
    words = words_of(typed)
    assert len(words) <= WORDS_LIMIT
    assert words == words_of(words)
    assert "\n" not in words


def test_ten_thousand_characters_cost_nothing() -> None:
    """The beginning counts."""
    assert words_of("Qwen-" * 2_000) == "qwen-" * 9


@given(st.integers(1, 300_000_000_000), st.sampled_from(HARDWARE), st.sampled_from(Precision))
def test_what_fits_is_what_the_card_says(parameters: int, gigabytes: int, precision: Precision) -> None:
    """A search for 24 GB finds exactly the models whose cards say that 24 GB or less run them."""
    fits = requirements(hub_model(parameters=parameters)).fits.get(precision)
    assert (parameters <= most_parameters(gigabytes, precision)) == (fits is not None and fits <= gigabytes)
