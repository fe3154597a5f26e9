"""The buttons on cards and digests: everything about a model, the next page."""

from typing import Any, ClassVar, cast

from discord.ext import commands

from bot.cards.button_ids import DETAILS, DIGEST_PAGE
from bot.cards.details_card import details_card
from bot.cards.digest_card import digest_page
from bot.language.words import Language
from bot.workflows.show_model import ShowModel
from cogs.answering import Answer, How
from cogs.buttons import Press


class Cards(commands.Cog):
    """Serves everybody who reads a card; private, in the reader's language."""

    def __init__(self, language: Language, show: ShowModel) -> None:
        self.language = language
        self.show = show


class DetailsPressed(Press, template=DETAILS):
    """Details: everything known about the model."""

    cog: ClassVar[str] = Cards.__cog_name__

    async def pressed(self, answer: Answer, cog: Any) -> None:  # noqa: ANN401 - discord.py hands out any cog
        """Show the details privately."""
        channel = answer.interaction.channel_id or 0
        details = await cast("Cards", cog).show.details(answer.here, channel, self.number("model_id"))
        await answer.show(details_card(details.card, answer.words, details.watches))


class DigestPagePressed(Press, template=DIGEST_PAGE):
    """A page of a digest. From the posted digest it opens privately; its own buttons turn the pages there."""

    cog: ClassVar[str] = Cards.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Any) -> None:  # noqa: ANN401 - discord.py hands out any cog
        """Show the page."""
        page = self.number("page")
        digest = await cast("Cards", cog).show.digest_page(answer.guild_id, self.number("delivery_id"), page)
        await answer.show(digest_page(digest, answer.words, page))
