"""A member puts tags on a model, or takes their own off it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.model import Model
from bot.domain.tag_lists import TypedTags, admitted, read_tags, read_tags_or_none
from bot.domain.tags import ModelTag, Tag, TagState
from bot.workflows.find_model import model_by_id
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.show_on_cards import show_on_cards


@dataclass(frozen=True, slots=True)
class Tagged:
    """What a member changed about a model, and what is on it now."""

    model: Model
    tags: Sequence[ModelTag]
    mine: frozenset[int]
    """Ids of the tags that this member has on it now."""
    added: Sequence[Tag] = ()
    removed: Sequence[Tag] = ()
    refused: Sequence[Refusal] = ()
    """Why some of what was asked for was not done; the rest was."""


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What came back from a form: what is wanted, and until when the member's own tags were shown to be unticked."""

    ticked: Collection[str]
    """Keys."""
    typed: str
    shown_at: datetime


class TagModel:
    """Everything members do with tags. Saying it twice changes nothing.

    Of several tags those that can be are done, and `Tagged.refused` says why the others were not. Every method raises
    `Refusal` for a model that is not known, and where all that was asked for is one tag that cannot be.
    """

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def add(self, guild_id: int, model_id: int, user_id: int, tags: str) -> Tagged:
        """Put a list of tags on a model."""
        wanted = read_tags(tags)
        async with self._unit_of_work() as work:
            member = await _member(work, guild_id, user_id, await model_by_id(work, model_id))
            return await self._change(work, member, wanted)

    async def remove(self, guild_id: int, model_id: int, user_id: int, tags: str) -> Tagged:
        """Take a list of the member's own tags off a model."""
        named = read_tags(tags)
        async with self._unit_of_work() as work:
            member = await _member(work, guild_id, user_id, await model_by_id(work, model_id))
            known, own = await work.tags.find(guild_id, list(named.labels)), await _own(work, member)
            refused = [
                Refusal("tag-not-yours", tag=label, model=member.model.facts.repo_id)
                for key, label in named.labels.items()
                if key not in known or known[key].id not in own
            ]
            unwanted = frozenset(tag.id for tag in known.values())
            return await self._change(work, member, TypedTags({}, [*named.refused, *refused]), unwanted)

    async def fill_in(self, guild_id: int, model_id: int, user_id: int, form: FilledForm) -> Tagged:
        """Do what a filled-in form says: what is ticked or typed is put on, the member's own that was unticked goes.

        What the member put on after the form was shown stays: nobody saw it there to untick it.
        """
        wanted = read_tags_or_none(",".join((*form.ticked, form.typed)))
        async with self._unit_of_work() as work:
            member = await _member(work, guild_id, user_id, await model_by_id(work, model_id))
            own = await work.tags.of_member(guild_id, user_id, model_id=model_id)
            kept = {tag.id for tag in (await work.tags.find(guild_id, list(wanted.labels))).values()}
            unticked = {one.tag.id for one in own if one.at <= form.shown_at and one.tag.state is not TagState.BANNED}
            return await self._change(work, member, wanted, frozenset(unticked - kept))

    async def _change(
        self, work: Work, member: "_Member", wanted: TypedTags, unwanted: frozenset[int] = frozenset()
    ) -> Tagged:
        """Take off, put on what may be, let the cards follow, and commit."""
        own = await _own(work, member)
        gone = await work.tags.take(member.guild_id, member.model.id, sorted(unwanted), user_id=member.user_id)
        removed = [own.pop(tag_id) for tag_id in sorted(gone)]
        known = await work.tags.find(member.guild_id, list(wanted.labels))
        allowed = admitted(wanted, known, own.values(), only_curated=member.only_curated)
        _refuse_if_that_is_all(allowed, removed)
        added, mine = await self._put(work, member, allowed.labels)
        if added or removed:
            await show_on_cards(work, member.guild_id, member.model.id, self._clock.now())
        await work.tags.remove_unused(gone)
        tagged = Tagged(
            model=member.model,
            tags=await work.tags.of_model(member.guild_id, member.model.id),
            mine=frozenset(own) | mine,
            added=added,
            removed=removed,
            refused=allowed.refused,
        )
        await work.commit()
        return tagged

    async def _put(
        self, work: Work, member: "_Member", labels: Mapping[str, str]
    ) -> tuple[Sequence[Tag], frozenset[int]]:
        """Put tags on, making those that are not there; those that are new on the model, and the ids of all."""
        guild_id, user_id, now = member.guild_id, member.user_id, self._clock.now()
        made = await work.tags.make(guild_id, labels, user_id=user_id, now=now)
        by_id = {tag.id: tag for tag in made.values()}
        new = await work.tags.put(guild_id, member.model.id, list(by_id), user_id=user_id, now=now)
        return [tag for tag in by_id.values() if tag.id in new], frozenset(by_id)


@dataclass(frozen=True, slots=True)
class _Member:
    """Who tags what, where, and whether with curated tags only."""

    guild_id: int
    user_id: int
    model: Model
    only_curated: bool


async def _member(work: Work, guild_id: int, user_id: int, model: Model) -> _Member:
    """Begin: from here on nobody else changes this server's tags until the commit."""
    return _Member(guild_id, user_id, model, only_curated=await work.tags.hold(guild_id))


async def _own(work: Work, member: _Member) -> dict[int, Tag]:
    """Return the tags that the member has on the model, by id; banned ones too."""
    own = await work.tags.of_member(member.guild_id, member.user_id, model_id=member.model.id)
    return {one.tag.id: one.tag for one in own}


def _refuse_if_that_is_all(allowed: TypedTags, removed: Sequence[Tag]) -> None:
    """Raise the reason where only one thing was asked for, and it cannot be."""
    if len(allowed.refused) == 1 and not allowed.labels and not removed:
        raise allowed.refused[0]
