"""The Hub's webhook payloads: recorded ones, documented ones, and anything else."""

import contextlib
import json

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo.hub_shelf import WireRecord
from bot.demo.hub_webhook import payload_of
from bot.hub.webhook_notices import HubNotice, NoticeAction, UnreadableNotice, read_notice
from tests.hub.test_records import json_values
from tests.shared_data import shared_data

RECORD: WireRecord = {"id": "Org/Model", "_id": "6366c000a2abcdf2fd69a080"}


def read(action: str, scope: str, extra: dict[str, object] | None = None, **repo: object) -> HubNotice | None:
    payload = json.loads(json.dumps(payload_of(action, scope, RECORD, "https://hub", extra)))
    payload["repo"].update(repo)
    return read_notice(orjson.dumps(payload))


def refs(*names: str) -> dict[str, object]:
    return {"updatedRefs": [{"ref": name, "oldSha": None, "newSha": "0" * 40} for name in names]}


@pytest.mark.parametrize(
    ("action", "scope", "extra", "expected"),
    [
        ("create", "repo", {}, NoticeAction.APPEARED),
        ("update", "repo", {}, NoticeAction.CHANGED),
        ("update", "repo.content", refs("refs/heads/main"), NoticeAction.CHANGED),
        ("update", "repo.content", refs("refs/pr/5", "refs/heads/main"), NoticeAction.CHANGED),
        ("update", "repo.config", {"updatedConfig": {"private": False}}, NoticeAction.APPEARED),
        ("update", "repo.config", {"updatedConfig": {}}, NoticeAction.CHANGED),
        ("update", "repo.config", {"updatedConfig": {"gated": "auto"}}, NoticeAction.CHANGED),
        ("update", "repo.config.something.new", {}, NoticeAction.CHANGED),
        ("invent", "repo.novelty", {}, NoticeAction.CHANGED),
        ("update", "repo.config", {"updatedConfig": {"private": True}}, NoticeAction.GONE),
        ("delete", "repo", {}, NoticeAction.GONE),
        ("move", "repo", {"movedTo": {"name": "New/Name", "owner": {"id": "1"}}}, NoticeAction.MOVED),
    ],
)
def test_what_a_notice_means(action: str, scope: str, extra: dict[str, object], expected: NoticeAction) -> None:
    """Every documented event, and unknown ones as updates of the broader scope."""
    notice = read(action, scope, extra)
    moved_to = "New/Name" if expected is NoticeAction.MOVED else None
    assert notice == HubNotice(expected, "Org/Model", str(RECORD["_id"]), moved_to, f"{action} {scope}")


def test_made_public_beats_what_the_repository_said_before() -> None:
    """`updatedConfig.private` is the news; a private repository without it is none to show."""
    public = read("update", "repo.config", {"updatedConfig": {"private": False}}, private=True)
    private = read("update", "repo.content", refs("refs/heads/main"), private=True)
    assert [notice.action for notice in (public, private) if notice] == [NoticeAction.APPEARED, NoticeAction.GONE]


def test_what_does_not_concern_models_is_nothing() -> None:
    """Data sets, spaces, discussions, comments, pull requests."""
    assert read("update", "repo.content", type="dataset") is None
    assert read("create", "repo", type="space") is None
    assert read("create", "discussion") is None
    assert read("create", "discussion.comment") is None
    assert read("update", "repo.content", refs("refs/pr/5", "refs/pr/6")) is None


def test_version_2_says_the_same() -> None:
    """The old form has action and scope as two texts."""
    payload = {"event": "update", "scope": "repo.content", "repo": {"type": "model", "name": "gpt2", "id": "6" * 24}}
    assert read_notice(orjson.dumps(payload)) == HubNotice(
        NoticeAction.CHANGED, "gpt2", "6" * 24, None, "update repo.content"
    )


@pytest.mark.parametrize(
    "payload",
    [b"", b"null", b"[]", b"{", b"\xff", b'{"event": 3}', b'{"event": {"action": "create", "scope": "repo"}}',
     b'{"event": {"action": "create", "scope": "repo"}, "repo": {"type": "model", "name": "../x"}}',
     b'"' + b"x" * 300_000 + b'"'],
)  # fmt: skip
def test_garbage_is_refused_with_a_reason(payload: bytes) -> None:
    """Nothing but `UnreadableNotice`."""
    with pytest.raises(UnreadableNotice) as refusal:
        read_notice(payload)
    assert refusal.value.reason


PARTS = ["event", "scope", "repo", "movedTo", "updatedConfig", "updatedRefs"]


@given(st.dictionaries(st.sampled_from(PARTS), json_values))
@settings(max_examples=100, deadline=None)
def test_any_json_is_a_notice_or_nothing_or_refused(payload: dict[str, object]) -> None:
    """No payload raises anything else."""
    with contextlib.suppress(UnreadableNotice):
        read_notice(json.dumps(payload).encode())


def test_recorded_payloads() -> None:
    """Every recorded and documented payload is read or explained; no complete one is about a model's files."""
    for entry in orjson.loads(shared_data("hub_webhook_payloads.json").read_bytes()):
        payload = orjson.dumps(entry["payload"])
        if "fragment" in entry["kind"]:
            with pytest.raises(UnreadableNotice):
                read_notice(payload)
        else:
            assert read_notice(payload) is None
