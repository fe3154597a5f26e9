"""Lets the cards of a model follow what a server's members decide: soon while they are fresh, slower with age.

Discord limits edits of messages older than an hour (30046, DISCORD.md, Limits), and an old card has few readers.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from bot.domain.delivery import PostedCard
from bot.workflows.ports import Work

FRESH, SAME_DAY = timedelta(hours=1), timedelta(days=1)

DELAYS: Mapping[timedelta, timedelta] = MappingProxyType({FRESH: timedelta(seconds=5), SAME_DAY: timedelta(seconds=30)})
"""How long a card younger than this waits for more to come before it is edited: one edit shows all of it."""

LONGEST_DELAY = timedelta(minutes=3)


def delay_of(age: timedelta) -> timedelta:
    """Return how long a card of this age waits before it is edited."""
    return next((delay for younger_than, delay in DELAYS.items() if age < younger_than), LONGEST_DELAY)


async def show_on_cards(work: Work, guild_id: int, model_id: int, now: datetime) -> int:
    """Ask, inside the caller's transaction, for an edit of every copy of a model's card in a server; how many.

    Each copy follows by its own age; changes in between share the edit. No doorbell needs ringing: senders look by
    themselves before the edit is due.
    """
    return await follow(work, await work.deliveries.cards_of(guild_id, [model_id]), now)


async def follow(work: Work, cards: Iterable[PostedCard], now: datetime) -> int:
    """Ask for an edit of these cards, each by its age; how many."""
    return await work.deliveries.ask_for_edits({card: now + delay_of(now - card.posted_at) for card in cards})
