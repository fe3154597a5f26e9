import pytest

from bot.domain.named_sizes import read_name

BILLION = 10**9


@pytest.mark.parametrize(
    ("name", "total", "active"),
    [
        ("Qwen3-8B", 8, None),
        ("Qwen3.6-27B", 27, None),
        ("parakeet-tdt-0.6b-v3", 0.6, None),
        ("Qwen2.5-1.5b", 1.5, None),
        ("gemma-3-270M", 0.27, None),
        ("PixelDiT-1300M-1024px", 1.3, None),
        ("Qwen3.6-35B-A3B", 35, 3),
        ("Qwen3-235B-A22B-Instruct-2507", 235, 22),
        ("granite-1b-a400m", 1, 0.4),
        ("Huihui4-8B-A4B-v2", 8, 4),
        ("gemma-4-E2B-it", 2, None),
        ("gemma-4-E4B-it-GGUF", 4, None),
        ("Ling-2.6-1T", 1000, None),
        ("DeepSeek-V3-671b", 671, None),
        ("bitnet-b1.58-2B-4T", 2, None),
        ("Qwen2.5-7B-Instruct-1M", 7, None),
        ("bloom-1b7", 1.7, None),
        ("Llama-3.2-8X3B-MOE-Dark-Champion-18.4B-GGUF", 18.4, None),
        ("OLMoE-1B-7B-0924", 7, 1),
        ("Llama-4-Scout-17B-16E-Instruct", None, 17),
        ("Wan2.2-I2V-A14B", None, 14),
        ("Qwen3-TTS-12Hz-1.7B", 1.7, None),
        ("Qwen3.6-27B-4.5b-mlx-AutoRound", 27, None),
        ("DeepSeek-R1-0528-Qwen3-8B-from-671B", 8, None),
        ("Must_Have_Klein_9b_loras", 9, None),
        ("Model.7B.Q4", 7, None),
        ("deepseek-coder-6.7b-instruct.Q5_K_M", 6.7, None),
        ("Llama3-70B8k", 70, None),
        ("Qwen3-30BA3B", 30, 3),
        ("qwen3vl8b-thinking", 8, None),
        ("c4ai-command-r7b-12-2024", 7, None),
        ("vicuna7b-v1.5", 7, None),
        ("t5gemma-2-4b-4b-instruct", 8, None),
        ("t5gemma-9b-2b-ul2", 11, None),
        ("stablelm-2-1_6b", 1.6, None),
        ("internlm2_5-7b", 7, None),
        ("Llama-3_8B", 8, None),
        ("rwkv-v2.5-1B5", 1.5, None),
        ("yi-7b-chat-v1.5-1m", 7, None),
        ("smol-500M", 0.5, None),
        ("gemma-3n-E2B-it", 2, None),
        ("bitnet-8B-1.58bit", 8, None),
        ("wav2vec2-xls-r-300m", 0.3, None),
        ("SmolLM-600B-tokens-1.7B", 1.7, None),
        ("Hunyuan-A13B-Instruct", None, 13),
        ("Qwen1.5-MoE-A2.7B", None, 2.7),
    ],
)
def test_names_say_sizes(name: str, total: float | None, active: float | None) -> None:
    """In all the ways that labs write them."""
    expected = tuple(None if number is None else round(number * BILLION) for number in (total, active))
    assert expected == read_name(f"lab/{name}")


@pytest.mark.parametrize(
    "name",
    ["Kimi-K2.6", "VibeVoice-4bit", "Qwen3-2507", "GLM-5.1", "tool-B200-GB10", "Q4_K_M", "v1.5", "32GB-pack", "LWM-1M",
     "0.7x", "3d", "w8a8", "nano-4-bit", "7bn", "B", "W4A16", "int8", "32k-context", "Voxtral-2512", "1024x1024-720p",
     "CLIP-ViT-H-14-laion2B-s32B-b79K", "DFN5B-CLIP", "bert-100B-tokens", "model_merged_q4b", "v0.7b3"],
)  # fmt: skip
def test_other_numbers_are_no_sizes(name: str) -> None:
    """Versions, dates, bits, chips, context lengths."""
    assert read_name(f"lab/{name}") == (None, None)


@pytest.mark.parametrize(
    ("name", "billions"),
    [("Mixtral-8x7B-v0.1", 46.7), ("Mixtral-8x22B-v0.1", 140.6), ("Beyonder-4x7B-v2", 24.2), ("laser-2x7b", 12.9)],
)
def test_several_experts_are_less_than_several_models(name: str, billions: float) -> None:
    """They share all but their feed-forward layers; the estimate is within one per cent of what the files count."""
    total, _ = read_name(f"lab/{name}")
    assert total == pytest.approx(billions * BILLION, rel=0.01)
