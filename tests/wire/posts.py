"""Posts to send: real cards with invented models."""

from dataclasses import replace

from bot.domain.card import Post
from bot.domain.delivery import Purpose
from bot.domain.server import Locale
from tests.cards.samples import original


def card_post(model_id: int, *, likes: int = 1204) -> Post:
    """Return a model's card; its marker is its details button, as prepare_post makes it."""
    sample = original()
    card = replace(sample, model_id=model_id, facts=replace(sample.facts, repo_id="Qwen/Qwen3-8B", likes=likes))
    return Post(purpose=Purpose.CARD, locale=Locale.ENGLISH, facts=card, marker=f"v1:details:{model_id}")
