"""What a card is told about a model comes from the store, whole and fresh."""

from datetime import timedelta

from bot.domain.card import CardFacts, Relative
from bot.domain.licences import LicenceWarning
from bot.domain.model import Kind, LicenceClass
from tests.workflows.scenes import LABS, Scene

DAY = timedelta(days=1)
NON_COMMERCIAL = "cc-by-nc-4.0"


async def test_a_card_knows_the_path_to_the_root_and_warns_of_its_licence(scene: Scene) -> None:
    """A permissive grandchild of a non-commercial model carries a warning that names that ancestor."""
    tags = ["transformers", f"license:{NON_COMMERCIAL}", "region:us"]
    scene.publish("mistralai/Root", made=90 * DAY, tags=tags, cardData={"license": NON_COMMERCIAL})
    scene.publish("middle/Parent", made=60 * DAY, bases={"mistralai/Root": "finetune"})
    await scene.watch()
    await scene.poll()
    scene.publish("Qwen/Child", bases={"middle/Parent": "finetune"})
    await scene.poll_after()
    ((_, post),) = await scene.deliver()
    card = post.facts
    assert isinstance(card, CardFacts)
    assert card.family.path == (Relative("mistralai/Root", LABS.named("mistral")), Relative("middle/Parent"))
    assert card.family.parents == (Relative("middle/Parent"),)
    assert (card.kind, card.lab, card.licence_class) == (Kind.FINETUNE, LABS.named("qwen"), LicenceClass.PERMISSIVE)
    assert card.licence_warnings == (
        LicenceWarning("mistralai/Root", "apache-2.0", NON_COMMERCIAL, LicenceClass.NON_COMMERCIAL),
    )
    assert post.marker == f"v1:details:{card.model_id}"


async def test_a_model_that_went_away_before_it_was_sent_is_not_sent(scene: Scene) -> None:
    """What is owed is withdrawn when there is nothing to show any more."""
    scene.publish("Qwen/Known", made=90 * DAY)
    await scene.watch()
    await scene.poll()
    scene.publish("Qwen/Mistake")
    await scene.poll_after()
    scene.hub.remove("Qwen/Mistake")
    await scene.poll_after()
    assert await scene.deliver() == []


async def test_a_ring_of_parents_is_no_trap(scene: Scene) -> None:
    """Two models that name each other, and one that names itself, are posted like any other."""
    scene.publish("Qwen/Known", made=90 * DAY)
    await scene.watch()
    await scene.poll()
    scene.publish("a/One", bases={"b/Two": "finetune"})
    scene.publish("b/Two", bases={"a/One": "merge"})
    scene.publish("c/Self", bases={"c/Self": "finetune"})
    await scene.poll_after()
    assert sorted(await scene.new_cards()) == ["a/One", "b/Two", "c/Self"]
