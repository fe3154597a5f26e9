"""The weekly post and its pages: within Discord's limits and harmless, whatever the names; said in both languages."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.cards.button_ids import WEEK_PAGE, week_page_id
from bot.cards.embed_posts import embed_post
from bot.cards.leaderboard_card import pictures_of, standings_page, week_page
from bot.cards.rendering import render
from bot.domain.card import Post
from bot.domain.community import TagCount
from bot.domain.delivery import Purpose
from bot.domain.leaderboard import (
    Builder,
    LeaderboardFacts,
    LeaderLine,
    ModelLine,
    NewFamily,
    StandingsFacts,
    Talk,
    WeekCounts,
)
from bot.domain.model import Source
from bot.domain.server import Locale
from bot.domain.standing_code import StandingQuery
from bot.domain.standing_filter import StandingFilter
from bot.domain.standing_picture import Movement, StandingPicture
from bot.domain.standings import Standing
from bot.language.words import Language
from tests.cards.hostile_facts import hostile_texts
from tests.cards.leaderboard_samples import CHANNEL, GUILD, late_week, published, quiet_week, week
from tests.cards.limits import check_limits, ids_of, texts_of

LANGUAGE = Language.load()
WORDS = LANGUAGE.words(Locale.ENGLISH)
MARKER = f"v1:week:{GUILD}:2026-W33:0"
LARGEST = 2**63 - 1

models = st.builds(
    ModelLine,
    model_id=st.just(LARGEST),
    repo_id=hostile_texts,
    source=st.sampled_from(Source),
    kind=st.none(),
    tags=st.lists(hostile_texts.map(lambda text: TagCount(text, 1)), max_size=3).map(tuple),
    card=st.just((LARGEST, LARGEST)),
    thread_id=st.just(LARGEST),
)
lines = st.builds(
    LeaderLine,
    model=models,
    standing=st.builds(
        Standing, st.just(LARGEST), st.integers(0, 10**9), *[st.floats(0, 1)] * 3, *[st.integers(0, 10**12)] * 3
    ),
    movement=st.sampled_from([Movement(), Movement.between(None, 1), Movement.between(10**6, 1)]),
)
weeks = st.builds(
    LeaderboardFacts,
    week=st.just(published(late=True)),
    lines=st.lists(lines, max_size=12).map(tuple),
    counts=st.just(WeekCounts(10**9, 10**9, 10**12)),
    discussed=st.lists(st.tuples(models, st.just(Talk(1, 10**9, 10**9, opened=True))), max_size=5).map(tuple),
    families=st.lists(st.tuples(models, st.just(NewFamily(1, 10**9))), max_size=5).map(tuple),
    builders=st.lists(st.builds(Builder, hostile_texts, st.just(10**9), st.just(10**12)), max_size=5).map(tuple),
    page=st.integers(0, 9999),
)


def post_of(facts: LeaderboardFacts, locale: Locale = Locale.ENGLISH) -> Post:
    """Return what a messenger is handed, pictures and all."""
    post = Post(Purpose.LEADERBOARD, locale, facts, MARKER)
    return replace(post, files=pictures_of(post, LANGUAGE))


def assert_harmless(texts: list[str]) -> None:
    """Assert that no mention, markup or link of somebody else's came through."""
    for text in texts:
        assert not re.search(r"@(?!\u2060)", text)
        assert not re.search(r"(?<!\\)<(?!t:\d+:[RDF]>|#\d+>)", text)
        assert not re.search(r"(?<![\\(])https?://", text)


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("make", [week, late_week, quiet_week])
def test_every_week_is_a_message(make: Callable[[], LeaderboardFacts], locale: Locale) -> None:
    """It fits, and carries its marker."""
    post = post_of(make(), locale)
    view = render(post, LANGUAGE)
    check_limits(view)
    assert ids_of(view) == [MARKER]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(weeks, st.sampled_from(Locale))
def test_any_week_is_a_harmless_message(facts: LeaderboardFacts, locale: Locale) -> None:
    """Post, page, standing and embed, whatever members and publishers call things."""
    words, query = LANGUAGE.words(locale), StandingQuery(filters=StandingFilter(tag="x", task="@everyone"))
    standing = StandingsFacts(query, facts.lines, facts.counts, facts.page)
    for view in (
        render(post_of(facts, locale), LANGUAGE),
        week_page(facts, words),
        standings_page(standing, words, GUILD),
    ):
        check_limits(view)
        assert_harmless(texts_of(view))
    embed, below = embed_post(post_of(facts, locale), LANGUAGE)
    assert len(embed) <= 6000
    assert_harmless([str(embed.description)])
    assert [getattr(item, "custom_id", None) for item in below.children] == [MARKER]


def test_the_post_says_what_the_week_was() -> None:
    """Five places with movement and ways to them, what was discussed and built; the rest is a click away."""
    text = "\n".join(texts_of(render(post_of(week()), LANGUAGE)))
    assert "Week 33 · Aug 9, 2026 – Aug 16, 2026" in text
    assert "🥇 **[Qwen/Qwen3-8B](https://huggingface.co/Qwen/Qwen3-8B)** ▲1" in text
    assert "**[meadow-labs/Rowan-24B-Instruct](https://huggingface.co/meadow-labs/Rowan-24B-Instruct)** ▼1" in text
    assert f"[card](https://discord.com/channels/{GUILD}/{CHANNEL}/{10**18 + 1})" in text
    assert f"<#{CHANNEL}>" in text
    assert "5 reviews, tagged 7 times, a new discussion" in text
    assert "12 built on it" in text
    assert "bartowski](https://huggingface.co/bartowski) (3 models" in text
    assert "SmolLM3" not in text
    assert "Posted late" not in text


def test_figures_stand_in_the_brackets_of_their_language() -> None:
    """Chinese in full-width ones, against the name."""
    text = "\n".join(texts_of(render(post_of(week(), Locale.CHINESE), LANGUAGE)))
    for told in ("（5 条试用评价、打标签 7 次、新开讨论）", "（12 个衍生模型）", "（3 个模型"):
        assert told in text
    assert not re.search("[\u4e00-\u9fff] ?[()]|[)(][\u4e00-\u9fff]", text)


def test_a_late_post_says_so() -> None:
    """With the moment it was due, on everybody's own clock."""
    assert "Posted late: it was due <t:1786903200:F>" in "\n".join(texts_of(render(post_of(late_week()), LANGUAGE)))


def test_the_picture_has_the_ranked_ones() -> None:
    """A model that was too early is not in it; a quiet week has none."""
    (file,) = post_of(week(), Locale.CHINESE).files
    picture = file.picture
    assert isinstance(picture, StandingPicture)
    assert [row.rank for row in picture.rows] == [1, 2, 3, 4, 5, 6, 7]
    assert picture.title == "本周值得当基座的模型"
    assert post_of(quiet_week()).files == ()


def test_ids_are_read_as_they_are_written() -> None:
    """The longest fits Discord's limit, and is found by its pattern."""
    longest = week_page_id(2**64 - 1, published(late=False).week, 9999)
    assert len(longest) <= 100
    found = re.fullmatch(WEEK_PAGE, longest)
    assert found
    assert found.groupdict() == {"guild_id": str(2**64 - 1), "week": "2026-W33", "page": "9999"}


@pytest.mark.parametrize(
    ("locale", "said"), [(Locale.ENGLISH, "built on others’ models"), (Locale.CHINESE, "在他人模型之上")]
)
def test_builders_of_the_week_are_said_to_build_on_others_models(locale: Locale, said: str) -> None:
    """Their title alone could mean anybody who publishes."""
    told = "\n".join(texts_of(render(post_of(week(), locale), LANGUAGE)))
    title, about, first = told[told.index("🔨") :].splitlines()[:3]
    assert said in about
    assert "bartowski" in first
    assert said not in title
