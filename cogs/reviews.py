"""`/review` and the card's Review button: members say how a model did for them, everybody reads it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, cast

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.answers import page_buttons
from bot.cards.button_ids import REVIEW, verb_id
from bot.cards.card_lines import NAME_LIMIT
from bot.cards.layout import Accent, button, row
from bot.cards.linked_model import model_link
from bot.cards.safe_text import safe
from bot.cards.verbs import Verb
from bot.domain.errors import Refusal
from bot.domain.hardware import HARDWARE_LENGTH
from bot.domain.plain_text import plain
from bot.domain.reviews import FORMAT_LENGTH, NOTE_LENGTH, PURPOSE_LENGTH, Report, read_report
from bot.language.words import Language, Words
from bot.workflows.find_suggestions import FindSuggestions
from bot.workflows.look_up_model import LookUpModel
from bot.workflows.read_reviews import ReadReviews, ReviewPage
from bot.workflows.review_model import Reviewed, ReviewModel
from cogs.answering import Answer, Choices, How, Interaction, answering, choice, refuse_members, suggesting
from cogs.buttons import LARGEST_ID, Form, Press
from cogs.opening_forms import open_form, read_in_time
from cogs.review_form import FORM_ID, report_of, review_form
from cogs.review_words import page_lines, report_lines, summary_line
from cogs.suggestions import LABEL_LENGTH, suggests_models

CLEAR = "-"
"""What takes a text off a review, as it takes a condition off a watch."""

ModelName = app_commands.Range[str, 1, 300]
VerdictName = Literal["works-well", "mixed", "poor"]
Purpose = app_commands.Range[str, 1, PURPOSE_LENGTH]
Hardware = app_commands.Range[str, 1, HARDWARE_LENGTH]
Format = app_commands.Range[str, 1, FORMAT_LENGTH]
Note = app_commands.Range[str, 1, NOTE_LENGTH]

SHARED_WORDS = {"options": "review"}
"""All of the commands share their options' words."""


@suggesting
async def _reviewed_models(cog: "Reviews", interaction: Interaction, current: str) -> Choices:
    """Offer the models that this member reviewed; to moderators, who may remove any review, every reviewed one."""
    if interaction.guild_id is None:
        return []
    removing = interaction.command is not None and interaction.command.name == "remove"
    anybody = removing and interaction.permissions.manage_guild
    whose = None if anybody else interaction.user.id
    return [
        choice(plain(name, LABEL_LENGTH), name)
        for name in await cog.read.suggestions(interaction.guild_id, whose, current)
    ]


class Reviews(commands.GroupCog, group_name="review"):
    """Adds, changes, removes and lists reviews."""

    def __init__(
        self,
        *,
        language: Language,
        review: ReviewModel,
        read: ReadReviews,
        suggestions: FindSuggestions,
        look_up: LookUpModel,
    ) -> None:
        self.language = language
        self._look_up = look_up
        self.read = read
        self.suggestions = suggestions
        self._review = review

    @app_commands.command(extras=SHARED_WORDS)
    @suggests_models
    async def add(
        self,
        interaction: Interaction,
        *,
        model: ModelName,
        verdict: VerdictName,
        purpose: Purpose = "",
        hardware: Hardware = "",
        format: Format = "",  # noqa: A002 - the option's name
        note: Note = "",
    ) -> None:
        """Say how a model did for you."""
        async with answering(interaction, self.language) as answer:
            report = read_report(verdict, {"purpose": purpose, "hardware": hardware, "format": format, "note": note})
            model_id = await self._look_up(model)
            added = await self._review.add(answer.guild_id, model_id, interaction.user.id, report)
            await self._tell(answer, added, "review.added")

    @app_commands.command(extras=SHARED_WORDS)
    @app_commands.autocomplete(model=_reviewed_models)
    async def edit(
        self,
        interaction: Interaction,
        *,
        model: ModelName,
        verdict: VerdictName | None = None,
        purpose: Purpose | None = None,
        hardware: Hardware | None = None,
        format: Format | None = None,  # noqa: A002 - the option's name
        note: Note | None = None,
    ) -> None:
        """Change what you said; `-` takes a text off."""
        given = {"purpose": purpose, "hardware": hardware, "format": format, "note": note}
        texts = {name: "" if text == CLEAR else text for name, text in given.items() if text is not None}

        def change(before: Report) -> Report:
            return read_report(verdict or before.verdict, {**before.texts(), **texts})

        async with answering(interaction, self.language) as answer:
            if verdict is None and not texts:
                raise Refusal("review-nothing-to-change")
            model_id = await self._look_up(model)
            edited = await self._review.edit(answer.guild_id, model_id, interaction.user.id, change)
            await self._tell(answer, edited, "review.edited")

    @app_commands.command(extras=SHARED_WORDS)
    @app_commands.autocomplete(model=_reviewed_models)
    async def remove(self, interaction: Interaction, *, model: ModelName, member: discord.User | None = None) -> None:
        """Take your review back; moderators can remove a member's."""
        async with answering(interaction, self.language) as answer:
            mine = member is None or member.id == interaction.user.id
            if not mine:
                refuse_members(interaction)
            author = interaction.user.id if member is None else member.id
            model_id = await self._look_up(model)
            removed = await self._review.remove(answer.guild_id, model_id, author, removed_by=interaction.user.id)
            await self._tell(answer, removed, "review.removed" if mine else "review.removed-by-moderator")

    @app_commands.command(name="list", extras=SHARED_WORDS)
    @suggests_models
    async def list_(self, interaction: Interaction, *, model: ModelName | None = None) -> None:
        """Read the reviews of a model, or the latest of this server."""
        async with answering(interaction, self.language) as answer:
            model_id = None if model is None else await self._look_up(model)
            await self.show(answer, await self.read.page(answer.guild_id, model_id, 0))

    async def show(self, answer: Answer, page: ReviewPage) -> None:
        """Show one page of reviews."""
        words = answer.words
        name = model_link(words, page.model.facts.source, page.model.facts.repo_id) if page.model else ""
        title = words("review.list-of-model", model=name) if name else words.plural("review.list", page.total)
        model_id = page.model.id if page.model else 0
        await answer.say(
            title,
            summary_line(page.summary, words),
            *page_lines(page, words),
            words("review.none-yet") if not page.total else None,
            rows=[
                page_buttons(words, page.page, page.pages, lambda number: f"v1:reviews:{model_id}:{number}"),
                _review_button(words, page),
            ],
        )

    async def form(self, interaction: Interaction, model_id: int) -> discord.ui.Modal:
        """Return the form for a model, with what this member said before."""
        if interaction.guild_id is None:
            raise Refusal("servers-only")
        reading = self.read.of_member(interaction.guild_id, model_id, interaction.user.id)
        name, report = await read_in_time(reading, ("", None))
        return review_form(model_id, name, self.language.words(interaction.locale), report, interaction.id)

    async def submit(self, interaction: Interaction, match: re.Match[str], fields: Mapping[str, str]) -> None:
        """Take a filled-in form."""
        async with answering(interaction, self.language) as answer:
            model_id = int(match["model_id"])
            known = model_id if model_id <= LARGEST_ID else 0
            written = await self._review.write(answer.guild_id, known, interaction.user.id, report_of(fields))
            await self._tell(answer, written, "review.edited" if written.before else "review.added")

    @property
    def forms(self) -> Sequence[Form]:
        """The forms that this cog serves."""
        return (Form(FORM_ID, self.submit),)

    async def _tell(self, answer: Answer, reviewed: Reviewed, key: str) -> None:
        """Say what changed, what the review says now, and how all of them sum up."""
        name = safe(reviewed.model.facts.repo_id, NAME_LIMIT)
        said = reviewed.now or reviewed.before
        await answer.say(
            answer.words(key, model=name),
            *(report_lines(said.report, answer.words) if said else ()),
            summary_line(reviewed.summary, answer.words),
            accent=Accent.GOOD if reviewed.now else Accent.PLAIN,
        )


class ReviewPressed(Press[Reviews], template=REVIEW):
    """Review: opens the form."""

    cog: ClassVar[str] = Reviews.__cog_name__

    async def callback(self, interaction: Interaction) -> None:
        """Open the form; a form is an acknowledgement by itself."""
        cog = cast("Reviews", interaction.client.get_cog(self.cog))
        await open_form(interaction, cog.language, cog.form(interaction, self.number("model_id")))


class ReviewsPage(Press[Reviews], template=r"v1:reviews:(?P<model_id>[0-9]{1,19}):(?P<page>[0-9]{1,6})"):
    """Turns the pages of `/review list`."""

    cog: ClassVar[str] = Reviews.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Reviews) -> None:
        """Show the page in place."""
        model_id = self.number("model_id") or None
        await cog.show(answer, await cog.read.page(answer.guild_id, model_id, self.number("page")))


def _review_button(words: Words, page: ReviewPage) -> Any:  # noqa: ANN401 - a row of buttons, or None
    if page.model is None:
        return None
    return row(button(words(f"card.verb.{Verb.REVIEW}"), verb_id(Verb.REVIEW, page.model.id)))
