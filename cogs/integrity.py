"""`/integrity`: moderators see which ballots Rootstock set aside by itself, with the figures, and decide."""

from collections.abc import Iterator, Sequence

from discord import app_commands
from discord.ext import commands

from bot.cards.card_lines import NAME_LIMIT
from bot.cards.layout import small
from bot.cards.safe_text import safe
from bot.domain.set_aside import Batch
from bot.domain.votes import AsideBecause
from bot.language.words import Language, Words
from bot.workflows.decide_integrity import BatchesShown, DecideIntegrity
from cogs.answering import Interaction, answering, refuse_members

MODELS_NAMED = 3
"""Of a bloc's models; the others are counted."""

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
            shown = await self._decide.batches(answer.guild_id)
            await answer.say(*batch_lines(shown, answer.words))

    @app_commands.command()
    async def accept(self, interaction: Interaction, *, batch: BatchNumber) -> None:
        """Let a batch count; the same accounts are not set aside for it again."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            models = await self._decide.accept(answer.guild_id, batch, by=interaction.user.id)
            await answer.say(answer.words.plural("integrity.accepted", models, batch=batch))

    @app_commands.command()
    async def reject(self, interaction: Interaction, *, batch: BatchNumber) -> None:
        """Keep a batch aside."""
        async with answering(interaction, self.language) as answer:
            refuse_members(interaction)
            await self._decide.reject(answer.guild_id, batch, by=interaction.user.id)
            await answer.say(answer.words("integrity.rejected", batch=batch))


def batch_lines(shown: BatchesShown, words: Words) -> Iterator[str | None]:
    """Word the batches of a server, undecided ones first; members are counted, not named."""
    if not shown.batches:
        yield words("integrity.none")
        return
    yield words("integrity.title")
    for batch in shown.batches:
        yield words(
            "integrity.batch",
            number=batch.id,
            kind=words(f"integrity.kind.{batch.kind}"),
            state=words(f"integrity.state.{batch.state}"),
            found=f"<t:{int(batch.found_at.timestamp())}:R>",
        )
        yield small(_evidence(batch, words))
        yield small(_models(batch.models, shown, words))
    yield words("integrity.how")


def _evidence(batch: Batch, words: Words) -> str:
    told = {name: words.number(number) for name, number in batch.evidence.items()}
    key = "integrity.evidence.burst" if batch.kind is AsideBecause.BURST else "integrity.evidence.bloc"
    return words(key, **told, ballots=words.number(batch.ballots), members=words.number(batch.members))


def _models(models: Sequence[int], shown: BatchesShown, words: Words) -> str:
    names = [safe(shown.names[model], NAME_LIMIT) for model in models[:MODELS_NAMED] if model in shown.names]
    more = len(models) - len(names)
    return " · ".join([*names, *([words.plural("card.more", more)] if more > 0 else [])])
