"""What is tagged how: of a model, of a server; and what to suggest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.model import Model
from bot.domain.tag_suggestions import suggestions_from
from bot.domain.tags import Tag, TaggedModel, TagLogEntry, TagState, TagUse, tag_key
from bot.domain.typed_lists import nearest
from bot.workflows.find_model import model_by_id, model_typed_so_far
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.tag_model import Tagged

OFFERED = 10
"""What one group of boxes in a form holds (DISCORD.md, Modals; discord.py `CheckboxGroup`)."""

LOOKED_THROUGH = 200
"""A server's most used tags, among which suggestions are found."""

TAGS_PER_PAGE = 15
MODELS_PER_PAGE = 8
"""What fits on one screen, and into one message with the longest names; those of models are links."""

LOG_ENTRIES_PER_PAGE = 12
"""With the longest names they fit into one message."""

CURATED_PER_PAGE = 32
"""Four lines of eight: with the longest names they fit into one message, and reasons why others were not added too."""


@dataclass(frozen=True, slots=True)
class OfferedTag:
    """A tag that can be picked; nobody may have used it yet."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class TagOffer:
    """What a member sees before tagging a model: their own tags, and others that fit, most fitting first."""

    model: Model
    mine: Sequence[OfferedTag]
    others: Sequence[OfferedTag]
    only_curated: bool
    read_at: datetime


@dataclass(frozen=True, slots=True)
class TagPage:
    """Some of a server's tags; `page` counts from 0."""

    uses: Sequence[TagUse]
    page: int
    total: int
    only_curated: bool

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return _pages(self.total, TAGS_PER_PAGE)


@dataclass(frozen=True, slots=True)
class TaggedPage:
    """Some of the models that have a tag; `page` counts from 0."""

    tag: Tag
    spellings: Sequence[str]
    models: Sequence[TaggedModel]
    page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return _pages(self.total, MODELS_PER_PAGE)


@dataclass(frozen=True, slots=True)
class CuratedPage:
    """Some of a server's curated tags, most used first, and whether members may use only those."""

    tags: Sequence[Tag]
    page: int
    total: int
    only_curated: bool

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return _pages(self.total, CURATED_PER_PAGE)


@dataclass(frozen=True, slots=True)
class TagLogPage:
    """Some of what moderators did, latest first; `page` counts from 0."""

    entries: Sequence[TagLogEntry]
    page: int
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return _pages(self.total, LOG_ENTRIES_PER_PAGE)


class ReadTags:
    """Reads tags. Raises `Refusal` where a model or a tag is not known."""

    def __init__(self, unit_of_work: UnitOfWork, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def of_model(self, guild_id: int, model_id: int, user_id: int) -> Tagged:
        """Return a model's tags, and which of them are this member's."""
        async with self._unit_of_work() as work:
            model = await model_by_id(work, model_id)
            own = await work.tags.of_member(guild_id, user_id, model_id=model.id)
            tags = await work.tags.of_model(guild_id, model.id)
        return Tagged(model, tags, frozenset(one.tag.id for one in own))

    async def offer(self, guild_id: int, model_id: int, user_id: int) -> TagOffer:
        """Return what to offer a member for a model."""
        async with self._unit_of_work() as work:
            return await self._offer(work, guild_id, await model_by_id(work, model_id), user_id)

    async def offer_so_far(self, guild_id: int, typed: str, user_id: int) -> TagOffer | None:
        """Return what to offer while a model's name stands in another option; None where it is not whole or known."""
        async with self._unit_of_work() as work:
            model = await model_typed_so_far(work, typed)
            return None if model is None else await self._offer(work, guild_id, model, user_id)

    async def known(self, guild_id: int, state: TagState | None = None) -> Sequence[OfferedTag]:
        """Return a server's most used tags, or those in this state."""
        async with self._unit_of_work() as work:
            return [_offered(tag) for tag in await work.tags.ranked(guild_id, limit=LOOKED_THROUGH, state=state)]

    async def only_curated(self, guild_id: int) -> bool:
        """Return whether members may use curated tags only."""
        async with self._unit_of_work() as work:
            return await work.tags.only_curated(guild_id)

    async def page(self, guild_id: int, page: int) -> TagPage:
        """Return one page of a server's tags, most used first; a page that is gone becomes the last one."""
        async with self._unit_of_work() as work:
            only_curated = await work.tags.only_curated(guild_id)
            state = TagState.CURATED if only_curated else None
            uses, total = await work.tags.most_used(guild_id, limit=TAGS_PER_PAGE, offset=0, state=state)
            page = min(page, max(0, (total - 1) // TAGS_PER_PAGE))
            if page:
                offset = page * TAGS_PER_PAGE
                uses, total = await work.tags.most_used(guild_id, limit=TAGS_PER_PAGE, offset=offset, state=state)
        return TagPage(uses, page, total, only_curated)

    async def tagged(self, guild_id: int, named: str) -> TaggedPage:
        """Return the first page of the models that have the tag that was typed."""
        async with self._unit_of_work() as work:
            tag = await find_tag(work, guild_id, named)
            if tag.state is TagState.BANNED:
                raise Refusal("tag-banned", tag=tag.label)
            return await _tagged(work, tag, 0)

    async def tagged_page(self, guild_id: int, tag_id: int, page: int) -> TaggedPage:
        """Return one page of the models that have a tag; a page that is gone becomes the last one."""
        async with self._unit_of_work() as work:
            tag = await work.tags.get(guild_id, tag_id)
            if tag is None or tag.state is TagState.BANNED:
                raise Refusal("tag-gone")
            return await _tagged(work, tag, page)

    async def curated(self, guild_id: int, page: int) -> CuratedPage:
        """Return one page of a server's curated tags; a page that is gone becomes the last one."""
        async with self._unit_of_work() as work:
            total = await work.tags.count(guild_id, TagState.CURATED)
            page = min(page, _pages(total, CURATED_PER_PAGE) - 1)
            offset = page * CURATED_PER_PAGE
            tags = await work.tags.ranked(guild_id, offset=offset, limit=CURATED_PER_PAGE, state=TagState.CURATED)
            return CuratedPage(tags, page, total, await work.tags.only_curated(guild_id))

    async def log(self, guild_id: int, page: int) -> TagLogPage:
        """Return one page of what moderators did; a page that is gone becomes the last one."""
        async with self._unit_of_work() as work:
            total = await work.tags.log_length(guild_id)
            page = min(page, _pages(total, LOG_ENTRIES_PER_PAGE) - 1)
            offset = page * LOG_ENTRIES_PER_PAGE
            return TagLogPage(await work.tags.log(guild_id, offset=offset, limit=LOG_ENTRIES_PER_PAGE), page, total)

    async def _offer(self, work: Work, guild_id: int, model: Model, user_id: int) -> TagOffer:
        read_at, only_curated = self._clock.now(), await work.tags.only_curated(guild_id)
        own = await work.tags.of_member(guild_id, user_id, model_id=model.id)
        own = sorted(own, key=lambda one: (one.at, one.tag.id))
        mine = [_offered(one.tag) for one in own if one.tag.state is not TagState.BANNED]
        fitting = await _fitting(work, guild_id, model, only_curated=only_curated)
        taken = {tag.key for tag in mine}
        return TagOffer(model, mine, [tag for tag in fitting if tag.key not in taken][:OFFERED], only_curated, read_at)


def _pages(total: int, per_page: int) -> int:
    return max(1, -(-total // per_page))


async def find_tag(work: Work, guild_id: int, named: str) -> Tag:
    """Return the tag that was typed, in any of its spellings. Raises `Refusal` where this server has none."""
    key = tag_key(named)
    tag = (await work.tags.find(guild_id, [key])).get(key)
    if tag is None:
        known = await work.tags.ranked(guild_id, limit=LOOKED_THROUGH)
        raise Refusal("tag-unknown", tag=named, near=nearest(named, (one.label for one in known)))
    return tag


async def _fitting(work: Work, guild_id: int, model: Model, *, only_curated: bool) -> Sequence[OfferedTag]:
    """What others said of the model, then what its facts say, then what is said most in this server.

    One member's own word for another model fits none: of those only what two members use, or moderators curate.
    """
    said = [one.tag for one in await work.tags.of_model(guild_id, model.id)]
    facts = suggestions_from(model.facts, model.kind)
    known = await work.tags.find(guild_id, facts)
    state = TagState.CURATED if only_curated else None
    used = await work.tags.ranked(guild_id, limit=2 * OFFERED, state=state, only_shared=True)
    allowed = [_offered(tag) for tag in said if _is_allowed(tag, only_curated=only_curated)]
    for key in facts:
        tag = known.get(key)
        if tag is None and not only_curated:
            allowed.append(OfferedTag(key, key))
        elif tag is not None and _is_allowed(tag, only_curated=only_curated):
            allowed.append(_offered(tag))
    return _without_repeats((*allowed, *map(_offered, used)))


def _is_allowed(tag: Tag, *, only_curated: bool) -> bool:
    return tag.state is TagState.CURATED or (tag.state is TagState.OPEN and not only_curated)


def _offered(tag: Tag) -> OfferedTag:
    return OfferedTag(tag.key, tag.label)


def _without_repeats(tags: Iterable[OfferedTag]) -> Sequence[OfferedTag]:
    by_key: dict[str, OfferedTag] = {}
    for tag in tags:
        by_key.setdefault(tag.key, tag)
    return list(by_key.values())


async def _tagged(work: Work, tag: Tag, page: int) -> TaggedPage:
    offset = page * MODELS_PER_PAGE
    models, total = await work.tags.models_with(tag.guild_id, tag.id, offset=offset, limit=MODELS_PER_PAGE)
    if total and not models:
        return await _tagged(work, tag, (total - 1) // MODELS_PER_PAGE)
    return TaggedPage(tag, await work.tags.aliases(tag.id), models, page, total)
