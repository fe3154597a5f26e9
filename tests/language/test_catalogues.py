"""The catalogues are whole: every language has every text, and every text is used."""

import gettext
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from bot.domain.server import Locale
from bot.language.words import CATALOGUES, PLURAL_SUFFIX, SOURCE_LANGUAGE, Catalogue, Language, read_catalogue
from tests.language.keys_in_code import MADE_AT_RUN_TIME, asked, constants, prefixes

NAMES = sorted(path.stem for path in CATALOGUES.glob("*.po"))
TRANSLATIONS = [name for name in NAMES if name != SOURCE_LANGUAGE]


@cache
def catalogue(name: str) -> Catalogue:
    """Return one language as the bot reads it."""
    return read_catalogue(CATALOGUES / f"{name}.po")


@cache
def po(name: str) -> Catalog:
    """Return one language as babel reads it, with its flags and header."""
    with (CATALOGUES / f"{name}.po").open("rb") as file:
        return read_po(file, locale=name)


def text(name: str) -> str:
    """Return a catalogue's file as it is written."""
    return Path(CATALOGUES / f"{name}.po").read_text("utf-8")


def listed(keys: Iterable[str]) -> list[str]:
    """Return keys sorted, for a readable failure."""
    return sorted(keys)


def test_every_server_language_has_a_catalogue() -> None:
    """What a moderator can choose is what can be spoken."""
    assert sorted(str(locale).replace("-", "_") for locale in Locale) == NAMES


@pytest.mark.parametrize("name", TRANSLATIONS)
def test_every_language_has_the_same_keys(name: str) -> None:
    """No text is missing in a translation, and none is left over."""
    source, translation = catalogue(SOURCE_LANGUAGE).keys(), catalogue(name).keys()
    assert (listed(source - translation), listed(translation - source)) == ([], [])


@pytest.mark.parametrize("name", TRANSLATIONS)
def test_every_language_has_the_same_placeholders(name: str) -> None:
    """A translation uses every value that the source uses, and no other; only `{n}` may be left out of a plural."""
    differing = {
        key: (one, other)
        for key, source in catalogue(SOURCE_LANGUAGE).items()
        if (one := placeholders(source)) != (other := placeholders(catalogue(name).get(key, source)))
    }
    assert differing == {}


def placeholders(templates: Iterable[object]) -> set[str]:
    """Return the placeholders of all forms of a text."""
    return {name for template in templates for name in getattr(template, "placeholders", ())}


@pytest.mark.parametrize("name", NAMES)
def test_no_text_is_empty_or_uncertain(name: str) -> None:
    """Nothing is untranslated and nothing is marked fuzzy."""
    unfinished = [
        str(message.id) for message in po(name) if message.id and (message.fuzzy or not all(strings(message.string)))
    ]
    assert unfinished == []


def strings(msgstr: str | Iterable[str] | None) -> tuple[str, ...]:
    """Return a message's forms."""
    return (msgstr,) if isinstance(msgstr, str) else tuple(msgstr or ("",))


@pytest.mark.parametrize("name", NAMES)
def test_no_key_stands_twice(name: str) -> None:
    """A second entry of a key would silently win over the first."""
    counted = Counter(re.findall(r'^msgid "(.+)"$', text(name), re.MULTILINE))
    assert [key for key, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_plural_forms_are_whole(name: str) -> None:
    """Every plural has a text for each form of its language, numbered as Unicode's rules number them."""
    catalog = po(name)
    by_header = gettext.c2py(catalog.plural_expr)
    rule = Language.load().words(name).plural_index
    assert [by_header(n) for n in range(200)] == [rule(n) for n in range(200)]
    short = [
        message.id
        for message in catalog
        if message.pluralizable and len(strings(message.string)) != catalog.num_plurals
    ]
    assert short == []


@pytest.mark.parametrize("name", NAMES)
def test_plural_keys_follow_the_convention(name: str) -> None:
    """`msgid_plural` is the key and its suffix: gettext wants two names, we need one."""
    odd = [
        message.id
        for message in po(name)
        if isinstance(message.id, tuple) and message.id[1] != message.id[0] + PLURAL_SUFFIX
    ]
    assert odd == []


def test_no_key_is_missing() -> None:
    """Every key that the code asks for by name exists."""
    missing = [f"{one.key} ({one.place})" for one in asked() if one.key not in catalogue(SOURCE_LANGUAGE)]
    assert missing == []


def test_every_placeholder_is_given() -> None:
    """Wherever the code names a key and its values, no placeholder of the text goes without."""
    texts = catalogue(SOURCE_LANGUAGE)
    wanting = [
        f"{one.key} ({one.place}): {lacking}"
        for one in asked()
        if one.given is not None and (lacking := placeholders(texts.get(one.key, ())) - one.given)
    ]
    assert wanting == []


def test_plurals_are_asked_for_as_plurals() -> None:
    """A text that depends on a number is asked for with one, and the others are not."""
    texts = catalogue(SOURCE_LANGUAGE)
    forms = {str(message.id[0]) for message in po(SOURCE_LANGUAGE) if isinstance(message.id, tuple)}
    known = [one for one in asked() if one.key in texts and one.given is not None]
    confused = [f"{one.key} ({one.place})" for one in known if one.plural != (one.key in forms)]
    assert confused == []


def test_keys_made_at_run_time_are_registered() -> None:
    """A key that is put together begins with a prefix of `MADE_AT_RUN_TIME`, so that its texts can be checked."""
    unknown = [f"{head} ({place})" for head, place in sorted(prefixes()) if head not in MADE_AT_RUN_TIME]
    assert unknown == []


def test_every_ending_of_a_prefix_has_a_text() -> None:
    """Where the endings are known, each has its text."""
    expected = {prefix + ending for prefix, endings in MADE_AT_RUN_TIME.items() for ending in endings or ()}
    assert listed(expected - catalogue(SOURCE_LANGUAGE).keys()) == []


def test_every_reason_for_a_kind_has_a_text() -> None:
    """Every reason that `bot.domain.kinds` writes down by name has a text."""
    source = (Path(__file__).parents[2] / "bot" / "domain" / "kinds.py").read_text("utf-8")
    named = set(re.findall(r'concludes\([\w.]+, "([a-z-]+)"', source))
    weighed = re.findall(r'weighs\(Kind\.(\w+), "(\w+)"', source)
    made = {f"{what}-says-{kind.lower()}{over}" for kind, what in weighed for over in ("", "-bare", "-alone")}
    expected = {f"kind.reason.{reason}" for reason in named | made}
    assert listed(expected - catalogue(SOURCE_LANGUAGE).keys()) == []


def test_no_key_is_unused() -> None:
    """Every text is asked for, by name somewhere in the code or through a registered prefix."""
    known = {prefix + ending for prefix, endings in MADE_AT_RUN_TIME.items() for ending in endings or ()}
    open_prefixes = tuple(prefix for prefix, endings in MADE_AT_RUN_TIME.items() if endings is None)
    unused = [
        key
        for key in catalogue(SOURCE_LANGUAGE)
        if key not in constants() and key not in known and not key.startswith(open_prefixes)
    ]
    assert unused == []


BUTTONS = (
    "card.verb.up",
    "card.verb.down",
    "card.verb.tag",
    "card.verb.discuss",
    "card.verb.review",
    "card.button.details",
)
"""What can be pressed on a card."""

NAMED_BUTTON = {"en": r"(?i:press) ([A-Z][a-z]+) on (?:its|a model's) card", "zh_CN": "卡片上的“([^”]+)”"}
"""How each language names one in a sentence."""


@pytest.mark.parametrize("name", NAMED_BUTTON)
def test_texts_name_buttons_as_they_are_called(name: str) -> None:
    """Whoever is told to press something finds it on the card."""
    texts = catalogue(name)
    named = [
        found for templates in texts.values() for one in templates for found in re.findall(NAMED_BUTTON[name], one.text)
    ]
    assert named
    assert set(named) <= {texts[key][0].text for key in BUTTONS}


WIDE = "\u4e00-\u9fff"
"""Chinese characters, as a range of a pattern."""


def test_chinese_is_set_as_chinese_is() -> None:
    """Full-width marks between Chinese characters, a space where Latin letters or digits begin, one kind of quotes."""
    misset = {
        key: one.text
        for key, templates in catalogue("zh_CN").items()
        for one in templates
        if re.search(
            rf"[{WIDE}][A-Za-z0-9,;:!?()]|[A-Za-z0-9,;:!?()][{WIDE}]|[「」『』\"']|[。，；：！？] ?[,.;:]|\.\.\.",
            one.text,
        )
    }
    assert misset == {}


def test_full_width_marks_are_followed_by_no_space() -> None:
    """They are as wide as a letter; nor does one stand inside bold letters that something follows (CommonMark)."""
    misplaced = re.compile(r"[，。；：！？、（](?:\*\*)? |[ ](?:\*\*)?[，。；：！？、）]|[，。；：！？、]\*\*[^*\s{]")
    spaced = {
        key: one.text
        for key, templates in catalogue("zh_CN").items()
        for one in templates
        if misplaced.search(one.text)
    }
    assert spaced == {}


def test_chinese_has_one_pair_of_words_for_a_vote() -> None:
    """The two choices are called as their buttons are, and "everywhere" is not called as "all time" is."""
    up, down = (catalogue("zh_CN")[f"card.verb.{choice}"][0].text for choice in ("up", "down"))
    texts = {key: one.text for key, templates in catalogue("zh_CN").items() for one in templates}
    assert (up, down) == (texts["choice.up"], texts["choice.down"])
    others = {key: text for key, text in texts.items() if re.search("看好|赞成|反对|总榜", text)}
    assert others == {}
    assert texts["choice.all"] == texts["leaderboard.span.all"]
    assert texts["choice.everywhere"] == texts["leaderboard.everywhere"] != texts["choice.all"]
