"""Votes: a member's live ballot on one model in one server, and the log from which every standing can be recounted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FRESH_ACCOUNT = timedelta(days=7)
FRESH_MEMBER = timedelta(days=3)
"""How old an account and a membership must be for a ballot to count at once (ARCHITECTURE, Ranking)."""

_HOUR = timedelta(hours=1)


class Choice(StrEnum):
    """What a ballot says: *worth building on*, or *not for us*."""

    UP = "up"
    DOWN = "down"


class Action(StrEnum):
    """What the ballot log tells."""

    UP = "up"
    DOWN = "down"
    WITHDRAWN = "withdrawn"
    SET_ASIDE = "set_aside"
    LET_IN = "let_in"


class AsideBecause(StrEnum):
    """Why a member's ballots in a server do not count for now."""

    BANNED = "banned"
    MODERATOR = "moderator"
    BURST = "burst"
    BLOC = "bloc"


FOUND = frozenset({AsideBecause.BURST, AsideBecause.BLOC})
"""Reasons about single ballots, not about a member; a moderator may let them in (`bot.domain.integrity`)."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How a model's live ballots in one server stand: those that count, neither fresh nor set aside."""

    up: int = 0
    down: int = 0


@dataclass(frozen=True, slots=True)
class BallotKey:
    """Whose ballot on what, where: there is one live ballot for each."""

    guild_id: int
    model_id: int
    user_id: int


@dataclass(frozen=True, slots=True)
class Ballot:
    """A live ballot. It counts from `counts_from` on, unless it is set aside."""

    choice: Choice
    cast_at: datetime
    counts_from: datetime
    set_aside: AsideBecause | None = None
    let_in_at: datetime | None = None
    """When it was let in after a published week had passed it by; None for nearly all."""
    is_fresh: bool = False
    """Whether the account was fresh when it was cast: what bursts are made of."""

    @property
    def entered_at(self) -> datetime:
        """Return from when it belongs to weeks: the latest of being cast, having aged and being let in.

        A week counts what entered in its window. By the moment of casting alone, a ballot that ages or is let in after
        its week was published would count in none.
        """
        moments = (self.cast_at, self.counts_from, self.let_in_at)
        return max(moment for moment in moments if moment is not None)

    def counts(self, now: datetime) -> bool:
        """Tell whether it is in the tally."""
        return self.set_aside is None and self.counts_from <= now


@dataclass(frozen=True, slots=True)
class BallotEvent:
    """One row of the append-only log. `event_id` is the interaction that caused it; a moderator's acts have none."""

    guild_id: int
    model_id: int
    voter: int
    action: Action
    at: datetime
    counts_from: datetime | None = None
    event_id: int | None = None


def counts_from(
    *, account_created_at: datetime, joined_at: datetime | None, card_posted_at: datetime | None, now: datetime
) -> datetime:
    """Return when a ballot cast now counts: now, or once whoever casts it is no longer fresh.

    A new member's ballot waits if they came after the card was posted: then the card may be why they came. A model
    without a card in the server (`card_posted_at` is None) has not brought anybody there yet, and whoever came to
    vote on it by command waits too. `joined_at` is None where Discord does not tell it: then only the account's age
    decides.

    A ballot that waits, waits until a whole hour: an account's id holds its creation to the millisecond, and what is
    stored must not lead back to it (docs/decisions/0013-what-forgetting-leaves.md).
    """
    aged = account_created_at + FRESH_ACCOUNT
    if joined_at is not None and (card_posted_at is None or joined_at > card_posted_at):
        aged = max(aged, joined_at + FRESH_MEMBER)
    return now if aged <= now else _next_whole_hour(aged)


def _next_whole_hour(moment: datetime) -> datetime:
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole if whole == moment else whole + _HOUR


def is_fresh_account(account_created_at: datetime, now: datetime) -> bool:
    """Tell whether an account is younger than `FRESH_ACCOUNT`."""
    return now < account_created_at + FRESH_ACCOUNT


def change(
    key: BallotKey,
    live: Ballot | None,
    wanted: Ballot | None,
    *,
    event_id: int,
    now: datetime,
) -> BallotEvent | None:
    """Return what is logged when a member casts, repeats, changes (`wanted`) or withdraws (None) a ballot.

    A repeated ballot is an event too: its interaction may be handed over twice. None where there was nothing to
    withdraw.
    """
    if wanted is None and live is None:
        return None
    return BallotEvent(
        guild_id=key.guild_id,
        model_id=key.model_id,
        voter=key.user_id,
        action=Action(wanted.choice) if wanted else Action.WITHDRAWN,
        at=now,
        counts_from=wanted.counts_from if wanted else None,
        event_id=event_id,
    )


def recount(events: Iterable[BallotEvent], now: datetime) -> Tally:
    """Return the tally of one model in one server from its log alone, oldest event first."""
    choices: dict[int, Choice] = {}
    from_when: dict[int, datetime] = {}
    aside: set[int] = set()
    for event in events:
        match event.action:
            case Action.UP | Action.DOWN:
                choices[event.voter], from_when[event.voter] = Choice(event.action), event.counts_from or event.at
            case Action.WITHDRAWN:
                # With the ballot its mark is gone; one cast later by somebody still set aside is marked anew.
                choices.pop(event.voter, None)
                aside.discard(event.voter)
            case Action.SET_ASIDE:
                aside.add(event.voter)
            case Action.LET_IN:
                aside.discard(event.voter)
    counted = [choice for voter, choice in choices.items() if voter not in aside and from_when[voter] <= now]
    return Tally(counted.count(Choice.UP), counted.count(Choice.DOWN))
