"""`/me`: what I voted, tagged and reviewed in this server."""

from collections.abc import Iterator
from typing import ClassVar

from discord import app_commands
from discord.ext import commands

from bot.cards.answers import page_buttons
from bot.cards.card_lines import SEPARATOR
from bot.cards.community_lines import TAG_LIMIT
from bot.cards.layout import small
from bot.cards.linked_model import model_link
from bot.cards.safe_text import chip
from bot.cards.tag_names import tag_name
from bot.domain.clock import Clock
from bot.domain.members import Mine
from bot.language.words import Language, Words
from bot.workflows.show_mine import ShowMine
from cogs.answering import Answer, How, Interaction, answering
from cogs.buttons import Press
from cogs.review_words import VERDICT_SIGNS
from cogs.vote_words import choice_in_words, why_it_waits


class Me(commands.Cog):
    """Shows everybody their own things, privately."""

    def __init__(self, language: Language, show: ShowMine, clock: Clock) -> None:
        self.language = language
        self._show = show
        self._clock = clock

    @app_commands.command()
    async def me(self, interaction: Interaction) -> None:
        """Show what you voted, tagged and reviewed here."""
        async with answering(interaction, self.language) as answer:
            await self.show_page(answer, 0)

    async def show_page(self, answer: Answer, page: int) -> None:
        """Show one page."""
        words = answer.words
        mine = await self._show(answer.guild_id, answer.interaction.user.id, page)
        if not mine.models:
            await answer.say(words("me.nothing-yet"))
            return
        counts = [("me.votes", mine.votes), ("me.tags", mine.tags), ("me.reviews", mine.reviews)]
        told = [words.plural(key, count) for key, count in counts if count]
        await answer.say(
            words("me.title"),
            SEPARATOR.join(told),
            *(line for model in mine.models for line in self._lines(model, words)),
            words("me.next"),
            rows=[page_buttons(words, mine.page, mine.pages, lambda number: f"v1:me:{number}")],
        )

    def _lines(self, mine: Mine, words: Words) -> Iterator[str]:
        yield f"**{model_link(words, mine.source, mine.repo_id)}**"
        said = [f"🗳️ {choice_in_words(mine.ballot.choice, words)}"] if mine.ballot else []
        if mine.report:
            said.append(f"{VERDICT_SIGNS[mine.report.verdict]} {words(f'choice.{mine.report.verdict}')}")
        if said:
            yield SEPARATOR.join(said)
        if mine.ballot:
            yield small(why_it_waits(mine.ballot, self._clock.now(), words)) or ""
        tags = [chip(tag_name(words, label), TAG_LIMIT) for label in mine.tags]
        if any(tags):
            yield f"🏷️ {' '.join(filter(None, tags))}"


class MyPage(Press[Me], template=r"v1:me:(?P<page>[0-9]{1,6})"):
    """Turns the pages of `/me`: whoever presses sees their own things."""

    cog: ClassVar[str] = Me.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Me) -> None:
        """Show the page in place."""
        await cog.show_page(answer, self.number("page"))
