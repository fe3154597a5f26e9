"""Posts into a channel beside its senders, one at a time: neither posts what the other is posting."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.domain.delivery import LaneLease
from bot.domain.errors import Refusal
from bot.workflows.ports import UnitOfWork

LANE_LEASE = timedelta(seconds=20)
"""A post is made in well under a second; it takes two calls that are given up after eight."""

LOOK_EVERY = timedelta(seconds=0.5)
LOOKS = 20
"""A sender gives its channel back after a few messages."""


class BesideSenders:
    """Takes a channel's lane, waiting while a sender works it."""

    def __init__(self, unit_of_work: UnitOfWork, pause: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self._unit_of_work = unit_of_work
        self._pause = pause

    @asynccontextmanager
    async def lane(self, guild_id: int, channel_id: int, owner: str) -> AsyncGenerator[None]:
        """Keep every sender out of a channel for as long as the block runs.

        Raises:
            Refusal: `discussion-busy`, where a sender works there without a pause.
        """
        held = await self._take(guild_id, channel_id, owner)
        try:
            yield
        finally:
            async with self._unit_of_work() as work:
                await work.deliveries.leave_lane(held)
                await work.commit()

    async def _take(self, guild_id: int, channel_id: int, owner: str) -> LaneLease:
        for _ in range(LOOKS):
            async with self._unit_of_work() as work:
                held = await work.deliveries.take_lane(channel_id, guild_id, owner, lease=LANE_LEASE)
                await work.commit()
            if held is not None:
                return held
            await self._pause(LOOK_EVERY.total_seconds())
        raise Refusal("discussion-busy")
