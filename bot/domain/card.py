"""What a message shows, before anybody decides how it looks: facts only, no words and no layout.

Workflows fill these, `bot.cards` turns them into Discord components in a server's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.community import CommunityFacts
from bot.domain.delivery import Purpose
from bot.domain.labs import Lab
from bot.domain.leaderboard import LeaderboardFacts
from bot.domain.licences import LicenceWarning
from bot.domain.model import HubModel, Kind, LicenceClass
from bot.domain.server import Locale
from bot.domain.sizes import Requirements
from bot.domain.standing_picture import PictureFile


@dataclass(frozen=True, slots=True)
class Relative:
    """Another model of the family, by name, with its publisher where it is a known lab."""

    repo_id: str
    lab: Lab | None = None


@dataclass(frozen=True, slots=True)
class FamilyFacts:
    """A model's place among its relatives."""

    parents: tuple[Relative, ...] = ()
    path: tuple[Relative, ...] = ()
    """From the family's root down to the first parent; empty for an original."""
    derivatives: Mapping[Kind, int] = field(default_factory=dict[Kind, int])
    """How many direct derivatives of each kind Rootstock knows."""
    formats: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """Quantised formats at hand and who made them: `{"GGUF": ("bartowski", "unsloth")}`."""


@dataclass(frozen=True, slots=True)
class CardFacts:
    """Everything a model's card shows, in the order of PRODUCT, "Cards"."""

    model_id: int
    facts: HubModel
    kind: Kind
    kind_reason: str
    kind_details: Mapping[str, str]
    lab: Lab | None
    requirements: Requirements
    licence_class: LicenceClass
    licence_warnings: tuple[LicenceWarning, ...]
    family: FamilyFacts
    released_at: datetime | None
    crossed: tuple[str, ...] = ()
    """Thresholds that brought the card here, as `likes:1000`."""
    community: CommunityFacts | None = None
    """What the members of the card's server think; `None` where a card belongs to no server (terminal, direct)."""


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """A digest: several releases in one message. `total` counts also what did not fit into `lines`."""

    delivery_id: int
    reason: str
    """Catalogue key below `digest.title.`: `daily`, `weekly`, `overflow`."""
    since: datetime
    lines: tuple[CardFacts, ...]
    total: int


@dataclass(frozen=True, slots=True)
class DigestPlace:
    """One model of a digest, where somebody reads it through: the place `at`, counted from 0, of `total`."""

    delivery_id: int
    at: int
    total: int
    model_id: int
    crossed: tuple[str, ...] = ()
    """As in `CardFacts`."""


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """A word to the moderators: a catalogue key below `notice.` with its placeholders."""

    delivery_id: int
    key: str
    values: Mapping[str, str]
    batch: int | None = None
    """The batch of ballots that its readers can decide on right there; None in a direct conversation."""


@dataclass(frozen=True, slots=True)
class Post:
    """What a messenger sends: the facts, the language they are shown in, and how to find the message again."""

    purpose: Purpose
    locale: Locale
    facts: CardFacts | DigestFacts | NoticeFacts | LeaderboardFacts
    marker: str
    """The `custom_id` of one component in the message: how it is recognised when the outcome of a send is
    unknown. `v1:details:<model id>` on a card, `v1:digest:<delivery id>:0`, `v1:notice:<delivery id>`,
    `v1:week:<guild>:<week>:0`."""
    published: bool = False
    """In an announcement channel: sent on to the servers that follow it."""
    files: tuple[PictureFile, ...] = ()
    """Pictures that go with the message; `bot.cards.attached_pictures.gallery` shows them in a layout."""
