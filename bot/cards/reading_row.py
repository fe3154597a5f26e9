"""Below a card of a digest that somebody reads through: the way to the model before and to the one after."""

from discord.ui import ActionRow, LayoutView

from bot.cards.button_ids import reading_id
from bot.cards.layout import button, row
from bot.domain.card import DigestPlace
from bot.language.words import Words


def reading_row(place: DigestPlace, words: Words) -> ActionRow[LayoutView] | None:
    """Return the buttons, and between them where the reader is; nothing where the digest has one model.

    The one between cannot be pressed: its id tells which place a card has that is shown anew (`cogs.private_cards`).
    """
    if place.total <= 1:
        return None
    at, total = words.number(place.at + 1), words.number(place.total)
    here = button(words("reading.at", at=at, total=total), reading_id(place.delivery_id, place.at))
    here.disabled = True
    before = button(words("reading.previous"), reading_id(place.delivery_id, place.at - 1)) if place.at > 0 else None
    is_last = place.at >= place.total - 1
    after = None if is_last else button(words("reading.next"), reading_id(place.delivery_id, place.at + 1))
    return row(before, here, after)
