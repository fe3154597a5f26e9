"""The demo's stage: the real assembly, from a hub's listing to a member's channel."""

import asyncio
from collections.abc import Callable, Sequence

from bot.demo.stage import Stage
from bot.demo.story_models import read_story_models
from bot.demo.storyline import LAST_WEEK, STAGED, STORY, Event, Step, arriving, discuss, publish, tried, vote
from bot.domain.server import Locale

PATIENCE = 60.0
"""Seconds after which something that never happens fails its test; nothing waits that long when it works."""


def titles(stage: Stage) -> Sequence[str]:
    """Return the first line of every card in the channel, oldest first."""
    return [text_of(message.components).partition("\n")[0] for message in stage.world.channel.history()]


def text_of(components: Sequence[object]) -> str:
    """Return every text of a message, one below the other."""
    texts = [str(getattr(part, "content", "")) or text_of(getattr(part, "children", ())) for part in components]
    return "\n".join(text for text in texts if text)


async def seen(stage: Stage, condition: Callable[[Sequence[str]], bool]) -> Sequence[str]:
    """Wait until the channel looks as expected; the bot works by itself, nothing here calls it."""
    async with asyncio.timeout(PATIENCE):
        # The simulated channel tells nobody of a new message, so it is looked at again and again.
        while not condition(titles(stage)):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)
    return titles(stage)


async def test_a_release_is_a_card_and_its_quantisation_is_not() -> None:
    """A lab publishes, somebody quantises it: one card, which then names the format and who made it."""
    async with Stage.set_up() as stage:
        await stage.happen(publish(0, "Qwen/Qwen3-8B"))
        await seen(stage, lambda cards: len(cards) == 1)
        await stage.happen(publish(0, "unsloth/Qwen3-8B-GGUF"))
        await stage.happen(publish(0, "abacusai/Liberated-Qwen1.5-72B"))
        cards = await seen(stage, lambda cards: len(cards) == 2)
        assert ["Qwen3-8B" in cards[0], "Liberated-Qwen1.5-72B" in cards[1]] == [True, True]


async def test_a_restart_posts_nothing_twice() -> None:
    """The bot stops and starts on the same database while a release is on its way: each is there once."""
    async with Stage.set_up() as stage:
        await stage.happen(publish(0, "Qwen/Qwen3-8B"))
        await seen(stage, lambda cards: len(cards) == 1)
        await stage.happen(publish(0, "deepseek-ai/DeepSeek-R1-Distill-Qwen-7B"))
        await stage.happen(Step(0, Event.RESTART))
        await seen(stage, lambda cards: len(cards) == 2)
        await stage.happen(publish(0, "zai-org/GLM-4.5-Air"))
        cards = await seen(stage, lambda cards: len(cards) >= 3)
        names = ("Qwen3-8B", "DeepSeek-R1-Distill-Qwen-7B", "GLM-4.5-Air")
        assert [[name in card for name in names].index(True) for card in cards] == [0, 1, 2]


async def test_what_was_private_or_empty_is_posted_when_it_can_be_judged() -> None:
    """A repository that appears empty waits for its files; one made weeks ago in private is news when it is shown."""
    async with Stage.set_up() as stage:
        await stage.happen(Step(0, Event.PUBLISH_EMPTY, "HuggingFaceTB/SmolLM3-3B"))
        await stage.happen(Step(0, Event.SHOW, STAGED[0]))
        (first,) = await seen(stage, lambda cards: len(cards) >= 1)
        await stage.happen(Step(0, Event.SETTLE, "HuggingFaceTB/SmolLM3-3B"))
        _, second = await seen(stage, lambda cards: len(cards) >= 2)
        assert ["Kimi-K2-Instruct" in first, "SmolLM3-3B" in second] == [True, True]


async def test_the_demo_speaks_chinese() -> None:
    """On the Chinese stage cards, watches and answers are Chinese."""
    async with Stage.set_up(Locale.CHINESE) as stage:
        await stage.happen(publish(0, "Qwen/Qwen3-8B"))
        await seen(stage, lambda cards: len(cards) == 1)
        world = stage.world
        (card,) = world.channel.history()
        reply = await world.moderator.slash(world.channel, "watch list")
        assert [reply.acknowledged, reply.ephemeral] == [True, True]
        assert "微调自" in text_of(card.components)
        assert reply.response is not None
        assert "各机构新发布" in str(reply.response.components)


def test_the_story_is_about_models_that_exist() -> None:
    """Every step names a model of the demo's facts, and nothing arrives twice."""
    named = [step.repo_id for step in (*LAST_WEEK, *STORY) if step.repo_id]
    assert set(named) <= set(read_story_models())
    assert len(arriving()) == sum(step.event in {Event.PUBLISH, Event.PUBLISH_EMPTY} for step in STORY)


async def test_the_members_vote_and_the_week_is_posted() -> None:
    """Votes move the card's counters; on Sunday the leaderboard appears, with its picture."""
    async with Stage.set_up() as stage:
        await stage.happen(publish(0, "Qwen/Qwen3-8B"))
        await seen(stage, lambda cards: len(cards) == 1)
        await stage.happen(vote(0, "Qwen/Qwen3-8B", up=4, down=1))
        await stage.happen(vote(0, "nobody/knows-this", up=4))
        await stage.happen(Step(0, Event.SUNDAY))
        cards = await seen(stage, lambda cards: len(cards) == 2)
        post = list(stage.world.channel.history())[-1]
        assert "Worth building on this week" in cards[-1]
        assert "Qwen/Qwen3-8B" in text_of(post.components)
        assert [attachment.filename.endswith(".png") for attachment in post.attachments] == [True]


async def test_members_of_the_story_are_heard_on_the_card() -> None:
    """They tag and review through the workflows of the buttons, and /model show sums it up for the visitor."""
    async with Stage.set_up() as stage:
        await stage.happen(publish(0, "Qwen/Qwen3-8B"))
        await seen(stage, lambda cards: len(cards) == 1)
        await stage.happen(tried(0, "Qwen/Qwen3-8B", tags="coding"))
        world = stage.world
        shown = await world.member.slash(world.channel, "model show", model="Qwen/Qwen3-8B")
        assert shown.response is not None
        assert ["3 tried it" in str(shown.response.components), "coding" in str(shown.response.components)] == [
            True,
            True,
        ]


async def test_members_discuss_a_model_below_its_card() -> None:
    """One presses Discuss, others answer: one thread, with the model's facts at its top."""
    async with Stage.set_up() as stage:
        await stage.happen(publish(0, "Qwen/Qwen3-8B"))
        await seen(stage, lambda cards: len(cards) == 1)
        await stage.happen(discuss(0, "Qwen/Qwen3-8B", "qwen-1", "qwen-2"))
        await stage.happen(discuss(0, "nobody/knows-this", "qwen-1"))
        (thread,) = stage.world.discussions()
        opening, *said = thread.history()
        assert "What does it do better than its base?" in text_of(opening.components)
        assert [message.author.display_name for message in said] == ["Ada", "Bruno"]


async def test_this_week_tells_what_moved_since_the_last() -> None:
    """There was a week before the story: what was ranked then has moved or not, what is new is new."""
    async with Stage.set_up() as stage:
        await stage.happen(vote(0, "google/gemma-3-27b-it", up=10))
        await stage.happen(vote(0, "mistralai/Mistral-Small-24B-Instruct-2501", up=6))
        await stage.happen(vote(0, "microsoft/phi-4", up=3, down=3))
        await stage.happen(Step(0, Event.SUNDAY))
        await seen(stage, lambda cards: len(cards) == 1)
        (post,) = stage.world.channel.history()
        assert ["▲3" in text_of(post.components), "▼1" in text_of(post.components)] == [True, True]
