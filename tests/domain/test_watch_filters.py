import json
from collections.abc import Mapping
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.labs import Lab, LabBook
from bot.domain.model import Kind, LicenceClass
from bot.domain.server import Locale
from bot.domain.watch_filters import (
    VALUES_PER_CONDITION,
    FilterInput,
    build,
    from_json,
    split_list,
    to_json,
    whole_number,
)
from bot.domain.watches import ANY_LAB, WatchFilter
from bot.language.words import Language
from tests.domain.test_matching import FILTERS

LABS = LabBook(
    [
        Lab("qwen", "Qwen", "CN", ("Qwen",)),
        Lab("mistral", "Mistral AI", "FR", ("mistralai",)),
        Lab("bartowski", "bartowski", "US", ("bartowski",), uploader=True),
    ]
)


def refusal_of(given_input: FilterInput) -> tuple[str, Mapping[str, str | int | tuple[str, ...]]]:
    """Return why an input is refused."""
    with pytest.raises(Refusal) as refused:
        build(given_input, LABS)
    return refused.value.key, refused.value.values


def test_what_is_typed_becomes_a_filter() -> None:
    """Whatever the spelling; commas, Chinese commas and spaces separate."""
    typed = FilterInput(
        authors="Qwen, @MistralAI",
        labs="Qwen，Mistral AI",
        countries="cn fr",
        kinds="Original、merge",
        descends_from=[4, 7],
        tasks="Text-Generation",
        libraries="MLX",
        licence_classes="permissive, non-commercial",
        languages="ZH en",
        min_parameters="500M",
        max_parameters="1.5b",
        min_likes="1.5k",
        min_downloads="1000",
        min_trending="12.5",
        keywords="Tool Use, coder",
        excluded_keywords="test demo",
    )
    assert build(typed, LABS) == WatchFilter(
        authors=frozenset({"qwen", "mistralai"}),
        labs=frozenset({"qwen", "mistral"}),
        countries=frozenset({"CN", "FR"}),
        kinds=frozenset({Kind.ORIGINAL, Kind.MERGE}),
        descends_from=frozenset({4, 7}),
        tasks=frozenset({"text-generation"}),
        libraries=frozenset({"mlx"}),
        licence_classes=frozenset({LicenceClass.PERMISSIVE, LicenceClass.NON_COMMERCIAL}),
        languages=frozenset({"zh", "en"}),
        min_parameters=500_000_000,
        max_parameters=1_500_000_000,
        min_likes=1500,
        min_downloads=1000,
        min_trending=12.5,
        keywords=frozenset({"tool use", "coder"}),
        excluded_keywords=frozenset({"test", "demo"}),
    )


def test_what_is_not_typed_stays_and_a_dash_takes_away() -> None:
    """Editing a watch names only what changes."""
    base = WatchFilter(authors=frozenset({"qwen"}), min_likes=10, kinds=frozenset({Kind.MERGE}))
    assert build(FilterInput(), LABS, base) == base
    edited = build(FilterInput(authors="-", min_likes="none", kinds=""), LABS, base)
    assert edited == WatchFilter()


@pytest.mark.parametrize("typed", ["*", "any", "ANY", "known", "all, qwen"])
def test_any_known_lab_can_be_asked_for(typed: str) -> None:
    """In the words that people try."""
    assert ANY_LAB in build(FilterInput(labs=typed), LABS).labs


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7B", 7 * 10**9),
        ("500M", 5 * 10**8),
        ("1.5k", 1500),
        ("12", 12),
        ("1T", 10**12),
        (" 0.6 b ", 6 * 10**8),
        ("７Ｂ", 7 * 10**9),
    ],
)
def test_numbers_carry_suffixes(text: str, number: int) -> None:
    """As everybody writes sizes."""
    assert number == whole_number(text)


@pytest.mark.parametrize(
    "text", ["70b-instruct", "", "-5", "7 8", "1e9", "∞", "7B7", "nan", "٧", "0x10", "1" * 40, "\0"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    """With what was typed."""
    with pytest.raises(Refusal) as refused:
        whole_number(text)
    assert refused.value.key == "not-a-number"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        (FilterInput(kinds="fine-tune"), "unknown-kind"),
        (FilterInput(licence_classes="free"), "unknown-licence-class"),
        (FilterInput(countries="Germany"), "unknown-country"),
        (FilterInput(countries="DE"), "unknown-country"),
        (FilterInput(labs="emma"), "unknown-lab"),
        (FilterInput(min_parameters="big"), "not-a-number"),
        (FilterInput(max_parameters="999999T"), "number-too-large"),
        (FilterInput(min_parameters="8B", max_parameters="7B"), "empty-range"),
        (FilterInput(authors="x" * 101), "value-too-long"),
        (FilterInput(keywords=",".join(str(number) for number in range(26))), "too-many-values"),
        (FilterInput(descends_from=range(26)), "too-many-values"),
    ],
)
def test_nonsense_is_refused_in_words(typed: FilterInput, key: str) -> None:
    """Every refusal has a text in every language, and all its placeholders are filled."""
    refused, values = refusal_of(typed)
    assert key == refused
    for locale in Locale:
        assert "{" not in Language.load().words(locale)(f"refusal.{key}", **values)


def test_a_range_that_an_edit_makes_empty_is_refused() -> None:
    """The other bound may have been there before."""
    with pytest.raises(Refusal):
        build(FilterInput(max_parameters="7B"), LABS, WatchFilter(min_parameters=8 * 10**9))


@given(st.text(max_size=300))
def test_hostile_lists_are_refused_or_made_plain(text: str) -> None:
    """Bounded, casefolded, nothing empty, nothing invisible."""
    try:
        values = split_list(text)
    except Refusal:
        return
    assert len(values) == len(set(values)) <= VALUES_PER_CONDITION
    assert all(value and value.isprintable() and "," not in value for value in values)


@given(FILTERS)
def test_a_stored_filter_is_the_same_filter(asked: WatchFilter) -> None:
    """Through real JSON; the same filter always gives the same text."""
    text = json.dumps(to_json(asked))
    assert from_json(json.loads(text)) == asked
    assert json.dumps(to_json(from_json(json.loads(text)))) == text


def test_every_condition_can_be_typed() -> None:
    """The input has a field for each field of the filter."""
    assert {field.name for field in fields(FilterInput)} == {field.name for field in fields(WatchFilter)}


def test_conditions_of_a_newer_version_are_passed_over() -> None:
    """After a step back, watches still load."""
    assert from_json({"authors": ["qwen"], "min_reviews": 3}) == WatchFilter(authors=frozenset({"qwen"}))


def test_values_of_a_newer_version_are_not() -> None:
    """Leaving out a kind could turn the filter into one that lets everything through."""
    with pytest.raises(ValueError, match="distilled"):
        from_json({"kinds": ["distilled"]})
