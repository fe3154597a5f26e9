"""Lists of tags as members type them: what in one is good is taken, what is not is named with why."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.domain.errors import Refusal
from bot.domain.plain_text import plain
from bot.domain.tags import TAG_LENGTH, TAGS_PER_MEMBER, Tag, TagState, tag_key, tag_label

TAGS_AT_ONCE = 50
"""Tags read from one list that somebody typed; what follows is left out."""

_LIST_MARKS = re.compile(r"[,，、;；\n]+")


@dataclass(frozen=True, slots=True)
class TypedTags:
    """The labels of a list by key, in order and each once, and why the rest of it is not among them."""

    labels: Mapping[str, str]
    refused: Sequence[Refusal] = ()


def read_tags(text: str) -> TypedTags:
    """Return what a list names; commas of any kind separate. Raises `Refusal` (`tag-empty`) where it is empty."""
    typed = [piece.strip() for piece in _LIST_MARKS.split(text) if plain(piece, TAG_LENGTH)]
    if not typed:
        raise Refusal("tag-empty")
    labels: dict[str, str] = {}
    refused: list[Refusal] = []
    for piece in typed[:TAGS_AT_ONCE]:
        try:
            labels.setdefault(tag_key(piece), tag_label(piece))
        except Refusal as refusal:
            refused.append(refusal if len(typed) == 1 or refusal.key != "tag-empty" else _shows_nothing(piece))
    return TypedTags(labels, refused)


def read_tags_or_none(text: str) -> TypedTags:
    """Return what a list names, if anything is typed at all."""
    return read_tags(text) if plain(_LIST_MARKS.sub(" ", text), TAG_LENGTH) else TypedTags({})


def admitted(typed: TypedTags, known: Mapping[str, Tag], own: Collection[Tag], *, only_curated: bool) -> TypedTags:
    """Return what of a list a member may have on a model who has `own` there; the rest is refused, with why.

    `known` is where the list's keys lead in the server. First come, first served where there is no room for all. A
    banned tag takes no room: nobody sees it, so nobody could take it off to make some.
    """
    mine = {tag.id for tag in own}
    room = TAGS_PER_MEMBER - sum(tag.state is not TagState.BANNED for tag in own)
    labels: dict[str, str] = {}
    refused, taken, without_room = [*typed.refused], set[int | str](), list[str]()
    for key, label in typed.labels.items():
        tag = known.get(key)
        is_mine, which = tag is not None and tag.id in mine, key if tag is None else tag.id
        refusal = _refusal(tag, label, is_mine=is_mine, only_curated=only_curated)
        if refusal is not None:
            refused.append(refusal)
        elif is_mine or which in taken or len(taken) < room:
            labels[key] = label
            taken |= set() if is_mine else {which}
        else:
            without_room.append(label)
    if without_room:
        refused.append(Refusal("tag-limit", limit=TAGS_PER_MEMBER, tags=tuple(without_room)))
    return TypedTags(labels, refused)


def _refusal(tag: Tag | None, label: str, *, is_mine: bool, only_curated: bool) -> Refusal | None:
    if tag is not None and tag.state is TagState.BANNED:
        return Refusal("tag-banned", tag=label)
    is_curated = tag is not None and tag.state is TagState.CURATED
    return Refusal("tag-not-curated", tag=label) if only_curated and not is_mine and not is_curated else None


def _shows_nothing(piece: str) -> Refusal:
    return Refusal("tag-shows-nothing", value=piece)
