"""Posts to send: real cards with invented models."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.card import Post
from bot.domain.delivery import Purpose
from bot.domain.leaderboard import LeaderboardFacts, LeaderLine, ModelLine, PublishedWeek, WeekCounts
from bot.domain.model import Source
from bot.domain.server import Locale
from bot.domain.standing_picture import Movement, PictureFile
from bot.domain.standings import Standing
from bot.domain.windows import Week, Window
from tests.cards.samples import original
from tests.cards.standing_samples import standing_picture


def card_post(model_id: int, *, likes: int = 1204) -> Post:
    """Return a model's card; its marker is its details button, as prepare_post makes it."""
    sample = original()
    card = replace(sample, model_id=model_id, facts=replace(sample.facts, repo_id="Qwen/Qwen3-8B", likes=likes))
    return Post(purpose=Purpose.CARD, locale=Locale.ENGLISH, facts=card, marker=f"v1:details:{model_id}")


def week_post(votes: int = 12, *, pictures: int = 1) -> Post:
    """Return a weekly post with its picture; the picture shows the votes."""
    week, start = Week(2026, 48), datetime(2026, 11, 16, tzinfo=UTC)
    end = start + timedelta(days=7)
    published = PublishedWeek(
        guild_id=1, week=week, published_at=end, due_at=end, rule="wilson-prior-1", window=Window(start, end)
    )
    drawn = replace(standing_picture(Locale.ENGLISH, 2), subtitle=f"{votes} votes")
    standing = Standing(model_id=7, rank=1, score=0.8, low=0.8, high=0.9, up=votes, down=0, voters=votes)
    line = LeaderLine(ModelLine(7, "Qwen/Qwen3-8B", Source.HUGGING_FACE), standing, Movement())
    return Post(
        purpose=Purpose.LEADERBOARD,
        locale=Locale.ENGLISH,
        facts=LeaderboardFacts(published, (line,), WeekCounts(ranked=1, too_early=0, votes=votes)),
        marker="v1:week:1:2026-W48:0",
        files=tuple(PictureFile(f"standing-{number}.png", drawn) for number in range(pictures)),
    )
