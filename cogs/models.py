"""`/model`: show one, search, compare. Everybody's, and the only command that a user can bring along anywhere.

Outside a server of Rootstock it reads and never votes: nothing of a community is shown, and no button changes anything.
"""

from collections.abc import Sequence
from typing import ClassVar, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.button_ids import SEARCH_PAGE, SHOW
from bot.cards.comparison_card import comparison_card
from bot.cards.model_card import model_card
from bot.cards.search_results import Nearby, conditions, nearby_label, nothing_found, search_results
from bot.domain.errors import Refusal
from bot.domain.model import Kind, LicenceClass
from bot.domain.model_links import TYPED_LENGTH
from bot.domain.model_query import ModelQuery, SortBy, query_of
from bot.domain.plain_text import plain
from bot.domain.sizes import Precision
from bot.language.words import Language, Words
from bot.workflows.compare_models import CompareModels
from bot.workflows.find_models import MOST_COUNTED, FindModels, FoundModels, SearchWish
from bot.workflows.find_suggestions import FindSuggestions
from bot.workflows.look_up_model import LookUpModel
from bot.workflows.share_card import ShareCard
from bot.workflows.show_model import ShowModel
from cogs.access import may_edit_here
from cogs.answering import Answer, Choices, How, Interaction, answering, server_of, suggesting
from cogs.buttons import AnyPress, Press
from cogs.private_cards import private_card
from cogs.suggestions import suggested_models, suggests_models
from cogs.tag_options import matching_tags

ModelName = app_commands.Range[str, 1, 300]
SearchWords = app_commands.Range[str, 1, TYPED_LENGTH]
"""Room for a pasted address; what is kept of it are `model_query.WORDS_LIMIT` characters."""

TagName = app_commands.Range[str, 1, 100]
KindName = Literal["original", "finetune", "adapter", "merge", "quantized"]
LicenceName = Literal[
    "licence-permissive", "licence-copyleft", "licence-non-commercial", "licence-custom", "licence-none"
]
"""Choices of all commands share one list of words, in which `custom` is taken."""

Gigabytes = Literal[8, 12, 16, 24, 48, 80]
PrecisionName = Literal["4bit", "int8", "bf16"]
SortName = Literal["votes", "likes", "newest"]


@suggesting
async def _tags(cog: "Models", interaction: Interaction, current: str) -> Choices:
    known = await cog.find.tags(server_of(interaction))
    return matching_tags(known, current, cog.language.words(interaction.locale))


@app_commands.allowed_installs(guilds=True, users=True)
@app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
class Models(commands.GroupCog, group_name="model"):
    """Finds and shows models; private unless the reader asks otherwise."""

    def __init__(
        self,
        *,
        language: Language,
        look_up: LookUpModel,
        show: ShowModel,
        share: ShareCard,
        find: FindModels,
        compare: CompareModels,
        suggestions: FindSuggestions,
    ) -> None:
        self.language = language
        self.suggestions = suggestions
        self.find = find
        self._look_up = look_up
        self._show = show
        self._share = share
        self._compare = compare

    @app_commands.command()
    @suggests_models
    async def show(self, interaction: Interaction, model: ModelName, *, public: bool = False) -> None:
        """Show a model's card."""
        async with answering(interaction, self.language) as answer:
            refuse_the_silenced(interaction, public=public)
            model_id = await self._look_up(model)
            if public:
                await self._share_card(answer, model_id)
            else:
                await answer.show(await self.card(answer, model_id))

    @app_commands.command()
    @app_commands.autocomplete(derivative_of=suggested_models, tag=_tags)
    async def search(  # noqa: PLR0913 - each option is a filter of its own
        self,
        interaction: Interaction,
        *,
        words: SearchWords | None = None,
        tag: TagName | None = None,
        kind: KindName | None = None,
        licence: LicenceName | None = None,
        memory: Gigabytes | None = None,
        precision: PrecisionName = "4bit",
        derivative_of: ModelName | None = None,
        sort: SortName = "votes",
        public: bool = False,
    ) -> None:
        """Search models."""
        async with answering(interaction, self.language) as answer:
            refuse_the_silenced(interaction, public=public)
            wish = SearchWish(
                words=words or "",
                tag=tag,
                kind=Kind(kind) if kind else None,
                licence_class=LicenceClass(licence.removeprefix("licence-")) if licence else None,
                gigabytes=memory,
                precision=Precision(precision),
                descends_from=await self._look_up.base(derivative_of) if derivative_of else None,
                sort=SortBy(sort),
            )
            query = await self.find.read(answer.here, wish)
            await _tell(answer, await self.page(answer, query, 0), public=public)

    @app_commands.command()
    @app_commands.autocomplete(
        first=suggested_models, second=suggested_models, third=suggested_models, fourth=suggested_models
    )
    async def compare(
        self,
        interaction: Interaction,
        *,
        first: ModelName,
        second: ModelName,
        third: ModelName | None = None,
        fourth: ModelName | None = None,
        public: bool = False,
    ) -> None:
        """Compare two to four models."""
        named = [name for name in (first, second, third, fourth) if name is not None]
        async with answering(interaction, self.language) as answer:
            refuse_the_silenced(interaction, public=public)
            cards = await self._compare(answer.here, named)
            await _tell(answer, comparison_card(cards, answer.words), public=public)

    async def _share_card(self, answer: Answer, model_id: int) -> None:
        """Show a model's card to the channel, in its server's language; where it can be edited, it follows."""
        follows = answer.here is not None and may_edit_here(answer.interaction)
        shared = await self._share.card(answer.here, model_id, follows=follows)
        words = self.language.words(shared.locale) if shared.locale else answer.words
        confirmation = answer.words("answer.shown-to-channel")
        message_id = await answer.publish(model_card(shared.card, words), confirmation=confirmation)
        channel_id = answer.interaction.channel_id
        if follows and answer.here is not None and channel_id is not None:
            await self._share.record(answer.here, channel_id, model_id, message_id)

    async def card(self, answer: Answer, model_id: int) -> discord.ui.LayoutView:
        """Return a model's card for this reader alone."""
        return await private_card(answer, self._show, model_id)

    async def page(self, answer: Answer, query: ModelQuery, page: int) -> discord.ui.LayoutView:
        """Return one page of a search for this reader."""
        words, found = answer.words, await self.find(answer.here, query, page)
        asked = conditions(query, words, tag=found.tag, base=found.base)
        if not found.cards:
            return nothing_found(query, words, asked=asked, nearby=_nearby(found, words))
        return search_results(
            found.cards,
            query,
            words,
            page=found.page,
            pages=found.pages,
            total=_total(found, words),
            asked=asked,
            in_server=answer.here is not None,
        )


class ShowPressed(Press[Models], template=SHOW):
    """Opens a model's card from a list or a comparison."""

    cog: ClassVar[str] = Models.__cog_name__

    async def pressed(self, answer: Answer, cog: Models) -> None:
        """Show the card privately."""
        await answer.show(await cog.card(answer, self.number("model_id")))


class SearchPagePressed(Press[Models], template=SEARCH_PAGE):
    """A page of a search. Turns in place where the list is private; opens privately where a channel sees it."""

    cog: ClassVar[str] = Models.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Models) -> None:
        """Show the page that the button's id describes."""
        try:
            query = query_of(self.state["query"])
        except ValueError:
            raise Refusal("search-gone") from None
        await answer.show(await cog.page(answer, query, self.number("page")))


def refuse_the_silenced(interaction: Interaction, *, public: bool) -> None:
    """Raise a `Refusal` for who wants to show something to a channel in which they may not write themselves."""
    channel = interaction.channel
    if not public or interaction.guild_id is None:
        return
    allowed = interaction.permissions
    in_thread = isinstance(channel, discord.Thread)
    if not (allowed.send_messages_in_threads if in_thread else allowed.send_messages):
        raise Refusal("may-not-write-here")


async def _tell(answer: Answer, layout: discord.ui.LayoutView, *, public: bool) -> None:
    if public:
        await answer.publish(layout, confirmation=answer.words("answer.shown-to-channel"))
    else:
        await answer.show(layout)


def _total(found: FoundModels, words: Words) -> str:
    if found.is_cut:
        return words("search.many", count=words.number(found.total))
    return words.plural("search.total", found.total)


def _nearby(found: FoundModels, words: Words) -> list[Nearby]:
    """Return the labels and searches of what else could be searched for."""
    nearby: list[Nearby] = []
    for way, total in found.nearby:
        (left_out,) = conditions(way.left_out, words, tag=found.tag, base=found.base, clean=plain)
        nearby.append((nearby_label(left_out, total, words, is_cut=total >= MOST_COUNTED), way.query))
    return nearby


MOVING_PARTS: Sequence[AnyPress] = (ShowPressed, SearchPagePressed)
"""What this cog's messages can have pressed."""
