"""Opening a form: it must be the very first reply, so whatever fills it in has little time."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

import discord
import structlog

from bot.language.words import Language
from cogs.answering import Interaction, context_of, send_privately
from cogs.error_texts import error_text, is_past_answering

LONGEST_READ = 1.5
"""Seconds that reading may take before a form is opened without what was read: Discord gives up after three."""

_Found = TypeVar("_Found")
_log = structlog.get_logger()


async def read_in_time(reading: Coroutine[Any, Any, _Found], otherwise: _Found) -> _Found:
    """Return what is read, or `otherwise` where the database is too busy to wait for; raises what reading raises.

    A slow read is left to end by itself: a database driver that is cancelled half-way loses its connection.
    """
    task = asyncio.ensure_future(reading)
    done, _ = await asyncio.wait({task}, timeout=LONGEST_READ)
    if task in done:
        return task.result()
    task.add_done_callback(_note)
    return otherwise


async def open_form(interaction: Interaction, language: Language, making: Awaitable[discord.ui.Modal]) -> None:
    """Open the form that is being made, or say privately what prevents it. discord.py must not hold it in memory."""
    try:
        form = await making
        form.stop()
        await interaction.response.send_modal(form)
    except Exception as error:  # noqa: BLE001 - the one place that answers whatever making a form raises
        if is_past_answering(error):
            _log.info("interaction_expired", interaction=interaction.id)
            return
        text = error_text(error, language.words(interaction.locale), context_of(interaction))
        await send_privately(interaction, text)


def _note(task: "asyncio.Future[Any]") -> None:
    failure = None if task.cancelled() else task.exception()
    _log.warning("form_read_too_slowly", failure=None if failure is None else str(failure))
