"""Text in pictures: which letters the font has, and how names are set so that nothing of them is cut.

Set in Noto Sans CJK (docs/decisions/0012-pictures.md). Importing this imports Pillow: only whoever draws does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from importlib.resources import files
from unicodedata import category, normalize

from PIL import Image, ImageDraw, ImageFont

from bot.domain.plain_text import plain

FONT_PACKAGE = "manimgx_fonts_cjk"
FONT_FILE = "NotoSansCJK-VF.otf.ttc"
SIMPLIFIED_CHINESE = 2
"""The face of the collection whose Han characters have the shapes of mainland China."""

NAME_LIMIT = 160
"""Characters of a name or a title: longer than any model's (42 of its publisher, 96 of its own, a slash)."""

LINE_HEIGHT = 1.3
"""Of the letters' size: room for Chinese beside Latin."""

_NOBODYS_CHARACTER = "\U0010ffff"
"""A noncharacter: what the font draws for it is what it draws for everything it lacks."""

LOOKED_AT = 4
"""Characters looked at for each one drawn: room for hidden ones, and a value of megabytes costs nothing."""

MARKS = 2
"""On one letter: no language stacks more, they only run over the lines above and below."""

PROBE = 16
"""Size at which a character is drawn to see whether the font has it."""

_MISSING = "□"
_INVISIBLE = dict.fromkeys(map(ord, "\u200d\ufe0e\ufe0f"))
"""Joiners and variation selectors of emoji; emoji are left out, the font has none."""

_HAN_AND_KANA = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_PIECE = re.compile(rf"[{_HAN_AND_KANA}]|[^\s/_.\-{_HAN_AND_KANA}]*[\s/_.\-]+|[^\s/_.\-{_HAN_AND_KANA}]+")
"""What stays together: lines may break after a separator, and before and after every Han character."""


class Weight(IntEnum):
    """Of the strokes, on the font's own axis."""

    REGULAR = 400
    MEDIUM = 500
    BOLD = 700


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one colour and weight."""

    text: str
    colour: str
    weight: Weight = Weight.REGULAR


@dataclass(frozen=True, slots=True)
class SetRun:
    """A run with its place on its line, in pixels from the left."""

    left: float
    run: Run


@dataclass(frozen=True, slots=True)
class Block:
    """Text that has been set: its lines, and the size of its letters in pixels."""

    lines: tuple[tuple[SetRun, ...], ...]
    size: int

    @property
    def line_height(self) -> int:
        """From one base line to the next."""
        return round(self.size * LINE_HEIGHT)

    @property
    def height(self) -> int:
        """Of all lines together."""
        return self.line_height * len(self.lines)


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt at setting a text: letters of this size on at most so many lines."""

    size: int
    lines: int = 1


@lru_cache(64)
def font(size: int, weight: Weight = Weight.REGULAR) -> ImageFont.FreeTypeFont:
    """Return the font, opened by its path: its 32 MB are mapped and not read."""
    face = ImageFont.truetype(str(files(FONT_PACKAGE) / FONT_FILE), size, index=SIMPLIFIED_CHINESE)
    face.set_variation_by_axes([float(weight)])
    return face


@lru_cache(1)
def _unshaped() -> ImageFont.FreeTypeFont:
    """Return the font without shaping, which would put a dotted circle before a mark that stands alone."""
    path = str(files(FONT_PACKAGE) / FONT_FILE)
    return ImageFont.truetype(path, PROBE, index=SIMPLIFIED_CHINESE, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(4096)
def has_glyph(character: str) -> bool:
    """Tell whether the font has this character; Pillow tells it only by what it would draw."""
    return character.isspace() or _drawn(character) != _drawn(_NOBODYS_CHARACTER)


def drawable(text: str, limit: int = NAME_LIMIT) -> str:
    """Return hostile text on one line of at most `limit` characters, all of which the font has.

    Emoji and marks that it lacks are left out, letters that it lacks become a box, and no letter carries more than
    `MARKS` marks. Empty where `text` shows nothing that could be drawn.
    """
    shown = plain(normalize("NFC", text[: LOOKED_AT * limit].translate(_INVISIBLE)), limit)
    return " ".join("".join(_letters(shown)).split())


def width_of(text: str, size: int, weight: Weight = Weight.REGULAR) -> float:
    """Return the length of a line in pixels."""
    return font(size, weight).getlength(text)


def fit(runs: Sequence[Run], width: float, steps: Sequence[Step]) -> Block:
    """Set text in the first step in which it fits; the last one takes as many lines as it needs.

    Nothing is left out: where even a single piece is wider than a line, the last step breaks it anywhere.
    """
    for step in steps[:-1]:
        lines = _wrapped(runs, width, step.size)
        if lines is not None and len(lines) <= step.lines:
            return Block(lines, step.size)
    size = steps[-1].size
    return Block(_wrapped(runs, width, size) or _wrapped(_in_characters(runs), width, size) or (), size)


def _wrapped(runs: Sequence[Run], width: float, size: int) -> tuple[tuple[SetRun, ...], ...] | None:
    lines: list[list[SetRun]] = [[]]
    left = 0.0
    for piece in _pieces(runs):
        length = width_of(piece.text, size, piece.weight)
        if width_of(piece.text.rstrip(), size, piece.weight) > width - left:
            lines.append([])
            left = 0.0
            if length > width and len(piece.text) > 1:
                return None
        lines[-1].append(SetRun(left, piece))
        left += length
    return tuple(tuple(_joined(line)) for line in lines if line)


def _pieces(runs: Sequence[Run]) -> Iterator[Run]:
    for run in runs:
        for piece in _PIECE.findall(run.text):
            yield Run(piece, run.colour, run.weight)


def _in_characters(runs: Sequence[Run]) -> Sequence[Run]:
    return [Run(character, run.colour, run.weight) for run in runs for character in run.text]


def _joined(line: Sequence[SetRun]) -> Iterator[SetRun]:
    """Put neighbours of one look together again: they are drawn, and kerned, as one."""
    held: SetRun | None = None
    for piece in line:
        if held is not None and (held.run.colour, held.run.weight) == (piece.run.colour, piece.run.weight):
            held = SetRun(held.left, Run(held.run.text + piece.run.text, held.run.colour, held.run.weight))
            continue
        if held is not None:
            yield held
        held = piece
    if held is not None:
        yield held


def _letters(text: str) -> Iterator[str]:
    marks = 0
    for character in text:
        sort = category(character)[0]
        marks = marks + 1 if sort == "M" else 0
        if has_glyph(character):
            yield character if marks <= MARKS else ""
        elif sort in "LNP":
            yield _MISSING


def _drawn(character: str) -> bytes:
    patch = Image.new("L", (2 * PROBE, 2 * PROBE))
    ImageDraw.Draw(patch).text((PROBE // 2, PROBE), character, fill=255, font=_unshaped(), anchor="ls")
    return patch.tobytes()
