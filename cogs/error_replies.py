"""The last place an interaction can land: errors outside a command's own work, and buttons nobody knows any more."""

from collections.abc import Sequence
from typing import Any

import discord
import structlog
from discord import app_commands
from discord.ext import commands

from bot.language.words import Language
from cogs.answering import Interaction, context_of, send_privately
from cogs.buttons import Form, filled_in
from cogs.error_texts import error_text, is_past_answering

_log = structlog.get_logger()


class ErrorReplies(commands.Cog):
    """Answers what nobody else answered."""

    def __init__(
        self, language: Language, buttons: Sequence[type[discord.ui.DynamicItem[Any]]], forms: Sequence[Form]
    ) -> None:
        self.language = language
        self._patterns = tuple(button.__discord_ui_compiled_template__ for button in buttons)
        self._forms = tuple(forms)

    async def on_command_failed(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Answer what a command raised before or outside its own `answering`."""
        if interaction.type is discord.InteractionType.autocomplete:
            _log.warning("suggestions_refused", reason=str(error), **context_of(interaction))
            await _quietly(interaction.response.autocomplete([]), interaction)
            return
        cause = getattr(error, "original", error)
        await self._reply(interaction, cause)

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Serve forms, and answer buttons and forms that belong to nothing any more."""
        custom_id = str((interaction.data or {}).get("custom_id", ""))
        if interaction.type is discord.InteractionType.component:
            if not any(pattern.fullmatch(custom_id) for pattern in self._patterns):
                await self._stale(interaction)
        elif interaction.type is discord.InteractionType.modal_submit:
            await self._submit(interaction, custom_id)

    async def _submit(self, interaction: Interaction, custom_id: str) -> None:
        for form in self._forms:
            match = form.pattern.fullmatch(custom_id)
            if match:
                try:
                    await form.submitted(interaction, match, filled_in(interaction))
                except Exception as error:  # noqa: BLE001 - a form has no other place where its errors are answered
                    await self._reply(interaction, error)
                return
        await self._stale(interaction)

    async def _stale(self, interaction: Interaction) -> None:
        _log.info("interaction_stale", **context_of(interaction))
        text = self.language.words(interaction.locale)("error.stale-button")
        await _quietly(send_privately(interaction, text), interaction)

    async def _reply(self, interaction: Interaction, error: BaseException) -> None:
        if is_past_answering(error):
            _log.info("interaction_expired", **context_of(interaction))
            return
        text = error_text(error, self.language.words(interaction.locale), context_of(interaction))
        await _quietly(send_privately(interaction, text), interaction)


async def _quietly(sending: Any, interaction: Interaction) -> None:  # noqa: ANN401 - any coroutine that sends
    """Send, and log where Discord does not take it: there is nobody left to tell."""
    try:
        await sending
    except discord.HTTPException as failure:
        _log.info("interaction_expired", reason=str(failure), **context_of(interaction))
