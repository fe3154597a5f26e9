"""New records are put upon known ones: what is not said is kept."""

from dataclasses import fields, replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.merging import merge
from bot.domain.model import Gating, HubModel, Source
from tests.domain.builders import hub_model

FULL = hub_model(
    tags=("a",), files=("x",), summary="s", parameters=8, licence="other", licence_name="mine", gating=Gating.MANUAL
)
NOTHING_SAID = HubModel(Source.HUGGING_FACE, FULL.repo_id)


def test_a_record_that_says_nothing_changes_nothing() -> None:
    """Merging a bare name keeps everything."""
    assert merge(FULL, NOTHING_SAID) == FULL


@given(st.builds(HubModel, likes=st.none() | st.integers(0), task=st.none() | st.text(), has_files=st.just(value=True)))
def test_what_is_said_wins(new: HubModel) -> None:
    """Every fact that a full record states is the merged record's."""
    merged = merge(FULL, new)
    said = [field.name for field in fields(new) if getattr(new, field.name) not in {None, "", ()}]
    assert {name: getattr(merged, name) for name in said} == {name: getattr(new, name) for name in said}


def test_an_empty_file_list_is_said() -> None:
    """A repository that lost its files says so."""
    emptied = merge(FULL, replace(NOTHING_SAID, files=(), has_files=False))
    assert (emptied.files, emptied.has_files) == ((), False)


def test_a_new_licence_brings_its_own_name() -> None:
    """The old licence's name does not stick to a new id."""
    assert merge(FULL, replace(NOTHING_SAID, licence="mit")).licence_name is None
    assert merge(FULL, replace(NOTHING_SAID, licence="other")).licence_name == "mine"


def test_a_gate_is_opened_by_a_full_record_only() -> None:
    """A listing that is silent about gates does not open one."""
    assert merge(FULL, NOTHING_SAID).gating is Gating.MANUAL
    assert merge(FULL, replace(NOTHING_SAID, has_files=True)).gating is Gating.OPEN
