"""Published weeks: what a server was shown, kept as it was."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.domain.leaderboard import Builder, Highlights, NewFamily, PublishedWeek, Talk, WeekCounts
from bot.domain.standings import Prior, Standing
from bot.domain.windows import Week, Window, parse_week
from storage.standing_tables import PublishedStandingRow, PublishedWeekRow
from storage.waiting_posts import WaitingPosts

SERVER_SCOPE = "server"


class PublishedWeeks(WaitingPosts):
    """Writes each week once, and reads them."""

    async def publish(self, week: PublishedWeek) -> bool:
        """Record a week as published; False where this server's week was published before."""
        row = {
            "guild_id": week.guild_id,
            "week": str(week.week),
            "published_at": week.published_at,
            "due_at": week.due_at,
            "rule": week.rule,
            "window_start": week.window.start,
            "window_end": week.window.end,
            "log_id": week.log_id,
            "prior_up": week.prior.up if week.prior else None,
            "prior_down": week.prior.down if week.prior else None,
            "payload": _payload(week),
        }
        written = self._transaction.insert(PublishedWeekRow).values(row).on_conflict_do_nothing()
        stored = await self._connection.execute(written.returning(PublishedWeekRow.week))
        return stored.one_or_none() is not None

    async def put_places(self, guild_id: int, week: Week, places: Sequence[Standing]) -> None:
        """Store the standing of a published week; rank 0 is "too early"."""
        if places:
            key = {"guild_id": guild_id, "week": str(week), "scope": SERVER_SCOPE}
            await self._connection.execute(insert(PublishedStandingRow), [key | _place(one) for one in places])

    async def carried_by(self, guild_id: int, week: Week, delivery_id: int) -> None:
        """Note which delivery posts a week."""
        is_one = (PublishedWeekRow.guild_id == guild_id) & (PublishedWeekRow.week == str(week))
        await self._connection.execute(update(PublishedWeekRow).where(is_one).values(delivery_id=delivery_id))

    async def week(self, guild_id: int, week: Week) -> PublishedWeek | None:
        """Return a published week."""
        is_one = (PublishedWeekRow.guild_id == guild_id) & (PublishedWeekRow.week == str(week))
        row = (await self._connection.execute(select(PublishedWeekRow).where(is_one))).mappings().one_or_none()
        return None if row is None else _week(row)

    async def weeks(self, guild_id: int, *, limit: int) -> Sequence[PublishedWeek]:
        """Return a server's published weeks, the latest first."""
        found = select(PublishedWeekRow).where(PublishedWeekRow.guild_id == guild_id)
        rows = await self._connection.execute(found.order_by(PublishedWeekRow.week.desc()).limit(limit))
        return [_week(row) for row in rows.mappings()]

    async def places(self, guild_id: int, week: Week, *, offset: int, limit: int) -> Sequence[Standing]:
        """Return a page of a published week's standing, ranked ones first."""
        order = (
            PublishedStandingRow.rank.is_(None),
            PublishedStandingRow.rank,
            PublishedStandingRow.voters.desc(),
            PublishedStandingRow.score.desc(),
            PublishedStandingRow.model_id,
        )
        found = select(PublishedStandingRow).where(*_of(guild_id, week)).order_by(*order)
        rows = await self._connection.execute(found.offset(offset).limit(limit))
        return [_standing(row) for row in rows.mappings()]

    async def counts(self, guild_id: int, week: Week) -> WeekCounts:
        """Return how much a published week counts."""
        sums = (func.count(PublishedStandingRow.rank), func.count(), func.sum(PublishedStandingRow.voters))
        ranked, models, votes = (await self._connection.execute(select(*sums).where(*_of(guild_id, week)))).one()
        return WeekCounts(ranked, models - ranked, int(votes or 0))

    async def ranks(self, guild_id: int, week: Week, model_ids: Sequence[int]) -> Mapping[int, int]:
        """Return the ranks that models had in a published week."""
        found = select(PublishedStandingRow.model_id, PublishedStandingRow.rank).where(
            *_of(guild_id, week), PublishedStandingRow.model_id.in_(model_ids), PublishedStandingRow.rank.is_not(None)
        )
        return {model_id: rank for model_id, rank in await self._connection.execute(found) if rank is not None}

    async def latest_ranked(self, guild_id: int) -> Week | None:
        """Return the latest published week in which any model had a rank."""
        is_ranked = (PublishedStandingRow.guild_id == guild_id) & PublishedStandingRow.rank.is_not(None)
        latest = select(PublishedStandingRow.week).where(is_ranked).order_by(PublishedStandingRow.week.desc()).limit(1)
        week = (await self._connection.execute(latest)).scalar()
        return None if week is None else parse_week(week)

    async def ever_ranked(self, guild_id: int, model_ids: Sequence[int], *, until: Week) -> frozenset[int]:
        """Return those of these models that had a rank in a published week, that one included."""
        found = select(PublishedStandingRow.model_id).where(
            PublishedStandingRow.guild_id == guild_id,
            PublishedStandingRow.model_id.in_(model_ids),
            PublishedStandingRow.week <= str(until),
            PublishedStandingRow.rank.is_not(None),
        )
        return frozenset((await self._connection.execute(found.distinct())).scalars())

    async def places_of(self, guild_id: int, model_id: int, *, since: Week) -> Mapping[Week, Standing]:
        """Return a model's place in each published week since that one in which it was listed."""
        of_model = (PublishedStandingRow.guild_id == guild_id) & (PublishedStandingRow.model_id == model_id)
        found = select(PublishedStandingRow).where(
            of_model, PublishedStandingRow.week >= str(since), PublishedStandingRow.scope == SERVER_SCOPE
        )
        rows = await self._connection.execute(found)
        return {parse_week(row["week"]): _standing(row) for row in rows.mappings()}


def _of(guild_id: int, week: Week) -> tuple[Any, ...]:
    return (
        PublishedStandingRow.guild_id == guild_id,
        PublishedStandingRow.week == str(week),
        PublishedStandingRow.scope == SERVER_SCOPE,
    )


def _place(one: Standing) -> dict[str, Any]:
    return {
        "model_id": one.model_id,
        "rank": one.rank or None,
        "score": one.score,
        "low": one.low,
        "high": one.high,
        "up": one.up,
        "down": one.down,
        "voters": one.voters,
        "released_at": one.released_at,
    }


def _standing(row: Mapping[Any, Any]) -> Standing:
    return Standing(
        model_id=row["model_id"],
        rank=row["rank"] or 0,
        score=row["score"],
        low=row["low"],
        high=row["high"],
        up=row["up"],
        down=row["down"],
        voters=row["voters"],
        released_at=row["released_at"],
    )


def _payload(week: PublishedWeek) -> dict[str, Any]:
    told = week.highlights
    return {
        "before": str(week.before) if week.before else None,
        "zone": week.zone,
        "left_out": sorted(week.left_out),
        "aside": week.aside,
        "discussed": [[one.model_id, one.reviews, one.taggings, int(one.opened)] for one in told.discussed],
        "families": [[one.model_id, one.derivatives] for one in told.families],
        "builders": [[one.author, one.models, one.up] for one in told.builders],
    }


def _week(row: Mapping[Any, Any]) -> PublishedWeek:
    payload: Mapping[str, Any] = row["payload"]
    prior = None if row["prior_up"] is None else Prior(row["prior_up"], row["prior_down"])
    return PublishedWeek(
        guild_id=row["guild_id"],
        week=parse_week(row["week"]),
        published_at=row["published_at"],
        due_at=row["due_at"],
        rule=row["rule"],
        window=Window(row["window_start"], row["window_end"]),
        prior=prior,
        log_id=row["log_id"],
        left_out=frozenset(payload.get("left_out", ())),
        highlights=Highlights(
            discussed=tuple(Talk(one[0], one[1], one[2], bool(one[3])) for one in payload.get("discussed", ())),
            families=tuple(NewFamily(*one) for one in payload.get("families", ())),
            builders=tuple(Builder(*one) for one in payload.get("builders", ())),
        ),
        before=parse_week(payload["before"]) if payload.get("before") else None,
        delivery_id=row["delivery_id"],
        zone=payload.get("zone", "UTC"),
        aside=payload.get("aside", 0),
    )
