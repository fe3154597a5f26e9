"""What Rootstock says, in the reader's language: texts from the catalogues, numbers and dates by Unicode's rules.

One PO file a language in `catalogues/`, named by its babel locale (`zh_CN.po`); adding a file adds the language.
Keys are symbolic (`card.licence`), placeholders are `{name}`. Values are inserted as they are and never interpreted;
hostile ones go through `bot.cards.safe_text.safe` first.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum
from functools import lru_cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Literal, cast

import structlog
from babel import Locale as BabelLocale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from bot.domain.server import Locale
from bot.language.command_names import CommandNames, is_reference

CATALOGUES = Path(__file__).parent / "catalogues"
SOURCE_LANGUAGE = "en"
"""What a reader gets whose language has no catalogue."""

PLURAL_SUFFIX = " plural"
"""`msgid "card.likes"` has `msgid_plural "card.likes plural"`: gettext wants two, one key is enough for us."""

PLURAL_TAGS = ("zero", "one", "two", "few", "many", "other")
"""Unicode's plural categories in the order in which gettext numbers them (`babel.plural.to_gettext`)."""

NO_COUNTRY = "ZZ"
"""Unicode's "unknown region": publishers of no one country, or who do not say (bot/data/labs.toml)."""

_KEPT_RESULTS = 4096
"""Formatted numbers kept in memory a language: likes and sizes repeat, and babel takes 20 us for each."""

FULL_WIDTH_ENDS = ("。", "！", "？", "；")
"""How Chinese sentences end; these marks are as wide as a letter and hold their space already."""

NO_IDS: Mapping[str, int] = MappingProxyType({})

_GIGABYTE = 1_000_000_000
_log = structlog.get_logger()


class Template:
    """One text with its placeholders, split once so that filling it in is a join.

    `references` are those of its placeholders that stand for commands and options (`bot.language.command_names`).
    """

    __slots__ = ("_parts", "placeholders", "references", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._parts = tuple((literal, name) for literal, name, _, _ in Formatter().parse(text))
        names = frozenset(name for _, name in self._parts if name)
        self.references = frozenset(filter(is_reference, names))
        self.placeholders = names - self.references

    def fill(self, values: Mapping[str, object], command_name: Callable[[str], str]) -> str:
        """Put the values in. Raises `KeyError` for a placeholder without a value."""
        if self.references:
            values = {**values, **{name: command_name(name) for name in self.references}}
        elif not self.placeholders:
            return self._parts[0][0] if self._parts else ""
        return "".join(f"{literal}{values[name]}" if name else literal for literal, name in self._parts)


Catalogue = Mapping[str, tuple[Template, ...]]
"""Every key with its text; several where the text depends on a number."""


def read_catalogue(path: Path) -> Catalogue:
    """Read one PO file. Raises `babel.messages.pofile.PoFileError` where it is malformed."""
    with path.open("rb") as file:
        messages = read_po(file, locale=path.stem, abort_invalid=True)
    return {_key_of(message.id): _templates_of(message.string or "") for message in messages if message.id}


def _key_of(msgid: str | Iterable[str]) -> str:
    return msgid if isinstance(msgid, str) else next(iter(msgid))


def _templates_of(msgstr: str | Iterable[str]) -> tuple[Template, ...]:
    return (Template(msgstr),) if isinstance(msgstr, str) else tuple(Template(text) for text in msgstr)


class Words:
    """One language's voice. Calling it gives a text: `words("card.licence", licence="apache-2.0")`."""

    def __init__(
        self, name: str, catalogue: Catalogue, fallback: Catalogue, command_ids: Mapping[str, int] = NO_IDS
    ) -> None:
        babel = BabelLocale.parse(name)
        self.babel = babel
        self.locale = name.replace("_", "-")
        """By Discord's name, `zh-CN`."""
        self._catalogue = catalogue
        self._fallback = fallback
        self._command_name = CommandNames(self.__call__, command_ids)
        self.country_names = cast("Mapping[str, str]", babel.territories)
        """By ISO 3166-1 alpha-2; regions and the world have other codes."""
        self.language_names = cast("Mapping[str, str]", babel.languages)
        """By CLDR's code: `zh`, `zh_Hans`."""
        self._plural_rule = babel.plural_form
        self._plural_tags = tuple(tag for tag in PLURAL_TAGS if tag in self._plural_rule.tags or tag == "other")
        self.number = lru_cache(_KEPT_RESULTS)(self._number)
        self.compact = lru_cache(_KEPT_RESULTS)(self._compact)
        self.percent = lru_cache(_KEPT_RESULTS)(self._percent)

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the text for `key`. A missing key or value is logged and the key is shown: a reply never fails."""
        return self._fill(key, 0, values)

    def plural(self, key: str, n: int, /, **values: object) -> str:
        """Return the text for `key` in the form for `n`; `{n}` in it is the number, written for the locale."""
        return self._fill(key, self.plural_index(n), {"n": self.number(n), **values})

    def plural_index(self, n: int) -> int:
        """Return which of a text's forms is for `n`, by Unicode's rules."""
        return self._plural_tags.index(self._plural_rule(n))

    def has(self, key: str) -> bool:
        """Tell whether there is a text for `key`: for keys made from a value, such as a hub's task name."""
        return key in self._catalogue or key in self._fallback

    def _fill(self, key: str, index: int, values: Mapping[str, object]) -> str:
        templates = self._catalogue.get(key) or self._fallback.get(key)
        if templates is None:
            _log.error("text_missing", key=key, locale=self.locale)
            return key
        try:
            return templates[min(index, len(templates) - 1)].fill(values, self._command_name)
        except KeyError as missing:
            _log.exception("placeholder_missing", key=key, locale=self.locale, placeholder=str(missing))
            return key

    def _number(self, n: float) -> str:
        """Write a number with the locale's separators: 1,234."""
        return format_decimal(n, locale=self.babel)

    def _compact(self, n: float) -> str:
        """Write a number briefly: 1.2M, 120万. One decimal below a hundred of the unit, none above."""
        return _compact_in(self.babel, n)

    def _percent(self, share: float) -> str:
        """Write a share (0.5) as 50%."""
        return format_percent(share, locale=self.babel)

    def parameters(self, n: int) -> str:
        """Write a parameter count as builders of every language do: 8.2B, 350M, 1T."""
        return parameters_in_words(n)

    def bytes(self, n: int) -> str:
        """Write a number of bytes in decimal gigabytes, one decimal below a hundred: 5.6 GB, 141 GB, 0.3 GB."""
        gigabytes = n / _GIGABYTE
        shown = round(gigabytes) if gigabytes >= 99.95 else max(round(gigabytes, 1), 0.1)  # noqa: PLR2004 - would round to 100.0
        return f"{self.number(shown)} GB"

    def date(self, moment: date | datetime, zone: tzinfo = UTC) -> str:
        """Write the day of a moment, in `zone`: Aug 3, 2026 / 2026年8月3日."""
        local = moment.astimezone(zone) if isinstance(moment, datetime) else moment
        return format_date(local, "medium", locale=self.babel)

    def moment(self, moment: datetime, zone: tzinfo = UTC) -> str:
        """Write a day with its time, in `zone`."""
        return format_datetime(moment.astimezone(zone), "medium", locale=self.babel)

    def relative(self, delta: timedelta) -> str:
        """Write how long from now: "in 3 days", "2 hours ago" (negative)."""
        return format_timedelta(delta, add_direction=True, locale=self.babel)

    def list(self, items: Iterable[str], style: Literal["standard", "or"] = "standard") -> str:
        """Join items as the language does: "a, b, and c" / "a、b和c"."""
        return format_list(list(items), style=style, locale=self.babel)

    def enumeration(self, items: Iterable[str]) -> str:
        """Join items without a final "and": "a, b, c" / "a、b、c"."""
        return self("list-separator").join(items)

    def sentences(self, told: Iterable[str]) -> str:
        """Put whole sentences beside each other: with a space, but where a full-width mark brings its own room."""
        joined = ""
        for one in filter(None, told):
            joined += one if not joined or joined.endswith(FULL_WIDTH_ENDS) else f" {one}"
        return joined

    def country(self, code: str) -> str:
        """Name a country by its ISO 3166-1 alpha-2 code, with its flag; an unknown code is shown as it is.

        Empty for a publisher of no one country.
        """
        if code == NO_COUNTRY:
            return ""
        return f"{flag(code)} {self.country_names.get(code, code)}".strip()

    def language_name(self, code: str) -> str:
        """Name a language by its ISO 639 code; an unknown code is shown as it is."""
        return self.language_names.get(code, code)

    def keys(self) -> frozenset[str]:
        """Return every key of this language's own catalogue."""
        return frozenset(self._catalogue)


class Language:
    """All the languages Rootstock speaks. After `load` only one thing changes: which ids its commands are known by."""

    def __init__(self, catalogues: Mapping[str, Catalogue]) -> None:
        source = catalogues[SOURCE_LANGUAGE]
        self._ids: dict[str, int] = {}
        self._words = {name: Words(name, catalogue, source, self._ids) for name, catalogue in catalogues.items()}
        self._by_language = {words.babel.language: words for words in self._words.values()}
        self._source = self._words[SOURCE_LANGUAGE]

    @classmethod
    def load(cls, folder: Path = CATALOGUES) -> "Language":
        """Read every catalogue of a folder, once, at start."""
        return cls({path.stem: read_catalogue(path) for path in sorted(folder.glob("*.po"))})

    def learn_commands(self, ids: Mapping[str, int]) -> None:
        """Let texts mention commands, by their first word, from now on: a mention can be pressed."""
        self._ids.update(ids)

    def words(self, locale: str | Enum | None = None) -> Words:
        """Return the voice for a locale by Discord's name (`Locale`, `discord.Locale`, `zh-TW`).

        The exact catalogue, else one of the same language (zh-TW reads zh-CN), else English.
        """
        name = str(locale or SOURCE_LANGUAGE).replace("-", "_")
        return self._words.get(name) or self._by_language.get(name.partition("_")[0]) or self._source

    def locale_of(self, locale: str | Enum | None) -> Locale:
        """Return the server setting that fits a locale by Discord's name."""
        return Locale(self.words(locale).locale)

    def texts_below(self, prefix: str) -> Mapping[str, tuple[str, ...]]:
        """Return every language's text of each key that begins with `prefix`, by the rest of the key."""
        texts: dict[str, tuple[str, ...]] = {}
        for words in self._words.values():
            for key in sorted(filter(lambda key: key.startswith(prefix), words.keys())):
                ending = key.removeprefix(prefix)
                texts[ending] = (*texts.get(ending, ()), words(key))
        return texts

    def all(self) -> tuple[Words, ...]:
        """Return every language, by file name."""
        return tuple(self._words.values())


@lru_cache(_KEPT_RESULTS)
def parameters_in_words(n: int) -> str:
    """Write a parameter count: 8.2B, 350M, 1T. The same in every language: it is part of models' names."""
    return _compact_in(BabelLocale.parse("en"), n)


def flag(code: str) -> str:
    """Return a country's flag as an emoji: two regional indicator letters; nothing for no country."""
    if code == NO_COUNTRY or len(code) != 2 or not (code.isascii() and code.isalpha()):  # noqa: PLR2004 - alpha-2
        return ""
    return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in code.upper())


def _compact_in(babel: BabelLocale, n: float) -> str:
    fine = format_compact_decimal(_carried(n), locale=babel, fraction_digits=1)
    whole_digits = len(fine) - len(fine.lstrip("0123456789,"))
    return format_compact_decimal(n, locale=babel) if whole_digits >= 3 else fine  # noqa: PLR2004 - 123.5M says no more than 124M


def _carried(n: float) -> float:
    """Return 1,000,000 for 999,950: babel would write 1000K, where a reader expects 1M."""
    rounded = float(f"{n:.3g}")
    return rounded if len(str(int(rounded))) > len(str(int(n))) else n
