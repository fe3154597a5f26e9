"""How every picture looks: its colours, its margins and its head.

Dark ground with an edge of its own: it reads the same on Discord's dark and light pages. Every text has a contrast of
7:1 or more against the ground (WCAG 2.2, level AAA). Up and down differ in shape, never by colour alone.
"""

from bot.cards.canvas import Canvas
from bot.cards.lettering import Block, Run, Step, Weight, drawable, fit

WIDTH = 1080
"""Pixels. A phone shows it at about a third: letters of 30 become 10 points there."""

MARGIN = 48
INNER = WIDTH - 2 * MARGIN

GROUND = "#14181F"
EDGE = "#39424F"
RULE = "#262D38"
TEXT = "#F4F6FA"
QUIET = "#AEB8C6"
TRACK = "#2A323E"
BAND = "#34946A"
SHADE = "#1F4A3A"
DOT = "#5BE49B"
UP = "#5BE49B"
DOWN = "#FF8A80"
FRESH = "#7CB7FF"
CHIP = "#232B38"
CHIP_TEXT = "#D3DBE6"

TITLE_STEPS = (Step(56), Step(48), Step(42, 2), Step(34, 3))
SUBTITLE_STEPS = (Step(31), Step(28, 2), Step(24, 3))
NOTE_STEPS = (Step(25, 2), Step(22, 3))
HEAD_GAP = 4
NOTE_GAP = 22


def heading(title: str, subtitle: str) -> tuple[Block, Block]:
    """Set a picture's title and what stands below it; both are hostile."""
    return (
        fit([Run(drawable(title), TEXT, Weight.BOLD)], INNER, TITLE_STEPS),
        fit([Run(drawable(subtitle), QUIET)], INNER, SUBTITLE_STEPS),
    )


def note(text: str) -> Block:
    """Set the small print below a picture."""
    return fit([Run(text, QUIET)], INNER, NOTE_STEPS)


def height_of(head: tuple[Block, Block]) -> int:
    """Return how much room a heading takes, the margin above it included."""
    return MARGIN - 8 + head[0].height + HEAD_GAP + head[1].height


def draw_heading(canvas: Canvas, head: tuple[Block, Block]) -> None:
    """Letter a heading at the top of the sheet."""
    title, subtitle = head
    below = canvas.block(MARGIN, MARGIN - 8, title)
    canvas.block(MARGIN, below + HEAD_GAP, subtitle)
