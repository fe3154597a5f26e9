import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.model_names import bare_name, format_word, names_without_format, what_differs


@pytest.mark.parametrize(
    ("child", "parent"),
    [
        ("bartowski/Qwen_Qwen3-8B-GGUF", "Qwen/Qwen3-8B"),
        ("mradermacher/Qwen3-8B-i1-GGUF", "Qwen/Qwen3-8B"),
        ("nvidia/Gemma-4-26B-A4B-NVFP4", "google/gemma-4-26B-A4B-it"),
        ("unsloth/Nemotron-3-Nano-30B-A3B-GGUF", "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16"),
        ("rdtand/Qwen3.6-27B-PrismaQuant-5.5bit-vllm", "Qwen/Qwen3.6-27B"),
        ("mudler/Qwen3.6-35B-A3B-uncensored-heretic-APEX-GGUF", "llmfan46/Qwen3.6-35B-A3B-uncensored-heretic"),
        ("LilaRest/gemma-4-31B-it-NVFP4-turbo", "google/gemma-4-31B-it"),
        ("fbaldassarri/EleutherAI_pythia-160m-autogptq-int8-gs128-asym", "EleutherAI/pythia-160m"),
        ("ReadyArt/Wayfarer-12B_EXL2_5.0bpw_H8", "LatitudeGames/Wayfarer-12B"),
        ("blockblockblock/Llama3-OpenBioLLM-70B-bpw4-exl2", "aaditya/Llama3-OpenBioLLM-70B"),
        ("mlx-community/deepseek-ai-DeepSeek-V4-Flash-8bit", "deepseek-ai/DeepSeek-V4-Flash"),
        ("someone/gemma-2-9b-instruct-GGUF", "google/gemma-2-9b-it"),
        ("AMAImedia/Qwen3.5-9B-Darwin-Opus-AWQ-INT4", "FINAL-Bench/Darwin-9B-Opus"),
        ("DavidAU/Qwen3.6-27B-NEO-CODE-Di-IMatrix-MAX-GGUF", "Qwen/Qwen3.6-27B"),
        ("gate369/Phi-3-mini-128k-instruct-IQ4_XS-GGUF", "microsoft/Phi-3-mini-128k-instruct"),
        ("CHE-72-ZLab/Alibaba-Qwen2-0_5B-Instruct-GGUF", "Qwen/Qwen2-0.5B-Instruct"),
        ("fedric95/Meta-Llama-3.1-8B-GGUF", "meta-llama/Llama-3.1-8B"),
        ("amd/Llama-3.1-8B-awq-g128-int4-asym-bf16-onnx-ryzen-strix", "meta-llama/Llama-3.1-8B"),
        ("Kijai/WanVideo_comfy_fp8_scaled", "Wan-AI/Wan2.1-VACE-1.3B"),
        ("deepdml/faster-whisper-large-v3-turbo-ct2", "openai/whisper-large-v3-turbo"),
    ],
)
def test_what_quantisers_add_to_a_name_makes_no_other_model(child: str, parent: str) -> None:
    """Formats, schemes, group sizes, the maker's name, engines and devices; words may be missing as well."""
    assert what_differs(child, parent, marked=True) is None


@pytest.mark.parametrize(
    ("child", "parent", "word"),
    [
        ("HauhauCS/Qwen3.6-27B-Uncensored-Aggressive", "Qwen/Qwen3.6-27B", "Uncensored"),
        ("dealignai/Qwen3.6-27B-MXFP4-CRACK", "Qwen/Qwen3.6-27B", "CRACK"),
        ("Jackrong/Qwopus3.6-27B-v1-preview-GGUF", "Qwen/Qwen3.6-27B", "Qwopus3.6"),
        ("Jackrong/Qwen3.5-9B-DeepSeek-V4-Flash-GGUF", "unsloth/Qwen3.5-9B", "DeepSeek"),
        ("mav23/Qwen2.5-Coder-1.5B-Instruct-GGUF", "Qwen/Qwen2.5-Coder-1.5B", "Instruct"),
        ("Qwen/Qwen3-Embedding-4B-GGUF", "Qwen/Qwen3-4B-Base", "Embedding"),
        ("allenai/olmOCR-2-7B-1025-FP8", "Qwen/Qwen2.5-VL-7B-Instruct", "olmOCR"),
        ("blockblockblock/dolphin-2.9-mixtral-8x22b-bpw3-exl2", "mistralai/Mixtral-8x22B-v0.1", "dolphin"),
        ("dbands/llama-3-8b-bnb-4bit-alpaca-merged_4bit", "unsloth/llama-3-8b-bnb-4bit", "merged"),
        ("DiTy/gemma-2-27b-it-function-calling-GGUF", "google/gemma-2-27b-it", "function"),
        ("mav23/Llama3.2-3B-Esper2-GGUF", "meta-llama/Llama-3.2-3B-Instruct", "Esper2"),
        ("neptunite/moodyDesireMix_GGUF", "black-forest-labs/FLUX.2-klein-9B", "moodyDesireMix"),
        ("Granddyser/biglove-klein2-fp8", "black-forest-labs/FLUX.2-klein-base-9B", "biglove"),
    ],
)
def test_words_of_another_kind_make_another_model(child: str, parent: str, word: str) -> None:
    """Whatever format it comes in; the word is given as the name spells it."""
    assert what_differs(child, parent, marked=True) == word


def test_without_a_format_every_own_word_makes_another_model() -> None:
    """Nothing but the declaration says that it is a copy; a base that lost `Base` was trained further."""
    assert what_differs("Wan-AI/Wan2.2-Animate-14B", "Wan-AI/Wan2.2-I2V-A14B", marked=False) == "Animate"
    assert what_differs("lab/Qwen3-8B-NOESIS", "Qwen/Qwen3-8B", marked=False) == "NOESIS"
    assert what_differs("lab/Qwen3-8B-GGUF-NOESIS", "Qwen/Qwen3-8B", marked=True) is None
    assert what_differs("deepseek-ai/DeepSeek-V3.1", "deepseek-ai/DeepSeek-V3.1-Base", marked=True) == "Base"
    assert what_differs("lab/DeepSeek-V3.1-GGUF", "deepseek-ai/DeepSeek-V3.1-Base", marked=True) is None


def test_words_before_the_format_are_the_models_and_those_behind_it_are_not() -> None:
    """Fine-tunes that come in GGUF carry their base's name too; a format that the base has as well is no border."""
    base = "unsloth/llama-3-8b-bnb-4bit"
    assert what_differs("emma/llama3-finance-gguf", base, marked=True) == "finance"
    assert what_differs("emma/llama-3-8b-bnb-4bit-helpdesk-Q4_K_M", base, marked=True) == "helpdesk"
    assert what_differs("furiosa-ai/gpt-j-6b-FP8-MLPerf", "EleutherAI/gpt-j-6b", marked=True) is None


@pytest.mark.parametrize(
    ("repo_id", "names"),
    [
        ("nvidia/Nemotron-120B-FP8", ["Nemotron-120B", "Nemotron-120B-BF16"]),
        ("Qwen/Qwen3.5-27B-GPTQ-Int4", ["Qwen3.5-27B"]),
        ("black-forest-labs/FLUX.2-klein-base-9b-fp8", ["FLUX.2-klein-base-9b"]),
        ("Jiunsong/supergemma4-26b-gguf-v2", ["supergemma4-26b-v2", "supergemma4-26b"]),
        ("Jackrong/MLX-Qwen3.5-9B-4bit", ["Qwen3.5-9B"]),
        ("Wan-AI/Wan2.2-TI2V-5B-Diffusers", ["Wan2.2-TI2V-5B"]),
        ("openbmb/MiniCPM-o-4_5-gguf", ["MiniCPM-o-4_5"]),
    ],
)
def test_a_copy_is_looked_for_without_its_format(repo_id: str, names: list[str]) -> None:
    """Also where the format stands in front, or something after it, and where the original names its precision."""
    publisher = repo_id.partition("/")[0]
    assert {f"{publisher}/{name}" for name in names} <= set(names_without_format(repo_id))
    assert repo_id not in names_without_format(repo_id)


@pytest.mark.parametrize("repo_id", ["Qwen/Qwen3-8B", "emma/llama-3-8b-16bit", "gguf", "lab/GGUF"])
def test_where_no_format_is_said_nothing_is_looked_for(repo_id: str) -> None:
    """Nor where nothing is left without it."""
    assert names_without_format(repo_id) == ()


def test_formats_are_read_as_they_are_spelled() -> None:
    """The first of them; undone quantisation is none."""
    assert format_word("a/Aurora-8B.GGuF") == "GGuF"
    assert format_word("a/Aurora-8B-bnb-16bit") is None
    assert bare_name("Qwen/Qwen3-8B-bf16") == bare_name("a/Qwen3_8B.Q4_K_M-GGUF") == "qwen38b"


@given(st.text(max_size=80), st.text(max_size=80), st.booleans())
def test_any_two_names_can_be_compared(child: str, parent: str, marked: bool) -> None:  # noqa: FBT001 - generated
    """Hostile names neither raise nor differ from themselves."""
    what_differs(child, parent, marked=marked)
    assert what_differs(child, child, marked=marked) is None
    assert child not in names_without_format(child)
