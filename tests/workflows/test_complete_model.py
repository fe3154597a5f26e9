"""What somebody looks at is looked up once, and nothing is released by looking."""

from datetime import timedelta

import pytest

from bot.demo.hub_server import Fault
from bot.domain.model import Kind, Stage
from bot.domain.release_moments import Sight, Sighting
from bot.workflows.complete_model import CompleteModel
from bot.workflows.observe_releases import Batch
from tests.workflows.scenes import LABS, Scene

DAY = timedelta(days=1)


@pytest.fixture
def complete(scene: Scene) -> CompleteModel:
    """Return the workflow on the scene's hub and store."""
    return CompleteModel(scene.unit_of_work, scene.client, LABS, scene.clock)


async def list_author(scene: Scene, author: str) -> None:
    """Remember what a publisher's listing shows, which knows neither files nor cards."""
    listed = [record async for page in scene.client.published_by(author) for record in page.models]
    await scene.observe(Batch(listed, Sighting(Sight.BASELINE)))


async def id_of(scene: Scene, repo_id: str) -> int:
    """Return the id of a model that is remembered."""
    model = await scene.model(repo_id)
    assert model is not None
    return model.id


WHOLE = [{"rfilename": name} for name in ("README.md", "config.json", "model-00001-of-00002.safetensors")]


async def test_what_only_a_listing_has_shown_is_completed(scene: Scene, complete: CompleteModel) -> None:
    """Files, size and a sentence; the kind is corrected, numbers stay the feeds' affair; asked for once."""
    scene.publish("Qwen/Base", made=90 * DAY)
    scene.publish("Qwen/Tuned", made=80 * DAY, bases={"Qwen/Base": "adapter"}, siblings=WHOLE, likes=5)
    await list_author(scene, "Qwen")
    before = await scene.model("Qwen/Tuned")
    assert before is not None
    assert (before.facts.files, before.facts.summary, before.kind) == (None, None, Kind.ADAPTER)
    scene.hub.set_metrics("Qwen/Tuned", likes=500)
    await complete(before.id)
    after = await scene.model("Qwen/Tuned")
    assert after is not None
    assert after.facts.files == ("README.md", "config.json", "model-00001-of-00002.safetensors")
    assert (after.facts.parameters, after.facts.summary) == (8_000_000_000, "A model that plays its part in a test.")
    assert (after.kind, after.stage, after.released_at) == (Kind.FINETUNE, before.stage, before.released_at)
    assert after.facts.likes == 5
    asked = len(scene.hub.seen)
    await complete(before.id)
    assert len(scene.hub.seen) == asked


async def test_a_hub_that_does_not_answer_leaves_what_is_known(scene: Scene, complete: CompleteModel) -> None:
    """And the next look asks again."""
    scene.publish("Qwen/Base", made=90 * DAY)
    await list_author(scene, "Qwen")
    model_id = await id_of(scene, "Qwen/Base")
    scene.hub.faults.inject(Fault.FAILS, times=1000)
    await complete(model_id)
    scene.hub.faults.clear()
    model = await scene.model("Qwen/Base")
    assert model is not None
    assert model.facts.files is None
    await complete(model_id)
    model = await scene.model("Qwen/Base")
    assert model is not None
    assert model.facts.files is not None


async def test_looking_at_what_waits_does_not_release_it(scene: Scene, complete: CompleteModel) -> None:
    """It is posted when its time has come, once."""
    scene.publish("Qwen/Known", made=90 * DAY)
    await scene.watch()
    await scene.poll()
    scene.publish("Qwen/Empty", empty=True)
    await scene.poll_after()
    scene.hub.settle("Qwen/Empty")
    await complete(await id_of(scene, "Qwen/Empty"))
    waiting = await scene.model("Qwen/Empty")
    assert waiting is not None
    assert waiting.stage is Stage.UNSETTLED
    assert await scene.new_cards() == []
    await scene.look_after(timedelta(minutes=20))
    assert await scene.new_cards() == ["Qwen/Empty"]


async def test_what_is_gone_is_left_to_the_feeds(scene: Scene, complete: CompleteModel) -> None:
    """Deleted, or no model at all."""
    scene.publish("Qwen/Base", made=90 * DAY)
    await list_author(scene, "Qwen")
    model_id = await id_of(scene, "Qwen/Base")
    scene.hub.remove("Qwen/Base")
    await complete(model_id)
    await complete(10**6)
    model = await scene.model("Qwen/Base")
    assert model is not None
    assert (model.stage, model.facts.files) == (Stage.SETTLED, None)
