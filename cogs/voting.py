"""The card's vote buttons, `/vote`, and "Vote on this model" on any message: members say what is worth building on."""

from typing import ClassVar, Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.cards.button_ids import DOWN, UP, VOTE_LINK, WITHDRAW
from bot.domain.errors import Refusal
from bot.domain.model_links import linked_models
from bot.domain.votes import Choice
from bot.language.words import Language
from bot.workflows.cast_vote import CastVote, Vote
from bot.workflows.find_suggestions import FindSuggestions
from bot.workflows.look_up_model import LookUpModel
from bot.workflows.show_model import ShowModel
from cogs.answering import Answer, How, Interaction, answering
from cogs.buttons import AnyPress, Press
from cogs.private_cards import is_private_card, place_on_card, private_card
from cogs.suggestions import suggests_models
from cogs.texts_of_message import texts_of_message
from cogs.vote_words import changed_lines, linked_menu, standing_lines, vote_rows, voted_lines

PATIENCE = 1.0
"""Seconds. A vote is committed in a few milliseconds, and its answer acknowledges it: what was acknowledged is counted,
whatever is killed. Only a database that is busy for longer gets the click acknowledged without it, with two of
Discord's three seconds left for the way."""

MENU_NAME = "vote-on-model"
"""The context menu in the catalogues, whose keys hold no spaces."""

VoteChoice = Literal["up", "down", "withdraw"]


class Voting(commands.Cog):
    """Takes votes from everywhere they can be given, and answers each privately."""

    def __init__(
        self,
        *,
        language: Language,
        cast_vote: CastVote,
        look_up: LookUpModel,
        show: ShowModel,
        suggestions: FindSuggestions,
    ) -> None:
        self.language = language
        self.suggestions = suggestions
        self._cast_vote = cast_vote
        self._look_up = look_up
        self._show = show
        self._menu = app_commands.ContextMenu(
            name=language.words()(f"command-name.{MENU_NAME}"),
            callback=self.vote_on_message,
            extras={"words": MENU_NAME},
        )

    @property
    def menus(self) -> tuple[app_commands.ContextMenu, ...]:
        """The entries in the menu of a message."""
        return (self._menu,)

    @app_commands.command()
    @suggests_models
    async def vote(self, interaction: Interaction, model: app_commands.Range[str, 1, 300], choice: VoteChoice) -> None:
        """Vote on a model by its name or the address of its page."""
        async with answering(interaction, self.language) as answer:
            await self.cast(answer, await self._look_up(model), None if choice == "withdraw" else Choice(choice))

    async def vote_on_message(self, interaction: Interaction, message: discord.Message) -> None:
        """Offer to vote on the model that a message links to, or to say which of several is meant."""
        async with answering(interaction, self.language) as answer:
            names = linked_models(texts_of_message(message))
            if not names:
                raise Refusal("no-model-linked")
            if len(names) == 1:
                await self.offer(answer, names[0])
                return
            await answer.say(answer.words("vote.several"), rows=[linked_menu(names, answer.words)])

    async def offer(self, answer: Answer, named: str) -> None:
        """Show how a model stands, with buttons to vote."""
        guild_id, model_id = answer.guild_id, await self._look_up(named)
        standing = await self._cast_vote.standing(guild_id, model_id, answer.interaction.user.id)
        await answer.say(*standing_lines(standing, answer.words), rows=vote_rows(standing, answer.words))

    async def cast(self, answer: Answer, model_id: int, choice: Choice | None) -> None:
        """Cast the vote that an interaction asks for, and say what came of it."""
        interaction = answer.interaction
        member = interaction.user
        voted = await self._cast_vote(
            Vote(
                event_id=interaction.id,
                guild_id=answer.guild_id,
                model_id=model_id,
                user_id=member.id,
                choice=choice,
                account_created_at=member.created_at,
                joined_at=member.joined_at if isinstance(member, discord.Member) else None,
            )
        )
        if is_private_card(interaction, model_id):
            changed, place = changed_lines(voted, answer.words), await place_on_card(answer, self._show)
            await answer.show(await private_card(answer, self._show, model_id, changed, place))
        else:
            await answer.say(*voted_lines(voted, answer.words), rows=vote_rows(voted, answer.words))


class VotePress(Press[Voting], template=r"(?!)"):
    """A press that votes: on a card in a channel it is answered privately; what only its reader sees is changed."""

    cog: ClassVar[str] = Voting.__cog_name__
    patience: ClassVar[float] = PATIENCE
    how: ClassVar[How] = How.IN_PLACE
    choice: ClassVar[Choice | None] = None

    async def pressed(self, answer: Answer, cog: Voting) -> None:
        """Cast the vote."""
        await cog.cast(answer, self.number("model_id"), self.choice)


class UpPressed(VotePress, template=UP):
    """Worth building on."""

    choice: ClassVar[Choice | None] = Choice.UP


class DownPressed(VotePress, template=DOWN):
    """Not for us."""

    choice: ClassVar[Choice | None] = Choice.DOWN


class WithdrawPressed(VotePress, template=WITHDRAW):
    """Takes the presser's ballot back."""


class LinkChosen(Press[Voting], template=VOTE_LINK):
    """One of several models that a message links to."""

    cog: ClassVar[str] = Voting.__cog_name__
    how: ClassVar[How] = How.IN_PLACE

    async def pressed(self, answer: Answer, cog: Voting) -> None:
        """Offer to vote on it."""
        await cog.offer(answer, self.chosen)


VOTE_BUTTONS: tuple[AnyPress, ...] = (UpPressed, DownPressed, WithdrawPressed, LinkChosen)
"""What cards and this cog's answers can have pressed."""
