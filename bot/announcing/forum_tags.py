"""Which of a forum's own tags a model's post gets: its kind, then what members call it, by the tags' ids.

Rootstock's invitation does not include Manage Channels: as a rule only tags that a moderator made are used, found by
name in any spelling and in every language that Rootstock speaks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import discord

from bot.domain.card import CardFacts
from bot.domain.errors import Refusal
from bot.domain.model import Kind
from bot.domain.plain_text import plain
from bot.domain.tags import tag_key
from bot.language.words import Language, Words

APPLIED_AT_MOST = 5
AVAILABLE_AT_MOST = 20
NAME_LENGTH = 20
"""Discord's limits for a forum's tags."""

LEFT_TO_MODERATORS = 8
"""Of a forum's twenty tags, those that Rootstock leaves to moderators even where it may make tags."""

FOR_ANYTHING = ("model", "models", "模型", "release", "releases", "发布", "news", "general", "综合", "other", "其他")
"""Tags that fit any model, for a forum that takes no post without a tag."""


@dataclass(frozen=True, slots=True)
class WantedTag:
    """A tag that a post should have: `name` is what a new one would be called, `keys` what an old one may be."""

    name: str
    keys: frozenset[str]


@dataclass(frozen=True, slots=True)
class InStep:
    """What a post should have, and the ids of those tags that are Rootstock's to take off again."""

    tags: tuple[discord.ForumTag, ...]
    ours: frozenset[int]


def wanted_tags(card: CardFacts, language: Language, words: Words) -> tuple[WantedTag, ...]:
    """Return the kind, then the members' tags, most used first."""
    labels = [tag.label for tag in card.community.tags] if card.community else []
    kind = WantedTag(plain(words(f"kind.{card.kind}"), NAME_LENGTH), _kind_keys(card.kind, language))
    named = [WantedTag(plain(label, NAME_LENGTH), _keys([label])) for label in labels]
    return (kind, *(tag for tag in named if tag.name and tag.keys))


def matching(available: Sequence[discord.ForumTag], wanted: Iterable[WantedTag]) -> list[discord.ForumTag]:
    """Return the forum's tags that are wanted, in the order of the wishes, each once, at most five."""
    by_key = {key: tag for tag in reversed(available) for key in _keys([tag.name])}
    found = (next((by_key[key] for key in sorted(wish.keys) if key in by_key), None) for wish in wanted)
    return list({tag.id: tag for tag in found if tag is not None}.values())[:APPLIED_AT_MOST]


def lacking(available: Sequence[discord.ForumTag], wanted: Sequence[WantedTag]) -> list[WantedTag]:
    """Return the wishes for which the forum has no tag and still has room."""
    known = {key for tag in available for key in _keys([tag.name])}
    room = AVAILABLE_AT_MOST - LEFT_TO_MODERATORS - len(available)
    return [wish for wish in wanted if not wish.keys & known][: max(0, room)]


def fallback(available: Sequence[discord.ForumTag]) -> list[discord.ForumTag]:
    """Return the tag that does the least harm where the forum demands one: one that fits anything, else the first."""
    general = _keys(FOR_ANYTHING)
    return sorted(available, key=lambda tag: not _keys([tag.name]) & general)[:1]


def in_step(applied: Sequence[discord.ForumTag], chosen: Sequence[discord.ForumTag], ours: frozenset[int]) -> InStep:
    """Return what a post should have now: what is chosen, and what somebody put there by hand.

    What nobody wants any more goes if it is ours. What is ours and was taken off by hand stays off for as long as it
    is wanted: Rootstock does not quarrel with a moderator.
    """
    wanted, there = {tag.id for tag in chosen}, {tag.id for tag in applied}
    by_hand = [tag for tag in applied if tag.id not in ours]
    taken_off = (ours - there) & wanted
    shunned = taken_off | {tag.id for tag in by_hand}
    put = [tag for tag in chosen if tag.id not in shunned][: max(0, APPLIED_AT_MOST - len(by_hand))]
    return InStep((*put, *by_hand), taken_off | {tag.id for tag in put})


def _kind_keys(kind: Kind, language: Language) -> frozenset[str]:
    return _keys([str(kind), *(words(f"kind.{kind}") for words in language.all())])


def _keys(names: Iterable[str]) -> frozenset[str]:
    """Return what all spellings of these names have in common; a name that is no tag has nothing."""
    keys: set[str] = set()
    for name in names:
        try:
            keys.add(tag_key(name))
        except Refusal:
            continue
    return frozenset(keys)
