"""A member shows a model's card to a channel: it follows as every copy of the card in that server does.

It is no announcement (docs/decisions/0001): the watch's own card still comes, and there may be many copies.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.card import CardFacts
from bot.domain.clock import Clock
from bot.domain.community import without_numbers
from bot.domain.delivery import PostedMessage, Purpose
from bot.domain.labs import LabBook
from bot.domain.server import Locale, Server
from bot.workflows.cards_in_server import cards_in_server
from bot.workflows.find_model import model_by_id
from bot.workflows.ports import UnitOfWork
from bot.workflows.show_on_cards import delay_of

COPIES_THAT_FOLLOW = 5
"""Of one model in one server, the latest: each vote edits all of them. Further up nobody reads."""


@dataclass(frozen=True, slots=True)
class SharedCard:
    """What everybody in a channel is shown, in the language of their server; None where that has none of ours."""

    card: CardFacts
    locale: Locale | None


class ShareCard:
    """Reads what is shown, and records it once it stands. Raises `Refusal` for a model that is gone."""

    def __init__(self, unit_of_work: UnitOfWork, labs: LabBook, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._labs = labs
        self._clock = clock

    async def card(self, guild_id: int | None, model_id: int, *, follows: bool) -> SharedCard:
        """Return the card as it is now; without numbers where it will not follow, as they would be wrong some day."""
        async with self._unit_of_work() as work:
            model = await model_by_id(work, model_id)
            (card,) = await cards_in_server(work, [model], self._labs, guild_id)
            if guild_id is None or card.community is None:
                return SharedCard(card, None)
            server = await work.servers.get(guild_id) or Server(guild_id)
        community = card.community if follows else without_numbers(card.community)
        return SharedCard(replace(card, community=community), server.locale)

    async def record(self, guild_id: int, channel_id: int, model_id: int, message_id: int) -> None:
        """Let a card that stands in a channel follow, and older copies no more.

        It is edited once in any case: what changed between reading and recording it would be missing otherwise.
        """
        now = self._clock.now()
        copy = PostedMessage(guild_id, channel_id, f"copy:{message_id}", Purpose.COPY, message_id, model_id)
        async with self._unit_of_work() as work:
            await work.deliveries.adopt(copy, now=now, edit_due_at=now + delay_of(timedelta()))
            await work.commit()
        # Apart from the above: transactions that lock several channels lock them in one order.
        async with self._unit_of_work() as work:
            await work.deliveries.retire_copies(guild_id, model_id, keep=COPIES_THAT_FOLLOW, due_at=now)
            await work.commit()
