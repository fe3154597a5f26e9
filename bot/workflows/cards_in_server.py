"""Gathers what cards show to a member who stands in a server, or anywhere else."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.card import CardFacts
from bot.domain.labs import LabBook
from bot.domain.model import Model
from bot.workflows.card_facts import card_facts
from bot.workflows.community_facts import community_facts
from bot.workflows.ports import Work


async def cards_in_server(
    work: Work, models: Sequence[Model], labs: LabBook, guild_id: int | None
) -> Sequence[CardFacts]:
    """Return the cards of these models in their order, with what the server's members think of them.

    Without a server there is no such part, so that a card has nothing to vote with.
    """
    cards = await card_facts(work, models, labs)
    if guild_id is None:
        return [cards[model.id] for model in models]
    community = await community_facts(work, guild_id, [model.id for model in models])
    return [replace(cards[model.id], community=community[model.id]) for model in models]
