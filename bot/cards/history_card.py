"""A model's standing over the weeks, for one reader: a picture and a line."""

from discord.ui import LayoutView

from bot.cards.attached_pictures import gallery
from bot.cards.layout import Accent, block, message, small
from bot.cards.safe_text import safe
from bot.domain.server import Locale
from bot.domain.standing_history import StandingHistory
from bot.domain.standing_picture import HistoryPicture, HistoryPoint, PictureFile
from bot.domain.standings import Standing
from bot.domain.windows import Week
from bot.language.words import Words

NAME_LIMIT = 140
TEXT_LIMIT = 800


def history_file(history: StandingHistory, server: str, words: Words) -> PictureFile:
    """Return the picture, still to be drawn. `server` is its name, as hostile as the model's."""
    points = tuple(_point(week, place, words) for week, place in history.weeks)
    picture = HistoryPicture(history.repo_id, words("chart.where", server=server), points, Locale(words.locale))
    return PictureFile("standing-history.png", picture)


def history_card(history: StandingHistory, file: PictureFile, words: Words) -> LayoutView:
    """Return the message that shows the picture."""
    best = min(place.rank for place in history.ranked)
    weeks = words.plural("chart.weeks", len(history.ranked))
    told = words("chart.told", weeks=weeks, rank=history.ranked[-1].rank, best=best)
    title = safe(history.repo_id, NAME_LIMIT)
    return message(Accent.GOOD, block([f"### {title}", small(told)], TEXT_LIMIT), gallery([file], words))


def _point(week: Week, place: Standing | None, words: Words) -> HistoryPoint | None:
    if place is None:
        return None
    name = words("chart.week", number=week.number)
    return HistoryPoint(name, place.rank, place.score, place.low, place.high, round(place.voters))
