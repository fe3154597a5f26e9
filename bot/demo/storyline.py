"""What happens in the demo, and when: a plot over the facts of models.toml.

The order is invented, the models are not: bases are there at the start, then labs publish, others build on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Event(StrEnum):
    """What can happen; each has its words in the catalogues below `demo.event.`."""

    PUBLISH = "publish"
    PUBLISH_EMPTY = "publish-empty"
    SETTLE = "settle"
    SHOW = "show"
    LIKES = "likes"
    RENAME = "rename"
    RESTART = "restart"
    VOTE = "vote"
    TRIED = "tried"
    DISCUSS = "discuss"
    SUNDAY = "sunday"


BY_MEMBERS = frozenset({Event.VOTE, Event.TRIED, Event.DISCUSS, Event.SUNDAY})
"""What happens in the server; the rest happens on the hub, or to the bot itself."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens `after` seconds after the one before, at normal speed."""

    after: float
    event: Event
    repo_id: str = ""
    likes: int = 0
    renamed_to: str = ""
    up: int = 0
    down: int = 0
    """How many members vote, and how."""
    tags: str = ""
    """What members tag it with, who have tried it and say how it went."""
    says: Sequence[str] = ()
    """What members say in the discussion, one each: keys below `demo.said.`."""


def publish(after: float, repo_id: str) -> Step:
    """Let a repository appear, files and card and all."""
    return Step(after, Event.PUBLISH, repo_id)


def vote(after: float, repo_id: str, up: int, down: int = 0) -> Step:
    """Let members vote, who have not voted on this model before."""
    return Step(after, Event.VOTE, repo_id, up=up, down=down)


def tried(after: float, repo_id: str, tags: str) -> Step:
    """Let members tag and review a model that they have tried."""
    return Step(after, Event.TRIED, repo_id, tags=tags)


def discuss(after: float, repo_id: str, *says: str) -> Step:
    """Let a member open the discussion of a model, and several say something in it."""
    return Step(after, Event.DISCUSS, repo_id, says=says)


LAST_WEEK: Sequence[Step] = (
    vote(0, "microsoft/phi-4", up=9, down=1),
    vote(0, "mistralai/Mistral-Small-24B-Instruct-2501", up=6, down=1),
    vote(0, "google/gemma-3-27b-it", up=6, down=2),
    vote(0, "Qwen/Qwen3-32B", up=5),
    vote(0, "meta-llama/Llama-3.1-8B-Instruct", up=3, down=2),
)
"""The week before the story: what was voted on then, so that its Sunday has something to compare with."""

STAGED = ("moonshotai/Kimi-K2-Instruct",)
"""Made weeks ago and still private: labs do that, so a creation date is no release."""

STORY: Sequence[Step] = (
    publish(1, "Qwen/Qwen3-8B"),
    publish(5, "abacusai/Liberated-Qwen1.5-72B"),
    publish(6, "unsloth/Qwen3-8B-GGUF"),
    publish(2, "bartowski/Qwen_Qwen3-8B-GGUF"),
    vote(3, "Qwen/Qwen3-8B", up=7, down=1),
    publish(6, "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"),
    vote(4, "abacusai/Liberated-Qwen1.5-72B", up=4, down=2),
    tried(2, "Qwen/Qwen3-8B", tags="coding, reasoning"),
    discuss(4, "Qwen/Qwen3-8B", "qwen-1", "qwen-2", "qwen-3"),
    Step(8, Event.PUBLISH_EMPTY, "HuggingFaceTB/SmolLM3-3B"),
    publish(8, "nvidia/Nemotron-Orchestrator-8B"),
    vote(3, "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", up=9),
    Step(8, Event.SETTLE, "HuggingFaceTB/SmolLM3-3B"),
    Step(10, Event.SHOW, "moonshotai/Kimi-K2-Instruct"),
    vote(4, "Qwen/Qwen3-8B", up=8, down=1),
    vote(2, "HuggingFaceTB/SmolLM3-3B", up=6),
    tried(3, "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", tags="math, reasoning"),
    publish(10, "huihui-ai/EXAONE-3.5-7.8B-Instruct-abliterated"),
    Step(8, Event.RESTART),
    publish(8, "aisingapore/Gemma-SEA-LION-v4-27B-IT"),
    vote(4, "moonshotai/Kimi-K2-Instruct", up=11, down=3),
    publish(10, "FallenMerick/MN-Violet-Lotus-12B"),
    vote(4, "aisingapore/Gemma-SEA-LION-v4-27B-IT", up=5, down=1),
    vote(2, "nvidia/Nemotron-Orchestrator-8B", up=2),
    vote(2, "google/gemma-3-27b-it", up=10),
    vote(1, "microsoft/phi-4", up=5, down=1),
    Step(10, Event.LIKES, "cognitivecomputations/Dolphin3.0-Mistral-24B", likes=520),
    publish(10, "tokyotech-llm/Llama-3.1-Swallow-8B-Instruct-v0.3"),
    publish(12, "zai-org/GLM-4.5-Air"),
    publish(3, "zai-org/GLM-4.5-Air-FP8"),
    publish(6, "unsloth/GLM-4.5-Air-GGUF"),
    vote(4, "zai-org/GLM-4.5-Air", up=8),
    discuss(2, "zai-org/GLM-4.5-Air", "glm-1", "glm-2"),
    Step(6, Event.SUNDAY),
    Step(12, Event.RENAME, "abacusai/Liberated-Qwen1.5-72B", renamed_to="abacusai/Liberated-Qwen-72B"),
    publish(12, "lightx2v/Qwen-Image-Lightning"),
    publish(15, "openai/gpt-oss-safeguard-20b"),
    publish(15, "aisingapore/Qwen-SEA-LION-v4-32B-IT"),
    publish(15, "google/medgemma-4b-it"),
    publish(15, "NousResearch/Hermes-3-Llama-3.1-8B"),
    publish(10, "bartowski/Hermes-3-Llama-3.1-8B-GGUF"),
    Step(15, Event.LIKES, "microsoft/phi-4", likes=610),
    publish(15, "ibm-granite/granite-guardian-4.1-8b"),
    publish(15, "allenai/Molmo2-8B"),
    publish(15, "LGAI-EXAONE/EXAONE-Deep-7.8B"),
    publish(15, "Cseti/LTX2.3-22B_IC-LoRA-Cameraman_v1"),
)

LIKED_LATER = frozenset(step.repo_id for step in STORY if step.event is Event.LIKES)
LIKES_BEFORE, LIKES_THRESHOLD = 490, 500
"""What these models have when the story begins, and what the demo's watch for well-liked models waits for."""


def arriving() -> frozenset[str]:
    """Return the models that are not there when the story begins."""
    return frozenset(step.repo_id for step in STORY if step.event in {Event.PUBLISH, Event.PUBLISH_EMPTY})
