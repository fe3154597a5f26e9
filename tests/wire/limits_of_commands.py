"""Discord's limits on application commands that its OpenAPI description does not state (DISCORD.md, "Limits")."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.wire.world import Json, inner, part

CHAT_INPUT = 1
SUBCOMMAND, GROUP = 1, 2
MOST_OF_A_TYPE = {CHAT_INPUT: 100, 2: 15, 3: 15}
MOST_CHARACTERS = 8000


def errors_in_commands(commands: Sequence[Json]) -> list[str]:
    """Say what Discord would refuse in a list of commands that replaces all others."""
    errors: list[str] = []
    of_type = Counter(_type_of(command) for command in commands)
    errors += [
        f"more than {most} commands of type {kind}" for kind, most in MOST_OF_A_TYPE.items() if of_type[kind] > most
    ]
    named = Counter((_type_of(command), command["name"]) for command in commands)
    errors += [f"{name}: there twice" for (_, name), times in named.items() if times > 1]
    for command in commands:
        errors += [f"{command['name']}: {error}" for error in errors_in_command(command)]
    return errors


def errors_in_command(command: Json) -> Iterator[str]:
    """Say what Discord would refuse in one command."""
    slash = _type_of(command) == CHAT_INPUT
    yield from _name(command, strict=slash)
    if slash:
        yield from _description(command)
        yield from _options(inner(command, "options"), depth=0)
    elif command.get("description"):
        yield "description: a context menu has none"
    if (length := _characters(command)) > MOST_CHARACTERS:
        yield f"{length} characters in all; at most {MOST_CHARACTERS}"


def _type_of(command: Json) -> int:
    return command.get("type") or CHAT_INPUT


def _name(named: Json, *, strict: bool) -> Iterator[str]:
    """Letters of any script, digits, `-`, `_` and `'`, in lower case where the script has cases."""
    for name in [named["name"], *part(named, "name_localizations").values()]:
        if not 1 <= len(name) <= 32:
            yield f"name {name!r}: 1 to 32 characters"
        if strict and (not all(map(_may_be_in_name, name)) or name != name.lower()):
            yield f"name {name!r}: characters that a name cannot have"


def _may_be_in_name(character: str) -> bool:
    return (
        character in "-_'"
        or unicodedata.category(character)[0] in "LN"
        or bool(re.match(r"[\u0900-\u097F\u0E00-\u0E7F]", character))
    )


def _description(described: Json) -> Iterator[str]:
    for text in [described.get("description") or "", *part(described, "description_localizations").values()]:
        if not 1 <= len(text) <= 100:
            yield f"description {text!r}: 1 to 100 characters"


def _options(options: Sequence[Json], *, depth: int) -> Iterator[str]:
    if len(options) > 25:
        yield "options: more than 25"
    names = Counter(name for option in options for name in [option["name"]])
    yield from (f"option {name}: there twice" for name, times in names.items() if times > 1)
    kinds = {option["type"] in {SUBCOMMAND, GROUP} for option in options}
    if len(kinds) > 1:
        yield "options: subcommands and options side by side"
    yield from _order(options)
    for option in options:
        yield from _option(option, depth=depth)


def _order(options: Sequence[Json]) -> Iterator[str]:
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        yield "options: a required one after an optional one"


def _option(option: Json, *, depth: int) -> Iterator[str]:
    yield from _name(option, strict=True)
    yield from _description(option)
    if option["type"] in {SUBCOMMAND, GROUP}:
        if depth + (option["type"] == SUBCOMMAND) > 2:
            yield f"option {option['name']}: nested too deep"
        yield from _options(inner(option, "options"), depth=depth + 1)
        return
    choices = inner(option, "choices")
    if len(choices) > 25:
        yield f"option {option['name']}: more than 25 choices"
    if choices and option.get("autocomplete"):
        yield f"option {option['name']}: choices beside autocomplete"
    yield from (error for choice in choices for error in errors_in_choice(choice))


def errors_in_choice(choice: Json) -> Iterator[str]:
    """Say what Discord would refuse in a choice, of a command or of an autocomplete answer."""
    if not 1 <= len(choice["name"]) <= 100:
        yield f"choice {choice['name']!r}: 1 to 100 characters"
    if isinstance(choice["value"], str) and len(choice["value"]) > 100:
        yield f"choice {choice['name']!r}: its value is longer than 100"


def _characters(piece: Json) -> int:
    """Names, descriptions and values; of a text and its localisations the longest counts."""
    total = max(map(len, [piece["name"], *part(piece, "name_localizations").values()]))
    total += max(map(len, [piece.get("description") or "", *part(piece, "description_localizations").values()]))
    for choice in inner(piece, "choices"):
        total += len(choice["name"]) + len(str(choice["value"]))
    return total + sum(map(_characters, inner(piece, "options")))
