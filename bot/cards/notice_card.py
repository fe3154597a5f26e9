"""A word to the moderators: what happened and what to do, with buttons to decide, and to the state of everything."""

from discord.ui import LayoutView

from bot.cards.batch_buttons import decisions
from bot.cards.button_ids import notice_id
from bot.cards.layout import Accent, block, button, message, row
from bot.cards.safe_text import safe
from bot.domain.card import NoticeFacts
from bot.language.words import Words

VALUE_LIMIT = 100
VALUES_SHOWN = 12
"""Of the watches that a deleted channel had; `/watch list` has them all."""

NOTICE_LIMIT = 3500


def notice_card(notice: NoticeFacts, words: Words) -> LayoutView:
    """Return the notice. Texts live below `notice.`; a channel's id stands as `<#{channel}>` in them."""
    return message(
        Accent.WARNING,
        block([f"### {words('notice-title')}", notice_text(notice, words)], NOTICE_LIMIT),
        row(
            *(() if notice.batch is None else decisions(notice.batch, words)),
            button(words("notice-button.status"), notice_id(notice.delivery_id)),
        ),
    )


def notice_text(notice: NoticeFacts, words: Words) -> str:
    """Return what happened and what to do; of a value of several lines each is one of a list."""
    values = {
        name: words.enumeration(safe(one, VALUE_LIMIT) for one in value.split("\n")[:VALUES_SHOWN])
        for name, value in notice.values.items()
    }
    return words(f"notice.{notice.key}", **values)
