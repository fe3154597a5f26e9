"""What a reader of a message asks for: everything about one model, another page or another model of a digest."""

from dataclasses import dataclass

from bot.domain.card import CardFacts, DigestFacts, DigestPlace
from bot.domain.delivery import Delivery, Purpose
from bot.domain.errors import Refusal
from bot.domain.labs import LabBook
from bot.domain.votes import Ballot, BallotKey
from bot.workflows.card_facts import card_facts
from bot.workflows.cards_in_server import cards_in_server
from bot.workflows.complete_model import Complete
from bot.workflows.find_model import model_by_id
from bot.workflows.ports import UnitOfWork, Work
from bot.workflows.prepare_post import digest_facts


@dataclass(frozen=True, slots=True)
class ModelDetails:
    """A model's facts, and the names of the watches that brought it to this channel."""

    card: CardFacts
    watches: tuple[str, ...]


class ShowModel:
    """Reads what stands behind a message's buttons. Raises `Refusal` where that is gone."""

    def __init__(self, unit_of_work: UnitOfWork, labs: LabBook, complete: Complete) -> None:
        self._unit_of_work = unit_of_work
        self._labs = labs
        self._complete = complete

    async def details(self, guild_id: int | None, channel_id: int, model_id: int) -> ModelDetails:
        """Return everything known about a model, as it is now; outside a server no watch brought it."""
        await self._complete(model_id)
        async with self._unit_of_work() as work:
            model = await model_by_id(work, model_id)
            cards = await card_facts(work, [model], self._labs)
            watches = await _watches_of(work, guild_id, channel_id, model_id) if guild_id is not None else ()
            return ModelDetails(cards[model.id], watches)

    async def card(self, guild_id: int | None, model_id: int, user_id: int) -> tuple[CardFacts, Ballot | None]:
        """Return a model's card as it is now, with what this server thinks, and this reader's ballot there.

        Outside a server nobody votes.
        """
        await self._complete(model_id)
        async with self._unit_of_work() as work:
            model = await model_by_id(work, model_id)
            (card,) = await cards_in_server(work, [model], self._labs, guild_id)
            if guild_id is None:
                return card, None
            key = BallotKey(guild_id, model_id, user_id)
            return card, (await work.votes.live([key])).get(key)

    async def digest_page(self, guild_id: int, delivery_id: int, page: int) -> DigestFacts:
        """Return one page of a digest, counted from 0. A digest is read in its own server only."""
        async with self._unit_of_work() as work:
            delivery = await _digest(work, guild_id, delivery_id)
            facts = await digest_facts(work, delivery, self._labs, page=page)
        if facts is None:
            raise Refusal("digest-gone")
        return facts

    async def digest_place(self, guild_id: int, delivery_id: int, at: int) -> DigestPlace:
        """Return which model stands at a place of a digest, counted from 0 in the order in which it shows them."""
        async with self._unit_of_work() as work:
            delivery = await _digest(work, guild_id, delivery_id)
            lines, total = await work.deliveries.digest_lines(delivery.id, offset=at, limit=1)
        if not lines:
            raise Refusal("digest-gone")
        return DigestPlace(delivery_id, at, total, lines[0].model_id, lines[0].crossed)


async def _digest(work: Work, guild_id: int, delivery_id: int) -> Delivery:
    delivery = await work.deliveries.delivery(delivery_id)
    if delivery is None or delivery.purpose is not Purpose.DIGEST or delivery.guild_id != guild_id:
        raise Refusal("digest-gone")
    return delivery


async def _watches_of(work: Work, guild_id: int, channel_id: int, model_id: int) -> tuple[str, ...]:
    announcement = await work.deliveries.announcement(channel_id, model_id)
    if announcement is None or announcement.guild_id != guild_id:
        return ()
    watch = await work.watches.get(guild_id, announcement.watch_id)
    return () if watch is None else (watch.name,)
