"""Weeks as a server's members make them: full, quiet, late, and hostile."""

from datetime import UTC, datetime, timedelta

from bot.domain.community import TagCount
from bot.domain.leaderboard import (
    Builder,
    LeaderboardFacts,
    LeaderLine,
    ModelLine,
    NewFamily,
    PublishedWeek,
    Talk,
    WeekCounts,
)
from bot.domain.model import Kind, Source
from bot.domain.standing_picture import Movement
from bot.domain.standings import RULE, Standing, interval, prior_of
from bot.domain.windows import Week, Window

GUILD, CHANNEL = 10**18 + 1, 10**18 + 2
DUE = datetime(2026, 8, 16, 18, tzinfo=UTC)
PRIOR = prior_of(300, 60)
VOTED = (
    ("Qwen/Qwen3-8B", 41, 3, 2, ("coding", "long-context")),
    ("meadow-labs/Rowan-24B-Instruct", 33, 4, 1, ("roleplay",)),
    ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", 22, 2, 3, ("reasoning", "math")),
    ("tokyotech-llm/Llama-3.1-Swallow-8B-Instruct-v0.3", 12, 1, None, ("日本語",)),
    ("zai-org/GLM-4.5-Air", 9, 1, 4, ()),
    ("HuggingFaceTB/SmolLM3-3B", 6, 0, None, ("edge",)),
    ("abacusai/Liberated-Qwen1.5-72B", 4, 1, 6, ()),
)


def week(*, late: bool = False) -> LeaderboardFacts:
    """Return a week with everything in it."""
    lines = tuple(
        LeaderLine(model(number, name, tags), standing(number, up, down), Movement.between(before, number))
        for number, (name, up, down, before, tags) in enumerate(VOTED, 1)
    )
    early = LeaderLine(model(8, "google/medgemma-4b-it", ()), Standing(8, 0, 0.4, 0.4, 0.9, 2, 0, 2), Movement())
    return LeaderboardFacts(
        week=published(late=late),
        lines=(*lines, early),
        counts=WeekCounts(len(lines), 5, 151),
        discussed=((lines[1].model, Talk(2, 5, 7, opened=True)), (lines[0].model, Talk(1, 2, 0, opened=False))),
        families=((lines[0].model, NewFamily(1, 12)), (lines[4].model, NewFamily(5, 1))),
        builders=(Builder("bartowski", 3, 21), Builder("tokyotech-llm", 1, 12)),
        is_late=late,
    )


def late_week() -> LeaderboardFacts:
    """Return one that was published hours after its moment."""
    return week(late=True)


def quiet_week() -> LeaderboardFacts:
    """Return one in which nobody voted."""
    return LeaderboardFacts(published(late=False), (), WeekCounts(0, 0, 0))


def published(*, late: bool) -> PublishedWeek:
    """Return the stored week."""
    at = DUE + timedelta(hours=5 if late else 0)
    return PublishedWeek(GUILD, Week(2026, 33), at, DUE, RULE, Window(DUE - timedelta(weeks=1), DUE), PRIOR)


def model(number: int, name: str, tags: tuple[str, ...]) -> ModelLine:
    """Return a model with a card and, every second one, a discussion."""
    return ModelLine(
        model_id=number,
        repo_id=name,
        source=Source.HUGGING_FACE,
        kind=Kind.ORIGINAL,
        tags=tuple(TagCount(tag, 3) for tag in tags),
        card=(CHANNEL, 10**18 + number),
        thread_id=CHANNEL if number % 2 else None,
    )


def standing(rank: int, up: int, down: int) -> Standing:
    """Return a place by the rule."""
    low, high = interval(up, down, PRIOR)
    return Standing(rank, rank, low, low, high, up, down, up + down)
