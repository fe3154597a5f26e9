"""The form for tags: within Discord's limits whatever is offered."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.workflows.read_tags import OFFERED, OfferedTag, TagOffer
from bot.workflows.tag_model import FilledForm
from cogs.tag_form import FORM_ID, form_of, tag_form
from tests.cogs.stage import LANGUAGE
from tests.domain.builders import NOW, hub_model, model
from tests.wire.limits_of_messages import errors_in_modal
from tests.wire.specification import load_specification

keys = st.text(min_size=1, max_size=30)
labels = st.text(min_size=1, max_size=60)


def offer(mine: int, others: int, name: str = "Qwen/Qwen3-8B") -> TagOffer:
    """Return an offer of so many tags."""
    return TagOffer(
        model=model(7, hub_model(name)),
        mine=[OfferedTag(f"m{n}", f"M{n}") for n in range(mine)],
        others=[OfferedTag(f"o{n}", f"O{n}") for n in range(others)],
        only_curated=False,
        read_at=NOW,
    )


@pytest.mark.parametrize("locale", ["en", "zh-CN"])
@pytest.mark.parametrize(("mine", "others"), [(0, 0), (0, 10), (10, 0), (10, 10), (12, 3)])
def test_discord_takes_the_form(locale: str, mine: int, others: int) -> None:
    """By Discord's own description and its limits, with any number of tags."""
    form = tag_form(7, offer(mine, others, "a/" + "x" * 90), LANGUAGE.words(locale), 2**63).to_dict()
    assert errors_in_modal(form) == []
    specification = load_specification()
    if specification is None:
        pytest.skip("Discord's description is not there")
    route = "/interactions/{interaction_id}/{interaction_token}/callback"
    assert specification.errors("POST", route, {"type": 9, "data": form}) == []


@given(st.lists(st.tuples(keys, labels), max_size=OFFERED, unique_by=lambda pair: pair[0]))
def test_hostile_labels_fit_into_boxes(tags: list[tuple[str, str]]) -> None:
    """Every label is shown, or the key in its place."""
    found = TagOffer(model(7), [], [OfferedTag(key, label) for key, label in tags], only_curated=True, read_at=NOW)
    assert errors_in_modal(tag_form(7, found, LANGUAGE.words("en"), 1).to_dict()) == []


def test_the_id_says_what_was_shown() -> None:
    """Nothing is taken off that was not shown: without an offer, or where not all of the tags had room."""
    words = LANGUAGE.words("en")
    shown = {
        name: form_of(matched(tag_form(7, found, words, 1).custom_id), {}).shown_at
        for name, found in {"all": offer(3, 0), "too many": offer(12, 0), "none": None}.items()
    }
    assert (shown["all"], shown["too many"].year, shown["none"].year) == (NOW, 1970, 1970)


def matched(custom_id: str) -> re.Match[str]:
    """Match a form's id."""
    match = FORM_ID.fullmatch(custom_id)
    assert match is not None
    return match


def test_a_hand_made_form_is_read_as_tags() -> None:
    """Moments beyond the calendar and values from nowhere do no harm."""
    match = matched(f"v1:tagform:7:{'9' * 16}:1")
    assert form_of(match, {"own": "a\nb", "typed": "c"}) == FilledForm(["a", "b"], "c", form_of(match, {}).shown_at)
