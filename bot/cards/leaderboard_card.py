"""The weekly post, its full list page by page, and a standing as somebody asks for it.

The posted message carries the button of page 0, by which it is recognised; every page is opened privately. Texts stay
within Discord's 4,000 characters by their limits' sums, whatever the facts.
"""

from collections.abc import Callable, Sequence
from functools import partial
from math import ceil

from discord.ui import Button, LayoutView

from bot.cards.answers import page_buttons
from bot.cards.attached_pictures import gallery
from bot.cards.button_ids import standings_page_id, week_page_id
from bot.cards.layout import Accent, Part, block, button, message, row, rule, small
from bot.cards.leaderboard_lines import (
    LeaderboardLines,
    about_everywhere,
    lateness,
    left_out,
    standings_conditions,
    standings_title,
    week_counts,
    week_name,
)
from bot.cards.pen import MarkdownPen
from bot.cards.tag_names import tag_name
from bot.domain.card import Post
from bot.domain.leaderboard import PLACES_PER_PAGE, LeaderboardFacts, LeaderLine, StandingsFacts
from bot.domain.server import Locale
from bot.domain.standing_picture import PictureFile, PictureRow, StandingPicture
from bot.language.words import Language, Words

PLACES_IN_POST = 5
"""With the picture above and the week's highlights below; the full list is one click away."""

HEAD_LIMIT = 560
PLACE_LIMIT = 320
"""Ten places, the head and the foot of a page stay under 4,000 characters; a real place takes about 250."""

POSTED_PLACE_LIMIT = 400
HIGHLIGHT_LIMIT = 450
FOOT_LIMIT = 200


def leaderboard_card(facts: LeaderboardFacts, words: Words, files: Sequence[PictureFile] = ()) -> LayoutView:
    """Return the message that a channel gets; `files` are sent along with it."""
    lines = _lines(facts.week.guild_id, words)
    return message(
        Accent.GOOD,
        block(_head(facts, words), HEAD_LIMIT),
        gallery(files, words),
        *_places(facts.lines[:PLACES_IN_POST], lines, POSTED_PLACE_LIMIT),
        None if facts.lines else block([words("leaderboard.quiet")], FOOT_LIMIT),
        *_highlights(facts, lines),
        block([small(words("leaderboard.rule"))], FOOT_LIMIT) if facts.lines else None,
        row(_read_button(facts, words)),
    )


def leaderboard_text(facts: LeaderboardFacts, words: Words) -> Sequence[str | None]:
    """Return the same as lines, for where a message can have no layout."""
    lines = _lines(facts.week.guild_id, words)
    places = [text for line in facts.lines[:PLACES_IN_POST] for text in lines.place(line)]
    told = [lines.discussed(facts.discussed), lines.families(facts.families), lines.builders(facts.builders)]
    return [
        *_head(facts, words)[1:],
        *(places or [words("leaderboard.quiet")]),
        *(text for one in told for text in one),
    ]


def week_page(facts: LeaderboardFacts, words: Words) -> LayoutView:
    """Return one page of a published week for one reader."""
    lines = _lines(facts.week.guild_id, words)
    page_id = partial(week_page_id, facts.week.guild_id, facts.week.week)
    return message(
        Accent.GOOD,
        block(_head(facts, words), HEAD_LIMIT),
        *(_places(facts.lines, lines, PLACE_LIMIT) or [block([words("leaderboard.quiet")], FOOT_LIMIT)]),
        *_foot(facts.page, facts.counts.models, words, page_id),
    )


def standings_page(facts: StandingsFacts, words: Words, guild_id: int) -> LayoutView:
    """Return one page of a standing as it is now. Pages whose filter does not fit into an id have no buttons."""
    lines = _lines(guild_id, words)
    everywhere = about_everywhere(facts.query, words, takes_part=facts.takes_part)
    told = [standings_conditions(facts, words), *everywhere]
    nothing = words("leaderboard.nothing-everywhere" if facts.query.everywhere else "leaderboard.nothing")
    return message(
        Accent.GOOD,
        block([f"## {standings_title(facts.query, words)}", *map(small, told)], HEAD_LIMIT),
        *(_places(facts.lines, lines, PLACE_LIMIT) or [block([nothing], FOOT_LIMIT)]),
        *_foot(facts.page, facts.counts.models, words, partial(standings_page_id, facts.query)),
    )


def pictures_of(post: Post, language: Language) -> tuple[PictureFile, ...]:
    """Return the pictures that go with a post: a week's standing, if anything is ranked in it."""
    if not isinstance(post.facts, LeaderboardFacts):
        return ()
    facts, words = post.facts, language.words(post.locale)
    rows = tuple(_picture_row(line, words) for line in facts.lines if line.standing.rank)
    if not rows:
        return ()
    picture = StandingPicture(words("leaderboard.title"), week_name(facts.week, words), rows, Locale(post.locale))
    return (PictureFile(f"standing-{facts.week.week}.png", picture),)


def _picture_row(line: LeaderLine, words: Words) -> PictureRow:
    one = line.standing
    return PictureRow(
        rank=one.rank,
        name=line.model.repo_id,
        score=one.score,
        low=one.low,
        high=one.high,
        votes=round(one.voters),
        movement=line.movement,
        tags=tuple(tag_name(words, tag.label) for tag in line.model.tags),
    )


def _lines(guild_id: int, words: Words) -> LeaderboardLines:
    return LeaderboardLines(guild_id, words, MarkdownPen())


def _head(facts: LeaderboardFacts, words: Words) -> list[str | None]:
    return [
        f"## {words('leaderboard.title')}",
        small(week_name(facts.week, words)),
        small(week_counts(facts, words)) if facts.counts.votes or facts.week.aside else None,
        small(left_out(facts.week, words)),
        small(lateness(facts, words)),
    ]


def _places(shown: Sequence[LeaderLine], lines: LeaderboardLines, limit: int) -> list[Part | None]:
    return [block(lines.place(line), limit) for line in shown[:PLACES_PER_PAGE]]


def _highlights(facts: LeaderboardFacts, lines: LeaderboardLines) -> list[Part | None]:
    told = [lines.discussed(facts.discussed), lines.families(facts.families), lines.builders(facts.builders)]
    blocks = [block(one, HIGHLIGHT_LIMIT) for one in told if one]
    return [rule(), *blocks] if blocks else []


def _foot(page: int, models: int, words: Words, page_id: Callable[[int], str | None]) -> list[Part | None]:
    pages = max(1, ceil(models / PLACES_PER_PAGE))
    told = [words("leaderboard.rule")]
    if pages > 1:
        told.append(words("page.of", page=words.number(page + 1), pages=words.number(pages)))
    turns = None if page_id(page + 1) is None else page_buttons(words, page, pages, lambda n: page_id(n) or "")
    return [block([small(words.sentences(told))], FOOT_LIMIT), turns]


def _read_button(facts: LeaderboardFacts, words: Words) -> Button[LayoutView]:
    return button(words("leaderboard.read"), week_page_id(facts.week.guild_id, facts.week.week, 0))
