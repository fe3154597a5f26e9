"""What an exception is to the person who met it: a text in their language, and an id that the log has too."""

import secrets
from collections.abc import Iterator, Mapping, Sequence

import discord
import structlog
from discord import app_commands

from bot.cards.layout import small
from bot.cards.safe_text import safe
from bot.cards.tag_names import tag_name
from bot.domain.errors import HubUnavailable, Refusal
from bot.language.words import Words

UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060
"""Discord's codes (DISCORD.md, Interaction callbacks)."""

ID_BYTES = 4
"""Eight characters: short enough to read out, and no two of a day are alike."""

VALUE_LENGTH = 100
"""Characters of a hostile value that a refusal repeats."""

REFUSALS_SHOWN = 5
"""Reasons, and tags in one reason, that are told at once: whoever reads five knows what to look at."""

PARAMETERS = frozenset({"smallest", "largest"})
"""Values that are counts of parameters: 70B, as people write them."""

KNOWN: tuple[tuple[type[Exception], str], ...] = (
    (HubUnavailable, "error.hub-unavailable"),
    (discord.Forbidden, "error.missing-permissions"),
    (app_commands.CheckFailure, "refusal.moderators-only"),
    (app_commands.TransformerError, "error.option-not-understood"),
    (app_commands.CommandSignatureMismatch, "error.command-outdated"),
    (app_commands.CommandNotFound, "error.command-outdated"),
)
"""What the reader can do something about, with the text that says so."""

_log = structlog.get_logger()


def is_past_answering(error: BaseException) -> bool:
    """Tell whether Discord no longer takes an answer: the interaction expired, or somebody else answered it."""
    return isinstance(error, discord.HTTPException) and error.code in {UNKNOWN_INTERACTION, ALREADY_ACKNOWLEDGED}


def error_text(error: BaseException, words: Words, context: Mapping[str, object]) -> str:
    """Return what to tell the reader; everything but a refusal is logged with the id that the text shows."""
    error, error_id = _cause_of(error), secrets.token_hex(ID_BYTES).upper()
    if isinstance(error, Refusal):
        return refusal_text(error, words)
    known = next((key for kind, key in KNOWN if isinstance(error, kind)), None)
    if known is None:
        _log.error("interaction_failed", error_id=error_id, exc_info=error, **context)
        return words("error.unexpected", id=error_id)
    _log.warning("interaction_refused", error_id=error_id, because=known, reason=str(error), **context)
    values = {"value": safe(str(error.value), VALUE_LENGTH)} if isinstance(error, app_commands.TransformerError) else {}
    return f"{words(known, **values)}\n{small(words('error.id', id=error_id))}"


def refusal_text(refusal: Refusal, words: Words) -> str:
    """Return a refusal's own text, with what was perhaps meant instead."""
    values = {name: _shown(name, value, words) for name, value in refusal.values.items()}
    near = values.pop("near", "")
    text = words(f"refusal.{refusal.key}", **values)
    return f"{text}{words('refusal-near', near=near)}" if near else text


def refusal_lines(refusals: Sequence[Refusal], words: Words) -> Iterator[str]:
    """Return why parts of what was asked for were not done, one a line; the first few say enough."""
    for refusal in refusals[:REFUSALS_SHOWN]:
        yield f"⚠️ {refusal_text(refusal, words)}"
    if len(refusals) > REFUSALS_SHOWN:
        yield words.plural("card.more", len(refusals) - REFUSALS_SHOWN)


def _shown(name: str, value: str | int | tuple[str, ...], words: Words) -> str | int:
    """Make a hostile value harmless; name what is a catalogue's, write numbers. An id becomes a mention in the text."""
    if isinstance(value, int):
        return words.parameters(value) if name in PARAMETERS else value
    if isinstance(value, tuple) and name == "zones":
        return words.enumeration(value)
    if isinstance(value, tuple):
        return _tags(value, words) if name == "tags" else words.enumeration(words(key) for key in value)
    return safe(tag_name(words, value) if name == "tag" else value, VALUE_LENGTH)


def _tags(tags: tuple[str, ...], words: Words) -> str:
    shown = [f"“{safe(tag_name(words, tag), VALUE_LENGTH)}”" for tag in tags[:REFUSALS_SHOWN]]
    more = len(tags) - len(shown)
    return words.enumeration([*shown, words.plural("card.more", more)] if more else shown)


def _cause_of(error: BaseException) -> BaseException:
    return error.original if isinstance(error, app_commands.CommandInvokeError) else error
