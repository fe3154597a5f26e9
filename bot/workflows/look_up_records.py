"""Asks the hub about several models at once, a few at a time, and survives that it does not answer."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

import structlog

from bot.domain.errors import HubUnavailable
from bot.domain.model import HubModel
from bot.workflows.ports import Hub

AT_ONCE = 4
"""Questions under way at a time: quick enough for a batch, and polite; the hub's budget is kept elsewhere."""

_log = structlog.get_logger()


@dataclass(slots=True)
class LookedUp:
    """What the hub said, by the name that was asked for."""

    found: dict[str, HubModel] = field(default_factory=dict[str, HubModel])
    missing: set[str] = field(default_factory=set[str])
    """Deleted, private or never there."""
    failed: set[str] = field(default_factory=set[str])
    """The hub did not answer: nothing is known."""


async def look_up_records(hub: Hub, repo_ids: Iterable[str], *, urgent: bool = True) -> LookedUp:
    """Look every name up; a failure is noted and ends nothing."""
    answers, slots = LookedUp(), asyncio.Semaphore(AT_ONCE)

    async def look_up(repo_id: str) -> None:
        async with slots:
            try:
                record = await hub.look_up(repo_id, urgent=urgent)
            except HubUnavailable as failure:
                _log.warning("hub.look-up-failed", repo_id=repo_id, reason=failure.reason)
                answers.failed.add(repo_id)
                return
        if record is None:
            answers.missing.add(repo_id)
        else:
            answers.found[repo_id] = record

    async with asyncio.TaskGroup() as group:
        for repo_id in dict.fromkeys(repo_ids):
            group.create_task(look_up(repo_id))
    return answers


async def summaries_of(hub: Hub, repo_ids: Iterable[str]) -> dict[str, str]:
    """Return one sentence for each name, empty where the card has none; what the hub did not tell is absent."""
    summaries: dict[str, str] = {}
    slots = asyncio.Semaphore(AT_ONCE)

    async def read(repo_id: str) -> None:
        async with slots:
            try:
                summaries[repo_id] = await hub.summary_of(repo_id) or ""
            except HubUnavailable as failure:
                _log.warning("hub.summary-failed", repo_id=repo_id, reason=failure.reason)

    async with asyncio.TaskGroup() as group:
        for repo_id in dict.fromkeys(repo_ids):
            group.create_task(read(repo_id))
    return summaries
