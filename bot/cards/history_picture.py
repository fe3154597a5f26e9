"""The picture of one model's standing over the weeks: its score with the interval as a band, and its ranks.

Importing this imports Pillow: it is imported where a picture is drawn, in a thread (`bot.cards.attached_pictures`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

from bot.cards.canvas import Canvas, Point
from bot.cards.lettering import Run, Weight, drawable, width_of
from bot.cards.picture_style import (
    DOT,
    EDGE,
    GROUND,
    MARGIN,
    NOTE_GAP,
    QUIET,
    RULE,
    SHADE,
    TEXT,
    WIDTH,
    draw_heading,
    heading,
    height_of,
    note,
)
from bot.domain.standing_picture import WEEKS_AT_MOST, HistoryPicture, HistoryPoint, share
from bot.language.words import Words

PLOT_HEIGHT = 420
PLOT_LEFT = MARGIN + 96
PLOT_RIGHT = WIDTH - MARGIN - 34
INSET = 44
"""From the scale to the first week: its rank stands clear of the scale's numbers."""

ABOVE_PLOT = 44
BELOW_PLOT = 108
"""Room for the ranks of the lowest scores, and for the weeks' names."""

WEEK_BASE = 86
RANK_BASE = 46
"""From the bottom of the plot, and from a score, down to a label's base line: the interval is above the score."""

LINE_WIDTH = 5
DOT_RADIUS = 10
MANY_WEEKS = 14
SMALL_DOT_RADIUS = 7
"""From so many weeks on, for the line to be seen between the dots."""

LABEL = 27
RANK = 30
WEEK_LIMIT = 12
"""Characters of a week's name."""

NARROWEST = 0.4
"""The scale shows at least so much of 0 to 100 %: half a per cent is no cliff."""

GRID = 0.1
MOST_LINES = 5
"""Lines of the grid, the lowest not counted."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """A week's place on the sheet."""

    x: float
    low: float
    score: float
    high: float
    point: HistoryPoint


@dataclass(frozen=True, slots=True)
class _Scale:
    """From shares to heights."""

    lowest: float
    highest: float
    top: int

    def y(self, value: float) -> float:
        """Return the height of a share on the sheet."""
        return self.top + PLOT_HEIGHT * (self.highest - value) / (self.highest - self.lowest)

    def grid(self) -> Sequence[float]:
        """Return the shares at which a line is drawn."""
        steps = round((self.highest - self.lowest) / GRID)
        every = ceil(steps / MOST_LINES)
        return [self.lowest + GRID * step for step in range(0, steps + 1, every)]


def draw_history(picture: HistoryPicture, words: Words) -> bytes:
    """Return a PNG of `WIDTH` pixels; under 0.1 MB. Takes some 50 ms: not in the event loop."""
    points = picture.points[-WEEKS_AT_MOST:]
    known = [point for point in points if point]
    head = heading(picture.title, picture.subtitle)
    foot = note(words("picture.legend.history") if known else words("picture.empty"))
    scale = _scale(known, height_of(head) + ABOVE_PLOT)
    below = scale.top + PLOT_HEIGHT + BELOW_PLOT
    canvas = Canvas(WIDTH, below + NOTE_GAP + foot.height + MARGIN - 10, GROUND)
    draw_heading(canvas, head)
    _draw_grid(canvas, scale, words)
    spots = [_spot(index, len(points), point, scale) for index, point in enumerate(points)]
    radius = DOT_RADIUS if len(points) < MANY_WEEKS else SMALL_DOT_RADIUS
    for stretch in _stretches(spots):
        _draw_stretch(canvas, stretch, radius)
    _draw_labels(canvas, [spot for spot in spots if spot], scale.top + PLOT_HEIGHT)
    canvas.rule(MARGIN, WIDTH - MARGIN, below, RULE)
    canvas.block(MARGIN, below + NOTE_GAP, foot)
    canvas.frame(EDGE, 3)
    return canvas.png()


def _scale(points: Sequence[HistoryPoint], top: int) -> _Scale:
    """Return a scale from one tenth to another with every interval in it."""
    values = [share(value) for point in points for value in (point.low, point.score, point.high)] or [0.0, 1.0]
    lowest, highest = floor(min(values) / GRID) * GRID, ceil(max(values) / GRID) * GRID
    missing = max(NARROWEST - (highest - lowest), 0.0)
    lowest = max(lowest - missing, 0.0)
    return _Scale(round(lowest, 1), round(max(highest, lowest + NARROWEST), 1), top)


def _spot(index: int, weeks: int, point: HistoryPoint | None, scale: _Scale) -> _Spot | None:
    if point is None:
        return None
    along = index / (weeks - 1) if weeks > 1 else 0.5
    low, high = sorted((share(point.low), share(point.high)))
    x = PLOT_LEFT + INSET + along * (PLOT_RIGHT - PLOT_LEFT - INSET)
    return _Spot(x, scale.y(low), scale.y(share(point.score)), scale.y(high), point)


def _stretches(spots: Sequence[_Spot | None]) -> Iterator[Sequence[_Spot]]:
    """Split at the weeks in which the model was not listed: no line crosses them."""
    stretch: list[_Spot] = []
    for spot in (*spots, None):
        if spot is not None:
            stretch.append(spot)
        elif stretch:
            yield stretch
            stretch = []


def _draw_grid(canvas: Canvas, scale: _Scale, words: Words) -> None:
    for value in scale.grid():
        y = round(scale.y(value))
        canvas.rule(PLOT_LEFT, PLOT_RIGHT + 20, y, RULE)
        canvas.beside((PLOT_LEFT - 16, y), Run(words.percent(round(value, 2)), QUIET), LABEL, "r")


def _draw_stretch(canvas: Canvas, spots: Sequence[_Spot], radius: int) -> None:
    path: Sequence[Point] = [(spot.x, spot.score) for spot in spots]
    if len(spots) > 1:
        upper = [(spot.x, spot.high) for spot in spots]
        lower = [(spot.x, spot.low) for spot in reversed(spots)]
        canvas.area([*upper, *lower], SHADE)
        canvas.line(path, LINE_WIDTH, DOT)
    else:
        x = round(spots[0].x)
        canvas.bar((x - 8, round(spots[0].high), x + 8, round(spots[0].low)), SHADE)
    for point in path:
        canvas.dot(point, radius + 3, GROUND)
        canvas.dot(point, radius, DOT)


def _draw_labels(canvas: Canvas, spots: Sequence[_Spot], base: float) -> None:
    """Letter ranks and weeks, the last ones always and of the others as many as have room."""
    left_of_weeks = left_of_ranks = float(WIDTH)
    for spot in reversed(spots):
        week = Run(drawable(spot.point.week, WEEK_LIMIT), QUIET)
        rank = Run(f"#{spot.point.rank}", TEXT, Weight.BOLD)
        wide = width_of(week.text, LABEL)
        centre = min(spot.x, WIDTH - MARGIN - wide / 2)
        if centre + wide / 2 + 14 <= left_of_weeks:
            canvas.text((centre, base + WEEK_BASE), week, LABEL, "ms")
            left_of_weeks = centre - wide / 2
        wide = width_of(rank.text, RANK, rank.weight)
        if spot.x + wide / 2 + 10 <= left_of_ranks:
            canvas.text((spot.x, spot.score + RANK_BASE), rank, RANK, "ms", halo=GROUND)
            left_of_ranks = spot.x - wide / 2
