import pytest

from bot.domain.folding import Handling, handling
from bot.domain.model import Kind
from bot.domain.watches import ANY_LAB, WatchFilter
from tests.domain.builders import subject, watch


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.QUANTIZED])
def test_whatever_is_not_quantized_is_posted(kind: Kind) -> None:
    """Folding is for quantisations alone."""
    assert handling(watch(), subject(kind=kind), base_was_given=True) is Handling.POST


def test_a_quantisation_folds_where_its_base_was_given() -> None:
    """Official or not."""
    assert handling(watch(), subject(kind=Kind.QUANTIZED), base_was_given=True) is Handling.FOLD
    official = subject(kind=Kind.QUANTIZED, official=True)
    assert handling(watch(), official, base_was_given=True) is Handling.FOLD


def test_without_its_base_only_official_quantisations_are_posted() -> None:
    """Somebody else's was not asked for."""
    official = subject(kind=Kind.QUANTIZED, official=True)
    assert handling(watch(), official, base_was_given=False) is Handling.POST
    assert handling(watch(), subject(kind=Kind.QUANTIZED), base_was_given=False) is Handling.LEAVE


def test_a_watch_that_names_its_publisher_gets_a_quantisation() -> None:
    """By account or lab; any lab names nobody. What belongs to a model that the channel has still folds."""
    copy = subject(kind=Kind.QUANTIZED, author="bartowski", lab="bartowski")
    for asked in (WatchFilter(authors=frozenset({"bartowski"})), WatchFilter(labs=frozenset({"bartowski"}))):
        assert handling(watch(filter=asked), copy, base_was_given=False) is Handling.POST
        assert handling(watch(filter=asked), copy, base_was_given=True) is Handling.FOLD
    anybody = watch(filter=WatchFilter(labs=frozenset({ANY_LAB})))
    assert handling(anybody, copy, base_was_given=False) is Handling.LEAVE


@pytest.mark.parametrize("base_was_given", [True, False])
def test_a_watch_that_asks_for_quantisations_gets_them(*, base_was_given: bool) -> None:
    """By naming the kind."""
    asking = watch(filter=WatchFilter(kinds=frozenset({Kind.QUANTIZED, Kind.MERGE})))
    assert handling(asking, subject(kind=Kind.QUANTIZED), base_was_given=base_was_given) is Handling.POST
