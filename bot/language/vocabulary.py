"""Every name by which a moderator may call a value, gathered from the catalogues and from CLDR."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

from bot.domain.model import Kind, LicenceClass
from bot.domain.typed_lists import name_key
from bot.domain.vocabulary import COUNTRY_SPELLINGS, KIND_SPELLINGS, LANGUAGE_SPELLINGS, LICENCE_SPELLINGS, Vocabulary
from bot.language.words import Language

TASK = "task."
_LETTERS_OF_A_CODE = 2
_Choice = TypeVar("_Choice", bound=StrEnum)


def vocabulary_of(language: Language) -> Vocabulary:
    """Return the names of all languages together: a Chinese reader writes English names, and the other way round."""
    return Vocabulary(
        kinds={**KIND_SPELLINGS, **_choices(language, Kind, "kind.")},
        licence_classes={**LICENCE_SPELLINGS, **_choices(language, LicenceClass, "licence-class.")},
        tasks=dict(_tasks(language)),
        languages={**dict(_languages(language)), **LANGUAGE_SPELLINGS},
        countries={**dict(_countries(language)), **COUNTRY_SPELLINGS},
    )


def _choices(language: Language, values: type[_Choice], prefix: str) -> Mapping[str, _Choice]:
    named = {name_key(words(f"{prefix}{value}")): value for words in language.all() for value in values}
    return named | {name_key(value): value for value in values}


def _tasks(language: Language) -> Iterator[tuple[str, str]]:
    for words in language.all():
        for key in words.keys():  # noqa: SIM118 - not a mapping's keys
            if key.startswith(TASK):
                task = key.removeprefix(TASK)
                yield name_key(words(key)), task
                yield name_key(task), task


def _languages(language: Language) -> Iterator[tuple[str, str]]:
    """Yield names and codes; a name of one script or country's form means the language, as cards declare it."""
    for words in language.all():
        for code, name in words.language_names.items():
            yield name_key(name), code.partition("_")[0]
            yield name_key(code), code.casefold().replace("_", "-")


def _countries(language: Language) -> Iterator[tuple[str, str]]:
    for words in language.all():
        for code, name in words.country_names.items():
            if len(code) == _LETTERS_OF_A_CODE and code.isalpha():
                yield name_key(name), code
                yield name_key(code), code
