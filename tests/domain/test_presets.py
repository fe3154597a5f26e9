from dataclasses import replace

import pytest

from bot.domain.folding import Handling, handling
from bot.domain.matching import Matcher
from bot.domain.model import Kind, Metrics
from bot.domain.presets import PRESETS, Preset
from bot.domain.server import Locale
from bot.domain.watch_filters import from_json, to_json
from bot.domain.watches import Subject, WatchFilter
from bot.language.words import Language
from tests.domain.builders import subject, watch

DESCRIPTION_LIMIT = 100
"""Discord's limit for the description of a choice."""


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_has_words_in_every_language(preset: Preset) -> None:
    """A name, a description that fits a menu, and a name for each of its watches."""
    for locale in Locale:
        words = Language.load().words(locale)
        assert words.has(f"choice.{preset.key}")
        assert 0 < len(words(f"preset.{preset.key}.description")) <= DESCRIPTION_LIMIT
        for order in preset.watches:
            assert words(f"preset.watch.{order.key}")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_a_preset_is_no_flood_and_can_be_stored(preset: Preset) -> None:
    """None of its filters lets everything through."""
    for order in preset.watches:
        assert order.filter != WatchFilter()
        assert from_json(to_json(order.filter)) == order.filter


def keys_that_match(model: Subject) -> set[str]:
    """Return the presets of which a watch lets this model through."""
    found: set[str] = set()
    for preset in PRESETS:
        orders = [watch(number, filter=order.filter) for number, order in enumerate(preset.watches)]
        if Matcher.compile(orders).match(model):
            found.add(preset.key)
    return found


def test_a_new_release_by_a_lab_is_posted_at_once() -> None:
    """To whoever wants labs; the quiet hear of it once it is liked."""
    release = subject()
    assert keys_that_match(release) == {"labs", "builders"}
    assert keys_that_match(replace(release, now=Metrics(likes=250))) == {"labs", "builders", "quiet"}


def test_a_liked_finetune_by_nobody_known_reaches_builders() -> None:
    """Without likes it reaches nobody."""
    finetune = subject(kind=Kind.FINETUNE, lab=None, author="emma")
    assert keys_that_match(finetune) == set()
    assert keys_that_match(replace(finetune, now=Metrics(likes=12))) == {"builders"}


def test_quantisations_reach_nobody_as_releases() -> None:
    """They fold into cards; only the weekly list may name one that everybody likes."""
    copy = subject(kind=Kind.QUANTIZED, author="bartowski", lab="bartowski", by_uploader=True)
    assert keys_that_match(replace(copy, now=Metrics(likes=30))) == set()
    assert keys_that_match(subject(kind=Kind.QUANTIZED, lab=None, author="emma", now=Metrics(likes=30))) == set()


def test_a_labs_own_quantisation_is_a_release_only_where_its_base_was_not_posted() -> None:
    """Whoever wants labs gets every official release once, in whatever precision it comes."""
    (labs,) = (preset for preset in PRESETS if preset.key == "labs")
    order = watch(filter=labs.watches[0].filter)
    official = subject(kind=Kind.QUANTIZED, official=True)
    assert keys_that_match(official) == {"labs", "builders"}
    assert handling(order, official, base_was_given=True) is Handling.FOLD
    assert handling(order, official, base_was_given=False) is Handling.POST
    assert handling(order, replace(official, official=False), base_was_given=False) is Handling.LEAVE
