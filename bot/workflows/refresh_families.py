"""Keeps cards true when their families grow or their facts change: edits within minutes, gathered, fewer with age."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.domain.model import Model
from bot.workflows.ports import Work

SOON = timedelta(minutes=2)
"""On its first day a card is read: new formats show within minutes, those that come together in one edit."""

LATER = timedelta(minutes=30)
RARELY = timedelta(hours=6)
"""Discord limits edits of messages older than an hour (DISCORD.md, 30046), and few scroll back a week."""

_FRESH = timedelta(days=1)
_RECENT = timedelta(days=7)


async def refresh_families(work: Work, derivatives: Iterable[int], changed: Iterable[int], *, now: datetime) -> int:
    """Ask for an edit of the cards of the direct parents of `derivatives` and of `changed`; how many cards."""
    parents = await work.models.parent_ids(sorted(set(derivatives)))
    shown = {parent for above in parents.values() for parent in above} | set(changed)
    with_cards = {model_id for _, model_id in await work.deliveries.channels_with_cards(sorted(shown))}
    edits = 0
    for due_at, models in _by_age((await work.models.by_ids(sorted(with_cards))).values(), now).items():
        edits += await work.deliveries.refresh_cards(models, due_at=due_at)
    return edits


def _by_age(models: Iterable[Model], now: datetime) -> dict[datetime, list[int]]:
    by_due: dict[datetime, list[int]] = {}
    for model in models:
        by_due.setdefault(now + _wait(model, now), []).append(model.id)
    return by_due


def _wait(model: Model, now: datetime) -> timedelta:
    age = now - (model.released_at or model.first_seen_at)
    if age < _FRESH:
        return SOON
    return LATER if age < _RECENT else RARELY
