"""A card says what matters, in PRODUCT's order, and nothing that is not known."""

from dataclasses import replace

import pytest

from bot.cards.card_lines import CardLines
from bot.cards.details_card import details_card
from bot.cards.model_card import model_card
from bot.cards.pen import PlainPen
from bot.cards.terminal_card import terminal_card
from bot.domain.card import CardFacts, FamilyFacts, Relative
from bot.domain.labs import Lab
from bot.domain.model import Gating, Kind, LicenceClass, Source
from bot.domain.server import Locale
from bot.language.words import Language
from tests.cards.limits import components_of, texts_of
from tests.cards.samples import MEADOW, QWEN, adapter, finetune_with_warning, gated, huge, merge, original, unknown

ENGLISH = Language.load().words(Locale.ENGLISH)
CHINESE = Language.load().words(Locale.CHINESE)


MERGED = "merge of Sao10K/L3-8B-Stheno-v3.2, NeverSleep/Llama-3-Lumimaid-8B-v0.1, Undi95/Llama-3-Unholy-8B, and 2 more"


def plain(card: CardFacts) -> CardLines:
    """Return a card's lines without markup."""
    return CardLines(card, ENGLISH, PlainPen())


def shown(card: CardFacts) -> str:
    """Return all text of a card as one, with ordinary spaces."""
    return "\n".join(texts_of(model_card(card, ENGLISH))).replace("\N{NO-BREAK SPACE}", " ")


def test_the_order_is_products() -> None:
    """Name and kind, publisher, sentence, size, licence, evaluations, family, crossing, numbers."""
    text = shown(finetune_with_warning())
    marks = ("Rowan-72B-Chat", "finetune of", "Meadow Labs", "Keeps to", "72.7B", "apache-2.0", "MT-Bench", "crossed")
    assert sorted((*marks, "♥"), key=text.index) == [*marks, "♥"]


def test_a_warning_takes_the_licences_place() -> None:
    """What a derivative may not claim is not shown with a green sign."""
    text = shown(finetune_with_warning())
    assert "🟢" not in text
    assert "⚠️ **apache-2.0** claimed, but [Qwen/Qwen2.5-72B](https://huggingface.co/Qwen/Qwen2.5-72B)" in text


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (original(), ["original model · by OpenAI · 🇺🇸 United States"]),
        (adapter(), ["adapter for mistralai/Mistral-7B-Instruct-v0.3 · by meadow-labs"]),
        (unknown(), ["finetune, base not named · by someone"]),
        (
            merge(),
            [
                MERGED,
                "by nightgrove",
            ],
        ),
    ],
)
def test_where_it_comes_from(card: CardFacts, expected: list[str]) -> None:
    """Kind, parents and publisher in a line, in two where there are many parents."""
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in plain(card).origin()] == expected


def test_the_reason_is_shown_where_the_declared_kind_differs() -> None:
    """Only then: a declaration that holds needs no reason."""
    assert plain(adapter()).kind_reason() == "declared finetune, but its files hold adapter_config.json"
    assert plain(merge()).kind_reason() is None


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        (original(), "21.5B · runs on 16 GB (4-bit)"),
        (huge(), "1T (32B active) · needs 624 GB (4-bit): several GPUs"),
        (adapter(), "needs its base model"),
        (unknown(), "size unknown"),
    ],
)
def test_what_it_takes_to_run(card: CardFacts, expected: str) -> None:
    """The smallest hardware that runs it, or what is known instead."""
    assert plain(card).size().replace("\N{NO-BREAK SPACE}", " ") == expected


@pytest.mark.parametrize(
    ("licence_class", "expected"),
    [
        (LicenceClass.PERMISSIVE, "🟢 x · permissive"),
        (LicenceClass.NON_COMMERCIAL, "🔴 x · non-commercial"),
        (LicenceClass.CUSTOM, "🟡 x · own terms"),
    ],
)
def test_a_licence_is_seen_before_it_is_read(licence_class: LicenceClass, expected: str) -> None:
    """A sign by class, and the class in words beside it."""
    card = replace(original(), licence_class=licence_class, facts=replace(original().facts, licence="x"))
    assert plain(card).licence().replace("\N{NO-BREAK SPACE}", " ") == expected


def test_a_licence_of_its_own_leads_to_its_text() -> None:
    """`other` is shown by its name, linked to its text."""
    assert "🔴 **[mrl](https://mistral.ai/licenses/MRL-0.1.md)** · non-commercial" in shown(gated())


@pytest.mark.parametrize("gating", [Gating.AUTO, Gating.MANUAL])
def test_gating_says_what_to_do(gating: Gating) -> None:
    """A gated model says so; an open one says nothing."""
    card = replace(original(), facts=replace(original().facts, gating=gating))
    assert (plain(card).gating() or "").startswith("🔒")
    assert plain(original()).gating() is None


def path_card(*steps: Relative, lab: Lab | None, kind: Kind = Kind.FINETUNE) -> CardFacts:
    """Return a model with this path above it."""
    return replace(original(), kind=kind, lab=lab, family=FamilyFacts(parents=steps[-1:], path=steps))


def test_a_path_is_shown_where_it_tells_something() -> None:
    """Across countries or over several steps; a quantisation of its base is no journey."""
    base, middle = Relative("Qwen/Base", QWEN), Relative("x/Middle")
    assert plain(path_card(base, lab=MEADOW)).path() == "🌱 🇨🇳 Base → 🇰🇪 this model"
    assert plain(path_card(base, lab=QWEN)).path() is None
    assert plain(path_card(base, lab=MEADOW, kind=Kind.QUANTIZED)).path() is None
    assert plain(path_card(base, middle, lab=None)).path() == "🌱 🇨🇳 Base → Middle → this model"
    assert plain(path_card(base, middle, middle, middle, middle, lab=None)).path() == (
        "🌱 🇨🇳 Base → … → Middle → Middle → this model"
    )


def test_thresholds_that_were_crossed() -> None:
    """Known ones are told, others are left out."""
    card = replace(original(), crossed=("likes:1000", "downloads:5e4", "stars:3", "likes:many", "trending:nan"))
    assert plain(card).crossed() == "📈 crossed 1,000 likes\N{NO-BREAK SPACE}· crossed 50,000 downloads in 30 days"
    assert plain(original()).crossed() is None


@pytest.mark.parametrize(
    ("tokens", "expected"), [(131_072, "128K"), (1_048_576, "1,024K"), (200_000, "200K"), (512, "512"), (40_960, "40K")]
)
def test_context_lengths_as_builders_say_them(tokens: int, expected: str) -> None:
    """Powers of two in K of 1,024, others in thousands."""
    assert plain(original()).context_length(tokens) == expected


def test_a_model_of_another_hub_links_there() -> None:
    """The page is on the model's own hub, whatever mirror the bot reads."""
    card = replace(original(), facts=replace(original().facts, source=Source.MODELSCOPE))
    links = [component["url"] for component in components_of(model_card(card, ENGLISH)) if component.get("url")]
    assert links == ["https://modelscope.cn/models/openai/gpt-oss-20b"]


def test_chinese_reads_as_chinese() -> None:
    """The same card in Chinese: words, numbers and places; sizes as builders write them."""
    text = "\n".join(texts_of(model_card(original(), CHINESE))).replace("\N{NO-BREAK SPACE}", " ")
    for expected in ("原创模型", "美国", "**21.5B** · **16 GB** 显存可跑（4-bit）", "宽松许可", "文本生成", "↓ 698万"):
        assert expected in text


def test_details_tell_everything_that_is_known() -> None:
    """The full name, the reason, every evaluation with its reporter, and which watch brought it."""
    text = "\n".join(texts_of(details_card(finetune_with_warning(), ENGLISH, ["New *finetunes*"])))
    for expected in (
        "meadow-labs/Rowan-72B-Chat",
        "MMLU",
        "reported by meadow-labs",
        "by the watch New \\*finetunes\\*",
    ):
        assert expected in text


def test_a_terminal_card_has_the_same_words() -> None:
    """The terminal shows the card's own lines and the address, without markup."""
    lines = [line.replace("\N{NO-BREAK SPACE}", " ") for line in terminal_card(original(), ENGLISH)]
    assert lines[:2] == ["gpt-oss-20b", "  original model · by OpenAI · 🇺🇸 United States"]
    assert "  21.5B · runs on 16 GB (4-bit)" in lines
    assert lines[-1] == "  https://huggingface.co/openai/gpt-oss-20b"
    assert not any("**" in line or "](" in line for line in lines)
