"""A webhook's notice makes a release known in seconds; a false or doubled one does no harm."""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.demo.hub_server import Fault
from bot.demo.hub_webhook import payload_of
from bot.domain.model import Stage
from bot.hub.webhook_notices import read_notice
from bot.workflows.notice_hub_change import MOST_WAITING, NoticeInbox
from tests.workflows.scenes import Scene

DAY = timedelta(days=1)


@dataclass
class Change:
    """What a notice says."""

    action: str
    repo_id: str
    moved_to: str | None = None
    reason: str = "said by a test"


async def begin(scene: Scene) -> None:
    scene.publish("Qwen/Known", made=90 * DAY)
    await scene.watch()
    await scene.poll()


async def test_a_created_model_is_posted_at_once_and_not_again_by_its_feeds(scene: Scene) -> None:
    """The notice comes first; what the listings show afterwards is known."""
    await begin(scene)
    scene.publish("someone/new")
    await scene.notice(Change("appeared", "someone/new"))
    await scene.notice(Change("appeared", "someone/new"))
    assert await scene.new_cards() == ["someone/new"]
    await scene.poll_after()
    assert await scene.new_cards() == []


async def test_a_staged_model_that_is_made_public_is_a_release(scene: Scene) -> None:
    """Its configuration changes weeks after it was made, and nobody had seen it."""
    await begin(scene)
    scene.publish("stranger/staged", made=44 * DAY, private=True)
    await scene.notice(Change("gone", "stranger/staged"))
    assert await scene.new_cards() == []
    scene.hub.show("stranger/staged")
    await scene.notice(Change("appeared", "stranger/staged"))
    assert await scene.new_cards() == ["stranger/staged"]


async def test_a_push_to_an_old_unknown_model_is_no_release(scene: Scene) -> None:
    """Somebody changes a file of a model of last month: it is remembered, and not posted."""
    await begin(scene)
    scene.publish("stranger/old", made=30 * DAY)
    await scene.notice(Change("changed", "stranger/old"))
    assert await scene.new_cards() == []
    assert await scene.model("stranger/old") is not None


@pytest.mark.parametrize("config", [{"gated": "auto"}, {}])
async def test_another_setting_of_an_old_unknown_model_is_no_release(scene: Scene, config: dict[str, str]) -> None:
    """A model of years ago becomes gated: nobody could say that it was private until now."""
    await begin(scene)
    scene.publish("stranger/old", made=900 * DAY)
    payload = payload_of("update", "repo.config", {"id": "stranger/old", "_id": "6" * 24}, "https://hub")
    notice = read_notice(json.dumps({**payload, "updatedConfig": config}).encode())
    assert notice is not None
    await scene.notice(notice)
    assert await scene.new_cards() == []


async def test_a_move_keeps_identity_and_a_deletion_is_noted(scene: Scene) -> None:
    """The same id under the new name; then gone."""
    await begin(scene)
    before = await scene.model("Qwen/Known")
    scene.hub.rename("Qwen/Known", "elsewhere/Known")
    await scene.notice(Change("moved", "Qwen/Known", "elsewhere/Known"))
    moved = await scene.model("elsewhere/Known")
    assert before is not None
    assert moved is not None
    assert moved.id == before.id
    scene.hub.remove("elsewhere/Known")
    await scene.notice(Change("gone", "elsewhere/Known"))
    gone = await scene.model("elsewhere/Known")
    assert gone is None or gone.stage is Stage.GONE


async def test_the_inbox_survives_whatever_is_put_into_it(scene: Scene) -> None:
    """Garbage, discussions, an ill hub: each is noted, and the next notice is followed."""
    await begin(scene)
    inbox = NoticeInbox(scene.notice, read_notice)
    worker = asyncio.create_task(inbox.run_forever())
    event = {"action": "create", "scope": "repo"}
    payload = {"event": event, "repo": {"type": "model", "name": "someone/new", "id": "a1", "private": False}}
    for body in (b"\x00\xff", b"[]", b"{}", json.dumps({**payload, "event": {"scope": "discussion"}}).encode()):
        assert inbox.take(body)
    scene.hub.faults.inject(Fault.FAILS, times=3, path="/api/models/")
    scene.publish("someone/new")
    assert inbox.take(json.dumps(payload).encode())
    await inbox.settle()
    assert await scene.new_cards() == []
    assert inbox.take(json.dumps(payload).encode())
    await inbox.settle()
    assert await scene.new_cards() == ["someone/new"]
    worker.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await worker


async def test_a_full_inbox_drops_what_comes_and_says_so(scene: Scene) -> None:
    """Memory is bounded; the feeds will find what was dropped."""
    inbox = NoticeInbox(scene.notice, read_notice)
    assert all(inbox.take(b"{}") for _ in range(MOST_WAITING))
    assert not inbox.take(b"{}")
