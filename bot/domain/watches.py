"""A watch: a server's standing order. A channel, a filter and a pace."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.model import Kind, LicenceClass, Metrics

WATCHES_PER_SERVER = 100
"""PRODUCT's limit: enough for a channel per lab, few enough that `/watch list` stays readable."""

ANY_LAB = "*"
"""In `WatchFilter.labs`: any known lab that makes models; who copies others' is followed where a watch names them."""


class Pace(StrEnum):
    """When a watch's matches are posted: at once, or gathered until the server's daily or weekly hour."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"


class WatchState(StrEnum):
    """`PAUSED` by a moderator, or by Rootstock when its channel refuses messages."""

    ACTIVE = "active"
    PAUSED = "paused"


class PausedBecause(StrEnum):
    """Why a watch is paused. Catalogue keys live below `watch.paused.`."""

    MODERATOR = "moderator"
    CHANNEL_REFUSED = "channel-refused"
    """Its channel does not take messages: what it has gathered waits until a moderator has seen to that."""
    CHANNEL_GONE = "channel-gone"
    """Its channel was deleted."""
    LEFT = "left"
    """Rootstock was removed from the server."""


@dataclass(frozen=True, slots=True)
class WatchFilter:
    """What a watch lets through. An empty set or `None` means "any"; all conditions must hold together.

    Values of one condition are alternatives. Text values are kept casefolded, so that spelling never matters.
    """

    authors: frozenset[str] = frozenset()
    labs: frozenset[str] = frozenset()
    """Lab keys, or `ANY_LAB`."""
    countries: frozenset[str] = frozenset()
    """ISO 3166-1 alpha-2, upper case; a model of no known lab has no country."""
    kinds: frozenset[Kind] = frozenset()
    """Naming `QUANTIZED` asks for quantisations as posts of their own; otherwise they fold into the family."""
    descends_from: frozenset[int] = frozenset()
    """Model ids: any derivative of one of these, at any depth; not these themselves."""
    tasks: frozenset[str] = frozenset()
    libraries: frozenset[str] = frozenset()
    licence_classes: frozenset[LicenceClass] = frozenset()
    languages: frozenset[str] = frozenset()
    min_parameters: int | None = None
    max_parameters: int | None = None
    """Inclusive bounds; a model whose size is unknown passes only when both are `None`."""
    min_likes: int | None = None
    min_downloads: int | None = None
    min_trending: float | None = None
    """Thresholds: fire when they are crossed, even days after the release."""
    keywords: frozenset[str] = frozenset()
    """At least one must appear in the name, the tags or the summary."""
    excluded_keywords: frozenset[str] = frozenset()
    """None may appear there."""


def starts_from(now: datetime) -> datetime:
    """Return the start of a watch that begins now: its second's beginning.

    Hubs cut `created_at` to whole seconds: what is made in this very second must not seem older than the watch.
    """
    return now.replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Watch:
    """One standing order of one server."""

    id: int
    guild_id: int
    channel_id: int
    name: str
    filter: WatchFilter
    pace: Pace
    state: WatchState
    starts_at: datetime
    """Releases before this moment are not posted: a new watch begins with silence, not with a flood (`starts_from`)."""
    created_by: int
    created_at: datetime
    paused_reason: str | None = None
    """One of `PausedBecause` when `state` is `PAUSED`."""


def keeps_what_waits(watch: Watch) -> bool:
    """Tell whether what a watch gathers is to be posted: it is at work, or only waits for its channel.

    The latter goes on gathering: what is released while Discord refuses a channel comes when it takes messages again.
    """
    return watch.state is WatchState.ACTIVE or watch.paused_reason == PausedBecause.CHANNEL_REFUSED


def at_work_again(watch: Watch, since: datetime | None = None) -> Watch:
    """Return a watch awake; with `since`, what was released before that moment is not posted any more."""
    starts_at = watch.starts_at if since is None else starts_from(since)
    return replace(watch, state=WatchState.ACTIVE, paused_reason=None, starts_at=starts_at)


@dataclass(frozen=True, slots=True)
class Subject:
    """A model as matching sees it: every attribute a filter can ask for, normalised once.

    Text is casefolded, `family` holds the ids of all ancestors at any depth.
    """

    model_id: int
    author: str
    lab: str | None
    country: str | None
    kind: Kind
    family: frozenset[int]
    task: str | None
    library: str | None
    licence_class: LicenceClass
    languages: frozenset[str]
    parameters: int | None
    text: str
    """Name, tags and summary, casefolded, for keywords."""
    released_at: datetime | None
    before: Metrics = field(default_factory=Metrics)
    """The numbers at the previous observation; all `None` at the first."""
    now: Metrics = field(default_factory=Metrics)
    by_uploader: bool = False
    """Its publisher is known for copies of others' models, and no lab that makes them."""
    official: bool = False
    """A quantisation by its base's own publisher, or by a lab that names no base: a release, not noise (HUB.md 3)."""


class Condition(StrEnum):
    """The conditions of a filter, in the order they are explained. Catalogue keys live below `condition.`."""

    STATE = "state"
    START = "start"
    AUTHORS = "authors"
    LABS = "labs"
    COUNTRIES = "countries"
    KINDS = "kinds"
    DESCENDS_FROM = "descends_from"
    TASKS = "tasks"
    LIBRARIES = "libraries"
    LICENCE_CLASSES = "licence_classes"
    LANGUAGES = "languages"
    PARAMETERS = "parameters"
    KEYWORDS = "keywords"
    EXCLUDED_KEYWORDS = "excluded_keywords"
    LIKES = "likes"
    DOWNLOADS = "downloads"
    TRENDING = "trending"


@dataclass(frozen=True, slots=True)
class Finding:
    """One condition held against one model. Only conditions that ask for something are reported."""

    condition: Condition
    holds: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a watch lets a model through or stops it: `/watch why` shows exactly this."""

    watch: Watch
    matches: bool
    findings: tuple[Finding, ...]
    crossed: tuple[Condition, ...] = ()
    """Thresholds that were crossed in this very observation."""
