"""Starts the thread of a discussion: where it can stand for this member, and what it begins with."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog

from bot.domain.delivery import PostedMessage, Purpose, card_subject
from bot.domain.discussions import Opening, Place, Started
from bot.domain.errors import ChannelRefused, MessageGone, MessageRefused, Refusal, SendFailure
from bot.workflows.beside_senders import BesideSenders
from bot.workflows.discussion_ports import Access, Discussions
from bot.workflows.ports import UnitOfWork

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Asked:
    """Who wants to discuss what, from where, and what this member and everybody else may do in which channels."""

    guild_id: int
    model_id: int
    channel_id: int
    user_id: int
    access: Access


@dataclass(frozen=True, slots=True)
class Begun:
    """A thread as it stands now: in which channel, and its first message where Discord took one."""

    place: Place
    thread_id: int
    first: PostedMessage | None


class StartThread:
    """Called with Discord's threads, what is asked for, what it begins with, and who opens it.

    Raises `SendFailure`, of the first place that did not take it; `Refusal` where this member may open none, and
    where a forum is too busy.
    """

    def __init__(self, unit_of_work: UnitOfWork, beside: BesideSenders) -> None:
        self._unit_of_work = unit_of_work
        self._beside = beside

    async def __call__(self, discussions: Discussions, asked: Asked, opening: Opening, opener: str) -> Begun:
        """Start it, or go on where a call before this one ended."""
        place, started = await self._started(discussions, asked, opening, opener)
        if started.is_post:
            first = _first(asked, place.channel_id, card_subject(asked.model_id), Purpose.CARD, started.thread_id)
            return Begun(place, started.thread_id, first)
        message_id = await self._opened(discussions, started.thread_id, opening)
        if message_id is None:
            return Begun(place, started.thread_id, None)
        first = _first(asked, started.thread_id, opening.subject, Purpose.OPENING, message_id)
        return Begun(place, started.thread_id, first)

    async def _opened(self, discussions: Discussions, thread_id: int, opening: Opening) -> int | None:
        """Say what it begins with. A thread that takes no opening, as AutoMod may have it, is one all the same."""
        try:
            return await discussions.begin(thread_id, opening)
        except MessageRefused as refusal:
            _log.warning("discussion.without-opening", thread=thread_id, reason=refusal.reason)
            return None

    async def _places(self, asked: Asked) -> Sequence[Place]:
        """Return where this member could start a thread: from a card, or without one here; the best place first.

        Where everybody can look in is better than any other place, a card is better than none, and the nearest is
        better than the latest.
        """
        async with self._unit_of_work() as work:
            cards = await work.discussions.cards(asked.guild_id, asked.model_id)
        access = asked.access
        places = [
            place
            for place in (*cards, Place(asked.channel_id))
            if access.sees(place.channel_id) and access.may_open(place.channel_id)
        ]
        if not places:
            raise Refusal("discussion-not-yours", channel=asked.channel_id)
        return sorted(
            places,
            key=lambda place: (
                not access.everybody_sees(place.channel_id),
                place.message_id is None,
                place.channel_id != asked.channel_id,
            ),
        )

    async def _started(
        self, discussions: Discussions, asked: Asked, opening: Opening, opener: str
    ) -> tuple[Place, Started]:
        """Start the thread at the first place that takes it; what stopped the first place is what is told."""
        refused: SendFailure | None = None
        for place in await self._places(asked):
            try:
                return place, await self._start(discussions, asked, place, opening, opener)
            except (MessageGone, ChannelRefused) as failure:
                _log.info("discussion.not-here", channel=place.channel_id, reason=failure.reason)
                refused = failure if refused is None or isinstance(refused, MessageGone) else refused
        raise refused or ChannelRefused("no place to start from")

    async def _start(
        self, discussions: Discussions, asked: Asked, place: Place, opening: Opening, opener: str
    ) -> Started:
        """Start it here. In a forum it is the model's card, which a sender may be about to post."""
        if place.message_id is not None or not discussions.is_forum(place.channel_id):
            return await discussions.start(place, opening)
        async with self._beside.lane(asked.guild_id, place.channel_id, opener):
            return await discussions.start(place, opening)


def _first(asked: Asked, channel_id: int, subject: str, purpose: Purpose, message_id: int) -> PostedMessage:
    return PostedMessage(asked.guild_id, channel_id, subject, purpose, message_id, asked.model_id)
