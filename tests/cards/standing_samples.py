"""Standings to draw, with invented votes: for pictures, tests and benchmarks."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.server import Locale
from bot.domain.standing_picture import (
    HistoryPicture,
    HistoryPoint,
    Movement,
    PictureFile,
    PictureRow,
    Since,
    StandingPicture,
)

NEW = Movement(Since.NEW)

ROWS: Sequence[tuple[PictureRow, tuple[str, ...]]] = (
    (
        PictureRow(1, "Qwen/Qwen3.5-9B", 0.86, 0.86, 0.93, 212, Movement.between(2, 1), ("reasoning", "fits 8 GB")),
        ("推理", "8 GB 可跑"),
    ),
    (
        PictureRow(
            2,
            "meadow-labs/Liberated-Qwen3-8B-Instruct",
            0.81,
            0.81,
            0.92,
            128,
            Movement.between(1, 2),
            ("roleplay", "uncensored"),
        ),
        ("角色扮演", "无审查"),
    ),
    (
        PictureRow(
            3, "deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", 0.74, 0.74, 0.85, 96, Movement.between(3, 3), ("coding",)
        ),
        ("写代码",),
    ),
    (
        PictureRow(
            4,
            "mistralai/Ministral-3-14B-Reasoning-2512",
            0.74,
            0.74,
            0.86,
            90,
            Movement.between(9, 4),
            ("long context", "multilingual"),
        ),
        ("长上下文", "多语言"),
    ),
    (PictureRow(5, "zai-org/GLM-4.7-Flash", 0.66, 0.66, 0.83, 61, NEW, ("agents", "tool use")), ("智能体", "工具调用")),
    (
        PictureRow(6, "openai/gpt-oss-20b", 0.63, 0.63, 0.77, 58, Movement.between(4, 6), ("fits 16 GB",)),
        ("16 GB 可跑",),
    ),
    (
        PictureRow(
            7, "black-forest-labs/FLUX.2-klein-4B", 0.58, 0.58, 0.82, 33, Movement.between(7, 7), ("image generation",)
        ),
        ("文生图",),
    ),
    (PictureRow(8, "nvidia/Nemotron-Nano-9B-v2", 0.49, 0.49, 0.81, 19, Movement.between(5, 8), ("fast",)), ("快",)),
    (PictureRow(9, "meadow-labs/Tiny-Swahili-1B", 0.4, 0.4, 0.78, 11, NEW, ("swahili",)), ("斯瓦希里语",)),
    (PictureRow(10, "microsoft/Phi-5-mini", 0.31, 0.31, 0.74, 7, Movement.between(8, 10), ()), ()),
)  # fmt: skip

TITLES = {
    Locale.ENGLISH: ("This week's models worth building on", "Week 48, 2026 · Model Gardeners · 437 members voted"),
    Locale.CHINESE: ("本周最值得当基座的模型", "2026 年第 48 周 · 炼丹师之家 · 437 位成员投票"),
}
HISTORY_TITLES = {Locale.ENGLISH: "Standing in Model Gardeners", Locale.CHINESE: "在「炼丹师之家」的名次"}
NOT_LISTED = 4


def standing_picture(locale: Locale, rows: int = len(ROWS)) -> StandingPicture:
    """Return a standing of so many rows."""
    title, subtitle = TITLES[locale]
    chosen = (replace(row, tags=zh) if locale is Locale.CHINESE else row for row, zh in ROWS[:rows])
    return StandingPicture(title, subtitle, tuple(chosen), locale)


def history_picture(locale: Locale, weeks: int = 10) -> HistoryPicture:
    """Return a climb over so many weeks, with one week in which the model was not listed."""
    points = tuple(None if week == NOT_LISTED else _point(week, weeks, locale) for week in range(weeks))
    return HistoryPicture("Qwen/Qwen3.5-9B", HISTORY_TITLES[locale], points, locale)


def _point(week: int, weeks: int, locale: Locale) -> HistoryPoint:
    along = week / weeks
    score = 0.52 + 0.32 * along + (0.03 if week % 3 else -0.03)
    number = 48 - weeks + week
    name = f"第{number}周" if locale is Locale.CHINESE else f"W{number}"
    return HistoryPoint(name, max(1, 9 - week), score, score, score + 0.24 - 0.12 * along, 20 + 9 * week)


def picture_file(locale: Locale) -> PictureFile:
    """Return the standing as a post carries it."""
    return PictureFile("standing.png", standing_picture(locale))
