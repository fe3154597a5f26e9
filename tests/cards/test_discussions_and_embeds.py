"""What a discussion begins with, and posts as embeds: within Discord's limits, whatever the facts."""

import re
from dataclasses import replace

import pytest
from hypothesis import given

from bot.cards.button_ids import verb_id
from bot.cards.discussion_card import VERBS_HERE, discussion_card, forum_card
from bot.cards.embed_posts import embed_post
from bot.cards.model_card import model_card
from bot.cards.post_titles import post_title
from bot.cards.rendering import render
from bot.cards.verbs import CARD_VERBS
from bot.domain.card import CardFacts, DigestFacts
from bot.domain.delivery import Purpose
from bot.domain.discussions import TITLE_LENGTH, Opening, title_of
from bot.domain.server import Locale
from tests.cards import hostile_facts
from tests.cards.limits import check_limits, ids_of, texts_of
from tests.cards.samples import SAMPLES, finetune_with_warning, post_of, voted_on
from tests.cards.test_rendering import LANGUAGE, assert_harmless, locales, thoroughly


@thoroughly
@given(hostile_facts.cards, locales)
def test_any_facts_begin_a_discussion(facts: CardFacts, locale: Locale) -> None:
    """The message fits, is harmless, ends with a question and carries the marker by which it is found."""
    view = discussion_card(facts, LANGUAGE.words(locale))
    check_limits(view)
    assert_harmless(view)
    opening = Opening(facts, locale)
    verbs = [verb_id(verb, facts.model_id) for verb in VERBS_HERE if verb in CARD_VERBS]
    assert ids_of(view) == [*verbs, opening.marker]
    assert any(re.search("[?？](\n|$)", text) for text in texts_of(view))
    assert LANGUAGE.words(locale)("discussion.come-back") in texts_of(view)[-1]
    assert 1 <= len(opening.title) <= TITLE_LENGTH
    assert len(opening.nonce(2**63)) <= 25


@thoroughly
@given(hostile_facts.cards, locales)
def test_any_facts_make_a_forum_post(facts: CardFacts, locale: Locale) -> None:
    """The card with all its buttons, within Discord's limits."""
    words = LANGUAGE.words(locale)
    view = forum_card(facts, words)
    check_limits(view)
    assert_harmless(view)
    assert ids_of(view) == ids_of(model_card(facts, words))


@pytest.mark.parametrize("locale", Locale)
def test_a_forum_post_begins_its_discussion(locale: Locale) -> None:
    """The card, a question, the way back; but it does not ask where another thread is the one that discusses it."""
    words, card = LANGUAGE.words(locale), discussed_in(77)
    card_alone = texts_of(model_card(discussed_in(None), words))
    here, unknown = texts_of(forum_card(card, words, 77)), texts_of(forum_card(discussed_in(None), words))
    assert here == unknown
    assert here[: len(card_alone)] == card_alone
    assert words("discussion.come-back") in here[-1]
    assert texts_of(forum_card(card, words, 78)) == texts_of(model_card(card, words))


def discussed_in(thread_id: int | None) -> CardFacts:
    """Return a card that members discuss in this thread."""
    card = voted_on()
    assert card.community is not None
    return replace(card, community=replace(card.community, thread_id=thread_id))


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("purpose", [Purpose.CARD, Purpose.OPENING])
def test_a_message_is_rendered_for_its_purpose(purpose: Purpose, locale: Locale) -> None:
    """An opening that is edited stays one."""
    words = LANGUAGE.words(locale)
    expected = discussion_card(voted_on(), words) if purpose is Purpose.OPENING else model_card(voted_on(), words)
    shown = render(replace(post_of(voted_on(), locale), purpose=purpose), LANGUAGE)
    assert texts_of(shown) == texts_of(expected)


@pytest.mark.parametrize("locale", Locale)
def test_a_discussion_begins_with_what_it_needs(locale: Locale) -> None:
    """Facts, family, votes and tags, and how to come back."""
    words = LANGUAGE.words(locale)
    text = "\n".join(texts_of(discussion_card(voted_on(), words)))
    for sign in ("🖥️", "🌱", "🏷️", "🧪", "💬", words("discussion.come-back")):
        assert sign in text
    warned = "\n".join(texts_of(discussion_card(finetune_with_warning(), words)))
    assert "⚠️" in warned


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("name", SAMPLES)
async def test_every_sample_makes_an_embed_with_the_same_buttons(name: str, locale: Locale) -> None:
    """The embed says something, the buttons are those of the layout, the marker among them."""
    post = post_of(SAMPLES[name](), locale)
    embed, view = embed_post(post, LANGUAGE)
    assert (bool(embed.title), bool(embed.description)) == (True, True)
    buttons = [str(found) for item in view.children if (found := getattr(item, "custom_id", None))]
    assert buttons == ids_of(render(post, LANGUAGE))
    assert post.marker in buttons


@thoroughly
@given(hostile_facts.cards | hostile_facts.digests, locales)
def test_any_facts_make_a_valid_embed(facts: CardFacts | DigestFacts, locale: Locale) -> None:
    """Within Discord's limits for embeds, and with nothing that mentions or breaks out."""
    post = post_of(facts, locale)
    embed, view = embed_post(post, LANGUAGE)
    assert 1 <= len(embed.title or "") <= 256
    assert 1 <= len(embed.description or "") <= 4096
    assert len(embed) <= 6000
    assert len(view.children) <= 25
    text = f"{embed.title}\n{embed.description}"
    assert not re.search(r"@(?!\u2060)", text)
    assert not re.search(r"(?<!\\)<(?!t:\d+:R>|#\d+>)", text)
    assert 1 <= len(post_title(post, LANGUAGE.words(locale))) <= TITLE_LENGTH


@pytest.mark.parametrize(
    ("repo_id", "title"),
    [
        ("Qwen/Qwen3-8B", "Qwen/Qwen3-8B"),
        (f"{'o' * 42}/{'m' * 96}", "m" * 96),
        ("m" * 300, "m" * 99 + "…"),
        ("\u202e", "?"),
    ],
)
def test_titles_are_bounded(repo_id: str, title: str) -> None:
    """The publisher gives way before the model's own name does."""
    assert title == title_of(repo_id)
