"""Records in the Hub's own shape, of every sort there is, from the wire to what is concluded."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.domain.kinds import classify
from bot.domain.licences import class_of
from bot.domain.model import HubModel, Kind, LicenceClass
from bot.domain.sizes import requirements
from bot.hub.records import parse_record

BILLION = 10**9
SHARDS = ("config.json", "model-00001-of-00004.safetensors", "model.safetensors.index.json")
ADAPTER = ("adapter_config.json", "adapter_model.safetensors")


@dataclass(frozen=True)
class Said:
    """What a record says; `counted` in billions by data type, `base` as the Hub's tag has it."""

    base: str = ""
    tags: Sequence[str] = ()
    library: str | None = "transformers"
    licence: str | list[str] = "apache-2.0"
    licence_name: str | None = None
    files: Sequence[str] = SHARDS
    counted: dict[str, float] = field(default_factory=dict[str, float])
    quantization: dict[str, object] = field(default_factory=dict[str, object])
    gguf: float | None = None


def model(repo_id: str, said: Said) -> HubModel:
    """Return what the Hub would send for a record, parsed."""
    licences = [said.licence] if isinstance(said.licence, str) else said.licence
    tags = [*([said.library] if said.library else []), *said.tags, *(f"license:{one}" for one in licences), "region:us"]
    if said.base:
        relation, _, name = said.base.rpartition(":")
        tags += [f"base_model:{name}", *([f"base_model:{relation}:{name}"] if relation else [])]
    counted = {kind: round(count * BILLION) for kind, count in said.counted.items()}
    return parse_record(
        {
            "id": repo_id,
            "_id": "6" * 24,
            "tags": tags,
            "library_name": said.library,
            "siblings": [{"rfilename": name} for name in (".gitattributes", "README.md", *said.files)],
            "cardData": {"license": said.licence, "license_name": said.licence_name},
            "safetensors": {"parameters": counted, "total": sum(counted.values())} if counted else None,
            "config": {"quantization_config": said.quantization},
            "gguf": {"total": round(said.gguf * BILLION)} if said.gguf else None,
        }
    )


KINDS = [
    (
        "intfloat/multilingual-e5-large-instruct",
        Said(tags=["onnx", "mteb"], library="sentence-transformers"),
        "original",
    ),
    ("Qwen/Qwen3-Reranker-4B-GGUF", Said("quantized:Qwen/Qwen3-4B-Base", ["gguf"], None), "finetune"),
    ("Skywork/Skywork-Reward-V2-Llama-3.1-8B", Said("finetune:meta-llama/Llama-3.1-8B-Instruct"), "finetune"),
    ("alvdansen/frosting_lane_flux", Said("finetune:black-forest-labs/FLUX.1-dev", ["lora"], "diffusers"), "adapter"),
    ("InstantX/FLUX.1-dev-Controlnet", Said("finetune:black-forest-labs/FLUX.1-dev", [], "diffusers"), "finetune"),
    ("nunchaku-tech/nunchaku-qwen-image", Said("quantized:Qwen/Qwen-Image", ["SVDQuant"], "diffusers"), "quantized"),
    ("Kijai/WanVideo_comfy_fp8_scaled", Said("quantized:Wan-AI/Wan2.1-VACE-1.3B", ["comfyui"], None), "quantized"),
    ("deepdml/faster-whisper-large-v3-turbo-ct2", Said("finetune:openai/whisper-large-v3-turbo"), "quantized"),
    ("llava-hf/llava-onevision-qwen2-7b-ov-hf", Said(), "original"),
    ("someone/act_so101_pick", Said("finetune:lerobot/smolvla_base", [], "lerobot"), "finetune"),
    ("emma/qwen3-8b-legal-lora", Said("adapter:Qwen/Qwen3-8B", ["lora"], "peft", files=ADAPTER), "adapter"),
    ("emma/outputs", Said("finetune:unsloth/llama-3-8b-bnb-4bit", ["unsloth", "llama"], files=ADAPTER), "adapter"),
    ("emma/llama3-finance", Said("quantized:unsloth/llama-3-8b-bnb-4bit", ["unsloth", "llama"]), "finetune"),
    ("emma/llama3-finance-gguf", Said("finetune:unsloth/llama-3-8b-bnb-4bit", ["gguf"], None, files=()), "finetune"),
    ("emma/dora-merged", Said("adapter:Qwen/Qwen3-8B"), "finetune"),
    ("huihui-ai/Huihui-GLM-5-abliterated", Said("adapter:zai-org/GLM-5"), "finetune"),
    ("mradermacher/Qwen3-8B-heretic-i1-GGUF", Said("quantized:x/Qwen3-8B-heretic", ["gguf"], files=()), "quantized"),
    ("Mungert/Qwen3-8B-abliterated-GGUF", Said("quantized:Qwen/Qwen3-8B", ["gguf"], files=()), "finetune"),
    ("user/Model.7B.Q4", Said(tags=["gguf"], library=None, files=()), "quantized"),
    ("mlx-community/Kimi-K2-Instruct-4bit", Said("finetune:moonshotai/Kimi-K2-Instruct", ["mlx"], "mlx"), "quantized"),
    ("litert-community/gemma-3-270m-it", Said("finetune:google/gemma-3-270m-it", ["tflite"], "litert-lm"), "quantized"),
    ("apple/coreml-mobileclip", Said("quantized:apple/MobileCLIP-S2", ["coreml"], None, files=()), "quantized"),
    ("OpenVINO/Phi-4-mini-instruct-int4-ov", Said("quantized:microsoft/Phi-4-mini-instruct"), "quantized"),
    ("cerebras/GLM-4.6-REAP-218B-A32B-FP8", Said("quantized:zai-org/GLM-4.6-FP8"), "finetune"),
    ("google/gemma-3-12b-it-qat-q4_0-unquantized", Said("finetune:google/gemma-3-12b-it"), "finetune"),
    ("lab/Self", Said("finetune:lab/Self"), "original"),
    ("lab/of-a-dataset", Said("finetune:datasets/HuggingFaceH4/ultrachat_200k"), "original"),
]


@pytest.mark.parametrize(("repo_id", "said", "kind"), KINDS, ids=[repo_id for repo_id, _, _ in KINDS])
def test_kinds(repo_id: str, said: Said, kind: str) -> None:
    """Embeddings, pictures, speech, robots, adapters, packs, conversions, prunings and nonsense."""
    assert classify(model(repo_id, said)).kind is Kind(kind)


SIZES = [
    ("moonshotai/Kimi-K2-Thinking", Said(tags=["compressed-tensors"], counted={"I32": 126.9, "BF16": 43.6}), 1059),
    ("openai/gpt-oss-20b", Said(tags=["mxfp4", "8-bit"], counted={"BF16": 1.8, "U8": 19.7}), 21.5),
    ("cpatonn/GLM-4.5-Air-AWQ-4bit", Said(tags=["compressed-tensors"], counted={"I32": 12.9, "BF16": 3.6}), 106.8),
    ("nvidia/DeepSeek-R1-NVFP4", Said(tags=["8-bit"], counted={"U8": 333, "F8_E4M3": 42, "BF16": 19}), 685),
    ("hugging-quants/Foo-GPTQ", Said(counted={"I32": 8.6, "F16": 2.6}, quantization={"bits": 4}), 71.4),
    ("unsloth/Foo-bnb", Said(counted={"U8": 5.9, "BF16": 2.9}, quantization={"load_in_4bit": True}), 14.7),
    ("RedHatAI/Foo.w8a8", Said(tags=["8-bit"], counted={"I8": 6.9, "BF16": 1.25}), 8.15),
    ("turboderp/Foo-exl3", Said(tags=["exl3", "4-bit"], counted={"I16": 88, "F16": 3}), 355),
    ("google/gemma-3n-E4B-it", Said(counted={"BF16": 7.85}), 7.85),
    ("bartowski/Foo-GGUF", Said(tags=["gguf"], library=None, files=("m-Q4_K_M.gguf",), gguf=673), 673),
]


@pytest.mark.parametrize(("repo_id", "said", "billions"), SIZES, ids=[repo_id for repo_id, _, _ in SIZES])
def test_sizes(repo_id: str, said: Said, billions: float) -> None:
    """Weights, however they are packed."""
    assert requirements(model(repo_id, said)).parameters == pytest.approx(billions * BILLION, rel=0.01)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (Said(licence=["apache-2.0", "cc-by-nc-4.0"]), LicenceClass.NON_COMMERCIAL),
        (Said(licence="other", licence_name="exaone"), LicenceClass.NON_COMMERCIAL),
        (Said(licence="other", licence_name="Apache License 2.0"), LicenceClass.PERMISSIVE),
        (Said(licence="other", licence_name="modified-mit"), LicenceClass.CUSTOM),
        (Said(licence="other"), LicenceClass.CUSTOM),
    ],
)
def test_licences(said: Said, expected: LicenceClass) -> None:
    """Lists and names."""
    assert class_of(model("lab/model", said)) is expected
