"""A model's card that one person opened for themselves: it marks their own vote, and keeps up with it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import discord

from bot.cards.button_ids import details_id
from bot.cards.model_card import Own, model_card
from bot.workflows.show_model import ShowModel
from cogs.answering import Answer, Interaction


async def private_card(
    answer: Answer, show: ShowModel, model_id: int, told: Sequence[str | None] = ()
) -> discord.ui.LayoutView:
    """Return a model's card for whoever started the interaction, with lines on what has just changed."""
    card, ballot = await show.card(answer.here, model_id, answer.interaction.user.id)
    own = Own(ballot.choice if ballot else None, tuple(line for line in told if line))
    return model_card(card, answer.words, own)


def is_private_card(interaction: Interaction, model_id: int) -> bool:
    """Tell whether something was pressed on a card that only the presser sees."""
    message = interaction.message
    if message is None or not message.flags.ephemeral:
        return False
    return details_id(model_id) in _ids_in([part.to_dict() for part in message.components])


def _ids_in(components: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for component in components:
        yield str(component.get("custom_id", ""))
        yield from _ids_in(cast("Sequence[Mapping[str, Any]]", component.get("components") or ()))
