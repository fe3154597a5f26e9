"""What a search found and what models have side by side, whatever their facts: within Discord's limits, harmless."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cards.comparison_card import comparison_card
from bot.cards.model_card import model_card
from bot.cards.search_results import conditions, nearby_label, nothing_found, search_results
from bot.domain.card import CardFacts
from bot.domain.community import CommunityFacts, TagCount
from bot.domain.labs import Lab
from bot.domain.model import Kind, LicenceClass
from bot.domain.model_query import ModelQuery, SortBy, relaxed, words_of
from bot.domain.plain_text import plain
from bot.domain.reviews import ReviewSummary
from bot.domain.server import Locale
from bot.domain.votes import Tally
from bot.language.words import Language
from tests.cards import hostile_facts
from tests.cards.limits import check_limits, components_of, ids_of, texts_of
from tests.cards.samples import finetune_with_warning, hostile, merge, original, quantized, voted_on
from tests.cards.test_rendering import assert_harmless, locales, thoroughly

LANGUAGE = Language.load()
CARDS = [original(), finetune_with_warning(), merge(), quantized()]


def distinct(cards: list[CardFacts]) -> list[CardFacts]:
    """Give each card an id of its own, as models have; the longest there are."""
    return [replace(card, model_id=2**63 - 1 - number) for number, card in enumerate(cards)]


def a_page(cards: list[CardFacts], query: ModelQuery, locale: Locale, tag: str | None, base: str | None) -> None:
    """Check a page of these cards."""
    words = LANGUAGE.words(locale)
    asked = conditions(query, words, tag=tag, base=base)
    options = {"page": 1, "pages": 100, "total": "More than 600 models", "asked": asked, "in_server": True}
    view = search_results(cards, query, words, **options)  # pyright: ignore[reportArgumentType] - the options of one page
    check_limits(view)
    assert_harmless(view)


@settings(parent=thoroughly, max_examples=25)
@given(
    st.lists(hostile_facts.cards, max_size=6).map(distinct),
    locales,
    st.none() | hostile_facts.hostile_texts,
    st.text(max_size=90),
)
def test_any_models_make_a_valid_page(cards: list[CardFacts], locale: Locale, text: str | None, typed: str) -> None:
    """Any six models, any words, tag and base."""
    a_page(cards, ModelQuery(words=words_of(typed)), locale, text, text)


@settings(parent=thoroughly, max_examples=25)
@given(st.lists(hostile_facts.cards, min_size=2, max_size=4).map(distinct), locales)
def test_any_models_make_a_valid_comparison(cards: list[CardFacts], locale: Locale) -> None:
    """Any two to four models; each can be opened."""
    view = comparison_card(cards, LANGUAGE.words(locale))
    check_limits(view)
    assert_harmless(view)
    assert len(ids_of(view)) == len(cards)


@pytest.mark.parametrize("locale", Locale)
def test_the_worst_page_keeps_every_model(locale: Locale) -> None:
    """Six hostile models are all there, each with its button."""
    cards = [replace(hostile(), model_id=number) for number in range(1, 7)]
    query = ModelQuery("x" * 45, Kind.MERGE, LicenceClass.CUSTOM, 80, sort=SortBy.NEWEST)
    asked = conditions(query, LANGUAGE.words(locale), tag="t" * 60, base="b" * 200)
    view = search_results(
        cards, query, LANGUAGE.words(locale), page=50, pages=100, total="x", asked=asked, in_server=True
    )
    check_limits(view)
    assert [one for one in ids_of(view) if ":show:" in one] == [f"v1:show:{number}" for number in range(1, 7)]


@settings(parent=thoroughly, max_examples=25)
@given(locales, st.none() | hostile_facts.hostile_texts, st.text(max_size=90))
def test_nothing_found_is_a_valid_answer(locale: Locale, text: str | None, typed: str) -> None:
    """Any words, tag and base; every search for less has a button of its own."""
    words, query = LANGUAGE.words(locale), ModelQuery(words_of(typed), Kind.MERGE, LicenceClass.CUSTOM, 80, tag_id=1)
    asked = conditions(query, words, tag=text, base=text)
    nearby = [
        (nearby_label(left_out, 600, words, is_cut=True), way.query)
        for way in relaxed(query)[:5]
        for left_out in conditions(way.left_out, words, tag=text or "t", base=None, clean=plain)[:1]
    ]
    view = nothing_found(query, words, asked=asked, nearby=nearby)
    check_limits(view)
    assert_harmless(view)
    assert len(ids_of(view)) == len(nearby)


def test_a_search_says_what_was_asked_for_and_what_comes_first() -> None:
    """Conditions and order stand together at the top, on every page."""
    words, query = LANGUAGE.words(Locale.ENGLISH), ModelQuery("qwen", Kind.MERGE, gigabytes=24, sort=SortBy.NEWEST)
    asked = conditions(query, words, tag=None, base=None)
    view = search_results(CARDS, query, words, page=1, pages=3, total="15 models", asked=asked, in_server=True)
    head = texts_of(view)[0].replace("\N{NO-BREAK SPACE}", " ")
    assert head == "### 15 models\n-# “qwen” · merge · runs on 24 GB (4-bit) · newest first"


def test_differences_and_what_is_alike() -> None:
    """Different values are bold and side by side, equal ones stand once below, unknown ones are a dash."""
    tags = tuple(TagCount(label, 9) for label in ("coding", "tool use", "慢", "left out"))
    community = CommunityFacts(tally=Tally(12, 1), tags=tags, reviews=ReviewSummary(5, 1, 0))
    cards = [replace(original(), community=community), finetune_with_warning()]
    text = "\n".join(texts_of(comparison_card(cards, LANGUAGE.words(Locale.ENGLISH))))
    text = text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{EN SPACE}", " ").replace("\N{FOUR-PER-EM SPACE}", " ")
    for expected in (
        "Size ① **21.5B** ② **72.7B**",
        "Context ① **128K** ② **32K**",
        "Licence ① **🟢 apache-2.0** ② **⚠️ apache-2.0**",
        "Votes here ① **🌱 12 / 1** ② **–**",
        "Tags here ① **`coding` `tool use` `慢`** ② **–**",
        "Tried here ① **5 of 6 work well** ② **–**",
        "-# Alike: Files open",
    ):
        assert expected in text


def test_every_fact_that_a_builder_compares_has_its_line() -> None:
    """Licence, size, memory, context, formats, votes, tags, reviews and release, in both languages, of up to four."""
    cards = [voted_on(), finetune_with_warning(), merge(), replace(quantized(), released_at=None)]
    for locale, labels in (
        (
            Locale.ENGLISH,
            ("Licence", "Size", "Memory", "Context", "Formats", "Votes here", "Tags here", "Tried here", "Released"),
        ),
        (
            Locale.CHINESE,
            ("许可证", "参数量", "显存", "上下文", "格式", "本服务器投票", "本服务器标签", "本服务器试用", "发布"),
        ),
    ):
        lines = "\n".join(texts_of(comparison_card(cards, LANGUAGE.words(locale)))).split("\n")
        assert [label for label in labels if not any(line.startswith(label) for line in lines)] == []
        assert all("④" in line for line in lines if line.startswith(labels))


def test_models_without_a_difference() -> None:
    """Twins: said in a sentence instead of an empty space."""
    twins = [original(), replace(original(), model_id=999)]
    text = "\n".join(texts_of(comparison_card(twins, LANGUAGE.words(Locale.ENGLISH))))
    assert "Nothing that I know of sets them apart." in text


def test_outside_a_server_nothing_is_said_of_votes() -> None:
    """A search brought along is sorted by likes, and says so."""
    words = LANGUAGE.words(Locale.ENGLISH)
    view = search_results(CARDS, ModelQuery(), words, page=0, pages=1, total="4", asked=[], in_server=False)
    assert "most liked first" in "\n".join(texts_of(view))
    assert all("🌱" not in text for text in texts_of(view))
    assert len(components_of(view)) <= 40


@pytest.mark.parametrize(
    ("locale", "formats", "publisher"),
    [
        (Locale.ENGLISH, "GGUF,\N{NO-BREAK SPACE}MLX", r"Qwen \(Alibaba\)"),
        (Locale.CHINESE, "GGUF、MLX", "Qwen（Alibaba）"),
    ],
)
def test_lists_and_brackets_are_the_languages_own(locale: Locale, formats: str, publisher: str) -> None:
    """A list of formats and a lab's owner are set with Chinese marks in Chinese."""
    lab = Lab("qwen", "Qwen (Alibaba)", "CN", ("Qwen",))
    needs = replace(original().requirements, formats=("GGUF", "MLX"))
    card = replace(original(), lab=lab, requirements=needs, family=replace(original().family, formats={}))
    words = LANGUAGE.words(locale)
    told = "\n".join(texts_of(comparison_card([card, merge()], words)))
    assert formats in told
    assert publisher in told.replace("\N{NO-BREAK SPACE}", " ")
    assert publisher in "\n".join(texts_of(model_card(card, words)))
