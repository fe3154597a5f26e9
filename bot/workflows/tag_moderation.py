"""What moderators do with a server's tags. Everything is written into the log, and cards follow."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.tag_lists import TypedTags, read_tags
from bot.domain.tags import LABEL_LENGTH, Tag, TagAction, TagLogEntry, TagState, own_label, tag_key, tag_label
from bot.workflows.find_model import model_by_id
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.read_tags import find_tag
from bot.workflows.show_on_cards import follow


@dataclass(frozen=True, slots=True)
class Moderator:
    """Who acts, in which server."""

    guild_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class CurateWish:
    """What to change about the list: lists of tags as they were typed; `None` leaves things as they are."""

    only_curated: bool | None = None
    add: str | None = None
    remove: str | None = None


@dataclass(frozen=True, slots=True)
class Unbanned:
    """A tag that is not banned any more, and whether members can use it: on the curated list, or as any tag."""

    tag: Tag
    can_be_used: bool


class ModerateTags:
    """Curates, renames, merges, removes and bans. A tag is named by any of its spellings.

    Every method raises `Refusal` where there is no such tag, or where it would become a second one of its kind.
    """

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def curate(self, who: Moderator, wish: CurateWish) -> Sequence[Refusal]:
        """Change the list and whether it binds, making what is not there yet; why some of it was not done."""
        added, removed = _listed(wish.add), _listed(wish.remove)
        async with self._unit_of_work() as work:
            before = await work.tags.hold(who.guild_id)
            if wish.only_curated is not None and wish.only_curated != before:
                await work.tags.set_only_curated(who.guild_id, curated=wish.only_curated)
                await self._note(work, who, TagAction.ONLY_CURATED if wish.only_curated else TagAction.ANY_TAG, "")
            refused = [*added.refused, *await self._add_to_list(work, who, added)]
            refused += [*removed.refused, *await self._take_off_list(work, who, removed)]
            await work.commit()
        return refused

    async def _add_to_list(self, work: Work, who: Moderator, added: TypedTags) -> Sequence[Refusal]:
        made = await work.tags.make(who.guild_id, added.labels, user_id=who.user_id, now=self._clock.now())
        for tag in {tag.id: tag for tag in made.values()}.values():
            if tag.state is TagState.OPEN:
                await work.tags.change(replace(tag, state=TagState.CURATED))
                await self._note(work, who, TagAction.CURATE, tag.label)
        banned = [label for key, label in added.labels.items() if made[key].state is TagState.BANNED]
        return [Refusal("tag-banned", tag=label) for label in banned]

    async def _take_off_list(self, work: Work, who: Moderator, removed: TypedTags) -> Sequence[Refusal]:
        known = await work.tags.find(who.guild_id, list(removed.labels))
        for tag in {tag.id: tag for tag in known.values()}.values():
            if tag.state is TagState.CURATED:
                await work.tags.change(replace(tag, state=TagState.OPEN))
                await work.tags.remove_unused([tag.id])
                await self._note(work, who, TagAction.UNCURATE, tag.label)
        return [Refusal("tag-unknown", tag=label) for key, label in removed.labels.items() if key not in known]

    async def alias(self, who: Moderator, named: str, spelling: str) -> Tag:
        """Let another spelling lead to a tag."""
        key, shown = tag_key(spelling), own_label(spelling)
        async with self._unit_of_work() as work:
            await work.tags.hold(who.guild_id)
            tag = await find_tag(work, who.guild_id, named)
            other = (await work.tags.find(who.guild_id, [key])).get(key)
            if other is not None:
                raise Refusal("tag-alias-exists" if other.id == tag.id else "tag-exists", tag=other.label)
            await work.tags.add_alias(tag, key)
            await self._note(work, who, TagAction.ALIAS, tag.label, shown)
            await work.commit()
        return tag

    async def unalias(self, who: Moderator, spelling: str) -> Tag:
        """Let a spelling that a moderator added lead nowhere again; what was tagged stays."""
        async with self._unit_of_work() as work:
            await work.tags.hold(who.guild_id)
            tag = await find_tag(work, who.guild_id, spelling)
            if not await work.tags.remove_alias(who.guild_id, tag_key(spelling)):
                raise Refusal("tag-no-alias", tag=tag.label)
            await work.tags.remove_unused([tag.id])
            await self._note(work, who, TagAction.UNALIAS, tag.label, own_label(spelling))
            await work.commit()
        return tag

    async def rename(self, who: Moderator, named: str, name: str) -> Tag:
        """Give a tag another name; the old one stays as a spelling."""
        key, label = tag_key(name), own_label(name)
        async with self._unit_of_work() as work:
            await work.tags.hold(who.guild_id)
            tag = await find_tag(work, who.guild_id, named)
            other = (await work.tags.find(who.guild_id, [key])).get(key, tag)
            if other.id != tag.id:
                raise Refusal("tag-exists", tag=other.label)
            if (key, label) == (tag.key, tag.label):
                raise Refusal("tag-named-so", tag=label)
            renamed = replace(tag, key=key, label=label)
            await work.tags.remove_alias(who.guild_id, key)
            await work.tags.change(renamed)
            if key != tag.key:
                await work.tags.add_alias(renamed, tag.key)
            await self._finish(work, who, TagAction.RENAME, (tag.label, label), await work.tags.models_of(tag.id))
        return renamed

    async def merge(self, who: Moderator, named: str, into: str) -> tuple[Tag, Tag]:
        """Turn a tag into another one; the old name stays as a spelling. Return what is gone, and what is left."""
        async with self._unit_of_work() as work:
            await work.tags.hold(who.guild_id)
            tag, target = await find_tag(work, who.guild_id, named), await find_tag(work, who.guild_id, into)
            if tag.id == target.id:
                raise Refusal("tag-merge-itself", tag=tag.label)
            for one in (tag, target):
                if one.state is TagState.BANNED:
                    raise Refusal("tag-banned", tag=one.label)
            models = await work.tags.models_of(tag.id)
            await work.tags.merge(tag, target)
            if tag.state is TagState.CURATED:
                await work.tags.change(replace(target, state=TagState.CURATED))
            await self._finish(work, who, TagAction.MERGE, (tag.label, target.label), models)
        return tag, target

    async def delete(self, who: Moderator, named: str) -> tuple[Tag, int]:
        """Remove a tag from the server; what it was, and on how many models. Only a ban keeps it from coming back."""
        async with self._unit_of_work() as work:
            await work.tags.hold(who.guild_id)
            tag = await find_tag(work, who.guild_id, named)
            models = await work.tags.models_of(tag.id)
            await work.tags.delete(tag)
            await self._finish(work, who, TagAction.DELETE, (tag.label, None), models)
        return tag, len(models)

    async def take_off(self, who: Moderator, named: str, model_id: int) -> tuple[Tag, str, int]:
        """Take a tag off one model for everybody; the tag, the model's name, and how many had put it there."""
        async with self._unit_of_work() as work:
            await work.tags.hold(who.guild_id)
            tag = await find_tag(work, who.guild_id, named)
            model = await model_by_id(work, model_id)
            members = await work.tags.take_off(who.guild_id, model.id, tag.id)
            if not members:
                raise Refusal("tag-not-on-model", tag=tag.label, model=model.facts.repo_id)
            await work.tags.remove_unused([tag.id])
            await self._finish(work, who, TagAction.TAKE_OFF, (tag.label, model.facts.repo_id), [model.id])
        return tag, model.facts.repo_id, members

    async def ban(self, who: Moderator, named: str) -> Tag:
        """Hide a tag and let nobody use it, in any of its spellings; a word that nobody used yet too."""
        labels = {tag_key(named): tag_label(named)}
        async with self._unit_of_work() as work:
            await work.tags.hold(who.guild_id)
            made = await work.tags.make(who.guild_id, labels, user_id=who.user_id, now=self._clock.now())
            (tag,) = made.values()
            if tag.state is TagState.BANNED:
                raise Refusal("tag-banned-already", tag=tag.label)
            banned = replace(tag, state=TagState.BANNED, was_curated=tag.state is TagState.CURATED)
            await work.tags.change(banned)
            await self._finish(work, who, TagAction.BAN, (tag.label, None), await work.tags.models_of(tag.id))
        return banned

    async def unban(self, who: Moderator, named: str) -> Unbanned:
        """Let a tag be used again, as it was: back wherever it was, and on the curated list if it stood there."""
        async with self._unit_of_work() as work:
            only_curated = await work.tags.hold(who.guild_id)
            tag = await find_tag(work, who.guild_id, named)
            if tag.state is not TagState.BANNED:
                raise Refusal("tag-not-banned", tag=tag.label)
            state = TagState.CURATED if tag.was_curated else TagState.OPEN
            free = replace(tag, state=state, was_curated=False)
            await work.tags.change(free)
            models = await work.tags.models_of(tag.id)
            await work.tags.remove_unused([tag.id])
            await self._finish(work, who, TagAction.UNBAN, (tag.label, None), models)
        return Unbanned(free, can_be_used=state is TagState.CURATED or not only_curated)

    async def _finish(
        self, work: Work, who: Moderator, action: TagAction, about: tuple[str, str | None], models: Sequence[int]
    ) -> None:
        """Write it down, let the cards of these models follow, and commit."""
        await self._note(work, who, action, *about)
        await follow(work, await work.deliveries.cards_of(who.guild_id, models), self._clock.now())
        await work.commit()

    async def _note(self, work: Work, who: Moderator, action: TagAction, tag: str, other: str | None = None) -> None:
        shortened = None if other is None else other[:LABEL_LENGTH]
        entry = TagLogEntry(who.user_id, action, tag[:LABEL_LENGTH], shortened, self._clock.now())
        await work.tags.note(who.guild_id, entry)


def _listed(typed: str | None) -> TypedTags:
    return read_tags(typed) if typed else TypedTags({})
