"""Searches models: from what a member typed to a query, and from a query to one page of cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.domain.card import CardFacts
from bot.domain.errors import Refusal
from bot.domain.labs import LabBook
from bot.domain.model import Kind, LicenceClass
from bot.domain.model_query import ModelQuery, Relaxed, SortBy, relaxed, words_of
from bot.domain.search_words import SearchWord, Vocabulary, search_words, tag_keys_in
from bot.domain.sizes import Precision
from bot.domain.tags import TagState
from bot.workflows.cards_in_server import cards_in_server
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.read_tags import OfferedTag, find_tag

PER_PAGE = 6
"""Models on one page: two lines and a button each fill a phone's screen once."""

MOST_COUNTED = 600
"""Matches that are counted and can be paged to: a hundred pages. Who has more adds a word."""

NEARBY_SHOWN = 5
"""Buttons of one row."""

TAGS_OFFERED = 200
"""A server's most used tags, among which autocomplete looks."""


@dataclass(frozen=True, slots=True)
class SearchWish:
    """What was chosen in `/model search`; `None` was not given."""

    words: str = ""
    tag: str | None = None
    kind: Kind | None = None
    licence_class: LicenceClass | None = None
    gigabytes: int | None = None
    precision: Precision = Precision.FOUR_BIT
    descends_from: int | None = None
    sort: SortBy = SortBy.VOTES


@dataclass(frozen=True, slots=True)
class FoundModels:
    """One page of what a query finds; `page` counts from 0 and is one that exists."""

    query: ModelQuery
    page: int
    total: int
    """Ends at `MOST_COUNTED`: there may be more."""
    cards: Sequence[CardFacts]
    tag: str | None = None
    """The label of the tag asked for (hostile text)."""
    base: str | None = None
    """The name of the model whose derivatives are asked for."""
    nearby: Sequence[tuple[Relaxed, int]] = ()
    """Where nothing is found: what else could be searched for, and how much that finds."""

    @property
    def pages(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-self.total // PER_PAGE))

    @property
    def is_cut(self) -> bool:
        """Tell whether counting ended before the matches did."""
        return self.total >= MOST_COUNTED


class FindModels:
    """Searches, for a reader in a server or (`guild_id` is None) anywhere else, where nothing is voted or tagged."""

    def __init__(self, unit_of_work: UnitOfWork, labs: LabBook, task_names: Mapping[str, Sequence[str]]) -> None:
        """Take the labs and, by the hub's code, what each task is called in every language."""
        self._unit_of_work = unit_of_work
        self._labs = labs
        self._vocabulary = Vocabulary(labs, task_names)

    async def read(self, guild_id: int | None, wish: SearchWish) -> ModelQuery:
        """Return the query that was wished for. Raises `Refusal` for a tag that is not known here."""
        query = ModelQuery(
            words=words_of(wish.words),
            kind=wish.kind,
            licence_class=wish.licence_class,
            gigabytes=wish.gigabytes,
            precision=wish.precision,
            descends_from=wish.descends_from,
            sort=wish.sort,
        )
        async with self._unit_of_work() as work:
            if wish.tag is not None:
                query = replace(query, tag_id=await _tag_id(work, guild_id, wish.tag))
        return query

    async def __call__(self, guild_id: int | None, query: ModelQuery, page: int) -> FoundModels:
        """Return one page; one beyond the end becomes the last one. Raises `Refusal` where the tag is gone."""
        async with self._unit_of_work() as work:
            tag = await _tag_label(work, guild_id, query.tag_id)
            base = await work.models.by_id(query.descends_from) if query.descends_from is not None else None
            words = await self._read_words(work, guild_id, query.words)
            ids = await work.models.search(query, words, guild_id, limit=MOST_COUNTED)
            page = max(0, min(page, (len(ids) - 1) // PER_PAGE))
            shown = ids[page * PER_PAGE : (page + 1) * PER_PAGE]
            models = await work.models.by_ids(shown)
            found = [models[model_id] for model_id in shown if model_id in models]
            cards = await cards_in_server(work, found, self._labs, guild_id)
            nearby = () if ids else await self._nearby(work, guild_id, query)
        name = base.facts.repo_id if base else None
        return FoundModels(query, page, len(ids), cards, tag=tag, base=name, nearby=nearby)

    async def _nearby(self, work: Work, guild_id: int | None, query: ModelQuery) -> Sequence[tuple[Relaxed, int]]:
        """Return the searches for a little less that do find something."""
        found: list[tuple[Relaxed, int]] = []
        for way in relaxed(query):
            words = await self._read_words(work, guild_id, way.query.words)
            total = await work.models.count_found(way.query, words, guild_id, most=MOST_COUNTED)
            if total:
                found.append((way, total))
        return found[:NEARBY_SHOWN]

    async def _read_words(self, work: Work, guild_id: int | None, words: str) -> Sequence[SearchWord]:
        """Return what each word may mean here: besides a part of the name a lab, a task, a tag of this server."""
        if not words:
            return ()
        tags: Mapping[str, int] = await _tags_in(work, guild_id, words) if guild_id is not None else {}
        return search_words(words, self._vocabulary, await work.models.tasks(), tags)

    async def tags(self, guild_id: int | None) -> Sequence[OfferedTag]:
        """Return this server's most used tags."""
        if guild_id is None:
            return ()
        async with self._unit_of_work() as work:
            tags = await work.tags.ranked(guild_id, limit=TAGS_OFFERED)
        return [OfferedTag(tag.key, tag.label) for tag in tags]


async def _tags_in(work: Work, guild_id: int, words: str) -> Mapping[str, int]:
    """Return the ids of this server's tags, in any spelling, by the phrase that is one."""
    keys = tag_keys_in(words)
    tags = await work.tags.find(guild_id, list(dict.fromkeys(keys.values())))
    shown = {key: tag.id for key, tag in tags.items() if tag.state is not TagState.BANNED}
    return {phrase: shown[key] for phrase, key in keys.items() if key in shown}


async def _tag_id(work: Work, guild_id: int | None, named: str) -> int:
    if guild_id is None:
        raise Refusal("tags-in-servers")
    return (await find_tag(work, guild_id, named)).id


async def _tag_label(work: Work, guild_id: int | None, tag_id: int | None) -> str | None:
    if tag_id is None:
        return None
    tag = await work.tags.get(guild_id, tag_id) if guild_id is not None else None
    if tag is None or tag.state is TagState.BANNED:
        raise Refusal("tag-gone")
    return tag.label
