"""What moderators can press about one batch of ballots that was set aside, wherever they read of it."""

from collections.abc import Sequence

from discord import ButtonStyle
from discord.ui import Button, LayoutView

from bot.cards.button_ids import accept_id, members_page_id, reject_id
from bot.cards.layout import button
from bot.language.words import Words


def decisions(batch: int, words: Words, *, is_open: bool = True) -> Sequence[Button[LayoutView]]:
    """Return the ways to decide on a batch, and to see who is in it; a rejected one can still be let in."""
    accept = button(words("integrity.button.accept", number=batch), accept_id(batch), ButtonStyle.success)
    reject = button(words("integrity.button.reject", number=batch), reject_id(batch))
    who = button(words("integrity.button.who", number=batch), members_page_id(batch, 0))
    return [accept, reject, who] if is_open else [accept, who]
