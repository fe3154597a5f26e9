"""The picture of a standing: a row a model, its score with its interval, its votes, its tags and where it moved.

Importing this imports Pillow: it is imported where a picture is drawn, in a thread (`bot.cards.attached_pictures`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.cards.canvas import Canvas
from bot.cards.lettering import Block, Run, Step, Weight, drawable, fit, width_of
from bot.cards.picture_style import (
    BAND,
    CHIP,
    CHIP_TEXT,
    DOT,
    DOWN,
    EDGE,
    FRESH,
    GROUND,
    MARGIN,
    NOTE_GAP,
    QUIET,
    RULE,
    TEXT,
    TRACK,
    UP,
    WIDTH,
    draw_heading,
    heading,
    height_of,
    note,
)
from bot.domain.standing_picture import ROWS_AT_MOST, Movement, PictureRow, Since, StandingPicture, share
from bot.language.words import Words

TAGS_DRAWN = 2
TAG_LIMIT = 40
"""Characters of a tag: as long as they get (`bot.domain.tags.TAG_LENGTH`) with room for other languages' words."""

LEFT = 154
"""Where names begin: the ranks and movements stand before them."""

RANK_WIDTH = LEFT - MARGIN - 16
SCORE_WIDTH = 140
NAME_WIDTH = WIDTH - MARGIN - LEFT - SCORE_WIDTH
NAME_STEPS = (Step(40), Step(36), Step(32), Step(29), Step(34, 2), Step(30, 2), Step(26, 3))
RANK_STEPS = (Step(46), Step(36), Step(28), Step(20))

NAME_LINE = 54
"""Height of a name on one line, whatever the size of its letters: it shares its base line with rank and score."""

NAME_BASE = 41
"""From the top of that line to its base line."""

LINE = 46
"""Height of the line with the bar, the votes and the tags."""

TRACK_WIDTH = 316
TRACK_HEIGHT = 16
DOT_RADIUS = 13
AFTER_TRACK = 28
AFTER_VOTES = 24
CHIP_SIZES = (26, 23, 20, 17, 14)
CHIP_HEIGHT = 40
CHIP_PADDING = 15
CHIP_GAP = 10
SMALL = 29
PADDING = 15
MOVEMENT_STEPS = (Step(26), Step(22), Step(18))
ROUNDED_FROM = 10_000
MOST = 999_999
"""Ranks and places beyond are no real ones."""

SCORE_SIZE = 42
MEDALS = ("#FFD166", "#D5DCE6", "#E3A36B")
"""Gold, silver, bronze."""


@dataclass(frozen=True, slots=True)
class _Chip:
    """A tag in its place: from the left of the row's second line, and on which line of chips it stands."""

    left: float
    line: int
    width: float
    text: str
    size: int


@dataclass(frozen=True, slots=True)
class _Row:
    """One row, set."""

    row: PictureRow
    name: Block
    votes: str
    chips: tuple[_Chip, ...]

    @property
    def name_height(self) -> int:
        return max(NAME_LINE, self.name.height)

    @property
    def height(self) -> int:
        lines = 1 + max((chip.line for chip in self.chips), default=0)
        return PADDING + self.name_height + lines * LINE + PADDING


def draw_standings(picture: StandingPicture, words: Words) -> bytes:
    """Return a PNG of `WIDTH` pixels, as high as its rows; some 0.1 MB. Takes a tenth of a second: not in the loop."""
    rows = [_set(row, words) for row in picture.rows[:ROWS_AT_MOST]]
    head = heading(picture.title, picture.subtitle)
    foot = note(words("picture.legend") if rows else words("picture.empty"))
    height = height_of(head) + NOTE_GAP + sum(row.height for row in rows) + NOTE_GAP + foot.height + MARGIN - 10
    canvas = Canvas(WIDTH, height, GROUND)
    draw_heading(canvas, head)
    top = height_of(head) + NOTE_GAP
    for row in rows:
        canvas.rule(MARGIN, WIDTH - MARGIN, top, RULE)
        _draw(canvas, row, top, words)
        top += row.height
    canvas.rule(MARGIN, WIDTH - MARGIN, top, RULE)
    canvas.block(MARGIN, top + NOTE_GAP, foot)
    canvas.frame(EDGE, 3)
    return canvas.png()


def _set(row: PictureRow, words: Words) -> _Row:
    publisher, slash, own = (drawable(row.name) or words("card.unnamed")).rpartition("/")
    runs = [Run(publisher + slash, QUIET), Run(own, TEXT, Weight.BOLD)]
    name = fit([run for run in runs if run.text], NAME_WIDTH, NAME_STEPS)
    votes = words.plural("picture.votes", row.votes)
    start = TRACK_WIDTH + AFTER_TRACK + width_of(votes, SMALL, Weight.MEDIUM) + AFTER_VOTES
    tags = [drawable(tag, TAG_LIMIT) for tag in row.tags[:TAGS_DRAWN]]
    return _Row(row, name, votes, tuple(_chips([tag for tag in tags if tag], start)))


def _chips(tags: Sequence[str], start: float) -> Iterator[_Chip]:
    """Place tags after the votes, and on lines of their own where they do not fit."""
    room = WIDTH - MARGIN - LEFT
    left, line = start, 0
    for tag in tags:
        size = next((size for size in CHIP_SIZES if width_of(tag, size) <= room - 2 * CHIP_PADDING), CHIP_SIZES[-1])
        width = width_of(tag, size) + 2 * CHIP_PADDING
        if left + width > room:
            left, line = 0, line + 1
        yield _Chip(left, line, width, tag, size)
        left += width + CHIP_GAP


def _draw(canvas: Canvas, row: _Row, top: int, words: Words) -> None:
    base = top + PADDING + NAME_BASE
    line = top + PADDING + row.name_height + LINE // 2
    canvas.block(LEFT, base - row.name.size if len(row.name.lines) == 1 else top + PADDING - 2, row.name)
    score = words.percent(round(share(row.row.score), 2))
    canvas.text((WIDTH - MARGIN, base), Run(score, TEXT, Weight.BOLD), SCORE_SIZE, "rs")
    _draw_rank(canvas, row.row, base, line, words)
    _draw_interval(canvas, row.row, line)
    canvas.beside((LEFT + TRACK_WIDTH + AFTER_TRACK, line), Run(row.votes, QUIET, Weight.MEDIUM), SMALL)
    for chip in row.chips:
        _draw_chip(canvas, chip, line)


def _draw_rank(canvas: Canvas, row: PictureRow, base: int, line: int, words: Words) -> None:
    colour = MEDALS[row.rank - 1] if 1 <= row.rank <= len(MEDALS) else TEXT
    rank = Run(_briefly(row.rank, words), colour, Weight.BOLD)
    middle = MARGIN + RANK_WIDTH / 2
    canvas.text((middle, base), rank, fit([rank], RANK_WIDTH, RANK_STEPS).size, "ms")
    moved = _movement(row.movement, words)
    canvas.beside((middle, line), moved, fit([moved], RANK_WIDTH, MOVEMENT_STEPS).size, "m")


def _movement(movement: Movement, words: Words) -> Run:
    if movement.since is Since.UNKNOWN:
        return Run("", QUIET)
    if movement.since is Since.NEW:
        return Run(words("picture.new"), FRESH, Weight.BOLD)
    if movement.since is Since.BACK:
        return Run(words("picture.back"), FRESH, Weight.BOLD)
    if movement.places == 0:
        return Run("–", QUIET, Weight.BOLD)
    places = _briefly(abs(movement.places), words)
    return Run(f"▲{places}", UP, Weight.BOLD) if movement.places > 0 else Run(f"▼{places}", DOWN, Weight.BOLD)


def _briefly(n: int, words: Words) -> str:
    """Write a number in the narrow column before the names."""
    return str(n) if n < ROUNDED_FROM else words.compact(min(n, MOST))


def _draw_interval(canvas: Canvas, row: PictureRow, line: int) -> None:
    """Draw the whole of 0 to 100 %, on it what is likely, and on that the score."""
    half = TRACK_HEIGHT // 2
    canvas.bar((LEFT, line - half, LEFT + TRACK_WIDTH, line + half), TRACK)
    low, high = sorted((share(row.low), share(row.high)))
    x0, x1 = round(LEFT + low * TRACK_WIDTH), round(LEFT + high * TRACK_WIDTH)
    canvas.bar((x0, line - half, max(x1, x0 + TRACK_HEIGHT), line + half), BAND)
    score = LEFT + share(row.score) * TRACK_WIDTH
    canvas.dot((score, line), DOT_RADIUS + 4, GROUND)
    canvas.dot((score, line), DOT_RADIUS, DOT)


def _draw_chip(canvas: Canvas, chip: _Chip, line: int) -> None:
    middle = line + chip.line * LINE
    left = round(LEFT + chip.left)
    box = (left, middle - CHIP_HEIGHT // 2, round(left + chip.width), middle + CHIP_HEIGHT // 2)
    canvas.bar(box, CHIP, radius=12)
    canvas.beside(((box[0] + box[2]) / 2, middle), Run(chip.text, CHIP_TEXT), chip.size, "m")
