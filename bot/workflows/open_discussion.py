"""Finds or opens the one discussion of a model in a server, also when two members ask for it at once.

Whoever claims it first opens it, the others wait and are shown the same thread. A process that ends in between
leaves a claim that runs out, and at worst a thread that the next one finds again.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.domain.clock import Clock
from bot.domain.discussions import Opening, Place, ThreadState
from bot.domain.errors import (
    ChannelRefused,
    MessageGone,
    MessageRefused,
    PermissionsMissing,
    Refusal,
    SendFailure,
    TooManyThreads,
)
from bot.domain.labs import LabBook
from bot.domain.server import Server
from bot.workflows.card_facts import card_facts
from bot.workflows.community_facts import community_facts
from bot.workflows.discussion_ports import Discussions
from bot.workflows.find_model import find_model, model_by_id
from bot.workflows.ports import Doorbell, UnitOfWork, Work
from bot.workflows.show_on_cards import show_on_cards

OPENING_TAKES = timedelta(seconds=20)
"""How long a claim holds: opening a thread is three calls, each of which Discord answers in well under a second."""

LOOK_EVERY = timedelta(seconds=0.5)
LOOKS = 50
"""Together longer than a claim holds: who waits behind a process that ended opens the thread in its place."""

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants to discuss what, from where. `may_see` tells which channels this member can look into."""

    guild_id: int
    model_id: int
    channel_id: int
    user_id: int
    may_see: Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """The discussion. `name` is the model's, hostile; `is_new` if this very member opened it."""

    thread_id: int
    name: str
    is_new: bool
    is_locked: bool = False


class OpenDiscussion:
    """Called with Discord's threads and what is asked for; raises `Refusal`, or `PermissionsMissing` by name."""

    def __init__(
        self,
        unit_of_work: UnitOfWork,
        labs: LabBook,
        clock: Clock,
        doorbell: Doorbell,
        *,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._labs = labs
        self._clock = clock
        self._doorbell = doorbell
        self._pause = pause

    async def model_named(self, typed: str) -> int:
        """Return the id of the model that was typed. Raises `Refusal` where none is known by it."""
        async with self._unit_of_work() as work:
            return (await find_model(work, typed)).id

    async def __call__(self, discussions: Discussions, asked: Asked) -> Found:
        """Return the thread, opened if need be."""
        try:
            return await self._found_or_opened(discussions, asked)
        except PermissionsMissing:
            raise  # Only whoever speaks the reader's language can name them.
        except SendFailure as failure:
            _log.warning("discussion.not-opened", reason=failure.reason, guild=asked.guild_id, model=asked.model_id)
            raise _refusal_of(failure, asked) from failure

    async def _found_or_opened(self, discussions: Discussions, asked: Asked) -> Found:
        opener = secrets.token_hex(16)
        for _ in range(LOOKS):
            opening, thread_id = await self._look(asked)
            if thread_id is not None:
                found = await self._reopened(discussions, asked, opening, thread_id)
                if found is not None:
                    return found
            if await self._claim(asked, opener):
                return await self._open(discussions, asked, opening, opener)
            await self._pause(LOOK_EVERY.total_seconds())
        raise Refusal("discussion-busy")

    async def _look(self, asked: Asked) -> tuple[Opening, int | None]:
        async with self._unit_of_work() as work:
            opening = await opening_of(work, asked.guild_id, asked.model_id, self._labs)
            known = await work.discussions.get(asked.guild_id, asked.model_id)
            return opening, known.thread_id if known else None

    async def _reopened(self, discussions: Discussions, asked: Asked, opening: Opening, thread_id: int) -> Found | None:
        state = await discussions.reopen(thread_id)
        if state is not ThreadState.GONE:
            return Found(thread_id, opening.card.facts.repo_id, is_new=False, is_locked=state is ThreadState.LOCKED)
        _log.info("discussion.deleted", thread=thread_id, guild=asked.guild_id, model=asked.model_id)
        async with self._unit_of_work() as work:
            await work.discussions.forget(asked.guild_id, asked.model_id, thread_id)
            await work.commit()
        return None

    async def _claim(self, asked: Asked, opener: str) -> bool:
        async with self._unit_of_work() as work:
            claimed = await work.discussions.claim(
                asked.guild_id, asked.model_id, channel_id=asked.channel_id, opener=opener, lease=OPENING_TAKES
            )
            await work.commit()
        return claimed

    async def _open(self, discussions: Discussions, asked: Asked, opening: Opening, opener: str) -> Found:
        try:
            place, thread_id = await self._started(discussions, await self._places(asked), opening)
            await discussions.begin(thread_id, opening)
        except Exception:
            await self._release(asked, opener)
            raise
        async with self._unit_of_work() as work:
            stands = await work.discussions.settle(
                asked.guild_id,
                asked.model_id,
                channel_id=place.channel_id,
                thread_id=thread_id,
                opened_by=asked.user_id,
            )
            await show_on_cards(work, asked.guild_id, asked.model_id, self._clock.now())
            await work.commit()
        await self._doorbell.ring()
        _log.info("discussion.opened", thread=stands, guild=asked.guild_id, model=asked.model_id)
        return Found(stands, opening.card.facts.repo_id, is_new=stands == thread_id)

    async def _places(self, asked: Asked) -> Sequence[Place]:
        """Return where a thread could start: from a card this member can see, nearest first, or without one here."""
        async with self._unit_of_work() as work:
            cards = await work.discussions.cards(asked.guild_id, asked.model_id)
        visible = [card for card in cards if asked.may_see(card.channel_id)]
        visible.sort(key=lambda card: card.channel_id != asked.channel_id)
        return [*visible, Place(asked.channel_id)]

    async def _started(self, discussions: Discussions, places: Sequence[Place], opening: Opening) -> tuple[Place, int]:
        """Start the thread at the first place that takes it; what stopped the first place is what is told."""
        refused: SendFailure | None = None
        for place in places:
            try:
                return place, await discussions.start(place, opening)
            except (MessageGone, ChannelRefused) as failure:
                _log.info("discussion.not-here", channel=place.channel_id, reason=failure.reason)
                refused = failure if refused is None or isinstance(refused, MessageGone) else refused
        raise refused or ChannelRefused("no place to start from")

    async def _release(self, asked: Asked, opener: str) -> None:
        async with self._unit_of_work() as work:
            await work.discussions.release(asked.guild_id, asked.model_id, opener)
            await work.commit()


async def opening_of(work: Work, guild_id: int, model_id: int, labs: LabBook) -> Opening:
    """Return what a discussion begins with. Raises `Refusal` for a model that is not known any more."""
    model = await model_by_id(work, model_id)
    card = (await card_facts(work, [model], labs))[model.id]
    community = (await community_facts(work, guild_id, [model.id]))[model.id]
    server = await work.servers.get(guild_id) or Server(guild_id)
    return Opening(replace(card, community=community), server.locale)


def _refusal_of(failure: SendFailure, asked: Asked) -> Refusal:
    if isinstance(failure, TooManyThreads):
        return Refusal("too-many-threads")
    if isinstance(failure, ChannelRefused):
        return Refusal("discussion-refused", channel=asked.channel_id)
    if isinstance(failure, MessageRefused):
        return Refusal("discussion-blocked")
    return Refusal("discord-unavailable")
