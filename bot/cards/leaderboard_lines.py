"""A standing in words: places, movements, what a week was about. Worded once, for messages and their embeds."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.cards.ago import ago
from bot.cards.card_lines import SEPARATOR
from bot.cards.layout import small
from bot.cards.model_card import UP_SIGN
from bot.cards.pen import Pen
from bot.cards.safe_text import hub_page, safe
from bot.cards.tag_names import tag_name
from bot.domain.leaderboard import (
    Builder,
    LeaderboardFacts,
    LeaderLine,
    ModelLine,
    NewFamily,
    PublishedWeek,
    StandingsFacts,
    Talk,
)
from bot.domain.model import Source
from bot.domain.moments import zone_named
from bot.domain.share_caps import SMALLEST_CAP
from bot.domain.standing_code import StandingQuery
from bot.domain.standing_picture import Movement, Since
from bot.domain.standings import FEWEST_VOTERS
from bot.language.words import Words

NAME_LIMIT = 60
TAG_LIMIT = 20
SHOWN_HIGHLIGHTS = 3

_MEDALS = {1: "🥇", 2: "🥈", 3: "🥉"}
_JUMP = "https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"


class LeaderboardLines:
    """Words for what a server's leaderboard shows; names of models, tags and publishers are hostile."""

    def __init__(self, guild_id: int, words: Words, pen: Pen) -> None:
        self.guild_id = guild_id
        self.words = words
        self.pen = pen

    def place(self, line: LeaderLine) -> list[str | None]:
        """Return the two lines of a place: the model, and in small print how it stands."""
        name = self.pen.bold(self.model(line.model))
        chips = [self.pen.chip(tag_name(self.words, tag.label), TAG_LIMIT) for tag in line.model.tags]
        head = " ".join(filter(None, (self.rank(line), name, self.movement(line.movement))))
        return [
            SEPARATOR.join(filter(None, (head, " ".join(filter(None, chips))))),
            small(SEPARATOR.join(filter(None, self.standing(line)))),
        ]

    def rank(self, line: LeaderLine) -> str:
        """Return a medal, or the rank."""
        rank = line.standing.rank
        return _MEDALS.get(rank) or (self.pen.bold(f"{self.words.number(rank)}.") if rank else "▫️")

    def movement(self, movement: Movement) -> str:
        """Return where it went since the last week that ranked anything; nothing where there is none."""
        if movement.since is Since.UNKNOWN:
            return ""
        if movement.since is Since.NEW:
            return self.words("leaderboard.new")
        if movement.since is Since.BACK:
            return self.words("leaderboard.back")
        if movement.places == 0:
            return "="
        return f"{'▲' if movement.places > 0 else '▼'}{self.words.number(abs(movement.places))}"

    def standing(self, line: LeaderLine) -> list[str]:
        """Return score with interval, votes, and the ways to the card and the discussion."""
        one = line.standing
        low, high = self.words.percent(one.low), self.words.percent(one.high)
        score = self.words("leaderboard.score", low=self.pen.bold(low), high=high)
        up, down = self.words.compact(round(one.up)), self.words.compact(round(one.down))
        votes = f"{UP_SIGN}\N{NO-BREAK SPACE}{up} / {down}"
        return [
            score if one.rank else self.words("leaderboard.too-early", fewest=self.words.number(FEWEST_VOTERS)),
            votes,
            *self.ways(line.model),
        ]

    def ways(self, model: ModelLine) -> list[str]:
        """Return links to a model's card and discussion in the server."""
        ways: list[str] = []
        if model.card is not None:
            channel_id, message_id = model.card
            jump = _JUMP.format(guild_id=self.guild_id, channel_id=channel_id, message_id=message_id)
            ways.append(self.pen.link(self.words("leaderboard.card"), jump, NAME_LIMIT))
        if model.thread_id is not None:
            ways.append(f"💬\N{NO-BREAK SPACE}{self.pen.channel(model.thread_id)}")
        return ways

    def model(self, model: ModelLine) -> str:
        """Return a model's name, linked to its page."""
        shown = self.pen.link(model.repo_id, hub_page(model.source, model.repo_id), NAME_LIMIT)
        return shown or self.words("card.unnamed")

    def discussed(self, told: Sequence[tuple[ModelLine, Talk]]) -> list[str]:
        """Return what members said most about, with how much was said."""
        shown = [self._with(self.model(model), self._said(talk)) for model, talk in told[:SHOWN_HIGHLIGHTS]]
        return self._titled(self.words("leaderboard.discussed"), shown)

    def families(self, told: Sequence[tuple[ModelLine, NewFamily]]) -> list[str]:
        """Return new models that others have built on."""
        shown = [
            self._with(self.model(model), self.words.plural("leaderboard.derivatives", family.derivatives))
            for model, family in told[:SHOWN_HIGHLIGHTS]
        ]
        return self._titled(self.words("leaderboard.families"), shown)

    def builders(self, told: Sequence[Builder]) -> list[str]:
        """Return publishers of derivatives that got votes, and that this is what they are; no member is named."""
        shown = [self._with(self._author(one.author), self._built(one)) for one in told[:SHOWN_HIGHLIGHTS]]
        title, *builders = self._titled(self.words("leaderboard.builders"), shown) or [""]
        return [title, small(self.words("leaderboard.builders-are")) or "", *builders] if builders else []

    def _with(self, name: str, figures: str) -> str:
        return self.words("leaderboard.name-with", name=name, figures=figures)

    def _said(self, talk: Talk) -> str:
        told = [
            self.words.plural("leaderboard.reviews", talk.reviews) if talk.reviews else "",
            self.words.plural("leaderboard.tags", talk.taggings) if talk.taggings else "",
            self.words("leaderboard.opened") if talk.opened else "",
        ]
        return self.words.enumeration(filter(None, told))

    def _built(self, builder: Builder) -> str:
        models = self.words.plural("leaderboard.models", builder.models)
        return f"{models}{SEPARATOR}{UP_SIGN}\N{NO-BREAK SPACE}{self.words.compact(builder.up)}"

    def _author(self, author: str) -> str:
        page = hub_page(Source.HUGGING_FACE, author)
        return self.pen.link(author, page, NAME_LIMIT) or self.words("card.unnamed")

    def _titled(self, title: str, shown: Sequence[str]) -> list[str]:
        return [self.pen.bold(title), *shown] if shown else []


def week_name(week: PublishedWeek, words: Words) -> str:
    """Return a week by its number and the days whose votes it counts, as its server's calendar names them."""
    zone = zone_named(week.zone) or UTC
    first = words.date(week.window.start or week.due_at, zone)
    return words("leaderboard.week", number=week.week.number, first=first, last=words.date(week.window.end, zone))


def week_counts(facts: LeaderboardFacts, words: Words) -> str:
    """Return how many votes the week had, on how many models."""
    votes = words.plural("leaderboard.votes", facts.counts.votes)
    told = (votes, words.plural("leaderboard.models", facts.counts.models), set_aside(facts.week.aside, words))
    return SEPARATOR.join(filter(None, told))


def set_aside(ballots: int, words: Words) -> str:
    """Return how many votes are set aside; nothing where none are."""
    return words.plural("leaderboard.aside", ballots) if ballots else ""


def left_out(week: PublishedWeek, words: Words) -> str | None:
    """Return how many models with votes are not in a week, and why."""
    return words.plural("leaderboard.left-out", len(week.left_out)) if week.left_out else None


def lateness(facts: LeaderboardFacts, words: Words) -> str | None:
    """Return that a week was posted late, with when it was due."""
    return words("leaderboard.late", due=f"<t:{int(facts.week.due_at.timestamp())}:F>") if facts.is_late else None


def standings_title(query: StandingQuery, words: Words) -> str:
    """Return what a standing is about: scope and window."""
    scope = words("leaderboard.everywhere" if query.everywhere else "leaderboard.server")
    return words("leaderboard.title-now", scope=scope, span=words(f"leaderboard.span.{query.span}"))


def standings_conditions(facts: StandingsFacts, words: Words) -> str:
    """Return what is filtered by, and how many votes count."""
    asked = facts.query.filters
    told = [
        words(f"kind.{asked.kind}") if asked.kind else "",
        _task(asked.task, words) if asked.task else "",
        words(f"leaderboard.size.{asked.size}") if asked.size else "",
        words(f"licence-class.{asked.licence_class}") if asked.licence_class else "",
        words("search.tagged", tag=safe(tag_name(words, asked.tag), TAG_LIMIT)) if asked.tag else "",
        words.plural("leaderboard.votes", facts.counts.votes),
        words.plural("leaderboard.models", facts.counts.models),
        set_aside(facts.aside, words),
        counted_when(facts.counted_at, words) if facts.query.everywhere else "",
    ]
    return SEPARATOR.join(filter(None, told))


def about_everywhere(query: StandingQuery, words: Words, *, takes_part: bool) -> list[str]:
    """Return what a standing everywhere needs said: whether this server is in it, and what a server counts for."""
    if not query.everywhere:
        return []
    shares = words("leaderboard.shares", fewest=words.number(SMALLEST_CAP))
    return [shares] if takes_part else [words("leaderboard.no-part"), shares]


def counted_when(moment: datetime | None, words: Words) -> str:
    """Return how long ago a standing was counted, as the reader's clock shows it."""
    return words("leaderboard.counted", when=ago(moment.timestamp())) if moment is not None else ""


def _task(task: str, words: Words) -> str:
    return words(f"task.{task}") if words.has(f"task.{task}") else safe(task, NAME_LIMIT)
