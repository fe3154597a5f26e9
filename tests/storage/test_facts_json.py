"""A record survives the way through JSON, whatever it says; older and newer versions' records are read."""

import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model import DeclaredParent, Evaluation, HubModel
from storage.facts_json import from_json, to_json

MOMENTS = st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1))  # noqa: DTZ001 - Hypothesis asks for naive bounds
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.lists(st.text(max_size=20), max_size=4).map(tuple)
RECORDS = st.builds(
    HubModel,
    repo_id=st.text(min_size=1, max_size=50),
    created_at=st.none() | MOMENTS,
    last_modified=st.none() | MOMENTS,
    tags=TEXTS,
    languages=TEXTS,
    files=st.none() | TEXTS,
    trending=st.none() | NUMBERS,
    declared=st.lists(st.builds(DeclaredParent), max_size=3).map(tuple),
    evaluations=st.lists(st.builds(Evaluation, value=NUMBERS), max_size=3).map(tuple),
)


@given(RECORDS)
def test_a_record_survives(record: HubModel) -> None:
    """What comes out is what went in, through real JSON text."""
    assert from_json(json.loads(json.dumps(to_json(record)))) == record


def test_moments_of_other_zones_become_utc() -> None:
    """A moment is the same moment in UTC."""
    there = datetime(2026, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    read = from_json({"source": "hf", "repo_id": "a/b", "created_at": there.isoformat()}).created_at
    assert read == datetime(2026, 1, 1, tzinfo=UTC)


def test_what_another_version_wrote_is_read() -> None:
    """Missing keys are not said; unknown keys, kinds and gates are passed over."""
    written = {"source": "hf", "repo_id": "a/b", "gating": "by lot", "declared": [["c/d", "distilled"]], "new": 1}
    assert from_json(written) == from_json({"source": "hf", "repo_id": "a/b", "declared": [["c/d", None]]})
