"""A sheet to draw on: smooth shapes, lettering and the PNG. Units are pixels, the origin is the upper left."""

from collections.abc import Callable, Sequence
from io import BytesIO

from PIL import Image, ImageColor, ImageDraw

from bot.cards.lettering import Block, Run, font

SMOOTH = 4
"""Pillow draws shapes with hard edges: they are drawn this many times larger and reduced."""

COMPRESSION = 6
"""zlib's level: a picture of ten rows takes 0.1 MB and some 20 ms."""

COLOURS = 256
"""Of the file's palette: a dozen inks and what lies between each and the ground. It halves the file."""

HALF_A_LETTER = 0.36
"""Of the size, above the base line: half the height of the font's capitals, and of its Han characters."""

HALO_WIDTH = 5
"""Of the rim around letters that stand on a line."""

Box = tuple[int, int, int, int]
Point = tuple[float, float]


class Canvas:
    """A picture in the making."""

    def __init__(self, width: int, height: int, ground: str) -> None:
        self.width = width
        self.height = height
        self._image = Image.new("RGB", (width, height), ground)
        self._pen = ImageDraw.Draw(self._image)

    def text(self, at: Point, run: Run, size: int, anchor: str = "ls", halo: str | None = None) -> None:
        """Letter one line; `anchor` says which point of it `at` is, the left end of its base line by itself.

        `halo` is the colour of a rim around the letters, which keeps them clear of what they stand on.
        """
        letters = font(size, run.weight)
        if halo is not None:
            self._pen.text(at, run.text, halo, letters, anchor, stroke_width=HALO_WIDTH, stroke_fill=halo)
        self._pen.text(at, run.text, fill=run.colour, font=letters, anchor=anchor)

    def beside(self, at: Point, run: Run, size: int, side: str = "l") -> None:
        """Letter one line whose letters have `at` at half their height: beside a bar, inside a label."""
        self.text((at[0], round(at[1] + size * HALF_A_LETTER)), run, size, f"{side}s")

    def block(self, left: float, top: float, block: Block) -> float:
        """Letter what has been set, from `top` down; where it ends."""
        for number, line in enumerate(block.lines):
            base = top + number * block.line_height + block.size
            for part in line:
                self.text((left + part.left, base), part.run, block.size)
        return top + block.height

    def rule(self, left: int, right: int, y: int, colour: str) -> None:
        """Draw a thin line across."""
        self._pen.line((left, y, right, y), fill=colour, width=2)

    def frame(self, colour: str, width: int) -> None:
        """Draw the edge of the whole picture."""
        self._pen.rectangle((0, 0, self.width - 1, self.height - 1), outline=colour, width=width)

    def bar(self, box: Box, colour: str, radius: float | None = None) -> None:
        """Fill a bar; its ends are half circles unless a radius is given."""
        x0, y0, x1, y1 = box
        if x1 <= x0 or y1 <= y0:
            return
        corner = min(x1 - x0, y1 - y0) / 2 if radius is None else radius
        self._smooth(
            box,
            colour,
            lambda pen: pen.rounded_rectangle(
                (0, 0, (x1 - x0) * SMOOTH - 1, (y1 - y0) * SMOOTH - 1), corner * SMOOTH, fill=255
            ),
        )

    def dot(self, centre: Point, radius: int, colour: str) -> None:
        """Fill a circle."""
        x, y = round(centre[0]), round(centre[1])
        self.bar((x - radius, y - radius, x + radius, y + radius), colour)

    def area(self, corners: Sequence[Point], colour: str) -> None:
        """Fill a shape of three corners or more."""
        box = _around(corners, 1)
        self._smooth(box, colour, lambda pen: pen.polygon(_inside(box, corners), fill=255))

    def line(self, points: Sequence[Point], width: int, colour: str) -> None:
        """Draw a line through points."""
        box = _around(points, width)
        self._smooth(
            box,
            colour,
            lambda pen: pen.line(_inside(box, points), fill=255, width=width * SMOOTH, joint="curve"),
        )

    def png(self) -> bytes:
        """Return the picture's file."""
        file = BytesIO()
        few = self._image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        few.save(file, "PNG", compress_level=COMPRESSION)
        return file.getvalue()

    def _smooth(self, box: Box, colour: str, draw: Callable[[ImageDraw.ImageDraw], None]) -> None:
        x0, y0, x1, y1 = box
        mask = Image.new("L", ((x1 - x0) * SMOOTH, (y1 - y0) * SMOOTH))
        draw(ImageDraw.Draw(mask))
        self._image.paste(ImageColor.getrgb(colour), box, mask.reduce(SMOOTH))


def _around(points: Sequence[Point], margin: int) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return int(min(xs)) - margin, int(min(ys)) - margin, int(max(xs)) + margin + 1, int(max(ys)) + margin + 1


def _inside(box: Box, points: Sequence[Point]) -> Sequence[Point]:
    return [((x - box[0]) * SMOOTH, (y - box[1]) * SMOOTH) for x, y in points]
