"""Cards of every sort, with facts as real ones look: for pictures, tests and benchmarks."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.card import CardFacts, DigestFacts, FamilyFacts, NoticeFacts, Post, Relative
from bot.domain.community import CommunityFacts, TagCount
from bot.domain.delivery import Purpose
from bot.domain.labs import Lab
from bot.domain.licences import LicenceWarning
from bot.domain.model import Evaluation, Gating, HubModel, Kind, LicenceClass, Source
from bot.domain.reviews import ReviewSummary
from bot.domain.server import Locale
from bot.domain.sizes import ParametersFrom, Precision, Requirements, requirements
from bot.domain.votes import Tally

NOW = datetime(2026, 8, 20, 9, 0, tzinfo=UTC)
GB = 1_000_000_000

QWEN = Lab("qwen", "Qwen", "CN", ("Qwen",))
MEADOW = Lab("meadow", "Meadow Labs", "KE", ("meadow-labs",))
"""Invented: what a sample says about a real publisher is true, everything else is said about this one."""

OPENAI = Lab("openai", "OpenAI", "US", ("openai",))
MISTRAL = Lab("mistral", "Mistral AI", "FR", ("mistralai",))
BARTOWSKI = Lab("bartowski", "bartowski", "ZZ", ("bartowski",), uploader=True)
META = Lab("meta", "Meta", "US", ("meta-llama",))


def memory(four_bit: float, eight_bit: float, sixteen_bit: float) -> Mapping[Precision, int]:
    """Return memory in bytes from gigabytes."""
    sizes = {Precision.FOUR_BIT: four_bit, Precision.INT8: eight_bit, Precision.BF16: sixteen_bit}
    return {precision: int(gigabytes * GB) for precision, gigabytes in sizes.items()}


def original() -> CardFacts:
    """Return a lab's own model with a family already grown (facts of May 2026)."""
    facts = HubModel(
        source=Source.HUGGING_FACE,
        repo_id="openai/gpt-oss-20b",
        author="openai",
        task="text-generation",
        library="transformers",
        licence="apache-2.0",
        likes=4584,
        downloads=6_981_799,
        trending=15.0,
        parameters=21_511_953_984,
        context_length=131_072,
        architecture="gpt_oss",
        languages=("en",),
        tags=("transformers", "safetensors", "gpt_oss", "text-generation", "vllm", "conversational", "mxfp4"),
        created_at=datetime(2025, 8, 4, 22, 33, 29, tzinfo=UTC),
        last_modified=datetime(2025, 8, 26, 17, 25, 47, tzinfo=UTC),
        summary="OpenAI's open-weight models designed for powerful reasoning, agentic tasks, and versatile developer "
        "use cases.",
    )
    return CardFacts(
        model_id=101,
        facts=facts,
        kind=Kind.ORIGINAL,
        kind_reason="no-parent",
        kind_details={},
        lab=OPENAI,
        requirements=requirements(facts),
        licence_class=LicenceClass.PERMISSIVE,
        licence_warnings=(),
        family=FamilyFacts(
            derivatives={Kind.FINETUNE: 34, Kind.ADAPTER: 12, Kind.QUANTIZED: 58},
            formats={"GGUF": ("unsloth", "ggml-org"), "MLX": ("lmstudio-community",)},
        ),
        released_at=NOW - timedelta(hours=3),
    )


def finetune_with_warning() -> CardFacts:
    """Return a finetune that claims more than its ancestors allow, across labs and countries."""
    facts = HubModel(
        source=Source.HUGGING_FACE,
        repo_id="meadow-labs/Rowan-72B-Chat",
        author="meadow-labs",
        task="text-generation",
        library="transformers",
        licence="apache-2.0",
        likes=310,
        downloads=18_400,
        context_length=32_768,
        summary="Keeps to its system prompt over long conversations, in English and Swahili.",
        created_at=NOW - timedelta(days=2),
        evaluations=tuple(
            Evaluation(benchmark, metric, value, "meadow-labs")
            for benchmark, metric, value in (
                ("MT-Bench", "score", 8.45),
                ("IFEval", "strict", 81.5),
                ("SwahiliQA", "accuracy", 74.25),
                ("MMLU", "accuracy", 82.0),
            )
        ),
    )
    parent = Relative("Qwen/Qwen2.5-72B", QWEN)
    return CardFacts(
        model_id=102,
        facts=facts,
        kind=Kind.FINETUNE,
        kind_reason="",
        kind_details={},
        lab=MEADOW,
        requirements=Requirements(
            parameters=72_706_203_648,
            parameters_from=ParametersFrom.METADATA,
            memory=memory(43.6, 82.1, 159.8),
            fits={Precision.FOUR_BIT: 48},
        ),
        licence_class=LicenceClass.PERMISSIVE,
        licence_warnings=(LicenceWarning("Qwen/Qwen2.5-72B", "apache-2.0", "qwen", LicenceClass.CUSTOM),),
        family=FamilyFacts(parents=(parent,), path=(parent,), derivatives={Kind.MERGE: 1, Kind.QUANTIZED: 3}),
        released_at=NOW - timedelta(minutes=20),
        crossed=("likes:300",),
    )


def merge() -> CardFacts:
    """Return a merge of several parents."""
    parents = tuple(
        Relative(name)
        for name in (
            "Sao10K/L3-8B-Stheno-v3.2",
            "NeverSleep/Llama-3-Lumimaid-8B-v0.1",
            "Undi95/Llama-3-Unholy-8B",
            "ChaoticNeutrals/Poppy_Porpoise-1.4-L3-8B",
            "cgato/L3-TheSpice-8b-v0.8.3",
        )
    )
    root = Relative("meta-llama/Meta-Llama-3-8B", META)
    return CardFacts(
        model_id=103,
        facts=HubModel(
            source=Source.HUGGING_FACE,
            repo_id="nightgrove/Rowan_Stheno-Lumimaid-8B-TIES",
            author="nightgrove",
            task="text-generation",
            library="transformers",
            licence="cc-by-nc-4.0",
            likes=12,
            downloads=0,
            summary="TIES merge of four role-play models.",
        ),
        kind=Kind.MERGE,
        kind_reason="declared",
        kind_details={"declared": "merge"},
        lab=None,
        requirements=Requirements(
            parameters=8_030_261_248,
            parameters_from=ParametersFrom.NAME,
            memory=memory(5.5, 9.4, 17.7),
            fits={Precision.FOUR_BIT: 8, Precision.INT8: 12, Precision.BF16: 24},
        ),
        licence_class=LicenceClass.NON_COMMERCIAL,
        licence_warnings=(),
        family=FamilyFacts(parents=parents, path=(root, parents[0])),
        released_at=NOW - timedelta(hours=1),
    )


def adapter() -> CardFacts:
    """Return an adapter that was declared a finetune."""
    parent = Relative("mistralai/Mistral-7B-Instruct-v0.3", MISTRAL)
    return CardFacts(
        model_id=104,
        facts=HubModel(
            source=Source.HUGGING_FACE,
            repo_id="meadow-labs/support-intents-lora",
            author="meadow-labs",
            task="text-generation",
            library="peft",
            licence="mit",
            likes=4,
            downloads=120,
            summary="LoRA for sorting customer messages by intent.",
        ),
        kind=Kind.ADAPTER,
        kind_reason="files-says-adapter",
        kind_details={"declared": "finetune", "sign": "adapter_config.json"},
        lab=None,
        requirements=Requirements(),
        licence_class=LicenceClass.PERMISSIVE,
        licence_warnings=(),
        family=FamilyFacts(parents=(parent,), path=(parent,)),
        released_at=NOW - timedelta(hours=5),
    )


def quantized() -> CardFacts:
    """Return a quantisation by a large uploader."""
    parent = Relative("Qwen/Qwen3.6-27B", QWEN)
    return CardFacts(
        model_id=105,
        facts=HubModel(
            source=Source.HUGGING_FACE,
            repo_id="bartowski/Qwen_Qwen3.6-27B-GGUF",
            author="bartowski",
            task="text-generation",
            library="gguf",
            licence="apache-2.0",
            likes=28,
            downloads=75_849,
            summary="Llamacpp imatrix quantizations of Qwen3.6-27B.",
        ),
        kind=Kind.QUANTIZED,
        kind_reason="",
        kind_details={},
        lab=BARTOWSKI,
        requirements=Requirements(
            parameters=27_000_000_000,
            parameters_from=ParametersFrom.NAME,
            memory=memory(17.3, 31.1, 59.4),
            fits={Precision.FOUR_BIT: 24, Precision.INT8: 48, Precision.BF16: 80},
            formats=("GGUF",),
        ),
        licence_class=LicenceClass.PERMISSIVE,
        licence_warnings=(),
        family=FamilyFacts(parents=(parent,), path=(parent,)),
        released_at=NOW - timedelta(minutes=45),
    )


def gated() -> CardFacts:
    """Return a gated, non-commercial original."""
    return CardFacts(
        model_id=106,
        facts=HubModel(
            source=Source.HUGGING_FACE,
            repo_id="mistralai/Mistral-Large-Instruct-2411",
            author="mistralai",
            task="text-generation",
            library="vllm",
            licence="other",
            licence_name="mrl",
            licence_link="https://mistral.ai/licenses/MRL-0.1.md",
            gating=Gating.MANUAL,
            likes=230,
            downloads=1_400,
            context_length=131_072,
            summary="Advanced dense model of 123B parameters with reasoning, knowledge and coding capabilities.",
        ),
        kind=Kind.ORIGINAL,
        kind_reason="",
        kind_details={},
        lab=MISTRAL,
        requirements=Requirements(
            parameters=122_610_069_504,
            parameters_from=ParametersFrom.NAME,
            memory=memory(73.6, 137.2, 269.8),
            fits={Precision.FOUR_BIT: 80},
        ),
        licence_class=LicenceClass.NON_COMMERCIAL,
        licence_warnings=(),
        family=FamilyFacts(),
        released_at=NOW - timedelta(days=1),
        crossed=("likes:200", "downloads:1000"),
    )


def unknown() -> CardFacts:
    """Return a model about which the record says next to nothing."""
    return CardFacts(
        model_id=107,
        facts=HubModel(source=Source.HUGGING_FACE, repo_id="someone/my-new-model", author="someone"),
        kind=Kind.FINETUNE,
        kind_reason="",
        kind_details={},
        lab=None,
        requirements=Requirements(),
        licence_class=LicenceClass.NONE,
        licence_warnings=(),
        family=FamilyFacts(),
        released_at=None,
    )


def huge() -> CardFacts:
    """Return a mixture of experts that fits no single card."""
    card = original()
    needs = Requirements(
        parameters=1_040_000_000_000,
        parameters_from=ParametersFrom.NAME,
        active_parameters=32_000_000_000,
        memory=memory(624.0, 1144.0, 2288.0),
    )
    facts = replace(
        card.facts,
        repo_id="meadow-labs/Rowan-1T-A32B",
        author="meadow-labs",
        licence=None,
        summary="Mixture of experts for long agent runs; weights only, no paper yet.",
    )
    return replace(
        card, facts=facts, lab=MEADOW, requirements=needs, licence_class=LicenceClass.NONE, family=FamilyFacts()
    )


HOSTILE = "@everyone <@123456789012345678> **bold** [win](https://evil.example) ||x|| `code` # h \u202etxt.exe\x00 🧨 "


def hostile() -> CardFacts:
    """Return a model whose every text tries to break out."""
    text = HOSTILE * 90
    card = finetune_with_warning()
    facts = replace(
        card.facts,
        repo_id=f"evil/{HOSTILE}",
        author=text,
        task=text,
        library=text,
        licence="other",
        licence_name=HOSTILE,
        licence_link="javascript:alert(1)",
        summary="# Big heading\n> quote\n- list <t:0:R> </cmd:1> <:a:1> discord.gg/evil " + text,
        evaluations=tuple(Evaluation(text, text, 1e300, text) for _ in range(50)),
    )
    return replace(
        card,
        facts=facts,
        lab=None,
        licence_warnings=(LicenceWarning(text, text, text, LicenceClass.CUSTOM),) * 20,
        family=FamilyFacts(
            parents=(Relative(text),) * 9,
            path=(Relative(text),) * 9,
            derivatives=dict.fromkeys(Kind, 10**12),
            formats={f"{text}{number}": (text,) * 9 for number in range(9)},
        ),
        crossed=(text, "likes:nan", "likes:1e3"),
        community=CommunityFacts(
            tally=Tally(10**12, 10**12),
            tags=(TagCount(text, 10**9),) * 9,
            reviews=ReviewSummary(10**9, 10**9, 10**9, text),
            thread_id=2**63 - 1,
        ),
    )


def voted_on() -> CardFacts:
    """Return a model that a server has talked about."""
    community = CommunityFacts(
        tally=Tally(12, 1),
        tags=(TagCount("tool use", 5), TagCount("中文", 3), TagCount("fast", 1)),
        reviews=ReviewSummary(works_well=5, mixed=1, poor=0, hardware="24 GB"),
        thread_id=1234567890123456789,
    )
    return replace(original(), model_id=108, community=community)


def unvoted() -> CardFacts:
    """Return a model as a server sees it at first."""
    return replace(finetune_with_warning(), model_id=109, community=CommunityFacts())


def digest() -> DigestFacts:
    """Return a week's digest with more than fits."""
    lines = (original(), finetune_with_warning(), merge(), adapter(), quantized(), gated(), huge(), unknown())
    return DigestFacts(77, "weekly", NOW - timedelta(days=7), lines, total=23)


def notice() -> NoticeFacts:
    """Return a word to the moderators."""
    return NoticeFacts(78, "channel-paused", {"channel": "123456789012345678"})


def post_of(facts: CardFacts | DigestFacts | NoticeFacts, locale: Locale = Locale.ENGLISH) -> Post:
    """Return what a messenger would be handed."""
    if isinstance(facts, CardFacts):
        return Post(Purpose.CARD, locale, facts, f"v1:details:{facts.model_id}")
    if isinstance(facts, DigestFacts):
        return Post(Purpose.DIGEST, locale, facts, f"v1:digest:{facts.delivery_id}:0")
    return Post(Purpose.NOTICE, locale, facts, f"v1:notice:{facts.delivery_id}")


SAMPLES = {
    "card": original,
    "warning": finetune_with_warning,
    "merge": merge,
    "adapter": adapter,
    "quantized": quantized,
    "gated": gated,
    "huge": huge,
    "unknown": unknown,
    "voted-on": voted_on,
    "unvoted": unvoted,
    "hostile": hostile,
    "digest": digest,
    "notice": notice,
}
"""Every sample by the name of its picture."""
