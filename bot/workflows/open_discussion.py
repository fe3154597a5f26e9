"""Finds or opens the one discussion of a model in a server, also when two members ask for it at once.

Whoever claims it first opens it, the others wait and are shown the same thread. A process that ends in between
leaves a claim that runs out, and at worst a thread that the next one finds again.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.domain.clock import Clock
from bot.domain.discussions import Discussion, Opening, Place, ThreadState
from bot.domain.errors import (
    ChannelRefused,
    MessageRefused,
    PermissionsMissing,
    Refusal,
    SendFailure,
    TooManyThreads,
)
from bot.domain.labs import LabBook
from bot.domain.server import Server
from bot.workflows.beside_senders import BesideSenders
from bot.workflows.card_facts import card_facts
from bot.workflows.community_facts import community_facts
from bot.workflows.complete_model import Complete
from bot.workflows.discussion_ports import Discussions
from bot.workflows.find_model import model_by_id
from bot.workflows.ports import Doorbell, UnitOfWork, Work
from bot.workflows.show_on_cards import follow, show_on_cards
from bot.workflows.start_thread import Asked, Begun, StartThread

OPENING_TAKES = timedelta(seconds=30)
"""How long a claim holds: opening a thread is three calls, each of which Discord answers in well under a second, and
a forum may be busy with posts before."""

LOOK_EVERY = timedelta(seconds=0.5)
LOOKS = 70
"""Together longer than a claim holds: who waits behind a process that ended opens the thread in its place."""

_log = structlog.get_logger()


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
        complete: Complete,
        *,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._labs = labs
        self._clock = clock
        self._doorbell = doorbell
        self._complete = complete
        self._pause = pause
        self._start = StartThread(unit_of_work, BesideSenders(unit_of_work, pause))

    async def __call__(self, discussions: Discussions, asked: Asked) -> Found:
        """Return the thread, opened if need be."""
        await self._complete(asked.model_id)
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
            opening, known = await self._look(asked)
            found = await self._known(discussions, asked, opening, known)
            if found is not None:
                return found
            attempt = _Attempt(asked, opening, opener, instead_of=known.thread_id if known else None)
            if await self._claim(attempt):
                return await self._open(discussions, attempt)
            await self._pause(LOOK_EVERY.total_seconds())
        raise Refusal("discussion-busy")

    async def _look(self, asked: Asked) -> tuple[Opening, Discussion | None]:
        async with self._unit_of_work() as work:
            opening = await opening_of(work, asked.guild_id, asked.model_id, self._labs)
            return opening, await work.discussions.get(asked.guild_id, asked.model_id)

    async def _known(
        self, discussions: Discussions, asked: Asked, opening: Opening, known: Discussion | None
    ) -> Found | None:
        """Lead to the discussion that is recorded; None where there is none, or none that this member can see.

        Raises:
            Refusal: everybody else can see it. A second one would be a way around what moderators want.
        """
        if known is None or known.thread_id is None:
            return None
        if asked.access.sees(known.channel_id):
            return await self._visited(discussions, asked, opening, known.channel_id, known.thread_id)
        if asked.access.everybody_sees(known.channel_id):
            raise Refusal("discussion-hidden")
        return None

    async def _visited(
        self, discussions: Discussions, asked: Asked, opening: Opening, channel_id: int, thread_id: int
    ) -> Found | None:
        state = await discussions.visit(thread_id, opens=asked.access.may_write(channel_id))
        if state is ThreadState.REOPENED:
            await self._bring_up_to_date(asked, thread_id)
        if state is not ThreadState.GONE:
            return Found(thread_id, opening.card.facts.repo_id, is_new=False, is_locked=state is ThreadState.LOCKED)
        _log.info("discussion.deleted", thread=thread_id, guild=asked.guild_id, model=asked.model_id)
        async with self._unit_of_work() as work:
            await work.discussions.forget(asked.guild_id, asked.model_id, thread_id)
            await work.commit()
        return None

    async def _bring_up_to_date(self, asked: Asked, thread_id: int) -> None:
        """Let an opening follow again that was left alone in an archived thread."""
        now = self._clock.now()
        async with self._unit_of_work() as work:
            shown = await work.deliveries.cards_of(asked.guild_id, [asked.model_id])
            await follow(work, [one for one in shown if one.channel_id == thread_id], now)
            await work.commit()

    async def _claim(self, attempt: "_Attempt") -> bool:
        asked = attempt.asked
        async with self._unit_of_work() as work:
            claimed = await work.discussions.claim(
                asked.guild_id,
                asked.model_id,
                channel_id=asked.channel_id,
                opener=attempt.opener,
                lease=OPENING_TAKES,
                instead_of=attempt.instead_of,
            )
            await work.commit()
        return claimed

    async def _open(self, discussions: Discussions, attempt: "_Attempt") -> Found:
        try:
            begun = await self._start(discussions, attempt.asked, attempt.opening, attempt.opener)
        except Exception:
            await self._release(attempt)
            raise
        stands = await self._record(attempt, begun)
        await self._doorbell.ring()
        asked = attempt.asked
        _log.info("discussion.opened", thread=stands, guild=asked.guild_id, model=asked.model_id)
        return Found(stands, attempt.opening.card.facts.repo_id, is_new=stands == begun.thread_id)

    async def _record(self, attempt: "_Attempt", begun: Begun) -> int:
        """Record the thread, and its first message, which follows from now on; the thread that stands."""
        asked, now = attempt.asked, self._clock.now()
        async with self._unit_of_work() as work:
            # The lane before the discussion, as a sender does that records a forum's post.
            if begun.first is not None:
                await work.deliveries.adopt(begun.first, now=now)
            stands = await work.discussions.settle(
                asked.guild_id,
                asked.model_id,
                channel_id=begun.place.channel_id,
                thread_id=begun.thread_id,
                opened_by=asked.user_id,
                hidden=_is_hidden(begun.place, asked),
                instead_of=attempt.instead_of,
            )
            await work.commit()
        # Apart from the above: transactions that lock several channels lock them in one order.
        async with self._unit_of_work() as work:
            await show_on_cards(work, asked.guild_id, asked.model_id, now)
            await work.commit()
        return stands

    async def _release(self, attempt: "_Attempt") -> None:
        async with self._unit_of_work() as work:
            await work.discussions.release(attempt.asked.guild_id, attempt.asked.model_id, attempt.opener)
            await work.commit()


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A member's attempt to open a discussion; `instead_of` one that is gone or that they cannot see."""

    asked: Asked
    opening: Opening
    opener: str
    instead_of: int | None


def _is_hidden(place: Place, asked: Asked) -> bool:
    """Tell whether a thread stands apart: not where moderators wanted the model's card, and not for everybody."""
    is_theirs = place.message_id is not None and not place.is_copy
    return not is_theirs and not asked.access.everybody_sees(place.channel_id)


async def opening_of(work: Work, guild_id: int, model_id: int, labs: LabBook) -> Opening:
    """Return what a discussion begins with. Raises `Refusal` for a model that is not known any more."""
    model = await model_by_id(work, model_id)
    card = (await card_facts(work, [model], labs))[model.id]
    community = (await community_facts(work, guild_id, [model.id]))[model.id]
    server = await work.servers.get(guild_id) or Server(guild_id)
    # What it begins with leads to no discussion: one that is recorded is gone, or this member cannot see it.
    return Opening(replace(card, community=replace(community, thread_id=None)), server.locale)


def _refusal_of(failure: SendFailure, asked: Asked) -> Refusal:
    if isinstance(failure, TooManyThreads):
        return Refusal("too-many-threads")
    if isinstance(failure, ChannelRefused):
        return Refusal("discussion-refused", channel=asked.channel_id)
    if isinstance(failure, MessageRefused):
        return Refusal("discussion-blocked")
    return Refusal("discord-unavailable")
