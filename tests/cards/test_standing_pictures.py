"""Pictures of standings: whatever is in them, they are drawn, readable and small."""

from dataclasses import replace
from io import BytesIO
from itertools import chain

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.cards.attached_pictures import draw, gallery
from bot.cards.history_picture import draw_history
from bot.cards.lettering import Run, Step, Weight, drawable, fit, has_glyph, width_of
from bot.cards.picture_alt_text import ALT_TEXT_LIMIT, alt_text
from bot.cards.picture_style import WIDTH
from bot.cards.standing_picture import draw_standings
from bot.domain.server import Locale
from bot.domain.standing_picture import (
    HistoryPicture,
    HistoryPoint,
    Movement,
    Picture,
    PictureFile,
    PictureRow,
    Since,
    StandingPicture,
)
from bot.language.words import CATALOGUES, Language, read_catalogue
from tests.cards.standing_samples import history_picture, picture_file, standing_picture

LANGUAGE = Language.load()
BYTES_AT_MOST = 400_000
HIGHEST = 5000
"""Pixels, when ten rows are all as long as rows get; a real standing has 1,500."""

LONG = ("x" * 10_000, "模" * 10_000, "W-" * 5_000, "□ " * 5_000)
HOSTILE = (
    "مرحبا/نموذج",
    "👨‍👩‍👧‍👦🇨🇳/😀",
    "\u202eevil/\x00\x1b[31mred\ud800",
    "",
    "////",
    "e" + "\u0301" * 40,
    "\ufdfd𒐫\U0010ffff",
    "\n\r\t\u2028",
    "नमस्ते/हिन्दी",
)
hostile_text = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))
any_share = st.floats(allow_nan=True, allow_infinity=True)
any_number = st.integers(-(2**63), 2**63)
rows = st.builds(
    PictureRow,
    rank=any_number,
    name=hostile_text,
    score=any_share,
    low=any_share,
    high=any_share,
    votes=any_number,
    movement=st.builds(Movement, st.sampled_from(Since), any_number),
    tags=st.lists(hostile_text, max_size=2).map(tuple),
)
points = st.none() | st.builds(HistoryPoint, hostile_text, any_number, any_share, any_share, any_share, any_number)
pictures = st.one_of(
    st.builds(
        StandingPicture, hostile_text, hostile_text, st.lists(rows, max_size=4).map(tuple), st.sampled_from(Locale)
    ),
    st.builds(
        HistoryPicture, hostile_text, hostile_text, st.lists(points, max_size=6).map(tuple), st.sampled_from(Locale)
    ),
)


def opened(picture: Picture) -> Image.Image:
    """Draw a picture and read the file as any viewer would."""
    png = draw(PictureFile("standing.png", picture), LANGUAGE.words(picture.locale))
    assert len(png) < BYTES_AT_MOST
    image = Image.open(BytesIO(png), formats=["PNG"])
    image.load()
    return image


@settings(max_examples=30, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(pictures)
def test_nothing_a_hub_or_a_member_writes_breaks_a_picture(picture: Picture) -> None:
    """Any text, any number: a PNG of the usual width, of a height that can be shown, and an alt text within bounds."""
    image = opened(picture)
    assert (image.width, image.height <= HIGHEST) == (WIDTH, True)
    assert 0 <= len(alt_text(picture, LANGUAGE.words(picture.locale))) <= ALT_TEXT_LIMIT


@pytest.mark.parametrize("text", LONG)
def test_ten_thousand_characters_break_no_picture(text: str) -> None:
    """Names, tags and titles of any length: ten rows of them are drawn and stay within bounds."""
    row = PictureRow(10**9, text, 0.5, 0.2, 0.9, 10**12, Movement(Since.MOVED, -(10**9)), (text, text))
    image = opened(StandingPicture(text, text, (row,) * 10, Locale.CHINESE))
    assert (image.width, image.height <= HIGHEST) == (WIDTH, True)
    point = HistoryPoint(text, 10**9, 0.5, 0.2, 0.9, 10**12)
    assert opened(HistoryPicture(text, text, (point,) * 40, Locale.CHINESE)).width == WIDTH


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("count", [0, 1, 10, 12])
def test_a_picture_is_as_high_as_its_rows(locale: Locale, count: int) -> None:
    """Ten rows at most; one of none says so and is drawn."""
    ten = standing_picture(locale, 10)
    picture = replace(ten, rows=(ten.rows * 2)[:count])
    heights = [opened(replace(ten, rows=ten.rows[:rows])).height for rows in (0, 1, 10)]
    assert heights == sorted(heights)
    assert opened(picture).height == {0: heights[0], 1: heights[1]}.get(count, heights[2])


@pytest.mark.parametrize("locale", Locale)
@pytest.mark.parametrize("weeks", [0, 1, 2, 10, 40])
def test_a_history_of_any_length_is_drawn(locale: Locale, weeks: int) -> None:
    """A single week is a point, half a year the most."""
    image = Image.open(BytesIO(draw_history(history_picture(locale, weeks), LANGUAGE.words(locale))))
    assert image.width == WIDTH


def test_the_same_standing_is_the_same_file() -> None:
    """An edit that changes nothing changes no picture."""
    words = LANGUAGE.words(Locale.CHINESE)
    assert draw_standings(standing_picture(Locale.CHINESE), words) == draw_standings(
        standing_picture(Locale.CHINESE), words
    )


def test_the_font_has_every_character_of_the_catalogues() -> None:
    """Whatever a picture may be asked to say in any language is drawn right; emoji are for messages only."""
    catalogues = [read_catalogue(path) for path in CATALOGUES.glob("*.po")]
    texts = chain.from_iterable(templates for catalogue in catalogues for templates in catalogue.values())
    letters = {character for template in texts for character in template.text if character.isalnum()}
    lacking = sorted(character for character in letters if not has_glyph(character))
    assert (len(letters) > 500, lacking) == (True, [])


def test_chinese_is_drawn_and_no_boxes() -> None:
    """Two different characters look different: neither is the box for what a font lacks."""
    assert drawable("推理 8 GB 可跑，角色扮演") == "推理 8 GB 可跑，角色扮演"


def test_what_the_font_lacks_is_a_box_or_nothing() -> None:
    """Letters leave a box each, emoji and joiners nothing, marks no pile."""
    assert drawable("👨‍👩‍👧 ab\u202ec नम e" + "\u0301" * 9) == "abc □□ é" + "\u0301" * 2


def test_a_real_name_is_never_cut() -> None:
    """The longest name that the Hub allows is set whole, on as many lines as it takes."""
    name = "a" * 42 + "/" + "-".join(["Qwen3"] * 16)
    block = fit([Run(drawable(name), "#fff", Weight.BOLD)], 700, (Step(40), Step(26, 2)))
    assert "".join(part.run.text for line in block.lines for part in line) == name
    assert all(
        part.left + width_of(part.run.text, block.size, part.run.weight) <= 701 for line in block.lines for part in line
    )


def test_lines_break_where_names_have_joints() -> None:
    """After a slash or a hyphen; Han characters anywhere; never inside a word that fits."""
    block = fit([Run("meadow-labs/Liberated", "#fff")], 260, (Step(40, 2), Step(30, 2)))
    assert ["".join(part.run.text for part in line) for line in block.lines] == ["meadow-labs/", "Liberated"]


@pytest.mark.parametrize("locale", Locale)
def test_the_alt_text_says_what_the_picture_shows(locale: Locale) -> None:
    """Rank, name, score, interval, votes and movement of each row, in the server's language."""
    text = alt_text(standing_picture(locale, 2), LANGUAGE.words(locale))
    expected = {
        Locale.ENGLISH: "1. Qwen/Qwen3.5-9B: 86% (between 86% and 93%), 212 votes, up 1",
        Locale.CHINESE: "第 1 名 Qwen/Qwen3.5-9B：86%（区间 86% 至 93%），212 票，上升 1 位",
    }
    assert text.splitlines()[2] == expected[locale]


def test_a_history_is_told_from_its_latest_week_back() -> None:
    """What does not fit into an alt text is the oldest."""
    lines = alt_text(history_picture(Locale.ENGLISH, 26), LANGUAGE.words(Locale.ENGLISH)).splitlines()
    assert lines[2].startswith("W47: rank 1, ")


def test_a_gallery_points_to_the_file_and_describes_it() -> None:
    """`attachment://` and the file's name, with the alt text."""
    words = LANGUAGE.words(Locale.ENGLISH)
    file = picture_file(Locale.ENGLISH)
    shown = gallery([file], words)
    assert shown is not None
    (item,) = shown.items
    assert (item.media.url, item.description) == ("attachment://standing.png", alt_text(file.picture, words))
    assert gallery([], words) is None


def test_movement_compares_ranks() -> None:
    """Up is positive; a model that had no rank is new, or back where it had one before that."""
    assert [Movement.between(before, 3).places for before in (5, 3, 1)] == [2, 0, -2]
    assert Movement.between(None, 3) == Movement(Since.NEW)
    assert Movement.between(None, 3, ever=True) == Movement(Since.BACK)
