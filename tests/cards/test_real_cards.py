"""Real records of the Hub make cards that say everything in both languages."""

from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from bot.cards.rendering import render
from bot.domain.card import CardFacts, FamilyFacts, Relative
from bot.domain.kinds import classify
from bot.domain.licences import class_of
from bot.domain.model import HubModel
from bot.domain.server import Locale
from bot.domain.sizes import requirements
from bot.language.words import Language
from tests.cards.limits import check_limits
from tests.cards.samples import NOW, post_of
from tests.domain.real_records import real_models
from tests.shared_data import shared_data


def card_of(number: int, facts: HubModel) -> CardFacts:
    """Return what Rootstock concludes from one record."""
    concluded = classify(facts)
    return CardFacts(
        model_id=number,
        facts=facts,
        kind=concluded.kind,
        kind_reason=concluded.reason,
        kind_details=concluded.details,
        lab=None,
        requirements=requirements(facts),
        licence_class=class_of(facts),
        licence_warnings=(),
        family=FamilyFacts(parents=tuple(map(Relative, concluded.parents))),
        released_at=NOW,
    )


@pytest.fixture(scope="module", params=["hub_models.jsonl", "hub_newest_feed.jsonl"])
def cards(request: pytest.FixtureRequest) -> Sequence[CardFacts]:
    """Every record of a file, understood."""
    models = real_models(shared_data(request.param))
    return [card_of(number, facts) for number, facts in enumerate(models.values(), start=1)]


@pytest.mark.parametrize("locale", Locale)
def test_every_real_record_makes_a_card(cards: Sequence[CardFacts], locale: Locale) -> None:
    """Each fits Discord's limits, and no text is missing for anything that real records say."""
    language = Language.load()
    with capture_logs() as logs:
        for card in cards:
            check_limits(render(post_of(card, locale), language))
    assert logs == []
