"""What a picture shows, in words: for members who do not see it."""

from collections.abc import Sequence

from bot.cards.layout import within
from bot.domain.plain_text import plain
from bot.domain.standing_picture import (
    ROWS_AT_MOST,
    WEEKS_AT_MOST,
    HistoryPoint,
    Movement,
    Picture,
    PictureRow,
    Since,
    StandingPicture,
    share,
)
from bot.language.words import Words

ALT_TEXT_LIMIT = 1024
"""Characters: Discord's limit for the description of a file, and of an item in a gallery."""

HEAD_LIMIT = 200
NAME_LIMIT = 100


def alt_text(picture: Picture, words: Words) -> str:
    """Return a line a row, or a week, as many as fit: of a standing the first ones, of a history the latest."""
    head = [plain(picture.title, HEAD_LIMIT), plain(picture.subtitle, HEAD_LIMIT)]
    if isinstance(picture, StandingPicture):
        lines = [_row(row, words) for row in picture.rows[:ROWS_AT_MOST]]
        return _joined(head, lines or [words("picture.empty")])
    points = [_point(point, words) for point in picture.points[-WEEKS_AT_MOST:] if point]
    return _joined(head, points[::-1] or [words("picture.empty")])


def _joined(head: Sequence[str], lines: Sequence[str]) -> str:
    return "\n".join(within([*head, *lines], ALT_TEXT_LIMIT))


def _row(row: PictureRow, words: Words) -> str:
    line = words("picture.alt.row", rank=row.rank, name=plain(row.name, NAME_LIMIT), **_numbers(row, words))
    moved = _moved(row.movement, words)
    return words("picture.alt.moved", row=line, moved=moved) if moved else line


def _point(point: HistoryPoint, words: Words) -> str:
    return words("picture.alt.point", week=plain(point.week, NAME_LIMIT), rank=point.rank, **_numbers(point, words))


def _numbers(of: PictureRow | HistoryPoint, words: Words) -> dict[str, str]:
    shares = {"score": of.score, "low": of.low, "high": of.high}
    written = {name: words.percent(round(share(value), 2)) for name, value in shares.items()}
    return written | {"votes": words.plural("picture.votes", of.votes)}


def _moved(movement: Movement, words: Words) -> str:
    if movement.since is Since.UNKNOWN:
        return ""
    if movement.since is Since.NEW:
        return words("picture.alt.new")
    if movement.since is Since.BACK:
        return words("picture.alt.back")
    if movement.places == 0:
        return words("picture.alt.same")
    if movement.places > 0:
        return words("picture.alt.up", places=movement.places)
    return words("picture.alt.down", places=-movement.places)
