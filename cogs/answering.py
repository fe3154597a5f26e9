"""One interaction, answered: acknowledged first, then worked on, then told what came of it. Never silence.

Everything a member starts runs inside `answering`: what it raises becomes a private text in the reader's language.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from enum import Enum, auto
from functools import wraps
from typing import Any, Protocol

import discord
import structlog
from discord import app_commands

from bot.domain.errors import Refusal
from bot.domain.plain_text import shorten
from bot.language.words import Language, Words
from cogs.error_texts import ALREADY_ACKNOWLEDGED, error_text, is_past_answering

CONTENT_LIMIT = 2000
"""Characters in a message (DISCORD.md, Limits)."""

CHOICES = 25
CHOICE_LENGTH = 100
"""Discord's limits for autocomplete."""

Interaction = discord.Interaction[Any]

_log = structlog.get_logger()


class How(Enum):
    """Where the answer goes: a private message of its own, or in place of the message that was clicked."""

    PRIVATELY = auto()
    IN_PLACE = auto()


class Answer:
    """One interaction being answered, with the words of who reads it."""

    def __init__(self, interaction: Interaction, words: Words, how: How) -> None:
        self.interaction = interaction
        self.words = words
        self._how = how
        self._said = False

    @property
    def guild_id(self) -> int:
        """The server this happens in; commands and buttons of Rootstock exist in servers only."""
        if self.interaction.guild_id is None:
            raise Refusal("servers-only")
        return self.interaction.guild_id

    async def acknowledge(self) -> None:
        """Tell Discord within its three seconds that an answer is coming.

        A lost reply makes Discord say that it was acknowledged before (40060): it was, so go on (DISCORD.md).
        """
        try:
            if self._how is How.PRIVATELY:
                await self.interaction.response.defer(ephemeral=True, thinking=True)
            else:
                await self.interaction.response.defer()
        except discord.HTTPException as error:
            if error.code != ALREADY_ACKNOWLEDGED:
                raise

    async def say(self, text: str, view: discord.ui.View | None = None) -> None:
        """Answer with a text and perhaps something to press; what is too long for a message is cut."""
        self._said = True
        _forget(view)
        await self.interaction.edit_original_response(content=shorten(text, CONTENT_LIMIT), embeds=[], view=view)

    async def show(self, layout: discord.ui.LayoutView) -> None:
        """Answer with a layout (Components V2), which carries its own text."""
        self._said = True
        _forget(layout)
        await self.interaction.edit_original_response(view=layout)

    async def apologise(self, text: str) -> None:
        """Say what went wrong, without taking away what is already shown."""
        if self._how is How.PRIVATELY and not self._said:
            await self.say(text)
        else:
            await self.interaction.followup.send(text, ephemeral=True)


def _forget(view: discord.ui.View | discord.ui.LayoutView | None) -> None:
    """Keep discord.py from holding the view in memory: every button finds its way by its id (`cogs.buttons`)."""
    if view is not None:
        view.stop()


@asynccontextmanager
async def answering(
    interaction: Interaction, language: Language, *, how: How = How.PRIVATELY, moderators: bool = False
) -> AsyncGenerator[Answer, None]:
    """Acknowledge, hand out an `Answer`, and turn whatever is raised into a text for the reader.

    Raises `discord.NotFound` where the interaction expired before it could be acknowledged: nothing is done then,
    because nobody would learn of it.
    """
    answer = Answer(interaction, language.words(interaction.locale), how)
    await answer.acknowledge()
    try:
        if moderators:
            refuse_members(interaction)
        yield answer
    except Exception as error:  # noqa: BLE001 - the one place that answers whatever a command raises
        await _explain(answer, error)


async def _explain(answer: Answer, error: Exception) -> None:
    if is_past_answering(error):
        _log.info("interaction_expired", interaction=answer.interaction.id)
        return
    text = error_text(error, answer.words, context_of(answer.interaction))
    try:
        await answer.apologise(text)
    except discord.HTTPException as failure:
        _log.warning("apology_not_delivered", reason=str(failure), **context_of(answer.interaction))


def refuse_members(interaction: Interaction) -> None:
    """Raise a `Refusal` unless this member may manage the server.

    Discord hides the commands from others by default, but a server's owner can change that.
    """
    if not interaction.permissions.manage_guild and not interaction.permissions.administrator:
        raise Refusal("moderators-only")


def context_of(interaction: Interaction) -> dict[str, object]:
    """Return what an operator needs to find this event: what was asked, by whom, where."""
    data: dict[str, Any] = dict(interaction.data or {})
    command = interaction.command
    return {
        "what": command.qualified_name if command is not None else data.get("custom_id"),
        "guild": interaction.guild_id,
        "user": interaction.user.id,
        "interaction": interaction.id,
    }


class Speaking(Protocol):
    """A cog that knows the languages."""

    language: Language


Suggest = Callable[[Any, Interaction, str], Awaitable[Sequence[app_commands.Choice[str]]]]


def suggesting(suggest: Suggest) -> Callable[[Any, Interaction, str], Awaitable[list[app_commands.Choice[str]]]]:
    """Wrap an autocomplete: at most 25 choices that Discord takes, and an empty list where it fails."""

    @wraps(suggest)
    async def careful(cog: Any, interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:  # noqa: ANN401 - any cog
        try:
            choices = await suggest(cog, interaction, current)
        except Exception:  # noqa: BLE001 - an autocomplete has no other place to fail
            _log.exception("suggestions_failed", **context_of(interaction))
            return []
        return [choice for choice in choices if 0 < len(choice.value) <= CHOICE_LENGTH][:CHOICES]

    return careful


def choice(name: str, value: str) -> app_commands.Choice[str]:
    """Make a choice whose name Discord takes: not empty and not too long."""
    return app_commands.Choice(name=shorten(name or value, CHOICE_LENGTH) or "?", value=value)
