"""A word to the moderators: what happened and what to do, with buttons to decide, and to the state of everything."""

from discord.ui import LayoutView

from bot.cards.batch_buttons import decisions
from bot.cards.button_ids import notice_id
from bot.cards.layout import Accent, block, button, message, row
from bot.cards.safe_text import safe
from bot.domain.card import NoticeFacts
from bot.language.words import Words

VALUE_LIMIT = 200
NOTICE_LIMIT = 3500


def notice_card(notice: NoticeFacts, words: Words) -> LayoutView:
    """Return the notice. Texts live below `notice.`; a channel's id stands as `<#{channel}>` in them."""
    values = {name: safe(value, VALUE_LIMIT) for name, value in notice.values.items()}
    return message(
        Accent.WARNING,
        block([f"### {words('notice-title')}", words(f"notice.{notice.key}", **values)], NOTICE_LIMIT),
        row(
            *(() if notice.batch is None else decisions(notice.batch, words)),
            button(words("notice-button.status"), notice_id(notice.delivery_id)),
        ),
    )
