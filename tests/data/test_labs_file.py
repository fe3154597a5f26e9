"""The labs that come with Rootstock, and an operator's own on top."""

from pathlib import Path

import orjson
import pytest

from bot.data.labs_file import LabsFileInvalid, read_labs
from bot.domain.labs import NO_ONE_COUNTRY, Lab
from tests.shared_data import shared_data


def _file(folder: Path, text: str) -> Path:
    path = folder / "labs.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_built_in_labs_are_many_and_from_everywhere() -> None:
    """At least 130 labs from at least 40 countries, large uploaders marked."""
    book = read_labs(None)
    uploaders = {lab.key for lab in book.labs if lab.uploader}
    assert len(book.labs) >= 130
    assert len(book.countries()) >= 40
    assert {"CN", "US", "FR", "KR", "JP", "IN", "AE", "BR", "ZA", "KE", "AU", "RU", "SG"} <= set(book.countries())
    assert {"bartowski", "unsloth", "mradermacher", "mlx-community", "lmstudio-community", "thebloke"} <= uploaders
    assert not {"bartowski", "TheBloke"} & set(book.publishers())


def test_the_labs_that_most_wait_for_are_read_first() -> None:
    """The file's order is that of the first readings; a lab's older accounts count as its own."""
    book = read_labs(None)
    awaited = {"Qwen", "deepseek-ai", "google", "meta-llama", "mistralai", "openai", "moonshotai", "zai-org", "nvidia"}
    assert awaited <= set(book.publishers()[:20])
    for account, key in {
        "FacebookAI": "meta",
        "bytedance-research": "bytedance",
        "sentence-transformers": "hugging-face",
        "lerobot": "hugging-face",
        "docling-project": "ibm",
        "netflix": "netflix",
    }.items():
        assert book.of(account) == book.named(key)


def test_communities_of_no_one_country_and_makers_of_models_are_what_they_are() -> None:
    """Masakhane is all of Africa's; who publishes models of their own is no re-uploader."""
    book = read_labs(None)
    masakhane = book.of("masakhane")
    assert masakhane is not None
    assert masakhane.country == NO_ONE_COUNTRY
    assert book.of("DavidAU") is None
    assert book.publisher_of("FacebookAI") == book.publisher_of("meta-llama") == "meta"
    assert book.publisher_of("DavidAU") == "davidau"


def test_organisations_are_found_whatever_their_case() -> None:
    """The hub's names keep their case, people do not."""
    book = read_labs(None)
    assert book.of("qwen") == book.of("QWEN") == book.named("qwen")
    assert book.of("nobody-at-all") is None


def test_labs_are_found_by_what_people_call_them() -> None:
    """By name, key, organisation or another name, in Chinese too; a company's name means all its labs."""
    names = read_labs(None).names
    called = ("mistral ai", "mistralai", "千问", "谷歌", "hunyuan", "z.ai", "zhipu ai", "openmoss")
    expected = ["mistral", "mistral", "qwen", "google", "tencent", "zai", "zai", "openmoss"]
    assert [sorted(names[name]) for name in called] == [[key] for key in expected]
    assert {"qwen", "wan", "tongyi"} < names["alibaba"] == names["阿里巴巴"]


def test_spellings_are_those_of_the_hub() -> None:
    """Where real records name an organisation, ours is spelled the same."""
    book = read_labs(None)
    real = {orjson.loads(line)["author"] for line in shared_data("hub_models.jsonl").read_bytes().splitlines()}
    spelled = {name for author in real if (lab := book.of(author)) for name in lab.organisations}
    assert {author for author in real if book.of(author)} <= spelled


def test_an_operators_entry_adds_or_replaces(tmp_path: Path) -> None:
    """The same key replaces the built-in lab; a new one joins."""
    extra = _file(
        tmp_path,
        '[[lab]]\nkey = "qwen"\nname = "Qwen!"\ncountry = "SG"\norganisations = ["Qwen", "QwenLM"]\n'
        '[[lab]]\nkey = "mine"\nname = "Mine"\ncountry = "DE"\norganisations = ["my-lab"]\nuploader = true\n',
    )
    book = read_labs(extra)
    assert book.of("QwenLM") == Lab("qwen", "Qwen!", "SG", ("Qwen", "QwenLM"))
    assert book.of("my-lab") == Lab("mine", "Mine", "DE", ("my-lab",), uploader=True)
    assert len(book.labs) == len(read_labs(None).labs) + 1


LAB = 'key = "a"\nname = "A"\ncountry = "DE"\norganisations = ["a-lab"]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lab = 3", r"\[\[lab\]\]"),
        ("[[lab", "no valid TOML"),
        ("[[lab]]\n" + LAB + "[[lab]]\n" + LAB, "'a' is there twice"),
        ("[[lab]]\n" + LAB.replace('"DE"', '"Germany"'), "'Germany' is no ISO"),
        ("[[lab]]\n" + LAB.replace('"DE"', '"XQ"'), "'XQ' is no ISO"),
        ("[[lab]]\n" + LAB.replace('key = "a"', 'key = "A b"'), "lower-case"),
        ("[[lab]]\n" + LAB.replace('["a-lab"]', '"a-lab"'), "organisations is a list"),
        ("[[lab]]\n" + LAB.replace('["a-lab"]', "[]"), "organisations is a list"),
        ("[[lab]]\n" + LAB.replace('name = "A"\n', ""), "'name' is missing"),
        ("[[lab]]\n" + LAB + 'nmae = "A"', "unknown field 'nmae'"),
        ("[[lab]]\n" + LAB + 'uploader = "yes"', "true or false"),
        ("[[lab]]\n" + LAB + 'aliases = "B"', "aliases is a list"),
        ("[[lab]]\n" + LAB.replace("a-lab", "qwen"), "'qwen' belongs to lab 'qwen' and to lab 'a'"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, said: str) -> None:
    """Each mistake is one clear sentence that says where and what."""
    with pytest.raises(LabsFileInvalid, match=said):
        read_labs(_file(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The path stands in the message."""
    with pytest.raises(LabsFileInvalid, match=r"nowhere\.toml: cannot be read"):
        read_labs(tmp_path / "nowhere.toml")
