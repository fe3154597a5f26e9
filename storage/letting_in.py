"""In which week a ballot counts that was set aside and is let in again."""

from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, literal, select

from bot.domain.votes import Action
from storage.community_tables import BallotLogRow, BallotRow
from storage.standing_tables import PublishedWeekRow
from storage.tables import UtcDateTime


def entered_at_if_let_in(now: datetime) -> ColumnElement[datetime]:
    """Return, for an UPDATE of ballots, from when they belong to weeks if they are let in now.

    Where the week they belonged to was published without them they enter now, and count in the week that is under
    way. Where it counted them already, or is still to come, nothing changes: every ballot counts in one week.
    """
    return case((_was_passed_by(), literal(now, UtcDateTime())), else_=BallotRow.entered_at)


def _was_passed_by() -> ColumnElement[bool]:
    """Tell whether a week was published after the ballot was last set aside, in whose window it had entered."""
    last_aside = (
        select(func.max(BallotLogRow.id))
        .where(
            BallotLogRow.guild_id == BallotRow.guild_id,
            BallotLogRow.model_id == BallotRow.model_id,
            BallotLogRow.voter == BallotRow.user_id,
            BallotLogRow.action == Action.SET_ASIDE.value,
        )
        .correlate(BallotRow)
        .scalar_subquery()
    )
    return exists().where(
        PublishedWeekRow.guild_id == BallotRow.guild_id,
        PublishedWeekRow.window_start <= BallotRow.entered_at,
        PublishedWeekRow.window_end > BallotRow.entered_at,
        PublishedWeekRow.log_id >= last_aside,
    )
