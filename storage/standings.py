"""Counting ballots for standings. The two ballot indexes hold all that is asked for: no row is read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, delete, func, insert, select, text, update

from bot.domain.model import Stage
from bot.domain.share_caps import ServerBallots
from bot.domain.standing_filter import SIZES, StandingFilter
from bot.domain.standings import Scope
from bot.domain.votes import Choice, Tally
from bot.domain.windows import Window
from storage.community_tables import BallotLogRow, BallotRow, TaggingRow, TagRow
from storage.standing_tables import EverywhereLeftOutRow, EverywhereOptInRow, PublishedWeekRow
from storage.tables import ModelRow
from storage.transaction import IDS_PER_STATEMENT, Queries, in_chunks
from storage.whole_statements import to_its_end

ROWS_AT_ONCE = 2_000
"""Fetched and turned into Python's numbers in a few milliseconds: everywhere has hundreds of thousands."""

IS_UP = case((BallotRow.choice == Choice.UP.value, 1), else_=0)


class Standings(Queries):
    """Fits `bot.workflows.standing_ports.StoreStandings`."""

    async def in_server(self, guild_id: int, window: Window, now: datetime) -> Mapping[int, Tally]:
        """Return the tally of every model with a ballot that counts in a server."""
        counted = (
            select(BallotRow.model_id, BallotRow.choice, func.count())
            .where(BallotRow.guild_id == guild_id, *_counts(window, now))
            .group_by(BallotRow.model_id, BallotRow.choice)
        )
        found: dict[int, dict[str, int]] = {}
        for model_id, choice, ballots in await self._connection.execute(counted):
            found.setdefault(model_id, {})[choice] = ballots
        return {model_id: _tally(by_choice) for model_id, by_choice in found.items()}

    async def everywhere(self, window: Window, now: datetime) -> Sequence[ServerBallots]:
        """Return ups and downs by model and server, one ballot a person a model: the latest, of those opted in."""
        found: list[ServerBallots] = []
        counted = await self._connection.stream(_one_each(await self._opted_in(), window, now))
        while rows := await to_its_end(counted.fetchmany(ROWS_AT_ONCE)):
            found += rows
        return found

    async def habit(self, guild_id: int, window: Window, now: datetime) -> Tally:
        """Return all ballots of a server together, from which its prior follows."""
        is_in = BallotRow.guild_id == guild_id
        counted = select(func.sum(IS_UP), func.count()).where(is_in, *_counts(window, now))
        up, ballots = (await self._connection.execute(counted)).one()
        return Tally(up or 0, ballots - (up or 0))

    async def aside(self, scope: Scope, window: Window, now: datetime) -> Mapping[int, int]:
        """Return how many ballots would count in a window if they were not set aside, by model."""
        is_in = await self._opted_in() if scope.guild_id is None else BallotRow.guild_id == scope.guild_id
        held = (is_in, *_has_entered(window, now), BallotRow.set_aside.is_not(None))
        counted = select(BallotRow.model_id, func.count()).where(*held).group_by(BallotRow.model_id)
        rows = await self._connection.execute(counted)
        return {row[0]: row[1] for row in rows}

    async def among(
        self, model_ids: Collection[int], filters: StandingFilter, guild_id: int | None
    ) -> Mapping[int, datetime | None]:
        """Return those of these models that are still there and that a filter asks for, with when they came out."""
        found: dict[int, datetime | None] = {}
        asked = _asked_for(filters, guild_id)
        for ids in in_chunks(sorted(model_ids)):
            rows = await self._connection.execute(
                select(ModelRow.id, ModelRow.released_at).where(ModelRow.id.in_(ids), *asked)
            )
            found |= {row.id: row.released_at for row in rows}
        return found

    async def opted_in(self) -> Mapping[int, datetime]:
        """Return the servers whose ballots count everywhere, with since when."""
        rows = await self._connection.execute(select(EverywhereOptInRow.guild_id, EverywhereOptInRow.since))
        return {row.guild_id: row.since for row in rows}

    async def is_tag(self, key: str) -> bool:
        """Tell whether any model carries a tag of this key in a server whose ballots count everywhere."""
        found = await self._connection.execute(_tagged(key, None).limit(1))
        return found.first() is not None

    async def voters(self) -> Mapping[int, int | None]:
        """Return how many people vote in each server that opted in, each counted in one; None for one not counted."""
        rows = await self._connection.execute(select(EverywhereOptInRow.guild_id, EverywhereOptInRow.voters))
        return {row.guild_id: row.voters for row in rows}

    async def left_out(self) -> Collection[tuple[int, int]]:
        """Return (server, model) where ballots do not count everywhere."""
        rows = await self._connection.execute(select(EverywhereLeftOutRow.guild_id, EverywhereLeftOutRow.model_id))
        return {(row.guild_id, row.model_id) for row in rows}

    async def weigh(self, voters: Mapping[int, int], left_out: Collection[tuple[int, int]]) -> None:
        """Store what servers weigh everywhere, in place of what was there."""
        for guild_id in sorted(await self.voters()):
            counted = update(EverywhereOptInRow).where(EverywhereOptInRow.guild_id == guild_id)
            await self._connection.execute(counted.values(voters=voters.get(guild_id, 0)))
        await self._connection.execute(delete(EverywhereLeftOutRow))
        rows = [{"guild_id": guild_id, "model_id": model_id} for guild_id, model_id in sorted(left_out)]
        if rows:
            await self._connection.execute(insert(EverywhereLeftOutRow), rows)

    async def opt_in(self, guild_id: int, since: datetime | None) -> None:
        """Let a server's ballots count everywhere, or (`None`) no longer."""
        if since is None:
            await self._connection.execute(delete(EverywhereOptInRow).where(EverywhereOptInRow.guild_id == guild_id))
            return
        insert = self._transaction.insert(EverywhereOptInRow).values(guild_id=guild_id, since=since)
        await self._connection.execute(insert.on_conflict_do_nothing())

    async def _opted_in(self) -> ColumnElement[bool]:
        """Tell whether a ballot counts everywhere; servers are named by value, which SQLite compares twice as fast."""
        servers = sorted(await self.opted_in())
        few = len(servers) <= IDS_PER_STATEMENT
        # Added to nothing, the server is no reason to take the index of servers, which would read every row as well.
        return (BallotRow.guild_id + 0).in_(servers if few else select(EverywhereOptInRow.guild_id))

    async def servers_with_weeks(self) -> Sequence[int]:
        """Return the servers that have published weeks."""
        servers = select(PublishedWeekRow.guild_id).distinct().order_by(PublishedWeekRow.guild_id)
        return (await self._connection.execute(servers)).scalars().all()

    async def hold_still(self) -> int:
        """Let no ballot be cast until this transaction ends; the last entry of the log. SQLite's is alone anyway."""
        if self._transaction.dialect == "postgresql":
            # A ballot and its log entry become visible together: whoever is writing one holds ROW EXCLUSIVE.
            await self._connection.execute(text("LOCK TABLE ballot IN SHARE MODE"))
        return (await self._connection.execute(select(func.coalesce(func.max(BallotLogRow.id), 0)))).scalar_one()


def _counts(window: Window, now: datetime) -> list[ColumnElement[bool]]:
    return [*_has_entered(window, now), BallotRow.set_aside.is_(None)]


def _has_entered(window: Window, now: datetime) -> list[ColumnElement[bool]]:
    entered = [BallotRow.entered_at < window.end, BallotRow.entered_at <= now]
    return entered if window.start is None else [BallotRow.entered_at >= window.start, *entered]


def _one_each(is_in: ColumnElement[bool], window: Window, now: datetime) -> Select[int, int, int, int]:
    latest = func.row_number().over(
        partition_by=(BallotRow.model_id, BallotRow.user_id), order_by=(BallotRow.cast_at.desc(), BallotRow.guild_id)
    )
    ballots = select(BallotRow.model_id, BallotRow.guild_id, IS_UP.label("up"), latest.label("place"))
    each = ballots.where(is_in, *_counts(window, now)).subquery()
    key = (each.c.model_id, each.c.guild_id)
    up = func.sum(each.c.up)
    return select(*key, up, func.count() - up).where(each.c.place == 1).group_by(*key)


def _asked_for(filters: StandingFilter, guild_id: int | None) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = [ModelRow.stage != Stage.GONE.value]
    if filters.kind is not None:
        asked.append(ModelRow.kind == filters.kind.value)
    if filters.task is not None:
        asked.append(ModelRow.task == filters.task)
    if filters.licence_class is not None:
        asked.append(ModelRow.licence_class == filters.licence_class.value)
    if filters.size is not None:
        smallest, below = SIZES[filters.size]
        asked += [ModelRow.parameters >= smallest, *([ModelRow.parameters < below] if below else [])]
    if filters.tag is not None:
        asked.append(ModelRow.id.in_(_tagged(filters.tag, guild_id)))
    return asked


def _tagged(key: str, guild_id: int | None) -> Select[int]:
    """Return the models that carry a tag in a server, or in any that opted in."""
    tagged = select(TaggingRow.model_id).join(TagRow, TagRow.id == TaggingRow.tag_id).where(TagRow.key == key)
    if guild_id is None:
        return tagged.where(TagRow.guild_id.in_(select(EverywhereOptInRow.guild_id)), TagRow.state != "banned")
    return tagged.where(TagRow.guild_id == guild_id)


def _tally(by_choice: Mapping[str, int]) -> Tally:
    return Tally(by_choice.get(Choice.UP, 0), by_choice.get(Choice.DOWN, 0))
