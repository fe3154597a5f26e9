"""Reads a page of a leaderboard: a published week as it was, or the standing as it is now."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.clock import Clock
from bot.domain.errors import Refusal
from bot.domain.leaderboard import (
    PLACES_PER_PAGE,
    LeaderboardFacts,
    LeaderLine,
    ModelLine,
    PublishedWeek,
    StandingsFacts,
    WeekCounts,
)
from bot.domain.standing_code import StandingQuery
from bot.domain.standing_filter import StandingFilter
from bot.domain.standing_picture import Movement
from bot.domain.standings import Scope, Standing, WhatWouldChange, what_would_change
from bot.domain.tags import tag_key
from bot.domain.vocabulary import Vocabulary
from bot.domain.watch_filters import task_named
from bot.domain.windows import Span, Week, parse_week, window_of
from bot.workflows.change_settings import server_of
from bot.workflows.compute_standings import Counted, count, ranked
from bot.workflows.count_everywhere import CountEverywhere
from bot.workflows.find_model import model_by_id
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.read_tags import find_tag
from bot.workflows.read_watch_options import known_tasks

TAGS_ON_A_LINE = 2
WEEKS_OFFERED = 25


async def week_facts(work: Work, guild_id: int, week: Week, *, page: int = 0) -> LeaderboardFacts | None:
    """Return one page of a published week, counted from 0; `None` where that week was not published."""
    published = await work.leaderboards.week(guild_id, week)
    if published is None:
        return None
    places = await work.leaderboards.places(guild_id, week, offset=page * PLACES_PER_PAGE, limit=PLACES_PER_PAGE)
    told = published.highlights
    named = {one.model_id for one in (*places, *told.discussed, *told.families)}
    models = await _models(work, guild_id, named)
    return LeaderboardFacts(
        week=published,
        lines=await _lines(work, guild_id, places, models, published.before),
        counts=await work.leaderboards.counts(guild_id, week),
        discussed=tuple((models[one.model_id], one) for one in told.discussed if one.model_id in models),
        families=tuple((models[one.model_id], one) for one in told.families if one.model_id in models),
        builders=told.builders,
        page=page,
        is_late=published.is_late,
    )


@dataclass(frozen=True, slots=True)
class Explained:
    """Why a model stands where it stands, among `ranked` models; no `standing` where none of its votes count."""

    repo_id: str
    standing: Standing | None
    ranked: int
    is_left_out: bool
    """It has votes that count, but a hub took it away."""
    change: WhatWouldChange | None = None
    """Nothing changes a published week any more."""
    counted_at: datetime | None = None
    week: PublishedWeek | None = None
    aside: int = 0
    """How many ballots on it are set aside."""
    takes_part: bool = True
    """Whether the votes of the server that asks count in it."""


class ReadLeaderboard:
    """Answers members. Raises `Refusal` for a week that was not published and a model nobody knows."""

    def __init__(
        self, unit_of_work: UnitOfWork, everywhere: CountEverywhere, clock: Clock, *, names: Vocabulary
    ) -> None:
        self._unit_of_work = unit_of_work
        self._names = names
        self._everywhere = everywhere
        self._clock = clock

    async def week(self, guild_id: int, typed: str, *, page: int = 0) -> LeaderboardFacts:
        """Return a page of a published week."""
        week = _week_named(typed)
        async with self._unit_of_work() as work:
            facts = await week_facts(work, guild_id, week, page=page)
        if facts is None:
            raise Refusal("week-not-published", week=str(week))
        return facts

    async def weeks(self, guild_id: int) -> Sequence[PublishedWeek]:
        """Return the latest published weeks."""
        async with self._unit_of_work() as work:
            return await work.leaderboards.weeks(guild_id, limit=WEEKS_OFFERED)

    async def task(self, typed: str) -> str:
        """Return the task that was typed, by whatever name. Raises `Refusal` for none that is known."""
        async with self._unit_of_work() as work:
            return task_named(typed, await known_tasks(work, self._names))

    async def standing(self, guild_id: int, query: StandingQuery, *, page: int = 0) -> StandingsFacts:
        """Return a page of the standing as it is now. The query's tag may be in any spelling."""
        scope, elsewhere = Scope(None if query.everywhere else guild_id), await self._counted_everywhere(query)
        async with self._unit_of_work() as work:
            query = replace(query, filters=await _known_tag(work, scope, query.filters))
            counted = await ranked(work, elsewhere or await self._count(work, guild_id, query.span), query.filters)
            everyone = (*counted.ranked, *counted.too_early)
            places = everyone[page * PLACES_PER_PAGE : (page + 1) * PLACES_PER_PAGE]
            models = await _models(work, guild_id, {one.model_id for one in places})
            lines = await _lines(work, guild_id, places, models, await _compared(work, guild_id, query))
            takes_part = await _takes_part(work, guild_id, query)
        counts = WeekCounts(len(counted.ranked), len(counted.too_early), counted.voted)
        aside = sum(counted.aside.values())
        return StandingsFacts(
            query, lines, counts, page, counted_at=counted.window.end, aside=aside, takes_part=takes_part
        )

    async def explain(self, guild_id: int, model_id: int, query: StandingQuery) -> Explained:
        """Return the numbers behind a model's place, and what would change it."""
        elsewhere = await self._counted_everywhere(query)
        async with self._unit_of_work() as work:
            model = await model_by_id(work, model_id)
            counted = await ranked(work, elsewhere or await self._count(work, guild_id, query.span), query.filters)
            takes_part = await _takes_part(work, guild_id, query)
        is_left_out = model.id in counted.left_out
        return Explained(
            model.facts.repo_id,
            counted.of(model.id),
            len(counted.ranked),
            is_left_out,
            change=None if is_left_out else what_would_change(counted, model.id),
            counted_at=counted.window.end,
            aside=counted.aside.get(model.id, 0),
            takes_part=takes_part,
        )

    async def explain_week(self, guild_id: int, model_id: int, named: str) -> Explained:
        """Return the numbers behind a model's place in a published week."""
        week = _week_named(named)
        async with self._unit_of_work() as work:
            published = await work.leaderboards.week(guild_id, week)
            if published is None:
                raise Refusal("week-not-published", week=str(week))
            model = await model_by_id(work, model_id)
            place = (await work.leaderboards.places_of(guild_id, model.id, since=week)).get(week)
            ranked = (await work.leaderboards.counts(guild_id, week)).ranked
        return Explained(model.facts.repo_id, place, ranked, model.id in published.left_out, week=published)

    async def _counted_everywhere(self, query: StandingQuery) -> Counted | None:
        """Return what is counted elsewhere, outside of any transaction of ours: nobody's vote waits for it."""
        return await self._everywhere(query.span) if query.everywhere else None

    async def _count(self, work: Work, guild_id: int, span: Span) -> Counted:
        now = self._clock.now()
        window = window_of(span, (await server_of(work, guild_id)).timezone, now)
        return await count(work, Scope(guild_id), window, now)


def _week_named(typed: str) -> Week:
    try:
        return parse_week(typed)
    except ValueError as error:
        raise Refusal("week-unknown", value=typed) from error


async def _compared(work: Work, guild_id: int, query: StandingQuery) -> Week | None:
    """Return the week that a standing compares with: only a server's own, whole one does."""
    return await work.leaderboards.latest_ranked(guild_id) if query == StandingQuery() else None


async def _takes_part(work: Work, guild_id: int, query: StandingQuery) -> bool:
    return not query.everywhere or guild_id in await work.standings.opted_in()


async def _known_tag(work: Work, scope: Scope, filters: StandingFilter) -> StandingFilter:
    """Return the filter with the key that its tag's spellings meet in; a server's own lead there too."""
    if filters.tag is None:
        return filters
    if scope.guild_id is not None:
        return replace(filters, tag=(await find_tag(work, scope.guild_id, filters.tag)).key)
    key = tag_key(filters.tag)
    if not await work.standings.is_tag(key):
        raise Refusal("tag-unknown-everywhere", tag=filters.tag)
    return replace(filters, tag=key)


async def _models(work: Work, guild_id: int, model_ids: Collection[int]) -> Mapping[int, ModelLine]:
    ids = sorted(model_ids)
    models = await work.models.by_ids(ids)
    tags = await work.tags.top(guild_id, ids, limit=TAGS_ON_A_LINE)
    threads = await work.discussions.threads(guild_id, ids)
    cards = await work.leaderboards.latest_cards(guild_id, ids)
    return {
        model_id: ModelLine(
            model_id=model_id,
            repo_id=model.facts.repo_id,
            source=model.facts.source,
            kind=model.kind,
            tags=tuple(tags.get(model_id, ())),
            card=cards.get(model_id),
            thread_id=threads.get(model_id),
        )
        for model_id, model in models.items()
    }


async def _lines(
    work: Work,
    guild_id: int,
    places: Sequence[Standing],
    models: Mapping[int, ModelLine],
    compared: Week | None,
) -> tuple[LeaderLine, ...]:
    moved: Mapping[int, Movement] = {}
    if compared is not None:
        moved = await _movements(work, guild_id, [one for one in places if one.rank], compared)
    return tuple(
        LeaderLine(models[one.model_id], one, moved.get(one.model_id, Movement()))
        for one in places
        if one.model_id in models
    )


async def _movements(
    work: Work, guild_id: int, ranked_now: Sequence[Standing], compared: Week
) -> Mapping[int, Movement]:
    ids = [one.model_id for one in ranked_now]
    ranks = await work.leaderboards.ranks(guild_id, compared, ids)
    ever = await work.leaderboards.ever_ranked(guild_id, ids, until=compared)
    return {
        one.model_id: Movement.between(ranks.get(one.model_id), one.rank, ever=one.model_id in ever)
        for one in ranked_now
    }
