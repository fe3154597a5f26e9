"""Every post becomes a message that Discord takes, whatever the facts."""

import re

import pytest
from discord.ui import LayoutView
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards.button_ids import verb_id, withdraw_id
from bot.cards.details_card import details_card
from bot.cards.digest_card import digest_page
from bot.cards.model_card import Own, model_card
from bot.cards.rendering import render
from bot.cards.terminal_card import terminal_card
from bot.cards.verbs import CARD_VERBS, Verb
from bot.domain.card import CardFacts, DigestFacts, DigestPlace, NoticeFacts
from bot.domain.server import Locale
from bot.domain.votes import Choice
from bot.language.words import Language
from tests.cards import hostile_facts
from tests.cards.limits import check_limits, ids_of, texts_of
from tests.cards.samples import SAMPLES, post_of

LANGUAGE = Language.load()
locales = st.sampled_from(Locale)
thoroughly = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
"""Examples of a whole card are large; a deadline would time the machine, not the code."""


def assert_harmless(view: LayoutView) -> None:
    """Assert that nothing hostile came through: no mention, no link but to a web address, no odd characters."""
    for text in texts_of(view):
        assert not re.search(r"@(?!\u2060)", text)
        assert not re.search(r"(?<!\\)<(?!t:\d+:[Rf]>|#\d+>)", text)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\u202a-\u202e]", text)
        assert not re.search(r"(?<![\\(])https?://", text)


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_fits(name: str, locale: Locale) -> None:
    """Each sort of post fits Discord's limits and carries its marker."""
    post = post_of(SAMPLES[name](), locale)
    view = render(post, LANGUAGE)
    check_limits(view)
    assert post.marker in ids_of(view)


@thoroughly
@given(hostile_facts.cards, locales, st.sampled_from(Choice))
def test_any_facts_make_a_valid_private_card(facts: CardFacts, locale: Locale, choice: Choice) -> None:
    """With its reader's vote and the longest that is told of it, the card fits as well, and all that is told stands."""
    told = ("x" * 280, "y" * 160)
    place = DigestPlace(1, at=4, total=9, model_id=facts.model_id)
    view = model_card(facts, LANGUAGE.words(locale), Own(choice, told, place))
    check_limits(view)
    assert "\n".join(told) in texts_of(view)
    assert (withdraw_id(facts.model_id) in ids_of(view)) == (facts.community is not None)


@thoroughly
@given(hostile_facts.cards, locales)
def test_any_facts_make_a_valid_card(facts: CardFacts, locale: Locale) -> None:
    """The card of any facts fits, is harmless, shows a name and carries its marker."""
    post = post_of(facts, locale)
    view = render(post, LANGUAGE)
    check_limits(view)
    assert_harmless(view)
    assert re.match(r"## \S", texts_of(view)[0])
    verbs = [verb_id(verb, facts.model_id) for verb in Verb if verb in CARD_VERBS] if facts.community else []
    assert ids_of(view) == [*verbs, post.marker]


@thoroughly
@given(hostile_facts.cards, locales, st.lists(hostile_facts.hostile_texts, max_size=5))
def test_any_facts_make_valid_details(facts: CardFacts, locale: Locale, watches: list[str]) -> None:
    """So do the details."""
    view = details_card(facts, LANGUAGE.words(locale), watches)
    check_limits(view)
    assert_harmless(view)


@settings(parent=thoroughly, max_examples=25)
@given(hostile_facts.digests, locales, st.integers(0, 9))
def test_any_facts_make_a_valid_digest(facts: DigestFacts, locale: Locale, page: int) -> None:
    """So do digests, with as many models as there may be, and each of their pages."""
    post = post_of(facts, locale)
    view = render(post, LANGUAGE)
    check_limits(view)
    assert_harmless(view)
    assert post.marker in ids_of(view)
    check_limits(digest_page(facts, LANGUAGE.words(locale), page))


@given(hostile_facts.notices, locales)
def test_any_facts_make_a_valid_notice(facts: NoticeFacts, locale: Locale) -> None:
    """So do notices."""
    post = post_of(facts, locale)
    view = render(post, LANGUAGE)
    check_limits(view)
    assert ids_of(view) == [post.marker]


@thoroughly
@given(hostile_facts.cards, locales)
def test_any_facts_print_in_a_terminal(facts: CardFacts, locale: Locale) -> None:
    """A terminal gets plain lines: no control characters, none empty."""
    lines = terminal_card(facts, LANGUAGE.words(locale))
    assert all(line.strip() for line in lines)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", "".join(lines))
