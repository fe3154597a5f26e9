"""Records as they come: real ones, and every kind of nonsense."""

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.model import DeclaredParent, Evaluation, Gating, HubModel, Kind, Source
from bot.hub.records import UnreadableRecord, parse_record
from tests.shared_data import shared_data

FIELDS = [
    "id", "_id", "modelId", "author", "baseModels", "cardData", "config", "createdAt", "disabled", "downloads",
    "evalResults", "gated", "gguf", "lastModified", "library_name", "likes", "model-index", "pipeline_tag", "private",
    "safetensors", "siblings", "tags", "trendingScore", "usedStorage", "relation", "models", "total", "parameters",
    "context_length", "architectures", "rfilename", "language", "license", "base_model", "base_model_relation",
    "license_name", "license_link", "results", "dataset", "metrics", "value", "name", "type", "source", "data",
    "quantization_config", "quant_method", "bits", "config_groups", "text_config", "max_position_embeddings",
    "model_type", "task", "task_id",
]  # fmt: skip
WORDS = ["base_model:Org/Base", "base_model:merge:Org/Base", "license:mit", "region:us", "en", "2026-01-01", "Org/M"]

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(10**400), max_value=10**400)
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(WORDS),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=25,
)


def record(**fields: object) -> HubModel:
    return parse_record({"id": "Org/Model", **fields})


@given(json_values)
@example({"id": "Org/M", "model-index": {"results": [{"dataset": {"name": "x"}, "metrics": [{"value": 10**400}]}]}})
@settings(max_examples=300, deadline=None)
def test_any_json_is_a_model_or_an_explained_refusal(value: object) -> None:
    """No JSON value raises anything but `UnreadableRecord`."""
    with contextlib.suppress(UnreadableRecord):
        parse_record(value)


@given(st.dictionaries(st.sampled_from(FIELDS), json_values))
@settings(max_examples=100, deadline=None)
def test_any_field_may_be_anything(fields: dict[str, object]) -> None:
    """With a usable id, every record is readable, and what comes out is bounded and free of tricks."""
    model = parse_record({**fields, "id": "Org/Model"})
    texts = [*model.tags, *model.languages, *(model.files or ()), model.task, model.library, model.licence]
    assert model.repo_id == "Org/Model"
    assert all("\0" not in text and len(text) <= 300 for text in texts if text)
    assert len(model.declared) <= 50
    assert len(model.evaluations) <= 10
    assert 0 <= (model.likes or 0) < 2**31


@pytest.mark.parametrize("file", ["hub_models.jsonl", "hub_newest_feed.jsonl"])
def test_every_real_record_is_read(file: str) -> None:
    """All records at hand: ids, licences, relations and dates come out as their sources state them."""
    for line in shared_data(file).read_bytes().splitlines():
        raw = orjson.loads(line)
        model = parse_record(raw)
        stated = {(kind, name) for kind, name in raw.get("base_model_relations", []) if name != raw["id"]}
        typed = {(parent.relation, parent.repo_id) for parent in model.declared if parent.relation}
        assert model.repo_id == raw["id"]
        assert model.author == raw["author"]
        assert (model.likes, model.downloads) == (raw["likes"], raw["downloads"])
        assert "license" not in raw or model.licence == raw["license"] or raw["license"] is None or not model.tags
        assert "base_model_relations" not in raw or typed == stated
        assert model.has_files == any(tag != "region:us" for tag in raw["tags"])
        assert (model.created_at is None) == (raw["createdAt"] is None or "2022-03-02T23:29:04" in raw["createdAt"])


@pytest.mark.parametrize(
    "value",
    [None, [], "Org/Model", 7, {}, {"id": 7}, {"id": ""}, {"id": "a/b/c"}, {"id": "../x"}, {"id": "a b"},
     {"id": "x" * 97}, {"id": " Org/Model"}, {"id": "https://huggingface.co/Org/Model"}, {"id": "a/\u202eb"}],
)  # fmt: skip
def test_only_an_unusable_id_makes_a_record_unreadable(value: object) -> None:
    """What is no repository name cannot be stored, looked up or linked."""
    with pytest.raises(UnreadableRecord):
        parse_record(value)


def test_a_bare_id_is_enough() -> None:
    """Everything else is "not said"."""
    assert parse_record({"id": "gpt2"}) == HubModel(Source.HUGGING_FACE, "gpt2")
    assert record() == HubModel(Source.HUGGING_FACE, "Org/Model", author="Org")


@pytest.mark.parametrize(
    ("fields", "declared"),
    [
        ({"tags": ["base_model:A/B"]}, [("A/B", None)]),
        ({"tags": ["base_model:A/B", "base_model:quantized:A/B"]}, [("A/B", Kind.QUANTIZED)]),
        ({"tags": ["base_model:quantized:A/B", "base_model:a/b"]}, [("A/B", Kind.QUANTIZED)]),
        ({"tags": ["base_model:merge:A/B", "base_model:merge:C/D"]}, [("A/B", Kind.MERGE), ("C/D", Kind.MERGE)]),
        ({"tags": ["base_model:strange:A/B"]}, [("A/B", None)]),
        ({"tags": ["base_model:org/model", "base_model:finetune:ORG/MODEL"]}, []),
        ({"tags": ["base_model:", "base_model:::", "base_model:quantized:", "base_model:./x"]}, []),
        ({"baseModels": {"relation": "adapter", "models": [{"_id": "1", "id": "A/B"}]}}, [("A/B", Kind.ADAPTER)]),
        ({"baseModels": [{"relation": "merge", "models": [{"id": "A/B"}, {"id": 3}]}]}, [("A/B", Kind.MERGE)]),
        ({"cardData": {"base_model": "A/B"}}, [("A/B", None)]),
        ({"cardData": {"base_model": ["A/B", "C/D"], "base_model_relation": "merge"}},
         [("A/B", Kind.MERGE), ("C/D", Kind.MERGE)]),
        ({"cardData": {"base_model": "https://huggingface.co/A/B/"}}, [("A/B", None)]),
        ({"tags": ["base_model:A/B"], "cardData": {"base_model": "A/B", "base_model_relation": "finetune"}},
         [("A/B", Kind.FINETUNE)]),
        ({"tags": ["base_model:gpt2"]}, [("gpt2", None)]),
    ],
)  # fmt: skip
def test_parents_in_every_form(fields: dict[str, object], declared: list[tuple[str, Kind | None]]) -> None:
    """Tags, the Hub's tree and the card are joined; typed beats bare; a model is not its own parent."""
    assert record(**fields).declared == tuple(DeclaredParent(name, relation) for name, relation in declared)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-04T08:43:19.965Z", datetime(2026, 5, 4, 8, 43, 19, 965000, UTC)),
        ("2026-05-04T08:43:19Z", datetime(2026, 5, 4, 8, 43, 19, tzinfo=UTC)),
        ("2025-03-03 01:51:26+00:00", datetime(2025, 3, 3, 1, 51, 26, tzinfo=UTC)),
        ("2026-05-04T10:00:00+02:00", datetime(2026, 5, 4, 8, tzinfo=UTC)),
        ("2026-05-04T10:00:00", datetime(2026, 5, 4, 10, tzinfo=UTC)),
        ("2022-03-02T23:29:04.000Z", None),
        ("2022-03-02T23:29:04Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        (1714811000, None),
        (None, None),
    ],
)
def test_dates(text: object, moment: datetime | None) -> None:
    """UTC whatever the offset; the Hub's placeholder means unknown."""
    assert record(createdAt=text).created_at == moment


@pytest.mark.parametrize(
    ("fields", "parameters"),
    [
        ({"safetensors": {"parameters": {"BF16": 5, "F32": 2}, "total": 7}}, 7),
        ({"safetensors": {"parameters": {"BF16": 5, "F32": 2}}}, 7),
        ({"safetensors": {"total": 7}}, 7),
        ({"safetensors": {"parameters": {"BF16": "five"}}, "gguf": {"total": 9}}, 9),
        ({"gguf": {"total": 9}}, 9),
        ({"safetensors": {"total": -1}}, None),
        ({"safetensors": {"total": True}}, None),
        ({"safetensors": []}, None),
        ({"safetensors": {"total": 1e300}}, 2**53),
    ],
)
def test_parameters(fields: dict[str, object], parameters: int | None) -> None:
    """The files' own count, from whichever part of it is there."""
    assert record(**fields).parameters == parameters


def test_numbers_by_type() -> None:
    """As the safetensors headers have them; what is no count is passed over."""
    counted = {"parameters": {"I32": 127, "bf16": 43, "F8": -1, "": 5, "U8": True}, "total": 170}
    assert record(safetensors=counted).tensors == (("I32", 127), ("BF16", 43))
    assert record(safetensors={"parameters": []}).tensors == ()


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"bits": 4, "quant_method": "AWQ"}, ("awq", 4)),
        ({"quant_method": "compressed-tensors"}, ("compressed-tensors", None)),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True, "load_in_8bit": False}, ("bitsandbytes", 4)),
        ({"quant_method": "x", "config_groups": {"group_0": {"weights": {"num_bits": 8}}}}, ("x", 8)),
        ({"bits": 4096, "quant_method": 7}, (None, None)),
        ({"bits": True}, (None, None)),
        ("awq", (None, None)),
    ],
)
def test_quantization(config: object, expected: tuple[str | None, int | None]) -> None:
    """Method and bits from the configuration, also from its part about the text."""
    for whole in ({"quantization_config": config}, {"text_config": {"quantization_config": config}}):
        model = record(config=whole)
        assert (model.quantized_by, model.quantized_bits) == expected


@pytest.mark.parametrize(
    ("fields", "has_files", "has_card"),
    [
        ({}, None, None),
        ({"tags": ["region:us"]}, False, None),
        ({"tags": []}, False, None),
        ({"tags": ["gguf", "region:us"]}, True, None),
        ({"tags": ["license:mit", "region:us"]}, True, True),
        ({"tags": ["en", "region:us"]}, True, True),
        ({"siblings": [{"rfilename": ".gitattributes"}], "tags": ["region:us"]}, False, False),
        ({"siblings": [{"rfilename": "README.md"}, {"rfilename": "a.PNG"}]}, False, True),
        ({"siblings": [{"rfilename": "LICENSE.txt"}, {"rfilename": "assets/plot.svg"}]}, False, False),
        ({"siblings": [{"rfilename": "model.safetensors"}], "tags": ["license:mit"]}, True, False),
        ({"siblings": [{"rfilename": "model.safetensors"}], "cardData": {"license": "mit"}}, True, True),
        ({"siblings": "none"}, None, None),
    ],
)  # fmt: skip
def test_what_is_there(fields: dict[str, object], has_files: bool | None, has_card: bool | None) -> None:  # noqa: FBT001 - expected values
    """Files and card, from the file list where there is one, from tags otherwise."""
    model = record(**fields)
    assert (model.has_files, model.has_card) == (has_files, has_card)


def test_licences() -> None:
    """The tag, or the card; names and links from the card; lower case."""
    card = {"license": "Other", "license_name": "modified-mit", "license_link": "https://example.org/LICENSE"}
    model = record(cardData=card)
    assert (model.licence, model.licence_name, model.licence_link) == (
        "other",
        "modified-mit",
        "https://example.org/LICENSE",
    )
    assert record(tags=["license:MIT"], cardData=card).licence == "mit"
    assert record(cardData={"license": ["llama3.1", "gemma"]}).licence == "llama3.1"
    assert record(tags=["license:"]).licence is None


def test_of_several_licences_the_strictest_is_taken() -> None:
    """Whether tags or the card list them: all of them bind."""
    assert record(tags=["license:apache-2.0", "license:cc-by-nc-4.0"]).licence == "cc-by-nc-4.0"
    assert record(cardData={"license": ["Apache-2.0", "CC-BY-NC-4.0"]}).licence == "cc-by-nc-4.0"
    assert record(cardData={"license": ["mit", None, 7, "unknown"]}).licence == "mit"
    assert record(cardData={"license": ["unknown"]}).licence == "unknown"


def test_gating() -> None:
    """False, "auto" and "manual", as the wire has them."""
    gatings = [record(gated=value).gating for value in (False, "auto", "manual", None, "other", 1)]
    assert gatings == [Gating.OPEN, Gating.AUTO, Gating.MANUAL, Gating.OPEN, Gating.OPEN, Gating.OPEN]


def test_languages() -> None:
    """The card's list, or bare tags that cannot be anything else."""
    assert record(cardData={"language": ["EN", "zh", "zho", 3, "no language"]}).languages == ("en", "zh", "zho")
    assert record(cardData={"language": "ml"}).languages == ("ml",)
    assert record(tags=["gguf", "en", "zh", "ml", "cv", "tts", "yue"]).languages == ("en", "zh", "yue")


def test_architecture_and_context() -> None:
    """From the configuration, or from GGUF's own metadata."""
    config = {
        "architectures": ["Qwen3ForCausalLM"],
        "model_type": "qwen3",
        "text_config": {"max_position_embeddings": 8},
    }
    model = record(config=config)
    assert (model.architecture, model.context_length) == ("Qwen3ForCausalLM", 8)
    assert record(gguf={"architecture": "qwen3", "context_length": 40960}).architecture == "qwen3"
    assert record(config={"max_position_embeddings": 10, "architectures": 4}).context_length == 10


def test_evaluations_in_both_forms() -> None:
    """The Hub's own entries and a card's model-index; who reported them; the same result once; ten at most."""
    entries = [
        {"data": {"dataset": {"id": "cais/hle", "task_id": "default"}, "value": 20.9, "source": {"name": "Logs"}}},
        {"dataset": {"id": "cais/hle", "task_id": "default"}, "value": 1},
        {"error": "bad file"},
    ]
    index = [{"name": "M", "results": [{"dataset": {"name": "MMLU"}, "metrics": [{"type": "acc", "value": "84.8%"}]}]}]
    model = record(evalResults=entries, **{"model-index": index})
    assert model.evaluations == (
        Evaluation("cais/hle", "default", 20.9, "Logs"),
        Evaluation("MMLU", "acc", 84.8, "self-reported"),
    )
    many = [{"dataset": {"id": f"d{number}", "task_id": "t"}, "value": number} for number in range(50)]
    assert len(record(evalResults=many).evaluations) == 10
    unusable = [{"dataset": {"id": "d", "task_id": "t"}, "value": value} for value in ("inf", "x", None)]
    assert record(evalResults=unusable).evaluations == ()


def test_bounds() -> None:
    """Lists, texts and numbers of any size come out small."""
    model = record(
        tags=[f"tag{number}" for number in range(5000)],
        siblings=[{"rfilename": f"file{number}"} for number in range(100_000)],
        pipeline_tag="x" * 10_000,
        likes=10**30,
        trendingScore=10**400,
        usedStorage=10**30,
        _id="not an id!",
    )
    assert (len(model.tags), len(model.files or ())) == (300, 500)
    assert len(model.task or "") == 100
    assert (model.likes, model.trending, model.used_storage, model.hub_id) == (2**31 - 1, 1e9, 2**53, None)


def test_hostile_text_is_made_plain() -> None:
    """Direction marks, null bytes and line breaks do not get in."""
    model = record(tags=["a\u202eb\0c\nd"], pipeline_tag="\0", library_name="x\ty")
    assert (model.tags, model.task, model.library) == (("abc d",), None, "x y")


def test_a_record_that_went_through_json_is_the_same() -> None:
    """Nothing depends on Python objects that JSON does not have."""
    raw = {"id": "Org/Model", "_id": "6" * 24, "tags": ["en"], "likes": 3, "cardData": {"license": "mit"}}
    model = parse_record(raw)
    assert parse_record(json.loads(json.dumps(raw))) == model
    assert replace(model, likes=3) == model
