"""Moments that are over, as readers whose clocks differ from ours see them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cards.ago import ago, since
from bot.cards.digest_card import digest_card
from bot.language.words import Language
from tests.cards.limits import texts_of
from tests.cards.samples import digest


@given(st.floats(1e9, 4e9), st.floats(0, 15))
def test_what_has_just_happened_is_never_in_the_future(moment: float, behind: float) -> None:
    """Discord counts from the reader's clock, and one that is a quarter of a minute behind still says "ago"."""
    told = re.fullmatch(r"<t:(\d+):R>", ago(moment))
    assert told is not None
    assert int(told[1]) <= moment - behind


@pytest.mark.parametrize(("locale", "sentence"), [("en", "since {}"), ("zh-CN", "自 {} 起")])
def test_since_is_followed_by_a_date(locale: str, sentence: str) -> None:
    """A digest says since which moment, and not "since 30 minutes ago"."""
    told = "\n".join(texts_of(digest_card(digest(), Language.load().words(locale))))
    assert sentence.format(since(digest().since.timestamp())) in told
