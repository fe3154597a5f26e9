"""`/integrity`: moderators see which ballots Rootstock set aside by itself, with the figures, and decide."""

from typing import ClassVar

from discord import app_commands
from discord.ext import commands

from bot.cards.button_ids import ACCEPT_BATCH, BATCH_MEMBERS, BATCHES_PAGE, REJECT_BATCH
from bot.language.words import Language
from bot.workflows.decide_integrity import DecideIntegrity
from cogs.answering import Answer, How, Interaction, answering, refuse_members
from cogs.buttons import AnyPress, Press
from cogs.integrity_words import batch_lines, batch_rows, member_lines, member_rows

LARGEST_BATCH = 2**53 - 1
"""Discord's largest whole number in an option."""

BatchNumber = app_commands.Range[int, 1, LARGEST_BATCH]


@app_commands.default_permissions(manage_guild=True)
class Integrity(commands.GroupCog, group_name="integrity"):
    """Shows batches to moderators and takes their decisions."""

    def __init__(self, language: Language, decide: DecideIntegrity) -> None:
        self.language = language
        self._decide = decide

    @app_commands.command()
    async def list(self, interaction: Interaction) -> None:
        """Show the votes that were set aside as a burst or a bloc, with the figures."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            await self.show_page(answer, 0)

    @app_commands.command()
    async def accept(self, interaction: Interaction, *, batch: BatchNumber) -> None:
        """Let a batch count; these votes are not set aside again."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            await answer.say(await self.accepted(answer, batch))

    @app_commands.command()
    async def reject(self, interaction: Interaction, *, batch: BatchNumber) -> None:
        """Keep a batch aside."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            await answer.say(await self.rejected(answer, batch))

    async def show_page(self, answer: Answer, page: int, done: str | None = None) -> None:
        """Show a page of the batches, below what was just done."""
        shown = await self._decide.batches(answer.guild_id, page)
        lines = batch_lines(shown, answer.words)
        await answer.say(done, *lines, rows=batch_rows(shown, answer.words))

    async def show_members(self, answer: Answer, batch: int, page: int) -> None:
        """Show a page of who is in a batch."""
        shown = await self._decide.members(answer.guild_id, batch, page)
        await answer.say(*member_lines(shown, answer.words), rows=member_rows(shown, answer.words))

    async def accepted(self, answer: Answer, batch: int) -> str:
        """Let a batch count; what to say then."""
        models = await self._decide.accept(answer.guild_id, batch, by=answer.interaction.user.id)
        return answer.words.plural("integrity.accepted", models, batch=batch)

    async def rejected(self, answer: Answer, batch: int) -> str:
        """Keep a batch aside; what to say then."""
        await self._decide.reject(answer.guild_id, batch, by=answer.interaction.user.id)
        return answer.words("integrity.rejected", batch=batch)


class BatchesPage(Press[Integrity], template=BATCHES_PAGE):
    """Turns the pages of `/integrity list`."""

    cog: ClassVar[str] = Integrity.__cog_name__
    how: ClassVar[How] = How.IN_PLACE
    moderators: ClassVar[bool] = True

    async def pressed(self, answer: Answer, cog: Integrity) -> None:
        """Show the page."""
        await cog.show_page(answer, self.number("page"))


class BatchMembers(Press[Integrity], template=BATCH_MEMBERS):
    """Shows who is in a batch."""

    cog: ClassVar[str] = Integrity.__cog_name__
    how: ClassVar[How] = How.IN_PLACE
    moderators: ClassVar[bool] = True

    async def pressed(self, answer: Answer, cog: Integrity) -> None:
        """Show the page."""
        await cog.show_members(answer, self.number("batch"), self.number("page"))


class BatchAccepted(Press[Integrity], template=ACCEPT_BATCH):
    """Lets a batch count."""

    cog: ClassVar[str] = Integrity.__cog_name__
    how: ClassVar[How] = How.IN_PLACE
    moderators: ClassVar[bool] = True

    async def pressed(self, answer: Answer, cog: Integrity) -> None:
        """Decide, and show what is left."""
        await cog.show_page(answer, 0, await cog.accepted(answer, self.number("batch")))


class BatchRejected(Press[Integrity], template=REJECT_BATCH):
    """Keeps a batch aside."""

    cog: ClassVar[str] = Integrity.__cog_name__
    how: ClassVar[How] = How.IN_PLACE
    moderators: ClassVar[bool] = True

    async def pressed(self, answer: Answer, cog: Integrity) -> None:
        """Decide, and show what is left."""
        await cog.show_page(answer, 0, await cog.rejected(answer, self.number("batch")))


INTEGRITY_BUTTONS: tuple[AnyPress, ...] = (BatchesPage, BatchMembers, BatchAccepted, BatchRejected)
"""What can be pressed below a list of batches."""
