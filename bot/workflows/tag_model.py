"""A member puts tags on a model, or takes their own off it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.model import Model
from bot.domain.tags import TAGS_PER_MEMBER, ModelTag, Tag, TagState, tags_in
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


@dataclass(frozen=True, slots=True)
class FilledForm:
    """What came back from a form: what is wanted, and until when the member's own tags were shown to be unticked."""

    ticked: Collection[str]
    """Keys."""
    typed: str
    shown_at: datetime


class TagModel:
    """Everything members do with tags. All or nothing; saying it twice changes nothing.

    Every method raises `Refusal`: a model that is not known, no tag, a banned or uncurated tag, the member's limit.
    """

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def add(self, guild_id: int, model_id: int, user_id: int, tags: str) -> Tagged:
        """Put a list of tags on a model."""
        labels = tags_in(tags)
        async with self._unit_of_work() as work:
            member = await _member(work, guild_id, user_id, await model_by_id(work, model_id))
            return await self._change(work, member, labels, frozenset())

    async def remove(self, guild_id: int, model_id: int, user_id: int, tags: str) -> Tagged:
        """Take a list of the member's own tags off a model. Raises `Refusal` where none of them is there."""
        keys = tags_in(tags)
        async with self._unit_of_work() as work:
            member = await _member(work, guild_id, user_id, await model_by_id(work, model_id))
            known = await work.tags.find(guild_id, list(keys))
            tagged = await self._change(work, member, {}, frozenset(tag.id for tag in known.values()))
            if not tagged.removed:
                raise Refusal("tag-not-yours", tag=next(iter(keys.values())), model=member.model.facts.repo_id)
            return tagged

    async def fill_in(self, guild_id: int, model_id: int, user_id: int, form: FilledForm) -> Tagged:
        """Do what a filled-in form says: what is ticked or typed is put on, the member's own that was unticked goes.

        What the member put on after the form was shown stays: nobody saw it there to untick it.
        """
        labels = _listed(",".join((*form.ticked, form.typed)))
        async with self._unit_of_work() as work:
            member = await _member(work, guild_id, user_id, await model_by_id(work, model_id))
            own = await work.tags.of_member(guild_id, user_id, model_id=model_id)
            wanted = await work.tags.find(guild_id, list(labels))
            kept = {tag.id for tag in wanted.values()}
            unticked = {one.tag.id for one in own if one.at <= form.shown_at and one.tag.state is not TagState.BANNED}
            return await self._change(work, member, labels, frozenset(unticked - kept))

    async def _change(
        self, work: Work, member: "_Member", labels: Mapping[str, str], unwanted: frozenset[int]
    ) -> Tagged:
        """Change, check, let the cards follow, and commit."""
        guild_id, model_id, user_id = member.guild_id, member.model.id, member.user_id
        gone = await work.tags.take(guild_id, model_id, sorted(unwanted), user_id=user_id)
        own = {one.tag.id: one.tag for one in await work.tags.of_member(guild_id, user_id, model_id=model_id)}
        await _refuse_what_is_not_allowed(work, member, labels, own)
        now = self._clock.now()
        wanted = await work.tags.make(guild_id, labels, user_id=user_id, now=now)
        by_id = {tag.id: tag for tag in wanted.values()}
        _refuse_too_many({**own, **by_id})
        new = await work.tags.put(guild_id, model_id, list(by_id), user_id=user_id, now=now)
        if new or gone:
            await show_on_cards(work, guild_id, model_id, now)
        removed = [tag for tag_id in sorted(gone) if (tag := await work.tags.get(guild_id, tag_id)) is not None]
        tagged = Tagged(
            model=member.model,
            tags=await work.tags.of_model(guild_id, model_id),
            mine=frozenset(own) | frozenset(by_id),
            added=[tag for tag in by_id.values() if tag.id in new],
            removed=removed,
        )
        await work.commit()
        return tagged


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


async def _refuse_what_is_not_allowed(
    work: Work, member: _Member, labels: Mapping[str, str], own: Mapping[int, Tag]
) -> None:
    known = await work.tags.find(member.guild_id, list(labels))
    for key, label in labels.items():
        tag = known.get(key)
        if tag is not None and tag.state is TagState.BANNED:
            raise Refusal("tag-banned", tag=label)
        is_kept = tag is not None and tag.id in own
        if member.only_curated and not is_kept and (tag is None or tag.state is not TagState.CURATED):
            raise Refusal("tag-not-curated", tag=label)


def _refuse_too_many(tags: Mapping[int, Tag]) -> None:
    """A banned tag does not count: nobody sees it, so nobody could take it off to make room."""
    if sum(tag.state is not TagState.BANNED for tag in tags.values()) > TAGS_PER_MEMBER:
        raise Refusal("tag-limit", limit=TAGS_PER_MEMBER)


def _listed(typed: str) -> Mapping[str, str]:
    return tags_in(typed) if typed.strip(", ") else {}
