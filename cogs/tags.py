"""`/tag` and the card's Tag button: members say in a word what a model is good for."""

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, cast

import discord
from discord import app_commands
from discord.ext import commands
from discord.ui import ActionRow, LayoutView, Select

from bot.cards.answers import page_buttons
from bot.cards.button_ids import TAG, verb_id
from bot.cards.card_lines import NAME_LIMIT
from bot.cards.layout import Accent, button, row
from bot.cards.safe_text import safe
from bot.cards.verbs import Verb
from bot.domain.errors import Refusal
from bot.domain.plain_text import plain
from bot.domain.tags import TAGS_PER_MEMBER
from bot.language.words import Language, Words
from bot.workflows.find_suggestions import FindSuggestions
from bot.workflows.look_up_model import LookUpModel
from bot.workflows.read_tags import OfferedTag, ReadTags, TaggedPage, TagOffer, TagPage
from bot.workflows.tag_model import Tagged, TagModel
from bot.workflows.tag_moderation import ModerateTags
from cogs.answering import Answer, How, Interaction, Row, answering
from cogs.buttons import LARGEST_ID, AnyPress, Form, Press
from cogs.moderating_tags import ModeratingTags
from cogs.opening_forms import open_form, read_in_time
from cogs.suggestions import suggests_models
from cogs.tag_form import FORM_ID, form_of, tag_form
from cogs.tag_options import TagList, TagName, suggests_fitting_tags, suggests_own_tags, suggests_tag
from cogs.tag_words import chips, named, tagged_lines, tagged_page_lines, use_lines

ModelName = app_commands.Range[str, 1, 300]
OPTION_LENGTH = 80


class Tags(commands.GroupCog, ModeratingTags, group_name="tag"):
    """Puts tags on models, takes them off, and shows what is tagged how."""

    def __init__(
        self,
        *,
        language: Language,
        tag: TagModel,
        read: ReadTags,
        moderate: ModerateTags,
        suggestions: FindSuggestions,
        look_up: LookUpModel,
    ) -> None:
        self.language = language
        self.look_up = look_up
        self.read = read
        self.moderate = moderate
        self.suggestions = suggestions
        self.tag = tag

    @app_commands.command()
    @suggests_models
    @suggests_fitting_tags
    async def add(self, interaction: Interaction, *, model: ModelName, tags: TagList) -> None:
        """Put tags on a model."""
        async with answering(interaction, self.language) as answer:
            tagged = await self.tag.add(answer.guild_id, await self.look_up(model), interaction.user.id, tags)
            await self.tell(answer, tagged)

    @app_commands.command()
    @suggests_models
    @suggests_own_tags
    async def remove(self, interaction: Interaction, *, model: ModelName, tags: TagList) -> None:
        """Take your own tags off a model."""
        async with answering(interaction, self.language) as answer:
            tagged = await self.tag.remove(answer.guild_id, await self.look_up(model), interaction.user.id, tags)
            await self.tell(answer, tagged)

    @app_commands.command(name="list")
    @suggests_models
    async def list_(self, interaction: Interaction, *, model: ModelName) -> None:
        """Show a model's tags."""
        async with answering(interaction, self.language) as answer:
            tagged = await self.read.of_model(answer.guild_id, await self.look_up(model), interaction.user.id)
            await answer.say(*tagged_lines(tagged, answer.words), rows=[_tag_button(answer.words, tagged.model.id)])

    @app_commands.command()
    @suggests_tag
    async def browse(self, interaction: Interaction, *, tag: TagName | None = None) -> None:
        """Show this server's tags, or the models that have one."""
        async with answering(interaction, self.language) as answer:
            if tag is None:
                await self.show_page(answer, await self.read.page(answer.guild_id, 0))
            else:
                await self.show_tagged(answer, await self.read.tagged(answer.guild_id, tag))

    @app_commands.command()
    @suggests_models
    async def suggest(self, interaction: Interaction, *, model: ModelName) -> None:
        """Show which tags would fit a model, to pick from."""
        async with answering(interaction, self.language) as answer:
            offer = await self.read.offer(answer.guild_id, await self.look_up(model), interaction.user.id)
            name = safe(offer.model.facts.repo_id, NAME_LIMIT)
            await answer.say(
                answer.words("tag.suggested" if offer.others else "tag.nothing-to-suggest", model=name),
                chips(offer.others, answer.words),
                rows=[_menu(offer, answer.words), _tag_button(answer.words, offer.model.id)],
            )

    async def tell(self, answer: Answer, tagged: Tagged) -> None:
        """Say what changed and what is on the model now."""
        changed = bool(tagged.added or tagged.removed)
        accent = Accent.WARNING if tagged.refused else Accent.GOOD if changed else Accent.PLAIN
        await answer.say(
            None if changed or tagged.refused else answer.words("tag.unchanged"),
            *tagged_lines(tagged, answer.words),
            accent=accent,
        )

    async def show_page(self, answer: Answer, page: TagPage) -> None:
        """Show one page of the server's tags."""
        words = answer.words
        await answer.say(
            words.plural("tag.list-title", page.total) if page.total else words("tag.none-in-server"),
            words("tag.curated-only") if page.only_curated else None,
            *use_lines(page, words),
            rows=[_tags_menu(page, words), page_buttons(words, page.page, page.pages, lambda n: f"v1:tags:{n}")],
        )

    async def show_tagged(self, answer: Answer, page: TaggedPage) -> None:
        """Show one page of the models that have a tag."""
        turning = page_buttons(answer.words, page.page, page.pages, lambda n: f"v1:tagged:{page.tag.id}:{n}")
        back = row(button(answer.words("tag.all-tags"), "v1:tags:0"))
        await answer.say(*tagged_page_lines(page, answer.words), rows=[turning, back])

    async def form(self, interaction: Interaction, model_id: int) -> discord.ui.Modal:
        """Return the form for a model, with the member's own tags and others that fit."""
        if interaction.guild_id is None:
            raise Refusal("servers-only")
        reading = self.read.offer(interaction.guild_id, model_id, interaction.user.id)
        offer = await read_in_time(reading, None)
        return tag_form(model_id, offer, self.language.words(interaction.locale), interaction.id)

    async def submit(self, interaction: Interaction, match: re.Match[str], fields: Mapping[str, str]) -> None:
        """Take a filled-in form."""
        async with answering(interaction, self.language) as answer:
            model_id = int(match["model_id"])
            known = model_id if model_id <= LARGEST_ID else 0
            form = form_of(match, fields)
            await self.tell(answer, await self.tag.fill_in(answer.guild_id, known, interaction.user.id, form))

    @property
    def forms(self) -> Sequence[Form]:
        """The forms that this cog serves."""
        return (Form(FORM_ID, self.submit),)


class TagPressed(Press[Tags], template=TAG):
    """Tag: opens the form."""

    cog: ClassVar[str] = Tags.__cog_name__

    async def callback(self, interaction: Interaction) -> None:
        """Open the form; a form is an acknowledgement by itself."""
        cog = cast("Tags", interaction.client.get_cog(self.cog))
        await open_form(interaction, cog.language, cog.form(interaction, self.number("model_id")))


class TagsPicked(Press[Tags], template=r"v1:tagpick:(?P<model_id>[0-9]{1,19})"):
    """The menu of `/tag suggest`: puts what was picked on the model."""

    cog: ClassVar[str] = Tags.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Tags) -> None:
        """Put them on and say what is on the model now."""
        member = answer.interaction.user.id
        tagged = await cog.tag.add(answer.guild_id, self.number("model_id"), member, ",".join(self.all_chosen))
        await cog.tell(answer, tagged)


class TagsPage(Press[Tags], template=r"v1:tags:(?P<page>[0-9]{1,6})"):
    """Turns the pages of `/tag browse`."""

    cog: ClassVar[str] = Tags.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Tags) -> None:
        """Show the page in place."""
        await cog.show_page(answer, await cog.read.page(answer.guild_id, self.number("page")))


class TagOpened(Press[Tags], template=r"v1:tagopen"):
    """The menu of `/tag browse`: shows the models that have the chosen tag."""

    cog: ClassVar[str] = Tags.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Tags) -> None:
        """Show its first page in place."""
        await cog.show_tagged(answer, await cog.read.tagged(answer.guild_id, self.chosen))


class TaggedModelsPage(Press[Tags], template=r"v1:tagged:(?P<tag_id>[0-9]{1,19}):(?P<page>[0-9]{1,6})"):
    """Turns the pages of the models that have a tag."""

    cog: ClassVar[str] = Tags.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Tags) -> None:
        """Show the page in place."""
        page = await cog.read.tagged_page(answer.guild_id, self.number("tag_id"), self.number("page"))
        await cog.show_tagged(answer, page)


class CuratedPagePressed(Press[Tags], template=r"v1:curated:(?P<page>[0-9]{1,6})"):
    """Turns the pages of `/tag curate`."""

    cog: ClassVar[str] = Tags.__cog_name__
    how: ClassVar[How] = How.IN_PLACE
    moderators: ClassVar[bool] = True

    async def pressed(self, answer: Answer, cog: Tags) -> None:
        """Show the page in place."""
        await cog.show_curated(answer, self.number("page"))


class TagLogPagePressed(Press[Tags], template=r"v1:taglog:(?P<page>[0-9]{1,6})"):
    """Turns the pages of `/tag log`."""

    cog: ClassVar[str] = Tags.__cog_name__
    how: ClassVar[How] = How.IN_PLACE
    moderators: ClassVar[bool] = True

    async def pressed(self, answer: Answer, cog: Tags) -> None:
        """Show the page in place."""
        await cog.show_log(answer, self.number("page"))


TAG_BUTTONS: Sequence[AnyPress] = (
    TagPressed,
    TagsPicked,
    TagsPage,
    TagOpened,
    TaggedModelsPage,
    CuratedPagePressed,
    TagLogPagePressed,
)
"""What this cog's messages, and cards, can have pressed."""


def _tag_button(words: Words, model_id: int) -> Row | None:
    return row(button(words(f"card.verb.{Verb.TAG}"), verb_id(Verb.TAG, model_id)))


def _menu(offer: TagOffer, words: Words) -> Row | None:
    """Return a menu of the tags that fit; several can be picked at once."""
    if not offer.others:
        return None
    options = [
        discord.SelectOption(label=plain(shown, OPTION_LENGTH) or tag.key, value=tag.key)
        for tag, shown in named(offer.others, words)
    ]
    menu = Select[LayoutView](
        custom_id=f"v1:tagpick:{offer.model.id}",
        options=options,
        max_values=min(len(options), TAGS_PER_MEMBER),
        placeholder=words("tag.pick"),
    )
    return ActionRow[LayoutView](menu)


def _tags_menu(page: TagPage, words: Words) -> Row | None:
    """Return a menu that opens one of the tags of a page."""
    if not page.uses:
        return None
    tags = [OfferedTag(use.tag.key, use.tag.label) for use in page.uses]
    options = [
        discord.SelectOption(label=plain(shown, OPTION_LENGTH) or tag.key, value=tag.key)
        for tag, shown in named(tags, words)
    ]
    return ActionRow[LayoutView](
        Select[LayoutView](custom_id="v1:tagopen", options=options, placeholder=words("tag.open"))
    )
