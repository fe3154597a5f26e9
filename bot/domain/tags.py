"""Tags: short labels that members put on models; one tag for every spelling of it."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from bot.domain.errors import Refusal
from bot.domain.model import Source
from bot.domain.plain_text import plain
from bot.domain.tag_families import SPELLINGS

TAG_LENGTH = 30
"""Characters of a tag after normalising: what fits beside four others on a card."""

LABEL_LENGTH = 60
"""Characters of a tag as it was typed: joiners in an emoji count here and not in the key. The column's width."""

TAGS_PER_MEMBER = 10
"""A member's tags on one model: enough to describe it, too few to bury what others say."""

_LOOKED_AT = 300
"""Characters of a typed tag that are looked at: beyond it is too long, whatever comes."""

_SEPARATORS = re.compile(r"[\s_,、;]+")
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
"""Letters that show nothing."""
_VARIATIONS = frozenset(map(chr, (*range(0x180B, 0x180E), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
"""Marks that choose how a character is drawn: they would make a second tag that looks like the first."""


class TagState(StrEnum):
    """What members may do with a tag: `open` any time, `curated` also where only curated tags are allowed."""

    OPEN = "open"
    CURATED = "curated"
    BANNED = "banned"


class TagAction(StrEnum):
    """What a moderator did, for the log."""

    ONLY_CURATED = "only-curated"
    ANY_TAG = "any-tag"
    CURATE = "curate"
    UNCURATE = "uncurate"
    ALIAS = "alias"
    UNALIAS = "unalias"
    RENAME = "rename"
    MERGE = "merge"
    DELETE = "delete"
    TAKE_OFF = "take-off"
    BAN = "ban"
    UNBAN = "unban"


@dataclass(frozen=True, slots=True)
class Tag:
    """A server's tag. `label` is hostile text; where it equals `key`, a catalogue may know a better name."""

    id: int
    guild_id: int
    key: str
    label: str
    state: TagState = TagState.OPEN
    was_curated: bool = False
    """A banned tag was on the curated list before, and is again once it is not banned any more."""


@dataclass(frozen=True, slots=True)
class TagUse:
    """A tag and how much it is used in its server."""

    tag: Tag
    models: int
    members: int


@dataclass(frozen=True, slots=True)
class ModelTag:
    """A tag on one model, and how many members put it there."""

    tag: Tag
    members: int


@dataclass(frozen=True, slots=True)
class TaggedModel:
    """A model that has a tag, and how many members put it there."""

    model_id: int
    source: Source
    repo_id: str
    members: int


@dataclass(frozen=True, slots=True)
class Tagging:
    """What one member said: this tag, on this model, since then."""

    model_id: int
    tag: Tag
    at: datetime


@dataclass(frozen=True, slots=True)
class TagLogEntry:
    """One thing that a moderator did. `tag` and `other` are labels as they were then: hostile text."""

    actor: int
    """The moderator's id; 0 once they asked to be forgotten."""
    action: TagAction
    tag: str
    other: str | None
    at: datetime


def tag_key(text: str) -> str:
    """Return what all spellings of a tag have in common, at most `TAG_LENGTH` characters of Unicode's NFKC form.

    Width, case, spaces, underscores, hyphens, a leading `#` and invisible characters make no difference, and known
    words of several languages meet in one key (`bot.domain.tag_families`).

    Raises `Refusal` (`tag-empty`, `tag-too-long`).
    """
    key = _normal(text)
    if not any(unicodedata.category(character)[0] in "LNS" for character in key):
        raise Refusal("tag-empty")
    if len(key) > TAG_LENGTH:
        raise Refusal("tag-too-long", value=text[:_LOOKED_AT], limit=TAG_LENGTH)
    return family_of(key) or key


def family_of(key: str) -> str | None:
    """Return the key of the family that a normalised spelling belongs to; hyphens in it make no difference."""
    return _FAMILY_OF.get(key.replace("-", ""))


def tag_label(text: str) -> str:
    """Return what a new tag is called: the key of its family where it has one, else what was typed.

    Raises `Refusal` as `tag_key` does.
    """
    key = tag_key(text)
    return key if key in SPELLINGS else own_label(text)


def own_label(text: str) -> str:
    """Return a tag as it was typed, made plain: what a moderator calls it stays so in every language.

    Raises `Refusal` as `tag_key` does.
    """
    key = tag_key(text)
    shown = plain(unicodedata.normalize("NFKC", text[:_LOOKED_AT]), _LOOKED_AT).lstrip("#-_ ").rstrip("-_ ")
    return shown if 0 < len(shown) <= LABEL_LENGTH else key


def _normal(text: str) -> str:
    """Repeat until nothing changes: what is dropped can bring two characters together that combine into one."""
    before, key = "", text[:_LOOKED_AT]
    while before != key:
        before, key = key, _normal_once(key)
    return key


def _normal_once(text: str) -> str:
    shown = "".join(character for character in text if character.isspace() or not _is_hidden(character))
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", shown).casefold())
    hyphens = "".join("-" if unicodedata.category(character) == "Pd" else character for character in folded)
    joined = re.sub("-+", "-", _SEPARATORS.sub("-", hyphens))
    return joined.lstrip("#-").rstrip("-")


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _DROPPED or character in _BLANK or character in _VARIATIONS


def _families() -> Iterator[tuple[str, str]]:
    for key, spellings in SPELLINGS.items():
        for spelling in (key, *spellings.split(",")):
            yield _normal(spelling).replace("-", ""), key


_FAMILY_OF: Mapping[str, str] = MappingProxyType(dict(_families()))
