"""When a model was released, by how it was first seen."""

from datetime import datetime, timedelta

import pytest

from bot.domain.release_moments import Sight, Sighting, release_moment, settled_moment
from tests.domain.builders import NOW, hub_model

DAY = timedelta(days=1)
LONG_AGO = NOW - 200 * DAY
STAGED = NOW - 44 * DAY


@pytest.mark.parametrize(
    ("sighting", "created", "released"),
    [
        (Sighting(Sight.BASELINE), LONG_AGO, LONG_AGO),
        (Sighting(Sight.BASELINE), None, None),
        (Sighting(Sight.PUBLISHER), STAGED, NOW),
        (Sighting(Sight.PUBLISHER), None, NOW),
        (Sighting(Sight.CREATED_NOTICE), STAGED, NOW),
        (Sighting(Sight.CHANGED_NOTICE), STAGED, STAGED),
        (Sighting(Sight.ANCESTOR), STAGED, STAGED),
        (Sighting(Sight.NEWEST, last_read_at=NOW - DAY), NOW - DAY / 2, NOW - DAY / 2),
        (Sighting(Sight.NEWEST, last_read_at=NOW - DAY), NOW - 2 * DAY, NOW),
        (Sighting(Sight.NEWEST, last_read_at=NOW - DAY), None, NOW),
        (Sighting(Sight.TRENDING, feed_started_at=STAGED), NOW - DAY, NOW),
        (Sighting(Sight.TRENDING, feed_started_at=NOW - DAY), None, None),
    ],
)
def test_each_way_of_being_seen_has_its_rule(
    sighting: Sighting, created: datetime | None, released: datetime | None
) -> None:
    """The table of the module, row by row."""
    assert release_moment(hub_model(created_at=created), sighting, now=NOW) == released


@pytest.mark.parametrize(
    ("created", "likes", "trending", "is_new"),
    [
        (STAGED, 961, 932.0, True),
        (STAGED, 1106, 563.0, True),
        (STAGED, 933, 3.0, False),
        (LONG_AGO, 961, 932.0, False),
        (STAGED, None, 932.0, False),
        (STAGED, 961, None, False),
    ],
)
def test_an_old_model_that_comes_into_sight_is_no_release(
    created: datetime, likes: int | None, trending: float | None, *, is_new: bool
) -> None:
    """Among the trending models only what is liked for the first time counts as published lately."""
    sighting = Sighting(Sight.TRENDING, feed_started_at=NOW - DAY)
    facts = hub_model(created_at=created, likes=likes, trending=trending)
    assert release_moment(facts, sighting, now=NOW) == (NOW if is_new else created)


@pytest.mark.parametrize("sight", [Sight.TRENDING, Sight.ANCESTOR, Sight.CHANGED_NOTICE, Sight.SECOND_LOOK])
def test_what_a_known_listing_did_not_show_is_new_however_it_is_seen(sight: Sight) -> None:
    """A listed publisher's unknown model was private until now."""
    facts = hub_model(created_at=LONG_AGO)
    assert release_moment(facts, Sighting(sight), now=NOW, publisher_listed=True) == NOW


@pytest.mark.parametrize("sight", [Sight.BASELINE, Sight.NEWEST, Sight.ANCESTOR])
def test_no_release_lies_in_the_future(sight: Sight) -> None:
    """A repository's date may be anything; what is seen now was released by now."""
    sighting = Sighting(sight, last_read_at=NOW - DAY)
    assert release_moment(hub_model(created_at=NOW + DAY), sighting, now=NOW) == NOW


def test_files_that_came_after_the_first_sight_are_the_release() -> None:
    """An empty repository of last week whose files arrive today is released today."""
    facts = hub_model(last_modified=NOW)
    assert settled_moment(facts, first_seen_at=NOW - DAY, first_thought=LONG_AGO, now=NOW) == NOW


@pytest.mark.parametrize("modified", [None, LONG_AGO])
def test_a_record_that_said_too_little_at_first_makes_nothing_new(modified: datetime | None) -> None:
    """Unchanged since it was first seen, it was released when that was thought."""
    facts = hub_model(last_modified=modified)
    assert settled_moment(facts, first_seen_at=NOW - DAY, first_thought=LONG_AGO, now=NOW) == LONG_AGO
