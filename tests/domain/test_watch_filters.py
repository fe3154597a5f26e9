import json
from collections.abc import Mapping
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import Refusal
from bot.domain.labs import Lab, LabBook
from bot.domain.model import Kind, LicenceClass
from bot.domain.server import Locale
from bot.domain.typed_lists import VALUES_PER_CONDITION, split_list
from bot.domain.watch_filters import FilterInput, build, from_json, to_json, typed_authors, whole_number
from bot.domain.watches import ANY_LAB, WatchFilter
from bot.language.vocabulary import vocabulary_of
from bot.language.words import Language
from tests.domain.test_matching import FILTERS

LABS = LabBook(
    [
        Lab("qwen", "Qwen", "CN", ("Qwen",), aliases=("千问",)),
        Lab("mistral", "Mistral AI", "FR", ("mistralai",)),
        Lab("bartowski", "bartowski", "US", ("bartowski",), uploader=True),
    ]
)


NAMES = vocabulary_of(Language.load())


def refusal_of(given_input: FilterInput) -> tuple[str, Mapping[str, str | int | tuple[str, ...]]]:
    """Return why an input is refused."""
    with pytest.raises(Refusal) as refused:
        build(given_input, LABS, names=NAMES)
    return refused.value.key, refused.value.values


def _tasks(*tasks: str) -> WatchFilter:
    return WatchFilter(tasks=frozenset(tasks))


def _languages(*codes: str) -> WatchFilter:
    return WatchFilter(languages=frozenset(codes))


def _licences(*classes: LicenceClass) -> WatchFilter:
    return WatchFilter(licence_classes=frozenset(classes))


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
    assert build(typed, LABS, names=NAMES) == WatchFilter(
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
    assert build(FilterInput(), LABS, base, names=NAMES) == base
    edited = build(FilterInput(authors="-", min_likes="none", kinds=""), LABS, base, names=NAMES)
    assert edited == WatchFilter()


@pytest.mark.parametrize("typed", ["*", "any", "ANY", "known", "all, qwen"])
def test_any_known_lab_can_be_asked_for(typed: str) -> None:
    """In the words that people try."""
    assert ANY_LAB in build(FilterInput(labs=typed), LABS, names=NAMES).labs


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
        (FilterInput(kinds="remix"), "unknown-kind"),
        (FilterInput(licence_classes="free"), "unknown-licence-class"),
        (FilterInput(licence_classes="apache-2.0"), "licence-not-class"),
        (FilterInput(countries="Atlantis"), "unknown-country"),
        (FilterInput(countries="Germany"), "country-without-labs"),
        (FilterInput(countries="DE"), "country-without-labs"),
        (FilterInput(tasks="write poems"), "unknown-task"),
        (FilterInput(languages="Elvish of old"), "unknown-language"),
        (FilterInput(authors="no such author!!"), "author-unfit"),
        (FilterInput(authors="Qwen/Qwen3-8B"), "author-unfit"),
        (FilterInput(authors="-dash"), "author-unfit"),
        (FilterInput(authors="two..dots"), "author-unfit"),
        (FilterInput(labs="emma"), "unknown-lab"),
        (FilterInput(min_parameters="big"), "not-a-number"),
        (FilterInput(max_parameters="999999T"), "number-too-large"),
        (FilterInput(min_parameters="8B", max_parameters="7B"), "empty-range"),
        (FilterInput(keywords="x" * 101), "value-too-long"),
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


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (FilterInput(tasks="text generation"), WatchFilter(tasks=frozenset({"text-generation"}))),
        (FilterInput(tasks="Text_Generation text to image"), _tasks("text-generation", "text-to-image")),
        (FilterInput(tasks="文本生成、语音识别"), _tasks("text-generation", "automatic-speech-recognition")),
        (FilterInput(languages="Chinese"), WatchFilter(languages=frozenset({"zh"}))),
        (FilterInput(languages="中文，English 日语"), WatchFilter(languages=frozenset({"zh", "en", "ja"}))),
        (FilterInput(languages="Simplified Chinese, yue, multilingual"), _languages("zh", "yue", "multilingual")),
        (FilterInput(languages="pt-BR"), WatchFilter(languages=frozenset({"pt-br"}))),
        (FilterInput(countries="China, 法国 United States"), WatchFilter(countries=frozenset({"CN", "FR", "US"}))),
        (FilterInput(countries="usa"), WatchFilter(countries=frozenset({"US"}))),
        (FilterInput(kinds="微调, fine-tune, GGUF"), WatchFilter(kinds=frozenset({Kind.FINETUNE, Kind.QUANTIZED}))),
        (FilterInput(kinds="merge adapter"), WatchFilter(kinds=frozenset({Kind.MERGE, Kind.ADAPTER}))),
        (FilterInput(licence_classes="none"), WatchFilter(licence_classes=frozenset({LicenceClass.NONE}))),
        (FilterInput(licence_classes="own terms, 宽松"), _licences(LicenceClass.CUSTOM, LicenceClass.PERMISSIVE)),
        (FilterInput(licence_classes="non commercial"), _licences(LicenceClass.NON_COMMERCIAL)),
        (FilterInput(labs="Mistral AI"), WatchFilter(labs=frozenset({"mistral"}))),
        (FilterInput(labs="MISTRALAI qwen"), WatchFilter(labs=frozenset({"mistral", "qwen"}))),
        (FilterInput(labs="“千问”"), WatchFilter(labs=frozenset({"qwen"}))),
        (FilterInput(authors="Mistral AI"), WatchFilter(authors=frozenset({"mistralai"}))),
        (FilterInput(authors="https://huggingface.co/Qwen"), WatchFilter(authors=frozenset({"qwen"}))),
    ],
)
def test_values_may_be_called_by_their_names(typed: FilterInput, expected: WatchFilter) -> None:
    """In English or Chinese, whatever the reader's language; a name may hold spaces."""
    assert build(typed, LABS, names=NAMES) == expected


def test_a_part_of_a_name_may_mean_several_labs() -> None:
    """What stands in brackets is whose labs they are; what names one lab exactly means that one."""
    labs = LabBook(
        [
            Lab("one", "One (Parent)", "CN", ("One-Org",)),
            Lab("two", "Two (Parent)", "CN", ("Two-Org",)),
            Lab("three", "Three (Whole)", "CN", ("Three-Org",)),
            Lab("four", "Four (Whole)", "CN", ("Four-Org",)),
            Lab("parent-cloud", "Cloud", "CN", ("Cloud",), aliases=("Parent",)),
        ]
    )
    read = {name: build(FilterInput(labs=name), labs, names=NAMES).labs for name in ("parent", "one", "two", "whole")}
    assert read == {"parent": {"parent-cloud"}, "one": {"one"}, "two": {"two"}, "whole": {"three", "four"}}


def test_what_was_perhaps_meant_is_offered() -> None:
    """A slip of the finger in a lab, a task or a language."""
    meant = [
        refusal_of(typed)[1]["near"]
        for typed in (
            FilterInput(labs="Mistrall AI"),
            FilterInput(tasks="text-genration"),
            FilterInput(languages="Chinesse"),
            FilterInput(labs="entirely different"),
        )
    ]
    assert meant == ["Mistral AI", "text-generation", "chinese", ""]


def test_authors_keep_their_spelling_for_the_hub() -> None:
    """The hub's names have capitals; each account once."""
    assert typed_authors("TheDrummer, @thedrummer Qwen", LABS) == ("thedrummer", "Qwen")
    assert typed_authors("-", LABS) == ()


def test_a_range_that_an_edit_makes_empty_is_refused() -> None:
    """The other bound may have been there before."""
    with pytest.raises(Refusal):
        build(FilterInput(max_parameters="7B"), LABS, WatchFilter(min_parameters=8 * 10**9), names=NAMES)


@given(st.text(max_size=300))
def test_hostile_lists_are_refused_or_made_plain(text: str) -> None:
    """Bounded, casefolded, nothing empty, nothing invisible."""
    try:
        values = split_list(text)
    except Refusal:
        return
    assert len(values) == len(set(values)) <= VALUES_PER_CONDITION
    assert all(value and value.isprintable() and "," not in value for value in values)


@given(st.text(max_size=300), st.sampled_from(["authors", "labs", "countries", "tasks", "languages", "kinds"]))
def test_hostile_names_are_refused_or_known(text: str, condition: str) -> None:
    """Whatever is typed: a refusal in words, or values that something can match."""
    try:
        built = build(replace(FilterInput(), **{condition: text}), LABS, names=NAMES)
    except Refusal:
        return
    values: frozenset[str] = getattr(built, condition)
    assert len(values) <= VALUES_PER_CONDITION
    assert all(value.isprintable() and value.strip() for value in values)


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
