"""Finding models by what members search for. The index `ix_model_search` answers most of it without the rows."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, case, func, or_, select

from bot.domain.model_query import ModelQuery, SortBy
from bot.domain.search_words import SearchWord
from bot.domain.votes import Choice
from storage.community_tables import BallotRow, TaggingRow
from storage.model_lookups import ModelLookups, holds
from storage.tables import EdgeRow, ModelRow
from storage.votes import in_the_tally

MOST_TASKS = 200
"""Three times what the Hub has; a hostile hub's thousands cost no more."""


class ModelSearch(ModelLookups):
    """The search behind `/model search`."""

    async def tasks(self) -> Sequence[str]:
        """Return the tasks that models have, by the hub's codes: an index is asked for each one behind the last."""
        found = select(func.min(ModelRow.task).label("task")).cte("found", recursive=True)
        following = select(func.min(ModelRow.task)).where(ModelRow.task > found.c.task).scalar_subquery()
        found = found.union_all(select(following).where(found.c.task.is_not(None)))
        codes = select(found.c.task).where(found.c.task.is_not(None)).limit(MOST_TASKS)
        return [code for code in (await self._connection.execute(codes)).scalars() if code is not None]

    async def search(
        self, query: ModelQuery, words: Sequence[SearchWord], guild_id: int | None, *, limit: int
    ) -> Sequence[int]:
        """Return ids of findable models that the query asks for, in its order; without a server none is voted on."""
        found = _found(query, words, guild_id)
        best = self._in_order(found, query.sort, guild_id)
        return (await self._connection.execute(best.limit(limit))).scalars().all()

    async def count_found(
        self, query: ModelQuery, words: Sequence[SearchWord], guild_id: int | None, *, most: int
    ) -> int:
        """Return how many models the query asks for; counting ends at `most`."""
        some = _found(query, words, guild_id).limit(most).subquery()
        return (await self._connection.execute(select(func.count()).select_from(some))).scalar_one()

    def _in_order(self, found: Select[int], sort: SortBy, guild_id: int | None) -> Select[int]:
        likes = (ModelRow.likes.desc().nulls_last(), ModelRow.name_key, ModelRow.id)
        if sort is SortBy.NEWEST:
            return found.order_by(ModelRow.released_at.desc().nulls_last(), *likes)
        if sort is SortBy.LIKES or guild_id is None:
            return found.order_by(*likes)
        votes = self._votes(guild_id).subquery()
        joined = found.outerjoin(votes, votes.c.model_id == ModelRow.id)
        return joined.order_by(func.coalesce(votes.c.balance, 0).desc(), *likes)

    def _votes(self, guild_id: int) -> Select[int, int]:
        """Return each model's ballots up less those down, of those that count."""
        balance = func.sum(case((BallotRow.choice == Choice.UP.value, 1), else_=-1)).label("balance")
        here = (BallotRow.guild_id == guild_id, *in_the_tally(self._transaction))
        return select(BallotRow.model_id, balance).where(*here).group_by(BallotRow.model_id)


def _found(query: ModelQuery, words: Sequence[SearchWord], guild_id: int | None) -> Select[int]:
    conditions: list[ColumnElement[bool]] = [ModelRow.findable.is_(True)]
    conditions += [_is_meant(word, guild_id) for word in words]
    if query.kind is not None:
        conditions.append(ModelRow.kind == query.kind.value)
    if query.licence_class is not None:
        conditions.append(ModelRow.licence_class == query.licence_class.value)
    if query.most_parameters is not None:
        conditions.append(ModelRow.parameters <= query.most_parameters)
    if query.tag_id is not None:
        conditions.append(ModelRow.id.in_(_tagged(guild_id, [query.tag_id])))
    if query.descends_from is not None:
        conditions += [ModelRow.id.in_(_descendants(query.descends_from)), ModelRow.id != query.descends_from]
    return select(ModelRow.id).where(*conditions)


def _is_meant(word: SearchWord, guild_id: int | None) -> ColumnElement[bool]:
    """Return the condition that a word means a model by its name, or in any other way that it can be read."""
    ways = list(holds([word.text]))
    if word.authors:
        ways.append(ModelRow.author_key.in_(sorted(word.authors)))
    if word.tasks:
        ways.append(ModelRow.task.in_(sorted(word.tasks)))
    if word.tag_ids:
        ways.append(ModelRow.id.in_(_tagged(guild_id, sorted(word.tag_ids))))
    return or_(*ways)


def _tagged(guild_id: int | None, tag_ids: Sequence[int]) -> Select[int]:
    return select(TaggingRow.model_id).where(TaggingRow.guild_id == guild_id, TaggingRow.tag_id.in_(tag_ids))


def _descendants(model_id: int) -> Select[int]:
    """Return every derivative's id. UNION drops what was reached before, so that a ring ends."""
    down = select(EdgeRow.child_id.label("model_id")).where(EdgeRow.parent_id == model_id).cte("down", recursive=True)
    down = down.union(select(EdgeRow.child_id).join(down, EdgeRow.parent_id == down.c.model_id))
    return select(down.c.model_id)
