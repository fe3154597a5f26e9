"""The weekly post: when it is due, what a published week holds, and what is shown of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from bot.domain.community import TagCount
from bot.domain.model import Kind, Source
from bot.domain.standing_code import StandingQuery
from bot.domain.standing_picture import Movement
from bot.domain.standings import Prior, Standing
from bot.domain.windows import Week, Window, last_minute_of, moment_in_week, next_weekly_moment, week_of

LATE = timedelta(minutes=15)
"""Published later than this after its hour, a week's post says so."""

LATE_AT_MOST = timedelta(weeks=1)
"""A post that no channel takes is made up for until then: the next week's is due, and older news is none."""

JOINED_ON = timedelta(weeks=2)
"""A week begins where the one published before it ended, unless that is further back: then votes of long ago would
be shown as news."""

PLACES_PER_PAGE = 10
"""What a message holds with two lines each; a picture draws as many."""

HIGHLIGHTS = 5
"""Most discussed models, new families and builders that a week keeps: the post shows three of each."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A server's weekly post: channel, weekday (Monday is 0) and local time in an IANA zone.

    `next_at` is what the database compares with its clock; everything else says how to find the one after.
    """

    guild_id: int
    channel_id: int
    weekday: int
    hour: int
    minute: int
    zone: str
    quiet_weeks: bool
    next_at: datetime
    updated_by: int | None = None

    @property
    def at(self) -> time:
        """The local time of the post."""
        return time(self.hour, self.minute)

    def after(self, moment: datetime) -> datetime:
        """Return the first weekly moment strictly after this one, in UTC."""
        return next_weekly_moment(self.zone, self.weekday, self.at, moment)

    def week_of(self, moment: datetime) -> Week:
        """Return the local week of a moment."""
        return week_of(moment, self.zone)

    def changed_from(self, before: "Schedule | None", now: datetime, published: Week | None) -> datetime:
        """Return when the next post is due after a change: in the first week that was not published yet.

        A week that was promised and whose new moment has passed keeps its old one, or, where the new zone has it
        behind already, its own last minute: whatever is changed, every local week has its post.
        """
        moment = self.after(now)
        while published is not None and self.week_of(moment) <= published:
            moment = self.after(moment)
        promised = None if before is None else before.week_of(before.next_at)
        if before is None or promised is None or (published is not None and promised <= published):
            return moment
        return moment if self.week_of(moment) <= promised else min(before.next_at, last_minute_of(promised, self.zone))

    def passed_over(self, now: datetime, published: Week | None) -> Week | None:
        """Return the published week whose moment is still to come; that moment has no post (`changed_from`)."""
        week = self.week_of(self.after(now))
        return week if published is not None and week <= published and self.week_of(self.next_at) > week else None

    def coming(self, moments: int) -> Sequence[datetime]:
        """Return the next moments, `next_at` first."""
        found = [self.next_at]
        while len(found) < moments:
            found.append(self.after(found[-1]))
        return found

    def due_by(self, now: datetime) -> datetime:
        """Return the latest moment that has come, of all that have since `next_at`.

        What was missed before it is not made up for: after three weeks off, one post appears and not three.
        """
        week = self.week_of(now)
        this = moment_in_week(week, self.zone, self.weekday, self.at)
        latest = this if this <= now else moment_in_week(week.later(-1), self.zone, self.weekday, self.at)
        return max(self.next_at, latest)

    def window_until(self, end: datetime, published_until: datetime | None) -> Window:
        """Return which ballots a week counts: those since the week published before, else those of a week."""
        start = moment_in_week(self.week_of(end).later(-1), self.zone, self.weekday, self.at)
        if published_until is not None and end - JOINED_ON <= published_until <= end:
            return Window(published_until, end)
        return Window(min(start, end - timedelta(weeks=1)), end)


@dataclass(frozen=True, slots=True)
class Talk:
    """How much members said about a model in a week."""

    model_id: int
    reviews: int
    taggings: int
    """How often a member put a tag on it: two who put the same one are two."""
    opened: bool


@dataclass(frozen=True, slots=True)
class NewFamily:
    """A model that was new in a week and that others built on already."""

    model_id: int
    derivatives: int


@dataclass(frozen=True, slots=True)
class Builder:
    """A publisher who built on others' models what members found worth building on in a week."""

    author: str
    models: int
    up: int


@dataclass(frozen=True, slots=True)
class Highlights:
    """What a week was about besides its standing."""

    discussed: tuple[Talk, ...] = ()
    families: tuple[NewFamily, ...] = ()
    builders: tuple[Builder, ...] = ()


@dataclass(frozen=True, slots=True)
class WeekCounts:
    """How much a standing counts: models with a rank, models that were too early to rank, ballots."""

    ranked: int
    too_early: int
    votes: int

    @property
    def models(self) -> int:
        """Models that anybody voted on."""
        return self.ranked + self.too_early


@dataclass(frozen=True, slots=True)
class PublishedWeek:
    """A week as it was published in a server: nothing of it changes any more."""

    guild_id: int
    week: Week
    published_at: datetime
    due_at: datetime
    rule: str
    window: Window
    prior: Prior | None = None
    log_id: int | None = None
    """The last entry of the ballot log that was counted."""
    left_out: frozenset[int] = frozenset()
    """Models with ballots that a hub had taken away."""
    highlights: Highlights = field(default_factory=Highlights)
    before: Week | None = None
    """The last week published before it that ranked anything: what movements compare with."""
    delivery_id: int | None = None
    zone: str = "UTC"
    """The zone in which it was due: its days are named in it."""
    aside: int = 0
    """How many ballots of the week were set aside when it was published, and count in no number of it."""

    @property
    def is_late(self) -> bool:
        """Tell whether it was published well after its hour."""
        return self.published_at - self.due_at > LATE


@dataclass(frozen=True, slots=True)
class WaitingPost:
    """The post of a published week that was not sent yet."""

    delivery_id: int
    week: Week
    channel_id: int
    due_at: datetime
    refused: str | None
    """Why its channel takes no messages; None where it does."""

    @property
    def until(self) -> datetime:
        """The moment after which it is not made up for any more."""
        return self.due_at + LATE_AT_MOST

    def is_held_up(self, now: datetime) -> bool:
        """Tell whether its channel refuses it and it can still be made up for."""
        return self.refused is not None and now < self.until


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model where a leaderboard names it: its name (hostile), and the ways to it in the server."""

    model_id: int
    repo_id: str
    source: Source
    kind: Kind | None = None
    tags: tuple[TagCount, ...] = ()
    card: tuple[int, int] | None = None
    """Channel and message of its latest card here."""
    thread_id: int | None = None


@dataclass(frozen=True, slots=True)
class LeaderLine:
    """One line of a standing."""

    model: ModelLine
    standing: Standing
    movement: Movement


@dataclass(frozen=True, slots=True)
class LeaderboardFacts:
    """One page of a published week. Page 0 is what the channel gets; `counts` are of all pages."""

    week: PublishedWeek
    lines: tuple[LeaderLine, ...]
    counts: WeekCounts
    discussed: tuple[tuple[ModelLine, Talk], ...] = ()
    families: tuple[tuple[ModelLine, NewFamily], ...] = ()
    builders: tuple[Builder, ...] = ()
    page: int = 0
    is_late: bool = False
    """Published well after its hour, or sent well after it: its channel took no messages."""


@dataclass(frozen=True, slots=True)
class StandingsFacts:
    """One page of a standing as it is now, for whoever asked."""

    query: StandingQuery
    lines: tuple[LeaderLine, ...]
    counts: WeekCounts
    page: int = 0
    counted_at: datetime | None = None
    """When it was counted: everywhere that is a while ago (`bot.workflows.count_everywhere`)."""
    aside: int = 0
    """How many ballots are set aside, and count in no number here."""
    takes_part: bool = True
    """Whether the votes of the server that asks count in it: everywhere only where it has opted in."""
