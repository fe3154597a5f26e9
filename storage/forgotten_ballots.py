"""A forgotten member's ballots: withdrawn, and their log nobody's, so that it can still be recounted."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, text, update

from bot.domain.forgotten_ballots import indistinct, moments_asked
from bot.domain.votes import Action
from bot.domain.windows import Window
from storage.community_tables import BallotLogRow, BallotRow
from storage.standing_tables import PublishedWeekRow
from storage.transaction import Queries

LARGEST_NUMBER = 2**62


class ForgottenBallots(Queries):
    """Takes a member out of the ballots, as one part of forgetting them."""

    async def withdraw_all(self, user_id: int, *, now: datetime) -> Sequence[tuple[int, int]]:
        """Withdraw a member's live ballots everywhere, as they would have: (server, model) of each."""
        await self._let_nobody_vote()
        gone = delete(BallotRow).where(BallotRow.user_id == user_id).returning(BallotRow.guild_id, BallotRow.model_id)
        ballots = sorted((row.guild_id, row.model_id) for row in await self._connection.execute(gone))
        events = [_withdrawal(guild_id, model_id, user_id, now) for guild_id, model_id in ballots]
        if events:
            await self._connection.execute(self._transaction.insert(BallotLogRow), events)
        return ballots

    async def make_nobodys(self, user_id: int, *, now: datetime) -> int:
        """Let nothing in a member's log entries lead back to them; how many entries there are."""
        await self._blur(user_id, now)
        return await self._renumber(user_id)

    async def _let_nobody_vote(self) -> None:
        """Wait for ballots that are being cast, and let new ones wait, until this transaction ends.

        A ballot and its log entry become visible together: without the lock one could be cast between our two
        statements, and stay while its entry is anonymised. SQLite's transaction is alone anyway.
        """
        if self._transaction.dialect == "postgresql":
            await self._connection.execute(text("LOCK TABLE ballot IN EXCLUSIVE MODE"))

    async def _blur(self, user_id: int, now: datetime) -> None:
        """Put another moment, as good for every recount, where one follows from the account's or membership's age."""
        mine = (BallotLogRow.voter == user_id) & (BallotLogRow.counts_from > BallotLogRow.at)
        waited = select(BallotLogRow.id, BallotLogRow.guild_id, BallotLogRow.counts_from).where(mine)
        rows = (await self._connection.execute(waited)).all()
        asked = {guild_id: await self._asked(guild_id) for guild_id in {row.guild_id for row in rows}}
        moments = [
            {"entry": row.id, "moment": indistinct(row.counts_from, asked[row.guild_id], now)}
            for row in rows
            if row.counts_from is not None
        ]
        if moments:
            blurred = update(BallotLogRow).where(BallotLogRow.id == bindparam("entry"))
            await self._connection.execute(blurred.values(counts_from=bindparam("moment")), moments)

    async def _asked(self, guild_id: int) -> Collection[datetime]:
        """Return the moments with which a server's published weeks compare ballots."""
        weeks = select(PublishedWeekRow.window_start, PublishedWeekRow.window_end, PublishedWeekRow.published_at)
        rows = await self._connection.execute(weeks.where(PublishedWeekRow.guild_id == guild_id))
        return {moment for start, end, at in rows for moment in moments_asked(Window(start, end), at)}

    async def _renumber(self, user_id: int) -> int:
        """Give this member's log entries on each model one random negative number; how many entries.

        The interaction goes too: Discord and old logs could tell whose it was.
        """
        is_mine = BallotLogRow.voter == user_id
        counted = select(BallotLogRow.model_id, func.count()).where(is_mine).group_by(BallotLogRow.model_id)
        events: Mapping[int, int] = {row[0]: row[1] for row in await self._connection.execute(counted)}
        if events:
            renumbered = update(BallotLogRow).where(is_mine, BallotLogRow.model_id == bindparam("of_model"))
            renumbered = renumbered.values(voter=bindparam("number"), event_id=None)
            numbers = [{"of_model": model_id, "number": _random_number()} for model_id in sorted(events)]
            await self._connection.execute(renumbered, numbers)
        return sum(events.values())


def _withdrawal(guild_id: int, model_id: int, user_id: int, now: datetime) -> Mapping[str, Any]:
    return {
        "guild_id": guild_id,
        "model_id": model_id,
        "voter": user_id,
        "action": Action.WITHDRAWN.value,
        "at": now,
        "counts_from": None,
        "event_id": None,
    }


def _random_number() -> int:
    return -1 - secrets.randbelow(LARGEST_NUMBER)
