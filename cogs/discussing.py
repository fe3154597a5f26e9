"""`/discuss` and the card's Discuss button: to the one thread in which this server discusses a model."""

from typing import ClassVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.announcing.discord_threads import DiscordThreads
from bot.cards.button_ids import DISCUSS
from bot.cards.card_lines import NAME_LIMIT
from bot.cards.layout import Accent, link_button, row
from bot.cards.safe_text import safe
from bot.domain.errors import PermissionsMissing, Refusal
from bot.language.words import Language
from bot.workflows.discussion_ports import ForumTagMemory
from bot.workflows.find_suggestions import FindSuggestions
from bot.workflows.look_up_model import LookUpModel
from bot.workflows.open_discussion import Found, OpenDiscussion
from bot.workflows.start_thread import Asked
from cogs.access import MembersAccess
from cogs.answering import Answer, Interaction, answering
from cogs.buttons import Press
from cogs.channels import permission_names
from cogs.suggestions import suggests_models

ModelName = app_commands.Range[str, 1, 300]


class Discussing(commands.Cog):
    """Leads members to the discussion of a model, and opens it where there is none yet."""

    def __init__(
        self,
        *,
        language: Language,
        open_discussion: OpenDiscussion,
        suggestions: FindSuggestions,
        memory: ForumTagMemory,
        look_up: LookUpModel,
    ) -> None:
        self.language = language
        self._look_up = look_up
        self.suggestions = suggestions
        self._open = open_discussion
        self._memory = memory

    @app_commands.command()
    @suggests_models
    async def discuss(self, interaction: Interaction, model: ModelName) -> None:
        """Find or open the discussion of a model."""
        async with answering(interaction, self.language) as answer:
            await self.lead_to(answer, await self._look_up(model))

    async def lead_to(self, answer: Answer, model_id: int) -> None:
        """Answer with the way to a model's discussion."""
        found = await self._found(answer, model_id)
        name = safe(found.name, NAME_LIMIT)
        key = "discuss.locked" if found.is_locked else "discuss.opened" if found.is_new else "discuss.found"
        address = f"https://discord.com/channels/{answer.guild_id}/{found.thread_id}"
        await answer.say(
            answer.words(key, model=name, thread=f"<#{found.thread_id}>"),
            accent=Accent.GOOD,
            rows=[row(link_button(answer.words("discuss.go"), address))],
        )

    async def _found(self, answer: Answer, model_id: int) -> Found:
        interaction = answer.interaction
        asked = Asked(
            guild_id=answer.guild_id,
            model_id=model_id,
            channel_id=_channel_of(interaction),
            user_id=interaction.user.id,
            access=MembersAccess(interaction),
        )
        try:
            return await self._open(DiscordThreads(interaction.client, self.language, self._memory), asked)
        except PermissionsMissing as lack:
            names = answer.words.list(permission_names(lack.missing, answer.words))
            raise Refusal("discussion-lacks", channel=lack.channel_id, missing=names) from lack


class DiscussPressed(Press[Discussing], template=DISCUSS):
    """Discuss: to the model's thread."""

    cog: ClassVar[str] = Discussing.__cog_name__

    async def pressed(self, answer: Answer, cog: Discussing) -> None:
        """Lead there."""
        await cog.lead_to(answer, self.number("model_id"))


def _channel_of(interaction: Interaction) -> int:
    """Return the channel this happens in; for a thread the one it stands in, as threads have none of their own."""
    channel = interaction.channel
    if isinstance(channel, discord.Thread):
        return channel.parent_id
    return interaction.channel_id or 0
