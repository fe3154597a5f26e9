"""Autocomplete for tags, in the reader's language; lists complete their last element."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

from discord import app_commands

from bot.domain.errors import Refusal
from bot.domain.plain_text import plain
from bot.domain.tags import TagState, tag_key
from bot.language.words import Language, Words
from bot.workflows.find_suggestions import Typing
from bot.workflows.read_tags import OfferedTag, ReadTags, TagOffer
from cogs.answering import Choices, Interaction, choice, suggesting
from cogs.tag_words import named

LABEL_LENGTH = 90
LONGEST_LIST = 400
LONGEST_TAG = 100

TagList = app_commands.Range[str, 1, LONGEST_LIST]
TagName = app_commands.Range[str, 1, LONGEST_TAG]

_Callback = TypeVar("_Callback", bound=Callable[..., Any])


class KnowsTags(Protocol):
    """A cog that can look tags up."""

    language: Language
    read: ReadTags


def suggests_fitting_tags(callback: _Callback) -> _Callback:
    """Add autocomplete to the option `tags`: what fits the model, then what the server uses, then what is typed."""
    return app_commands.autocomplete(tags=_fitting)(callback)


def suggests_own_tags(callback: _Callback) -> _Callback:
    """Add autocomplete to the option `tags`: the member's own on the model."""
    return app_commands.autocomplete(tags=_own)(callback)


def suggests_tag(callback: _Callback) -> _Callback:
    """Add autocomplete of the server's tags to the option `tag`."""
    return app_commands.autocomplete(tag=_known)(callback)


def suggests_target(callback: _Callback) -> _Callback:
    """Add autocomplete of the server's tags to the option `into`."""
    return app_commands.autocomplete(into=_known)(callback)


def suggests_banned_tag(callback: _Callback) -> _Callback:
    """Add autocomplete of banned tags to the option `tag`."""
    return app_commands.autocomplete(tag=_banned)(callback)


def suggests_lists(callback: _Callback) -> _Callback:
    """Add autocomplete to `add` (any tag) and `remove` (a curated one)."""
    return app_commands.autocomplete(add=_any, remove=_curated)(callback)


@suggesting
async def _fitting(cog: KnowsTags, interaction: Interaction, current: str) -> Choices:
    typing, words = Typing.read(current), cog.language.words(interaction.locale)
    if interaction.guild_id is None:
        return []
    offer = await _offer(cog, interaction)
    fitting: Sequence[OfferedTag] = () if offer is None else offer.others
    only_curated = await cog.read.only_curated(interaction.guild_id) if offer is None else offer.only_curated
    known = await cog.read.known(interaction.guild_id, TagState.CURATED if only_curated else None)
    found = _completed(typing, _matching(typing, (*fitting, *known), words))
    return found if only_curated else [*found[:24], *_as_typed(typing, (*fitting, *known), words)]


@suggesting
async def _own(cog: KnowsTags, interaction: Interaction, current: str) -> Choices:
    typing, words = Typing.read(current), cog.language.words(interaction.locale)
    offer = await _offer(cog, interaction)
    return _completed(typing, _matching(typing, offer.mine if offer else (), words))


@suggesting
async def _any(cog: KnowsTags, interaction: Interaction, current: str) -> Choices:
    typing, words = Typing.read(current), cog.language.words(interaction.locale)
    known = await _known_in(cog, interaction, None)
    return [*_completed(typing, _matching(typing, known, words))[:24], *_as_typed(typing, known, words)]


@suggesting
async def _curated(cog: KnowsTags, interaction: Interaction, current: str) -> Choices:
    typing, words = Typing.read(current), cog.language.words(interaction.locale)
    return _completed(typing, _matching(typing, await _known_in(cog, interaction, TagState.CURATED), words))


@suggesting
async def _known(cog: KnowsTags, interaction: Interaction, current: str) -> Choices:
    return await _one(cog, interaction, current, None)


@suggesting
async def _banned(cog: KnowsTags, interaction: Interaction, current: str) -> Choices:
    return await _one(cog, interaction, current, TagState.BANNED)


async def _one(cog: KnowsTags, interaction: Interaction, current: str, state: TagState | None) -> Choices:
    known = await _known_in(cog, interaction, state)
    return matching_tags(known, current, cog.language.words(interaction.locale))


def matching_tags(tags: Sequence[OfferedTag], current: str, words: Words) -> Choices:
    """Offer those of these tags that look like what is being typed, in the reader's language or in any spelling."""
    typing = Typing((), plain(current, LONGEST_TAG))
    return _completed(typing, _matching(typing, tags, words))


async def _known_in(cog: KnowsTags, interaction: Interaction, state: TagState | None) -> Sequence[OfferedTag]:
    return [] if interaction.guild_id is None else await cog.read.known(interaction.guild_id, state)


async def _offer(cog: KnowsTags, interaction: Interaction) -> TagOffer | None:
    """Return what fits the model that stands in the option `model` so far, if it is one."""
    typed = getattr(interaction.namespace, "model", None)
    if interaction.guild_id is None or not typed:
        return None
    return await cog.read.offer_so_far(interaction.guild_id, str(typed), interaction.user.id)


def _matching(typing: Typing, tags: Iterable[OfferedTag], words: Words) -> Sequence[tuple[str, str]]:
    """Return (name, key) of tags that are not in the list yet and look like what is being typed."""
    text, wanted = typing.current.casefold(), _key(typing.current)
    taken = {_key(value) for value in typing.before}
    unique = list({tag.key: tag for tag in reversed(list(tags)) if tag.key not in taken}.values())
    return [
        (shown, tag.key)
        for tag, shown in named(unique[::-1], words)
        if tag.key == wanted or any(text in name.casefold() for name in (shown, tag.label, tag.key))
    ]


def _as_typed(typing: Typing, tags: Iterable[OfferedTag], words: Words) -> Choices:
    """Offer what is being typed as a new tag, where it is one: some clients send only what was chosen."""
    key = _key(typing.current)
    if key is None or key in {tag.key for tag in tags} | {_key(value) for value in typing.before}:
        return []
    name = words("tag.new-choice", tag=plain(typing.current, LABEL_LENGTH))
    return [choice(name, typing.completed_with(typing.current))]


def _completed(typing: Typing, found: Sequence[tuple[str, str]]) -> Choices:
    before = "".join(f"{value}, " for value in typing.before)
    return [choice(plain(before + shown, LABEL_LENGTH), typing.completed_with(key)) for shown, key in found]


def _key(text: str) -> str | None:
    try:
        return tag_key(text)
    except Refusal:
        return None  # Nothing, or too much, is typed so far.
