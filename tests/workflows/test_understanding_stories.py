"""What a channel is given of models whose records do not say what they are: one card for each release."""

from datetime import timedelta

import pytest

from bot.domain.card import CardFacts
from bot.domain.labs import Lab, LabBook
from bot.domain.model import Kind, Stage
from bot.domain.presets import LAB_RELEASES
from bot.domain.sizes import ParametersFrom
from bot.domain.watches import Pace, WatchFilter
from tests.workflows.scenes import Scene

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

WHOLE = [{"rfilename": name} for name in ("README.md", "config.json", "model-00001-of-00004.safetensors")]


async def begin(scene: Scene, asked: WatchFilter = LAB_RELEASES.filter, pace: Pace = Pace.INSTANT) -> None:
    """Let a server watch labs, the hub's models of old being known."""
    scene.publish("Qwen/Known", made=90 * DAY)
    scene.publish("mistralai/Known", made=90 * DAY)
    scene.publish("Emma/Known", made=90 * DAY)
    await scene.watch(asked, pace=pace)
    await scene.poll()


async def test_a_labs_format_without_a_declared_base_folds_into_its_own_release(scene: Scene) -> None:
    """`Qwen/New-FP8` names no base: it is on the card of `Qwen/New`, also when both come in one listing."""
    await begin(scene)
    scene.publish("Qwen/New-8B", made=2 * MINUTE)
    scene.publish("Qwen/New-8B-GPTQ-Int4", made=MINUTE)
    await scene.poll_after()
    scene.publish("Qwen/New-8B-FP8")
    await scene.poll_after()
    ((_, post),) = [sent for sent in await scene.deliver() if sent[0].message_id is None]
    assert isinstance(post.facts, CardFacts)
    assert post.facts.family.formats == {"GPTQ": ("Qwen",), "FP8": ("Qwen",), "INT4": ("Qwen",)}
    copy = await scene.model("Qwen/New-8B-FP8")
    assert copy is not None
    assert (copy.kind, copy.kind_reason) == (Kind.QUANTIZED, "twin")
    assert copy.kind_details == {"parent": "Qwen/New-8B", "sign": "FP8"}


async def test_a_labs_other_account_shows_the_same_model(scene: Scene) -> None:
    """AngelSlim quantises what Tencent brings out, and is Tencent: both are one lab's accounts."""
    scene.labs = LabBook([Lab("qwen", "Qwen", "CN", ("Qwen", "QwenSlim"))])
    scene.restart()
    scene.publish("QwenSlim/Known", made=90 * DAY)
    await begin(scene)
    scene.publish("Qwen/New-8B", made=MINUTE)
    scene.publish("QwenSlim/New-8B-2bit")
    await scene.poll_after()
    assert await scene.new_cards() == ["Qwen/New-8B"]


async def test_a_labs_format_whose_base_nobody_knows_is_a_release(scene: Scene) -> None:
    """An official release may come in one precision only; somebody else's is not asked for."""
    await begin(scene)
    scene.publish("mistralai/Large-119B-NVFP4")
    scene.publish("bartowski/Large-119B-GGUF")
    scene.publish("Qwen/Gemma-4-26B-NVFP4", bases={"google/gemma-4-26B": "quantized"})
    await scene.poll_after()
    assert await scene.new_cards() == ["mistralai/Large-119B-NVFP4"]


async def test_an_instruct_release_that_is_declared_a_quantisation_is_posted(scene: Scene) -> None:
    """Ministral 3 and DeepSeek V3.1 declare themselves quantised from their own bases."""
    await begin(scene)
    scene.publish("mistralai/Mini-8B-Base-2512", made=2 * MINUTE)
    scene.publish("mistralai/Mini-8B-Instruct-2512", bases={"mistralai/Mini-8B-Base-2512": "quantized"}, made=MINUTE)
    scene.publish("mistralai/Mini-8B-Instruct-2512-GGUF", bases={"mistralai/Mini-8B-Instruct-2512": "quantized"})
    await scene.poll_after()
    assert await scene.new_cards() == ["mistralai/Mini-8B-Base-2512", "mistralai/Mini-8B-Instruct-2512"]


async def test_a_finetune_in_gguf_is_not_its_bases_gguf(scene: Scene) -> None:
    """It is posted where finetunes are asked for, and the base's card does not name it."""
    await begin(scene, WatchFilter(kinds=frozenset({Kind.ORIGINAL, Kind.FINETUNE})))
    scene.publish("Qwen/Next-27B")
    scene.publish("Hauhau/Next-27B-Uncensored-Aggressive", bases={"Qwen/Next-27B": "quantized"}, library_name="gguf")
    await scene.poll_after()
    cards = [post.facts for _, post in await scene.deliver() if isinstance(post.facts, CardFacts)]
    posts = {card.facts.repo_id: card for card in cards}
    assert posts["Qwen/Next-27B"].family.formats == {}
    assert posts["Qwen/Next-27B"].family.derivatives == {Kind.FINETUNE: 1}
    finetune = posts["Hauhau/Next-27B-Uncensored-Aggressive"]
    assert (finetune.kind, finetune.kind_reason) == (Kind.FINETUNE, "names-differ")


async def test_an_authors_gguf_joins_the_card_of_what_it_is_a_copy_of(scene: Scene) -> None:
    """`Qwopus-GGUF` declares the base of its base; its author shows `Qwopus` as well."""
    await begin(scene, WatchFilter(kinds=frozenset({Kind.FINETUNE})))
    scene.publish("Qwen/Next-9B", made=60 * DAY)
    scene.publish("Jack/Qwopus-9B-v3", bases={"Qwen/Next-9B": "adapter"}, made=MINUTE, siblings=WHOLE)
    scene.publish("Jack/Qwopus-9B-v3-GGUF", bases={"Qwen/Next-9B": "adapter"})
    await scene.poll_after()
    ((_, post),) = await scene.deliver()
    assert isinstance(post.facts, CardFacts)
    assert (post.facts.facts.repo_id, post.facts.kind_reason) == ("Jack/Qwopus-9B-v3", "files-hold-whole")
    assert post.facts.family.formats == {"GGUF": ("Jack",)}


async def test_a_kind_is_corrected_when_the_files_are_known(scene: Scene) -> None:
    """A listing shows an adapter as declared; the full record that is asked for before it is posted shows more."""
    await begin(scene, WatchFilter(kinds=frozenset({Kind.ADAPTER})))
    scene.publish("Qwen/Next-9B", made=60 * DAY)
    scene.publish("Qwen/Next-9B-Tuned", bases={"Qwen/Next-9B": "adapter"}, siblings=WHOLE)
    await scene.poll_after()
    assert await scene.new_cards() == []
    tuned = await scene.model("Qwen/Next-9B-Tuned")
    assert tuned is not None
    assert (tuned.stage, tuned.kind) == (Stage.SETTLED, Kind.FINETUNE)


async def test_a_reuploader_who_copies_a_card_makes_no_finetune(scene: Scene) -> None:
    """Its record names the base of what it copied: neither a post, nor a format on that base's card."""
    await begin(scene, WatchFilter(kinds=frozenset({Kind.ORIGINAL, Kind.FINETUNE})))
    scene.publish("Qwen/Next-27B")
    await scene.poll_after()
    scene.publish("bartowski/Tulu-Next-27B-exl2", bases={"Qwen/Next-27B": "finetune"})
    await scene.poll_after()
    assert await scene.new_cards() == ["Qwen/Next-27B"]
    copy = await scene.model("bartowski/Tulu-Next-27B-exl2")
    assert copy is not None
    assert (copy.kind, copy.kind_reason) == (Kind.QUANTIZED, "re-uploaded")
    assert [post for _, post in await scene.deliver()] == []


async def test_a_digest_has_one_line_for_each_release(scene: Scene) -> None:
    """A format of what is on the list already is no line of its own."""
    await begin(scene, pace=Pace.DAILY)
    scene.publish("Qwen/New-8B", made=MINUTE)
    scene.publish("Qwen/New-8B-FP8", bases={"Qwen/New-8B": "quantized"})
    await scene.poll_after()
    scene.clock.turn(DAY)
    assert await scene.new_digests() == [("daily", ["Qwen/New-8B"])]


async def test_whoever_names_an_uploader_gets_what_it_brings(scene: Scene) -> None:
    """A watch on bartowski posts its GGUF files; of what the channel has as a card, they join it."""
    await begin(scene, WatchFilter(authors=frozenset({"bartowski"})))
    scene.publish("Emma/Old-8B", made=60 * DAY)
    scene.publish("bartowski/Emma_Old-8B-GGUF", bases={"Emma/Old-8B": "quantized"})
    await scene.poll_after()
    assert await scene.new_cards() == ["bartowski/Emma_Old-8B-GGUF"]


@pytest.mark.parametrize(
    ("repo_id", "relation", "counted"),
    [("Qwen/Next-NVFP4", "quantized", {"U8": 500_000_000, "F32": 94}), ("Qwen/tone", "adapter", {"BF16": 40_000_000})],
)
async def test_a_card_says_what_its_base_takes(
    scene: Scene, repo_id: str, relation: str, counted: dict[str, int]
) -> None:
    """A quantisation holds its base's weights and an adapter runs with them: their own counts say nothing."""
    await begin(scene, WatchFilter(kinds=frozenset({Kind.QUANTIZED, Kind.ADAPTER}), min_parameters=10**12))
    scene.publish("Qwen/Next", made=60 * DAY, safetensors={"parameters": {"BF16": 1_058_000_000_000}})
    scene.publish(repo_id, bases={"Qwen/Next": relation}, safetensors={"parameters": counted})
    await scene.poll_after()
    ((_, post),) = await scene.deliver()
    assert isinstance(post.facts, CardFacts)
    needs = post.facts.requirements
    assert (needs.parameters, needs.parameters_from) == (1_058_000_000_000, ParametersFrom.BASE)
    assert needs.fits == {}
