"""Autocomplete for options that several commands share; lists complete their last element."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from discord import app_commands

from bot.cards.lab_names import lab_name
from bot.domain.model import Kind, LicenceClass
from bot.domain.plain_text import plain
from bot.domain.typed_lists import name_key
from bot.domain.watches import ANY_LAB
from bot.language.words import Language, Words
from bot.workflows.find_suggestions import FindSuggestions, Typing
from cogs.answering import Choices, Interaction, choice, suggesting
from cogs.watch_words import task_name

LABEL_LENGTH = 90
_Callback = TypeVar("_Callback", bound=Callable[..., Any])

COMMON_LANGUAGES = ("en", "zh", "ja", "ko", "fr", "de", "es", "ru", "ar", "hi", "pt", "it", "vi", "th", "id", "tr")
"""What most model cards declare; any other ISO 639 code can be typed."""

LETTERS_OF_A_CODE = 2
"""Languages of ISO 639-1 are offered; there are thousands of three letters."""


class Suggesting(Protocol):
    """A cog that can look names up."""

    language: Language
    suggestions: FindSuggestions


def suggests_filter_values(callback: _Callback) -> _Callback:
    """Add autocomplete to the list options of a filter."""
    return app_commands.autocomplete(
        authors=_authors,
        labs=_labs,
        countries=_countries,
        kinds=_kinds,
        derivative_of=_models,
        tasks=_tasks,
        libraries=_libraries,
        licences=_licences,
        languages=_languages,
    )(callback)


def suggests_watches(callback: _Callback) -> _Callback:
    """Add autocomplete of this server's watches to the option `watch`."""
    return app_commands.autocomplete(watch=_watches)(callback)


def suggests_models(callback: _Callback) -> _Callback:
    """Add autocomplete of known models to the option `model`."""
    return app_commands.autocomplete(model=suggested_models)(callback)


@suggesting
async def _authors(cog: Suggesting, _interaction: Interaction, current: str) -> Choices:
    typing = Typing.read(current)
    return _completions(typing, [(name, name) for name in await cog.suggestions.authors(typing.current)])


@suggesting
async def _labs(cog: Suggesting, interaction: Interaction, current: str) -> Choices:
    typing, words = Typing.read(current), _words(cog, interaction)
    labs = [
        (f"{lab_name(words, lab)} · {words.country(lab.country)}", lab.key)
        for lab in cog.suggestions.labs(typing.current)
    ]
    any_lab = [] if typing.current else [(words("watch.any-lab"), ANY_LAB)]
    return _completions(typing, any_lab + labs)


@suggesting
async def _countries(cog: Suggesting, interaction: Interaction, current: str) -> Choices:
    words = _words(cog, interaction)
    return _matching(current, [(words.country(code), code) for code in cog.suggestions.countries()])


@suggesting
async def _kinds(cog: Suggesting, interaction: Interaction, current: str) -> Choices:
    words = _words(cog, interaction)
    return _matching(current, [(words(f"kind.{kind}"), str(kind)) for kind in Kind])


@suggesting
async def _licences(cog: Suggesting, interaction: Interaction, current: str) -> Choices:
    words = _words(cog, interaction)
    return _matching(current, [(words(f"licence-class.{one}"), str(one)) for one in LicenceClass])


@suggesting
async def _languages(cog: Suggesting, interaction: Interaction, current: str) -> Choices:
    words = _words(cog, interaction)
    others = [code for code in words.language_names if len(code) == LETTERS_OF_A_CODE and code not in COMMON_LANGUAGES]
    codes = [*COMMON_LANGUAGES, *others]
    return _matching(current, [(words.language_name(code), code) for code in codes])


@suggesting
async def _tasks(cog: Suggesting, interaction: Interaction, current: str) -> Choices:
    """Offer tasks by their name, those that most models have first; also those that no model was seen of yet."""
    words = _words(cog, interaction)
    seen = await cog.suggestions.values("task", "")
    named = [key.removeprefix("task.") for key in words.keys() if key.startswith("task.")]  # noqa: SIM118 - a method
    tasks = dict.fromkeys([*seen, *sorted(named)])
    return _matching(current, [(task_name(words, task), task) for task in tasks])


@suggesting
async def _libraries(cog: Suggesting, _interaction: Interaction, current: str) -> Choices:
    typing = Typing.read(current)
    return _completions(typing, [(name, name) for name in await cog.suggestions.values("library", typing.current)])


@suggesting
async def _models(cog: Suggesting, _interaction: Interaction, current: str) -> Choices:
    typing = Typing.read(current)
    return _completions(typing, [(name, name) for name in await cog.suggestions.models(typing.current)])


@suggesting
async def suggested_models(cog: Suggesting, _interaction: Interaction, current: str) -> Choices:
    """Offer models by any words of their names, or by a pasted address."""
    return [choice(plain(name, LABEL_LENGTH), name) for name in await cog.suggestions.models(current)]


@suggesting
async def _watches(cog: Suggesting, interaction: Interaction, current: str) -> Choices:
    if interaction.guild_id is None:
        return []
    found = await cog.suggestions.watches(interaction.guild_id, plain(current, 100))
    return [choice(f"#{watch.id} {plain(watch.name, LABEL_LENGTH)}", str(watch.id)) for watch in found]


def _words(cog: Suggesting, interaction: Interaction) -> Words:
    return cog.language.words(interaction.locale)


def _matching(current: str, known: Sequence[tuple[str, str]]) -> Choices:
    """Complete from a short known list, by value or by its name in the reader's language; hyphens do not matter."""
    typing = Typing.read(current)
    key = name_key(typing.current)
    return _completions(typing, [pair for pair in known if any(key in name_key(text) for text in pair)])


def _completions(typing: Typing, known: Sequence[tuple[str, str]]) -> Choices:
    """Offer the whole list with one more element; the name shows it all, as that is what will be sent."""
    before = "".join(f"{value}, " for value in typing.before)
    return [
        choice(plain(before + name, LABEL_LENGTH), typing.completed_with(value))
        for name, value in known
        if typing.leaves_out(value)
    ]
