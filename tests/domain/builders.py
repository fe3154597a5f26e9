"""Make domain objects with sensible defaults; every test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypedDict, Unpack

from bot.domain.model import (
    Classification,
    DeclaredParent,
    Evaluation,
    Gating,
    HubModel,
    Kind,
    LicenceClass,
    Metrics,
    Model,
    Source,
    Stage,
)
from bot.domain.server import Locale, Server
from bot.domain.watches import Pace, Subject, Watch, WatchFilter, WatchState

NOW = datetime(2026, 9, 24, 12, 0, tzinfo=UTC)
"""The moment at which tests play unless they say otherwise (a Thursday, noon UTC)."""


class HubModelFields(TypedDict, total=False):
    """Fields of `HubModel` that a test may set."""

    source: Source
    hub_id: str | None
    author: str
    created_at: datetime | None
    last_modified: datetime | None
    tags: tuple[str, ...]
    declared: tuple[DeclaredParent, ...]
    task: str | None
    library: str | None
    licence: str | None
    licence_name: str | None
    licence_link: str | None
    gating: Gating
    private: bool
    disabled: bool
    downloads: int | None
    likes: int | None
    trending: float | None
    parameters: int | None
    tensors: tuple[tuple[str, int], ...]
    quantized_by: str | None
    quantized_bits: int | None
    context_length: int | None
    architecture: str | None
    files: tuple[str, ...] | None
    used_storage: int | None
    has_files: bool | None
    has_card: bool | None
    languages: tuple[str, ...]
    summary: str | None
    evaluations: tuple[Evaluation, ...]


def hub_model(repo_id: str = "Qwen/Qwen3-8B", **fields: Unpack[HubModelFields]) -> HubModel:
    """Return a settled, permissively licensed text model."""
    author, slash, _ = repo_id.partition("/")
    plain = HubModel(
        source=Source.HUGGING_FACE,
        repo_id=repo_id,
        hub_id=f"id-of-{repo_id.casefold()}",
        author=author if slash else "",
        created_at=NOW - timedelta(days=3),
        last_modified=NOW - timedelta(hours=1),
        task="text-generation",
        library="transformers",
        licence="apache-2.0",
        downloads=0,
        likes=0,
        has_files=True,
        has_card=True,
    )
    return replace(plain, **fields)


def parent(repo_id: str, relation: Kind | None = None) -> DeclaredParent:
    """Return one declared parent."""
    return DeclaredParent(repo_id, relation)


class ModelFields(TypedDict, total=False):
    """Fields of `Model` that a test may set."""

    stage: Stage
    first_seen_at: datetime
    released_at: datetime | None
    kind: Kind | None
    kind_reason: str
    kind_details: dict[str, str]
    look_at: datetime | None
    looks: int


def model(model_id: int = 1, facts: HubModel | None = None, **fields: Unpack[ModelFields]) -> Model:
    """Return a settled original, released now."""
    remembered = Model(
        id=model_id,
        facts=facts or hub_model(),
        stage=Stage.SETTLED,
        first_seen_at=NOW,
        released_at=NOW,
        kind=Kind.ORIGINAL,
        kind_reason="no-parent",
    )
    return replace(remembered, **fields)


def classification(kind: Kind = Kind.ORIGINAL, *parents: str, reason: str = "no-parent") -> Classification:
    """Return a conclusion about a model."""
    return Classification(kind=kind, parents=parents, reason=reason)


class WatchFields(TypedDict, total=False):
    """Fields of `Watch` that a test may set."""

    guild_id: int
    channel_id: int
    name: str
    filter: WatchFilter
    pace: Pace
    state: WatchState
    starts_at: datetime
    created_by: int
    created_at: datetime
    paused_reason: str | None


def watch(watch_id: int = 1, **fields: Unpack[WatchFields]) -> Watch:
    """Return an active, instant watch without conditions that began a day ago."""
    order = Watch(
        id=watch_id,
        guild_id=100,
        channel_id=200,
        name="everything",
        filter=WatchFilter(),
        pace=Pace.INSTANT,
        state=WatchState.ACTIVE,
        starts_at=NOW - timedelta(days=1),
        created_by=300,
        created_at=NOW - timedelta(days=1),
    )
    return replace(order, **fields)


class SubjectFields(TypedDict, total=False):
    """Fields of `Subject` that a test may set."""

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
    released_at: datetime | None
    before: Metrics
    now: Metrics
    by_uploader: bool
    official: bool


def subject(model_id: int = 1, **fields: Unpack[SubjectFields]) -> Subject:
    """Return an original text model by Qwen, released now, observed for the first time."""
    seen = Subject(
        model_id=model_id,
        author="qwen",
        lab="qwen",
        country="CN",
        kind=Kind.ORIGINAL,
        family=frozenset(),
        task="text-generation",
        library="transformers",
        licence_class=LicenceClass.PERMISSIVE,
        languages=frozenset({"en", "zh"}),
        parameters=8_000_000_000,
        text="qwen/qwen3-8b transformers safetensors",
        released_at=NOW,
        now=Metrics(likes=0, downloads=0, trending=0.0),
    )
    return replace(seen, **fields)


class ServerFields(TypedDict, total=False):
    """Fields of `Server` that a test may set."""

    locale: Locale
    timezone: str
    digest_hour: int
    digest_weekday: int
    notice_channel_id: int | None
    set_up_by: int | None
    set_up_at: datetime | None


def server(guild_id: int = 100, **fields: Unpack[ServerFields]) -> Server:
    """Return a server in UTC that reads English."""
    return replace(Server(guild_id=guild_id), **fields)
