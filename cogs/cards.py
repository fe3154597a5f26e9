"""The buttons on cards and digests: everything about a model, the next page, the next model."""

from typing import ClassVar

from discord.ext import commands

from bot.cards.button_ids import DETAILS, DIGEST_PAGE, READING
from bot.cards.details_card import details_card
from bot.cards.digest_card import digest_page
from bot.language.words import Language
from bot.workflows.show_model import ShowModel
from cogs.answering import Answer, How
from cogs.buttons import Press
from cogs.private_cards import card_read


class Cards(commands.Cog):
    """Serves everybody who reads a card; private, in the reader's language."""

    def __init__(self, language: Language, show: ShowModel) -> None:
        self.language = language
        self.show = show


class DetailsPressed(Press[Cards], template=DETAILS):
    """Details: everything known about the model."""

    cog: ClassVar[str] = Cards.__cog_name__

    async def pressed(self, answer: Answer, cog: Cards) -> None:
        """Show the details privately."""
        channel = answer.interaction.channel_id or 0
        details = await cog.show.details(answer.here, channel, self.number("model_id"))
        await answer.show(details_card(details.card, answer.words, details.watches))


class DigestPagePressed(Press[Cards], template=DIGEST_PAGE):
    """A page of a digest. From the posted digest it opens privately; its own buttons turn the pages there.

    The posted digest shows its first page itself: whoever presses that button there reads it through, model by model.
    """

    cog: ClassVar[str] = Cards.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Cards) -> None:
        """Show the page."""
        page, show = self.number("page"), cog.show
        if page == 0 and self.how_to_answer(answer.interaction) is How.PRIVATELY:
            await answer.show(await card_read(answer, show, self.number("delivery_id"), 0))
            return
        digest = await show.digest_page(answer.guild_id, self.number("delivery_id"), page)
        await answer.show(digest_page(digest, answer.words, page))


class ReadingPressed(Press[Cards], template=READING):
    """The card of the model before or after, for whoever reads a digest through."""

    cog: ClassVar[str] = Cards.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Cards) -> None:
        """Show the card, with the buttons of every card and those to its neighbours."""
        show = cog.show
        await answer.show(await card_read(answer, show, self.number("delivery_id"), self.number("at")))
