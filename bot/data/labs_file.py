"""Reads who publishes what: the labs that come with Rootstock, and an operator's own file on top."""

import tomllib
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import cast

from babel import Locale

from bot.domain.labs import Lab, LabBook

_FIELDS = frozenset({"key", "name", "country", "organisations", "uploader", "aliases"})
_LETTERS_OF_A_CODE = 2


class LabsFileInvalid(Exception):  # noqa: N818 - a state of a file, shown to an operator as it is
    """A labs file that cannot be used; the message says where, what, and what is expected."""


def read_labs(extra: Path | None) -> LabBook:
    """Return the known labs; an entry of `extra` replaces the one with the same key, or adds a lab.

    Raises:
        LabsFileInvalid: a file cannot be read, an entry is incomplete or wrong, or two labs share an organisation.
    """
    labs = {lab.key: lab for lab in _read("bot/data/labs.toml", _built_in())}
    if extra is not None:
        labs.update((lab.key, lab) for lab in _read(str(extra), _text_of(extra)))
    _refuse_shared_organisations(labs.values())
    return LabBook(labs.values())


def _built_in() -> str:
    return resources.files("bot.data").joinpath("labs.toml").read_text("utf-8")


def _text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LabsFileInvalid(f"{path}: cannot be read: {error}") from error


def _read(name: str, text: str) -> tuple[Lab, ...]:
    try:
        entries = tomllib.loads(text).get("lab", [])
    except tomllib.TOMLDecodeError as error:
        raise LabsFileInvalid(f"{name}: no valid TOML: {error}") from error
    if not isinstance(entries, list):
        raise LabsFileInvalid(f"{name}: labs are written as [[lab]] sections")
    labs = tuple(
        _lab(f"{name}, lab {number}", entry) for number, entry in enumerate(cast("list[object]", entries), start=1)
    )
    _refuse_repeated_keys(name, labs)
    return labs


def _lab(where: str, value: object) -> Lab:
    if not isinstance(value, dict):
        raise LabsFileInvalid(f"{where}: labs are written as [[lab]] sections")
    entry = cast("dict[str, object]", value)
    unknown = sorted(set(entry) - _FIELDS)
    if unknown:
        raise LabsFileInvalid(f"{where}: unknown field {unknown[0]!r}; known are {', '.join(sorted(_FIELDS))}")
    key = _text(where, entry, "key")
    if key != key.lower() or not key.replace("-", "").isalnum():
        raise LabsFileInvalid(f"{where}: key {key!r} must be lower-case letters, digits and hyphens")
    return Lab(
        key=key,
        name=_text(where, entry, "name"),
        country=_country(where, _text(where, entry, "country")),
        organisations=_names(where, "organisations", entry.get("organisations"), 'such as ["Qwen"]', fewest=1),
        uploader=_uploader(where, entry.get("uploader", False)),
        aliases=_names(where, "aliases", entry.get("aliases", []), 'such as ["千问"]', fewest=0),
    )


def _text(where: str, entry: dict[str, object], field: str) -> str:
    value = entry.get(field)
    if not isinstance(value, str) or not value.strip():
        raise LabsFileInvalid(f"{where}: {field!r} is missing")
    return value.strip()


def _country(where: str, code: str) -> str:
    known = len(code) == _LETTERS_OF_A_CODE and code in Locale("en").territories
    if not known:
        raise LabsFileInvalid(f"{where}: country {code!r} is no ISO 3166-1 code such as CN, FR or ZA")
    return code


def _names(where: str, field: str, value: object, example: str, *, fewest: int) -> tuple[str, ...]:
    names = cast("list[object]", value) if isinstance(value, list) else [None]
    texts = tuple(name.strip() for name in names if isinstance(name, str) and name.strip())
    if len(texts) < fewest or len(texts) != len(names):
        raise LabsFileInvalid(f"{where}: {field} is a list of names {example}")
    return texts


def _uploader(where: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise LabsFileInvalid(f"{where}: uploader is true or false")
    return value


def _refuse_repeated_keys(name: str, labs: Iterable[Lab]) -> None:
    seen: set[str] = set()
    for lab in labs:
        if lab.key in seen:
            raise LabsFileInvalid(f"{name}: key {lab.key!r} is there twice")
        seen.add(lab.key)


def _refuse_shared_organisations(labs: Iterable[Lab]) -> None:
    owners: dict[str, str] = {}
    for lab in labs:
        for organisation in lab.organisations:
            owner = owners.setdefault(organisation.casefold(), lab.key)
            if owner != lab.key:
                raise LabsFileInvalid(
                    f"organisation {organisation!r} belongs to lab {owner!r} and to lab {lab.key!r}; "
                    "to move it, write the other lab again under its own key without it"
                )
