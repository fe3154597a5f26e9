"""A model's card that one person opened for themselves: it marks their own vote, and keeps up with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import discord

from bot.cards.button_ids import READING, details_id
from bot.cards.model_card import Own, model_card
from bot.domain.card import DigestPlace
from bot.domain.errors import Refusal
from bot.workflows.show_model import ShowModel
from cogs.answering import Answer, Interaction


async def private_card(
    answer: Answer, show: ShowModel, model_id: int, told: Sequence[str | None] = (), place: DigestPlace | None = None
) -> discord.ui.LayoutView:
    """Return a model's card for whoever started the interaction, with lines on what has just changed.

    With its `place`, where they read a digest through.
    """
    card, ballot = await show.card(answer.here, model_id, answer.interaction.user.id)
    card = replace(card, crossed=place.crossed) if place else card
    own = Own(ballot.choice if ballot else None, tuple(line for line in told if line), place)
    return model_card(card, answer.words, own)


async def card_read(answer: Answer, show: ShowModel, delivery_id: int, at: int) -> discord.ui.LayoutView:
    """Return the card at a place of a digest. Raises `Refusal` where there is none."""
    place = await show.digest_place(answer.guild_id, delivery_id, at)
    return await private_card(answer, show, place.model_id, place=place)


async def place_on_card(answer: Answer, show: ShowModel) -> DigestPlace | None:
    """Return the place in a digest of the card that something was pressed on.

    None where it was opened alone, and where the digest is gone: what was pressed has been done, and is told.
    """
    message = answer.interaction.message
    parts = _parts_in([part.to_dict() for part in message.components]) if message else ()
    found = (re.fullmatch(READING, str(part.get("custom_id", ""))) for part in parts if part.get("disabled"))
    here = next((one for one in found if one), None)
    if here is None:
        return None
    try:
        return await show.digest_place(answer.guild_id, int(here["delivery_id"]), int(here["at"]))
    except Refusal:
        return None


def is_private_card(interaction: Interaction, model_id: int) -> bool:
    """Tell whether something was pressed on a card that only the presser sees."""
    message = interaction.message
    if message is None or not message.flags.ephemeral:
        return False
    parts = _parts_in([part.to_dict() for part in message.components])
    return details_id(model_id) in {str(part.get("custom_id", "")) for part in parts}


def _parts_in(components: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for component in components:
        yield component
        yield from _parts_in(cast("Sequence[Mapping[str, Any]]", component.get("components") or ()))
