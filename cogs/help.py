"""`/help`: what to type, by what you want to do. Shows only what exists."""

from discord import app_commands
from discord.ext import commands

from bot.language.words import Language
from cogs.answering import Interaction, answering


class Help(commands.Cog):
    """Points everybody to the right command; moderators see theirs too."""

    def __init__(self, language: Language) -> None:
        self.language = language

    @app_commands.command()
    async def help(self, interaction: Interaction) -> None:
        """Show what to type for what."""
        async with answering(interaction, self.language) as answer:
            moderates = interaction.permissions.manage_guild or interaction.permissions.administrator
            await answer.say(
                answer.words("help.what"),
                answer.words("help.members"),
                answer.words("help.find"),
                answer.words("help.tags"),
                answer.words("help.votes"),
                answer.words("help.leaderboard"),
                answer.words("help.reviews"),
                answer.words("help.mine"),
                answer.words("help.discussions"),
                answer.words("help.moderators") if moderates else answer.words("help.ask-moderators"),
                answer.words("help.moderate-tags") if moderates else None,
                answer.words("help.moderate-leaderboard") if moderates else None,
            )
