import pytest

from bot.domain.folding import Handling, handling
from bot.domain.model import Kind
from bot.domain.watches import WatchFilter
from tests.domain.builders import subject, watch


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.QUANTIZED])
def test_whatever_is_not_quantized_is_posted(kind: Kind) -> None:
    """Folding is for quantisations alone."""
    assert handling(watch(), subject(kind=kind), base_has_card=True) is Handling.POST


def test_a_quantisation_folds_into_the_card_of_its_base() -> None:
    """Official or not."""
    assert handling(watch(), subject(kind=Kind.QUANTIZED), base_has_card=True) is Handling.FOLD
    official = subject(kind=Kind.QUANTIZED, same_publisher_as_parent=True)
    assert handling(watch(), official, base_has_card=True) is Handling.FOLD


def test_without_a_card_only_official_quantisations_are_posted() -> None:
    """Somebody else's was not asked for."""
    official = subject(kind=Kind.QUANTIZED, same_publisher_as_parent=True)
    assert handling(watch(), official, base_has_card=False) is Handling.POST
    assert handling(watch(), subject(kind=Kind.QUANTIZED), base_has_card=False) is Handling.LEAVE


@pytest.mark.parametrize("base_has_card", [True, False])
def test_a_watch_that_asks_for_quantisations_gets_them(*, base_has_card: bool) -> None:
    """By naming the kind."""
    asking = watch(filter=WatchFilter(kinds=frozenset({Kind.QUANTIZED, Kind.MERGE})))
    assert handling(asking, subject(kind=Kind.QUANTIZED), base_has_card=base_has_card) is Handling.POST
