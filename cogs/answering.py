"""One interaction, answered: acknowledged first, then worked on, then told what came of it. Never silence.

Everything a member starts runs inside `answering`: what it raises becomes a private text in the reader's language.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from enum import Enum, auto
from time import monotonic
from typing import Any, Protocol

import discord
import structlog
from discord import app_commands

from bot.cards.layout import TEXT_LIMIT, Accent, block, message
from bot.domain.errors import Refusal
from bot.domain.plain_text import shorten
from bot.language.words import Language, Words
from cogs.error_texts import ALREADY_ACKNOWLEDGED, error_text, is_past_answering

CHOICES = 25
CHOICE_LENGTH = 100
"""Discord's limits for autocomplete."""

ANSWERED = "rootstock_answered"
"""The event that the client dispatches after each answer, with name, outcome and seconds: whoever counts listens."""

_VERB = re.compile(r"v1:([a-z-]{1,20})(?::|$)")

Interaction = discord.Interaction[Any]
Row = discord.ui.ActionRow[discord.ui.LayoutView]

_log = structlog.get_logger()


class How(Enum):
    """Where the answer goes: a private message of its own, or in place of the message that was clicked."""

    PRIVATELY = auto()
    IN_PLACE = auto()


class Answer:
    """One interaction being answered, with the words of who reads it."""

    def __init__(self, interaction: Interaction, words: Words, how: How, patience: float = 0.0) -> None:
        self.interaction = interaction
        self.words = words
        self._how = how
        self._said = False
        self._acknowledging = _Acknowledging(self._defer, patience)

    @property
    def guild_id(self) -> int:
        """The server this happens in; commands and buttons of Rootstock exist in servers only."""
        if self.interaction.guild_id is None:
            raise Refusal("servers-only")
        return self.interaction.guild_id

    @property
    def here(self) -> int | None:
        """The server whose members' opinion is shown, if Rootstock is in it.

        None in a direct conversation, and in a server where somebody brought Rootstock along for themselves.
        """
        return server_of(self.interaction)

    async def acknowledge(self) -> None:
        """Tell Discord within its three seconds that an answer is coming: now, or when `patience` is over."""
        await self._acknowledging.begin()

    async def _defer(self) -> None:
        """Acknowledge. After a lost reply Discord says that it was acknowledged before (40060): it was, so go on."""
        try:
            if self._how is How.PRIVATELY:
                await self.interaction.response.defer(ephemeral=True, thinking=True)
            else:
                await self.interaction.response.defer()
        except discord.HTTPException as error:
            if error.code != ALREADY_ACKNOWLEDGED:
                raise

    async def say(self, *lines: str | None, accent: Accent = Accent.PLAIN, rows: Sequence[Row | None] = ()) -> None:
        """Answer with lines of text, and perhaps with rows of things to press. Lines beyond the limit are left out."""
        await self.show(message(accent, block(lines, TEXT_LIMIT), *rows))

    async def show(self, layout: discord.ui.LayoutView) -> None:
        """Answer with a layout. discord.py must not hold it in memory: every button finds its way by its id."""
        layout.stop()
        if await self._acknowledging.is_done() or not await self._answer_at_once(layout):
            await self.interaction.edit_original_response(view=layout)
        self._said = True

    async def show_files(self, layout: discord.ui.LayoutView, files: Sequence[discord.File]) -> None:
        """Answer with a layout that shows files; only where the interaction is acknowledged first (no `patience`)."""
        layout.stop()
        await self.interaction.edit_original_response(view=layout, attachments=list(files))
        self._said = True

    async def _answer_at_once(self, layout: discord.ui.LayoutView) -> bool:
        """Acknowledge and answer in one; False where another session of this shard has acknowledged meanwhile."""
        try:
            if self._how is How.PRIVATELY:
                await self.interaction.response.send_message(view=layout, ephemeral=True)
            else:
                await self.interaction.response.edit_message(view=layout)
        except discord.HTTPException as error:
            if error.code != ALREADY_ACKNOWLEDGED:
                raise
            return False
        return True

    async def publish(self, layout: discord.ui.LayoutView, *, confirmation: str) -> int:
        """Answer so that the whole channel sees it, as one followup: five are allowed where only the user brought us.

        Returns the message's id.

        The private answer comes first: a followup would otherwise take its place, and be as private.
        """
        await self.say(confirmation)
        layout.stop()
        return (await self.interaction.followup.send(view=layout, ephemeral=False, wait=True)).id

    async def apologise(self, text: str) -> None:
        """Say what went wrong, without taking away what is already shown."""
        if self._how is How.PRIVATELY and not self._said:
            await self.say(text, accent=Accent.WARNING)
        else:
            await self._acknowledging.is_done()
            await send_privately(self.interaction, text)


def server_of(interaction: Interaction) -> int | None:
    """Return the server that an interaction happens in, if Rootstock is in it (see `Answer.here`)."""
    guild_id = interaction.guild_id
    return guild_id if guild_id is not None and interaction.client.get_guild(guild_id) else None


class _Acknowledging:
    """Acknowledges an interaction: at once, or only if the answer takes longer than a moment."""

    def __init__(self, defer: Callable[[], Awaitable[None]], patience: float) -> None:
        self._defer = defer
        self._patience = patience
        self._timer: asyncio.Task[None] | None = None
        self._begun = False

    async def begin(self) -> None:
        """Acknowledge now, or start to wait."""
        if self._patience > 0:
            self._timer = asyncio.create_task(self._when_it_takes_longer(), name="acknowledge")
        else:
            self._begun = True
            await self._defer()

    async def is_done(self) -> bool:
        """Return once it is certain whether it was acknowledged; where it was not, the answer itself does it."""
        if self._timer is None or self._begun:
            if self._timer is not None:
                await self._timer
            return True
        self._timer.cancel()
        self._begun = True
        return False

    async def _when_it_takes_longer(self) -> None:
        await asyncio.sleep(self._patience)
        self._begun = True
        await self._defer()


async def send_privately(interaction: Interaction, text: str) -> None:
    """Send a private text to whoever started this interaction, whether or not it was acknowledged."""
    layout = message(Accent.WARNING, block([text], TEXT_LIMIT))
    layout.stop()
    if interaction.response.is_done():
        await interaction.followup.send(view=layout, ephemeral=True)
    else:
        await interaction.response.send_message(view=layout, ephemeral=True)


@asynccontextmanager
async def answering(
    interaction: Interaction, language: Language, *, how: How = How.PRIVATELY, patience: float = 0.0
) -> AsyncGenerator[Answer, None]:
    """Acknowledge, hand out an `Answer`, and turn whatever is raised into a text for the reader.

    With `patience` (seconds) the answer itself acknowledges if it is there by then: one call instead of two, and
    whoever reads it knows that the work is done (docs/decisions/0007). The acknowledgement waits for nothing else.

    Raises `discord.NotFound` where the interaction expired before it could be acknowledged: nothing is done then,
    because nobody would learn of it.
    """
    words, begun, outcome = language.words(interaction.locale), monotonic(), "answered"
    answer = Answer(interaction, words, how, patience)
    await answer.acknowledge()
    try:
        yield answer
    except Exception as error:  # noqa: BLE001 - the one place that answers whatever a command raises
        outcome = "refused" if isinstance(error, Refusal) else "failed"
        await _explain(answer, error)
    finally:
        interaction.client.dispatch(ANSWERED, _name_of(interaction), outcome, monotonic() - begun)


async def _explain(answer: Answer, error: Exception) -> None:
    if is_past_answering(error):
        _log.info("interaction_expired", interaction=answer.interaction.id)
        return
    text = error_text(error, answer.words, context_of(answer.interaction))
    try:
        await answer.apologise(text)
    except discord.HTTPException as failure:
        _log.warning("apology_not_delivered", reason=str(failure), **context_of(answer.interaction))


def _name_of(interaction: Interaction) -> str:
    """Return the command's name, or the verb of the button or form: few values, none of them a member's."""
    if interaction.command is not None:
        return interaction.command.qualified_name
    custom_id = str(dict(interaction.data or {}).get("custom_id", ""))
    verb = _VERB.match(custom_id)
    return f"button {verb[1]}" if verb else "other"


def refuse_members(interaction: Interaction) -> None:
    """Raise a `Refusal` unless this member may manage the server; the first line inside an `answering`.

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


Choices = Sequence[app_commands.Choice[str]]
Suggest = Callable[[Any, Interaction, str], Awaitable[Choices]]


def suggesting(suggest: Suggest) -> Callable[[Interaction, str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]:
    """Wrap an autocomplete, which is handed its command's cog: at most 25 choices that Discord takes.

    Where it fails the list is empty; discord.py would only log it and leave the member waiting.
    """

    async def careful(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        try:
            choices = await suggest(getattr(interaction.command, "binding", None), interaction, current)
        except Exception:  # noqa: BLE001 - an autocomplete has no other place to fail
            _log.exception("suggestions_failed", **context_of(interaction))
            return []
        return [choice for choice in choices if 0 < len(choice.value) <= CHOICE_LENGTH][:CHOICES]

    return careful


def choice(name: str, value: str) -> app_commands.Choice[str]:
    """Make a choice whose name Discord takes: not empty and not too long."""
    return app_commands.Choice(name=shorten(name or value, CHOICE_LENGTH) or "?", value=value)
